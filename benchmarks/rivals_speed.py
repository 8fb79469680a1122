#!/usr/bin/env python3
"""Speed of gleaner against others that judge the same documents, on one core each.

    pip install datatrove spacy fasttext-wheel scikit-learn
    python3 benchmarks/rivals_speed.py "$GLEANER_CORPORA"

| rival | what it does here |
|---|---|
| datatrove's `C4QualityFilter` | its own settings; one call per document, as its executor makes them |
| fastText, words; word pairs too | trained on the lines with its own settings; all lines in one call of its own `multilinePredict` |
| scikit-learn, `CountVectorizer` and `MultinomialNB`, words; word pairs too | trained on the lines; all lines in one call |

gleaner is `clean_many` of the Python package. Everything runs on one thread of one process; all take turns, and the
figure is the median ratio of processor times. Texts are in memory, models are loaded.
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

#: Documents: text and label of every line.
Pages = list[list[tuple[str, str]]]
Judge = Callable[[list[str]], object]


def labelled(corpora: Path) -> Pages:
    """The documents of `lines/en`."""
    pages = []
    for path in sorted((corpora / "lines" / "en").glob("fold-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            pages.append([(it["text"], it["label"]) for it in json.loads(line)["paragraphs"]])
    return pages


def by_gleaner() -> Judge:
    return lambda texts: gleaner_text.clean_many(texts)


def by_c4(pages: Pages) -> Judge:
    from datatrove.data import Document
    from datatrove.pipeline.filters import C4QualityFilter

    step = C4QualityFilter()

    def judge(texts: list[str]) -> None:
        for text in texts:
            step.filter(Document(text=text, id="0"))

    # Its tokenizer is loaded with the first sentence.
    judge(["A line of words that ends. " * 6])
    return judge


def by_fasttext(pairs: bool) -> Callable[[Pages], Judge]:
    def make(pages: Pages) -> Judge:
        import fasttext

        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            for text, label in (line for page in pages for line in page):
                side = "editorial" if label == "editorial" else "boilerplate"
                file.write(f"__label__{side} {text.lower()}\n")
            file.flush()
            model = fasttext.train_supervised(file.name, wordNgrams=1 + pairs, thread=1, verbose=0)

        def judge(texts: list[str]) -> None:
            lines = [line.lower() + "\n" for text in texts for line in text.split("\n")]
            # `predict` itself does this and then copies into arrays, in a way that NumPy 2 refuses.
            model.f.multilinePredict(lines, 1, 0.0, "strict")

        return judge

    return make


def by_sklearn(pairs: bool) -> Callable[[Pages], Judge]:
    def make(pages: Pages) -> Judge:
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.naive_bayes import MultinomialNB
        from sklearn.pipeline import make_pipeline

        lines = [line for page in pages for line in page]
        model = make_pipeline(CountVectorizer(ngram_range=(1, 1 + pairs)), MultinomialNB())
        model.fit([text for text, _ in lines], [label == "editorial" for _, label in lines])

        def judge(texts: list[str]) -> None:
            model.predict_proba([line for text in texts for line in text.split("\n")])

        return judge

    return make


#: Each rival with how many times faster gleaner has to be, and should be.
RIVALS = [
    ("datatrove C4QualityFilter", by_c4, 20, 40),
    ("fastText, words", by_fasttext(False), 3, 6),
    ("fastText, word pairs too", by_fasttext(True), 3, 6),
    ("scikit-learn, words", by_sklearn(False), 3, 6),
    ("scikit-learn, word pairs too", by_sklearn(True), 3, 6),
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
    gleaner = by_gleaner()
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
            times: list[float] = []
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
