#!/usr/bin/env python3
"""Speed of gleaner against others that judge the same documents, on one core each.

    pip install datatrove spacy fasttext-wheel scikit-learn
    python3 benchmarks/rivals_speed.py "$GLEANER_CORPORA"

| rival | what it does here |
|---|---|
| datatrove's `C4QualityFilter` | its own settings; one call per document, as its executor makes them |
| fastText, words and word pairs | trained on the lines; all lines of a document in one call of its own `multilinePredict` |
| scikit-learn, `CountVectorizer` and `MultinomialNB` | trained on the lines, words and word pairs; all lines of a document in one call |

gleaner is `clean_many` of the Python package, given one document at a time as the others are. Everything runs on one
thread of one process; all take turns, and the figure is the median ratio of processor times.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import gleaner_text


def labelled(corpora: Path) -> list[list[tuple[str, str]]]:
    """Documents of `lines-dev`: text and label of every line."""
    pages = []
    for path in sorted((corpora / "lines-dev").glob("fold-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            pages.append([(it["text"], it["label"]) for it in json.loads(line)["paragraphs"]])
    return pages


def by_gleaner(pages: list[list[tuple[str, str]]]) -> Callable[[list[str]], None]:
    def judge(texts: list[str]) -> None:
        for text in texts:
            gleaner_text.clean(text)

    return judge


def by_c4(pages: list[list[tuple[str, str]]]) -> Callable[[list[str]], None]:
    from datatrove.data import Document
    from datatrove.pipeline.filters import C4QualityFilter

    step = C4QualityFilter()

    def judge(texts: list[str]) -> None:
        for text in texts:
            step.filter(Document(text=text, id="0"))

    judge(["A line of words that ends. " * 6])
    return judge


def by_fasttext(pages: list[list[tuple[str, str]]]) -> Callable[[list[str]], None]:
    import fasttext

    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for text, label in (line for page in pages for line in page):
            side = "editorial" if label == "editorial" else "boilerplate"
            file.write(f"__label__{side} {text.lower()}\n")
        file.flush()
        model = fasttext.train_supervised(file.name, wordNgrams=2, dim=50, epoch=10, thread=1, verbose=0)

    def judge(texts: list[str]) -> None:
        for text in texts:
            lines = [line.lower() + "\n" for line in text.split("\n")]
            # `predict` itself does this and then copies into arrays, in a way that NumPy 2 refuses.
            model.f.multilinePredict(lines, 1, 0.0, "strict")

    return judge


def by_sklearn(pages: list[list[tuple[str, str]]]) -> Callable[[list[str]], None]:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.pipeline import make_pipeline

    lines = [line for page in pages for line in page]
    model = make_pipeline(CountVectorizer(ngram_range=(1, 2), min_df=2), MultinomialNB())
    model.fit([text for text, _ in lines], [label == "editorial" for _, label in lines])

    def judge(texts: list[str]) -> None:
        for text in texts:
            model.predict_proba(text.split("\n"))

    return judge


#: Each rival with how many times faster gleaner has to be, and should be.
RIVALS = [
    ("datatrove C4QualityFilter", by_c4, 20, 40),
    ("fastText predict", by_fasttext, 3, 6),
    ("scikit-learn naive Bayes", by_sklearn, 3, 6),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--documents", type=int, default=456, help="how many of the articles are judged")
    parser.add_argument("--turns", type=int, default=5)
    args = parser.parse_args()
    pages = labelled(args.corpora)
    texts = ["\n".join(text for text, _ in page) for page in pages[: args.documents]]
    size = sum(len(text.encode()) for text in texts) / 1e6
    gleaner = by_gleaner(pages)
    gleaner(texts)
    print(f"{len(texts)} documents, {size:.1f} MB")
    for name, make, asked, goal in RIVALS:
        try:
            rival = make(pages)
        except ImportError as error:
            print(f"{name:28} skipped: {error}")
            continue
        rates, ratios = [], []
        for _ in range(args.turns):
            times = []
            for judge in (gleaner, rival):
                before = time.process_time()
                judge(texts)
                times.append(time.process_time() - before)
            rates.append([size / spent for spent in times])
            ratios.append(times[1] / times[0])
        mine, theirs = (statistics.median(rate[side] for rate in rates) for side in (0, 1))
        print(
            f"{name:28} {theirs:6.2f} MB/s, gleaner {mine:6.2f} MB/s: {statistics.median(ratios):6.1f} times "
            f"({min(ratios):.1f} to {max(ratios):.1f}; asked {asked}, goal {goal})",
            flush=True,
        )


if __name__ == "__main__":
    main()
