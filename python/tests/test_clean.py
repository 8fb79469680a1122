"""`clean` and its kin give what the program gives, for any text, on any number of threads."""

from __future__ import annotations

import json
import os
import random
import subprocess
import threading
import time
from pathlib import Path

import pytest

import gleaner_text
from gleaner_text import GleanerError, analyze, clean, clean_each, clean_many

SETTINGS = [
    ({}, []),
    ({"precision": True}, ["--precision"]),
    ({"recall": True}, ["--recall"]),
    ({"threshold": 0.6, "max_drop": 1.0}, ["--threshold", "0.6", "--max-drop", "1"]),
    ({"prior": 0.4, "split": "lines"}, ["--prior", "0.4", "--split", "lines"]),
    ({"split": "blank"}, ["--split", "blank"]),
]


@pytest.mark.parametrize(("options", "flags"), SETTINGS)
def test_the_program_says_the_same(documents, by_program, options, flags):
    texts = [row["text"] for row in documents]
    expected = [row["text"] for row in by_program(documents, *flags)]
    assert clean_many(texts, **options) == expected
    assert clean_many(texts, threads=3, **options) == expected
    assert [it.text for it in clean_each(texts, 2, **options)] == expected
    assert [clean(text, **options) for text in texts[:20]] == expected[:20]


def test_some_go_and_most_stay(documents):
    texts = [row["text"] for row in documents]
    kept = sum(map(len, clean_many(texts)))
    assert 0.5 < kept / sum(map(len, texts)) < 0.97


def test_an_article():
    text = (Path(__file__).resolve().parents[2] / "examples" / "lamplighter.txt").read_text(encoding="utf-8")
    # As the project's README says.
    assert len(analyze(text)) == 17
    assert len(analyze(clean(text))) == 5
    assert len(analyze(clean(text, recall=True))) > 5
    assert clean("Nobody was hurt.") == "Nobody was hurt."
    assert clean("") == "" and clean_many([]) == [] and analyze("") == []


def test_what_is_unchanged_is_the_same_object():
    text = "The barn burnt down on Sunday, said the mayor."
    assert clean(text) is text


def test_each_says_what_went(article):
    [cleaned] = clean_each([article], precision=True)
    assert cleaned.changed and cleaned.problems == ()
    paragraphs = analyze(article, precision=True)
    gone = [it for it in paragraphs if it.verdict == "boilerplate"]
    assert cleaned.paragraphs == len(paragraphs) == 12
    assert [(it.start, it.end, it.text, it.kind, it.probability) for it in cleaned.dropped] == [
        (it.start, it.end, it.text, it.kind, it.probability) for it in gone
    ]
    assert "".join(line for line in article.splitlines(True) if line.strip() not in {it.text for it in gone}) == (
        cleaned.text
    )


