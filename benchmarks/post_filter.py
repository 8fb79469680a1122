#!/usr/bin/env python3
"""What gleaner adds to an extractor: scores of its output on whole pages, before and after cleaning, out of fold.

    post_filter.py CORPORA OUT [--gleaner PROGRAM] [--scorer SCRIPT] [--flag=--recall]

CORPORA holds `wcxb-dev/` (ground-truth.jsonl.gz, html/ID.html.gz) and `lines/en/` (fold-0.jsonl to
fold-9.jsonl), whose folds by site agree. For each of the extractors that are installed (Resiliparse,
trafilatura, readability-lxml), the article pages are extracted into OUT/TOOL.before.jsonl; the pages of each fold are cleaned by a
model that was trained without the sites of that fold, into OUT/TOOL.after.jsonl. With --scorer, a script that
takes `GOLD --pred AFTER --before BEFORE`, the figures of both are printed.

Needs Python 3.9 or newer, a built gleaner, and the extractors: pip install resiliparse trafilatura readability-lxml
To measure another version of an extractor, run the script in an environment that has it.
"""

import argparse
import gzip
import json
import subprocess
import sys
from pathlib import Path

FOLDS = range(10)


def resiliparse():
    from resiliparse.extract.html2text import extract_plain_text

    return lambda html: extract_plain_text(html, main_content=True, alt_texts=False)


def trafilatura():
    from trafilatura import extract

    return lambda html: extract(html) or ""


def readability():
    from readability import Document
    from resiliparse.extract.html2text import extract_plain_text

    # It gives the part of the page that it takes for the article as HTML, whose text is all wanted.
    return lambda html: extract_plain_text(Document(html).summary(), main_content=False, alt_texts=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--gleaner", default="gleaner")
    parser.add_argument("--training-data", default=Path(__file__).parent.parent / "training-data", type=Path)
    parser.add_argument("--scorer", type=Path)
    parser.add_argument("--flag", action="append", help="of `gleaner clean` [default: --recall]")
    parser.add_argument("--only", action="append", help="one of the extractors: resiliparse, trafilatura, readability")
    args = parser.parse_args()
    flags = args.flag if args.flag is not None else ["--recall"]
    args.out.mkdir(parents=True, exist_ok=True)

    pages = args.corpora / "wcxb-dev"
    with gzip.open(pages / "ground-truth.jsonl.gz", "rt", encoding="utf-8") as rows:
        gold = [row for row in map(json.loads, rows) if row["page_type"] == "article"]
    write(args.out / "gold.jsonl", gold)

    models = [args.out / f"without-{fold}.gleaner" for fold in FOLDS]
    for fold, model in zip(FOLDS, models):
        others = [args.corpora / "lines" / "en" / f"fold-{other}.jsonl" for other in FOLDS if other != fold]
        subprocess.run([args.gleaner, "train", "-q", *others, args.training_data, "-o", model], check=True)

    for load in (resiliparse, trafilatura, readability):
        tool = load.__name__
        if args.only and tool not in args.only:
            continue
        try:
            extract = load()
        except ImportError as missing:
            print(f"{tool}: skipped, because it is not installed ({missing})", file=sys.stderr)
            continue
        before, after = args.out / f"{tool}.before.jsonl", args.out / f"{tool}.after.jsonl"
        rows = [extracted(extract, tool, pages, page) for page in gold]
        write(before, rows)
        with open(after, "wb") as cleaned:
            for fold, model in zip(FOLDS, models):
                here = "".join(json.dumps(row) + "\n" for row in rows if row["fold"] == fold)
                command = [args.gleaner, "clean", "-q", "--lenient", "--from", "jsonl", "--model", model, *flags]
                cleaned.write(subprocess.run(command, input=here.encode(), stdout=subprocess.PIPE, check=True).stdout)
        print(f"{tool}: {len(rows)} pages, before in {before}, after in {after}")
        if args.scorer:
            scorer = [sys.executable, args.scorer, args.out / "gold.jsonl", "--pred", after, "--before", before]
            subprocess.run(scorer, check=True)


def extracted(extract, tool, pages, page):
    """A page's text; empty, with a message, if the extractor fails."""
    html = gzip.open(pages / "html" / f"{page['id']}.html.gz").read().decode("utf-8", "replace")
    try:
        text = extract(html)
    except Exception as error:  # Whatever an extractor throws, the page counts.
        print(f"{tool}: page {page['id']}: {error!r}", file=sys.stderr)
        text = ""
    return {"id": page["id"], "url": page["url"], "fold": page["fold"], "text": text}


def write(path, rows):
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    main()
