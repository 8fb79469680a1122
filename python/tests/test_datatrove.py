"""The datatrove step, in datatrove's local executor: many tasks, killed and taken up again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

pytest.importorskip("datatrove", reason="datatrove is not installed")

from datatrove.data import Document

from gleaner_text import clean_each
from gleaner_text.integrations.datatrove import GleanerFilter

TASKS = 8

SCRIPT = """
import sys, time
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from gleaner_text.integrations.datatrove import GleanerFilter

def unhurried(data, rank=0, world_size=1):
    for document in data:
        time.sleep(float(sys.argv[2]))
        yield document

if __name__ == "__main__":
    at = sys.argv[1]
    LocalPipelineExecutor(
        [
            JsonlReader(f"{at}/in"),
            unhurried,
            GleanerFilter(JsonlWriter(f"{at}/gone", compression=None), batch_size=5),
            JsonlWriter(f"{at}/out", compression=None),
        ],
        tasks=%d,
        workers=2,
        logging_dir=f"{at}/logs",
    ).run()
""" % TASKS


@pytest.fixture
def folder(documents, write, tmp_path):
    """The rows in as many files as there are tasks."""
    for task in range(TASKS):
        write(tmp_path / "in" / f"{task}.jsonl", documents[task::TASKS])
    (tmp_path / "run.py").write_text(SCRIPT)
    return tmp_path


def run(folder, pause: float) -> subprocess.Popen:
    command = [sys.executable, "run.py", folder, str(pause)]
    log = open(folder / "log.txt", "ab")
    return subprocess.Popen(command, cwd=folder, start_new_session=True, stdout=log, stderr=log)


def rows(folder) -> dict[str, dict]:
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    found = {(row := json.loads(line))["id"]: row for line in lines}
    assert len(found) == len(lines), "an id twice"
    return found


def check(folder, documents, expected) -> None:
    out, gone = rows(folder / "out"), rows(folder / "gone")
    assert {id: row["text"] for id, row in out.items()} == {row["id"]: row["text"] for row in expected}
    cleaned = dict(zip((row["id"] for row in documents), clean_each([row["text"] for row in documents]), strict=True))
    assert set(gone) == {id for id, it in cleaned.items() if it.changed}
    for id, row in gone.items():
        spans = [(it["start"], it["end"], it["kind"]) for it in row["metadata"]["gleaner_spans"]]
        assert spans == [(it.start, it.end, it.kind) for it in cleaned[id].dropped]
        assert row["text"].split("\n") == [it.text for it in cleaned[id].dropped]
        assert out[id]["metadata"]["gleaner_dropped"] == len(spans)
    # One file a task; `stats.json` beside them holds the tasks of the last run alone.
    total: Counter[str] = Counter()
    for path in (folder / "logs" / "stats").glob("*.json"):
        step = next(it["stats"] for it in json.loads(path.read_text()) if "gleaner" in it["name"])
        total.update({name: value["total"] if isinstance(value, dict) else value for name, value in step.items()})
    assert total["total"] == total["forwarded"] == len(documents)
    assert total["changed"] == len(gone)
    assert total["dropped_paragraphs"] == sum(len(it.dropped) for it in cleaned.values())


@pytest.mark.engine
def test_killed_and_taken_up_again(folder, documents, by_program):
    expected = by_program(documents)
    completions = folder / "logs" / "completions"
    kills = 0
    for wanted in (1, 4):
        running = run(folder, 0.03)
        until = time.monotonic() + 120
        while running.poll() is None and time.monotonic() < until:
            if completions.exists() and len(list(completions.iterdir())) >= wanted:
                os.killpg(running.pid, signal.SIGKILL)
                kills += 1
                break
            time.sleep(0.02)
        running.wait()
    assert kills == 2, (folder / "log.txt").read_text()[-3000:]
    assert 4 <= len(list(completions.iterdir())) < TASKS
    last = run(folder, 0)
    assert last.wait(180) == 0, (folder / "log.txt").read_text()[-3000:]
    assert len(list(completions.iterdir())) == TASKS
    check(folder, documents, expected)


class Writer:
    """What a step sees of a writer."""

    def __init__(self):
        self.rows, self.open = [], False

    def __enter__(self):
        self.open = True
        return self

    def __exit__(self, *_):
        self.open = False

    def write(self, document, rank=0):
        assert self.open
        self.rows.append((document.id, document.text, rank))


def test_emptied_documents_stay_unless_they_are_not_wanted(article):
    texts = [("a", "Share on Facebook"), ("b", article), ("c", "Nobody was hurt.")]

    def documents():
        return [Document(text=text, id=id) for id, text in texts]

    step = GleanerFilter(max_drop=1, batch_size=2)
    assert [(it.id, bool(it.text)) for it in step.run(documents())] == [("a", False), ("b", True), ("c", True)]
    writer = Writer()
    step = GleanerFilter(writer, max_drop=1, drop_empty=True)
    left = list(step.run(documents(), rank=3))
    assert [it.id for it in left] == ["b", "c"]
    assert [(id, rank) for id, _, rank in writer.rows] == [("a", 3), ("b", 3)]
    assert writer.rows[0][1] == "Share on Facebook" and left[0].text != article
    assert left[1].metadata == {}


def test_it_fails_open(article):
    step = GleanerFilter(precision=True)
    odd = [Document(text=None, id="a"), Document(text=7, id="b"), Document(text=article, id="c")]
    left = list(step.run(odd))
    assert [it.text for it in left][:2] == [None, 7] and left[2].text != article
    assert [it.metadata.get("gleaner_problem") for it in left] == [None, "not a text but int", None]
    stats = step.stats.to_dict()["stats"]
    failed = stats["failed_open"]
    assert (failed["total"] if isinstance(failed, dict) else failed) == 1
