#!/usr/bin/env python3
"""Rebuild the labelled lines from the public WCXB release.

    pip install resiliparse==2.0.1
    rebuild_lines.py WCXB OUT

WCXB is a folder with the release's development split: html/NNNN.html.gz and ground-truth.jsonl.gz
(rows with "id", "url", "domain"). OUT gets fold-0.jsonl … fold-9.jsonl, one document per row:
{"id", "url", "domain", "paragraphs": [{"text", "label"}]}. The fold of a document is the md5 of its
domain, as an integer, modulo 10: no site is in two folds.

Every line is checked against the hash in lines-labels.tsv. A page that differs (another version of the
extractor, a changed page) is named and left out, and the exit status is 1.
"""
import collections
import gzip
import hashlib
import json
import pathlib
import re
import sys

from resiliparse.extract.html2text import extract_plain_text

HERE = pathlib.Path(__file__).resolve().parent


def labels():
    pages = collections.defaultdict(list)
    with open(HERE / "lines-labels.tsv", encoding="utf-8") as table:
        for row in table:
            if not row.startswith("#"):
                page, _line, digest, label = row.rstrip("\n").split("\t")
                pages[page].append((digest, label))
    return pages


def lines(html):
    text = extract_plain_text(html, main_content=True, alt_texts=False)
    collapsed = (" ".join(line.split()) for line in text.split("\n"))
    return [line for line in collapsed if re.search(r"\w", line)]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    release, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    with gzip.open(release / "ground-truth.jsonl.gz", "rt", encoding="utf-8") as rows:
        pages = {row["id"]: row for row in map(json.loads, rows)}
    folds, wrong = collections.defaultdict(list), []
    for page, expected in sorted(labels().items()):
        with gzip.open(release / "html" / f"{page}.html.gz") as file:
            found = lines(file.read().decode("utf-8", "replace"))
        digests = [hashlib.sha1(line.encode()).hexdigest()[:12] for line in found]
        if digests != [digest for digest, _label in expected]:
            wrong.append(page)
            continue
        domain = pages[page]["domain"]
        paragraphs = [{"text": line, "label": label} for line, (_digest, label) in zip(found, expected)]
        row = {"id": f"wcxb-{page}", "url": pages[page]["url"], "domain": domain, "paragraphs": paragraphs}
        folds[int(hashlib.md5(domain.encode()).hexdigest(), 16) % 10].append(row)
    out.mkdir(parents=True, exist_ok=True)
    for fold, documents in folds.items():
        with open(out / f"fold-{fold}.jsonl", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
    print(f"{sum(map(len, folds.values()))} documents rebuilt", file=sys.stderr)
    if wrong:
        sys.exit(f"{len(wrong)} pages came out otherwise and were left out: {' '.join(wrong)}")


if __name__ == "__main__":
    main()