def test_analysis_is_the_scores_of_the_program(gleaner, article, tmp_path):
    text = "«Ærlig talt», sa hun 🌾.\n" + article
    (tmp_path / "a.txt").write_text(text, encoding="utf-8", newline="")
    done = subprocess.run([gleaner, "score", tmp_path / "a.txt"], capture_output=True, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    paragraphs = analyze(text)
    assert len(rows) == len(paragraphs)
    data = text.encode()
    for row, paragraph in zip(rows, paragraphs, strict=True):
        assert paragraph.text == row["text"] == text[paragraph.start : paragraph.end]
        assert paragraph.start == len(data[: row["start"]].decode())
        assert (paragraph.verdict, paragraph.kind) == (row["verdict"], row["kind"])
        assert (paragraph.probability, paragraph.log_odds) == (row["boilerplate"], row["log_odds"])


def test_reasons_are_the_features_that_weigh_most(article):
    by_text = {it.text: it for it in analyze(article, top=1000)}
    shared = by_text["Share on Facebook"]
    assert {"share", "facebook"} <= {it.name for it in shared.reasons if it.channel == "words"}
    weights = [abs(it.log_odds) for it in shared.reasons]
    assert weights == sorted(weights, reverse=True) and weights[0] > 1
    assert [it.text for it in analyze(article, top=2)] == list(by_text)
    assert all(len(it.reasons) <= 2 for it in analyze(article, top=2))


HALF = "\ud83c"


def test_halves_of_surrogate_pairs_are_kept_with_their_paragraph(article):
    text = f"Share on Facebook {HALF}\n" + article.replace("dead\n", f"dead {HALF}\n") + f"Share{HALF}\udf3e this"
    [cleaned] = clean_each([text], precision=True)
    assert not cleaned.text.startswith("Share on") and f"dead {HALF}\n" in cleaned.text
    assert len(cleaned.text) < len(text)
    assert "not valid" in cleaned.problems[0]
    first = analyze(text)[0]
    assert (first.text, first.note, first.verdict) == (f"Share on Facebook {HALF}", None, "boilerplate")
    assert clean(HALF) == HALF


def test_no_text_raises():
    random.seed(7)
    alphabet = ["a", "Share", " ", "\n", "\r\n", "\0", "\u2028", "é", "漢", "🌾", HALF, "\udf3e", "\ufeff", "\x1b$B", "©"]
    texts = ["".join(random.choices(alphabet, k=random.randrange(40))) for _ in range(2000)]
    texts += ["\0" * 100, "\ufeff", "\n" * 50, "x" * 100_000, "\x1b$B%U%'\x1b(B", "a\0b\0c\0d\0" * 20]
    for text, it in zip(texts, clean_each(texts, 2, precision=True, max_drop=1), strict=True):
        gone = [text[paragraph.start : paragraph.end] for paragraph in it.dropped]
        assert gone == [paragraph.text for paragraph in it.dropped]
        left = iter(text)
        assert all(c in left for c in it.text), "a subset in order"
        if not gone:
            assert it.text == text
        for paragraph in analyze(text):
            assert text[paragraph.start : paragraph.end] == paragraph.text
            assert 0 < paragraph.probability < 1


def test_settings_out_of_range_raise():
    for bad in [
        {"precision": True, "recall": True},
        {"precision": True, "threshold": 0.5},
        {"threshold": 1.5},
        {"threshold": float("nan")},
        {"prior": 0},
        {"max_drop": -1},
        {"max_drop": float("nan")},
        {"split": "words"},
    ]:
        with pytest.raises(GleanerError):
            clean("text", **bad)
        with pytest.raises(ValueError):
            clean_each(["text"], **bad)
    with pytest.raises(TypeError):
        clean_many("one text")
    with pytest.raises(TypeError):
        clean_many(["one", None])


def test_the_interpreter_is_free_meanwhile(documents):
    texts = [row["text"] for row in documents] * 40
    done = threading.Event()
    ticks = []

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.001)

    other = threading.Thread(target=tick)
    other.start()
    begun = time.monotonic()
    clean_many(texts)
    ended = time.monotonic()
    done.set()
    other.join()
    during = [at for at in ticks if begun + 0.25 * (ended - begun) < at < begun + 0.75 * (ended - begun)]
    assert ended - begun > 0.05 and len(during) >= 5, (ended - begun, len(during))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_child_that_was_forked_after_threads_does_not_hang(documents):
    texts = [row["text"] for row in documents]
    expected = clean_many(texts, threads=4)
    rows = [(f"Whisk {n} eggs", "recipe") for n in range(4)] + [(f"My aunt in winter {n}", "story") for n in range(4)]
    gleaner_text.Model.train(rows, keep=["recipe"], min_sites=1, threads=2)
    child = os.fork()
    if child == 0:
        same = clean_many(texts, threads=4) == expected
        gleaner_text.Model.train(rows, keep=["recipe"], min_sites=1, threads=2)
        os._exit(0 if same else 1)
    for _ in range(1200):
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            assert status == 0
            return
        time.sleep(0.05)
    os.kill(child, 9)
    os.waitpid(child, 0)
    pytest.fail("the child hangs")
