#!/usr/bin/env python3
"""What a site memory adds: judges the pages of WCXB that share a host without and with it, out of fold.

    site_memory.py CORPORA OUT [--gleaner PROGRAM] [--flag=--recall] [--sweep]

CORPORA holds `wcxb-dev/` (ground-truth.jsonl.gz, html/ID.html.gz) and `lines/en/` (fold-0.jsonl to
fold-9.jsonl), whose folds by site agree. The pages of every host with two pages or more are extracted in three
ways (Resiliparse, main content; Resiliparse, whole page; trafilatura), one line a paragraph. Each fold is scored
by a model that was trained without its sites: without a memory, with one pass (`--site-memory 64MB`), and with
two (`site-memory build`, then the file).

A line is editorial if half of its words are in the page's reference text in runs of four words. A shorter line is
editorial if it is a line of that text, and left out if it only occurs somewhere in it. Such labels are silver: the
figures allow comparing before and after, not comparing with labelled lines.

For each extraction and each kind of page: the share of editorial words that are dropped, the share of boilerplate
lines and of their words, before -> after; then the sites that lost most. With --sweep it also prints what the constants
of src/site/evidence.rs were chosen by: the log-odds that repetition adds, given the score, by length and number of
other documents; and what other constants would do, with two passes, at the lowest of the folds' thresholds.

Needs Python 3.9 or newer, a built gleaner, and the extractors: pip install resiliparse trafilatura lxml_html_clean
"""

import argparse
import collections
import gzip
import json
import math
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

FOLDS = range(10)
WORD = re.compile(r"\w+")
GROUPS = {
    "article": {"article"},
    "documentation, service, forum": {"documentation", "service", "forum"},
    "product, collection, listing": {"product", "collection", "listing"},
}
# Steps of src/site/evidence.rs: from so many other documents on.
STEPS = (1, 2, 4)
SWEEP = [(0, 0, 0), (0, 1, 2), (0, 1.5, 2.5), (1, 1, 2), (1, 1.5, 2.5), (1, 2, 3), (1.5, 2, 3), (2, 2.5, 3), (2, 3, 4)]


def main_content(html):
    from resiliparse.extract.html2text import extract_plain_text

    return extract_plain_text(html, main_content=True, alt_texts=False)


def whole_page(html):
    from resiliparse.extract.html2text import extract_plain_text

    return extract_plain_text(html, main_content=False, alt_texts=False)


def trafilatura(html):
    from trafilatura import extract

    return extract(html) or ""


TOOLS = [main_content, whole_page, trafilatura]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--gleaner", default="gleaner")
    parser.add_argument("--training-data", default=Path(__file__).parent.parent / "training-data", type=Path)
    parser.add_argument("--flag", action="append", default=[], help="of `gleaner score`")
    parser.add_argument("--sweep", action="store_true")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)

    with gzip.open(args.corpora / "wcxb-dev" / "ground-truth.jsonl.gz", "rt", encoding="utf-8") as rows:
        gold = [json.loads(row) for row in rows]
    hosts = collections.Counter(host(page["url"]) for page in gold)
    gold = [page for page in gold if host(page["url"]) and hosts[host(page["url"])] > 1]
    print(f"{len(gold)} pages of {len({host(page['url']) for page in gold})} hosts")

    for fold in FOLDS:
        others = [args.corpora / "lines" / "en" / f"fold-{other}.jsonl" for other in FOLDS if other != fold]
        run(args, "train", "-q", *others, args.training_data, "-o", args.out / f"without-{fold}.gleaner")
    html = [args.corpora / "wcxb-dev" / "html" / f"{page['id']}.html.gz" for page in gold]
    for tool in TOOLS:
        with ProcessPoolExecutor() as pool:
            texts = list(pool.map(extracted, [tool.__name__] * len(html), html, chunksize=8))
        pages = [{**page, "text": text} for page, text in zip(gold, texts)]
        report(args, tool.__name__, pages)


def run(args, *words, stdin=b""):
    done = subprocess.run([args.gleaner, *map(str, words)], input=stdin, stdout=subprocess.PIPE, check=True)
    return done.stdout


def host(url):
    name = (urlsplit(url).hostname or "").rstrip(".")
    return name[4:] if name.startswith("www.") else name


def extracted(tool, path):
    html = gzip.open(path).read().decode("utf-8", "replace")
    try:
        text = globals()[tool](html)
    except Exception as error:  # Whatever an extractor throws, the page counts.
        print(f"{tool}: {path.name}: {error!r}", file=sys.stderr)
        text = ""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if WORD.search(line))


def report(args, tool, pages):
    before, one, two = {}, {}, {}
    for fold in FOLDS:
        here = [page for page in pages if page["fold"] == fold]
        rows = [json.dumps({key: page[key] for key in ("id", "url", "text")}) for page in here]
        stdin = "".join(row + "\n" for row in rows).encode()
        memory, model = args.out / "sites.memory", args.out / f"without-{fold}.gleaner"
        common = ["--from", "jsonl", "--split", "lines", "--lenient", "-q"]
        run(args, "site-memory", "build", *common, "-o", memory, stdin=stdin)
        for scores, flags in ((before, []), (one, ["--site-memory", "64MB"]), (two, ["--site-memory", memory])):
            score = run(args, "score", *common, "--model", model, *args.flag, *flags, stdin=stdin)
            for row in map(json.loads, score.splitlines()):
                scores[row["doc"], row["index"]] = row
    lines = labelled(pages, before)
    print(f"\n{tool}: {len(lines)} lines\n  kind of page, pass: editorial words lost; boilerplate lines caught; its words")
    for name, types in GROUPS.items():
        for passes, after in (("one", one), ("two", two)):
            figures = [shares([line for line in lines if line["type"] in types], it) for it in (before, after)]
            shown = "; ".join(f"{100 * a:.2f} % -> {100 * b:.2f} %" for a, b in zip(*figures))
            print(f"  {name}, {passes}: {shown}")
    worst = collections.Counter()
    for line in lines:
        gone = [it[line["key"]]["verdict"] == "boilerplate" for it in (before, two)]
        if line["editorial"] and gone == [False, True]:
            worst[line["host"]] += line["words"]
    print("  editorial words that two passes lose more, by site:", ", ".join(f"{h} {n}" for h, n in worst.most_common(8)))
    if args.sweep:
        sweep(lines, before, two)


def labelled(pages, scores):
    """The lines whose label the reference text decides."""
    lines = []
    by_page = collections.defaultdict(list)
    for (doc, index), row in scores.items():
        by_page[doc].append((index, row["text"]))
    for page in pages:
        reference = [word.lower() for word in WORD.findall(page["main_content"])]
        runs = {tuple(reference[at : at + 4]) for at in range(len(reference) - 3)}
        whole = {" ".join(word.lower() for word in WORD.findall(line)) for line in page["main_content"].splitlines()}
        joined = f" {' '.join(reference)} "
        for index, text in sorted(by_page[page["id"]]):
            words = [word.lower() for word in WORD.findall(text)]
            if len(words) < 4:
                editorial = " ".join(words) in whole
                if not editorial and f" {' '.join(words)} " in joined:
                    continue
            else:
                hit = [False] * len(words)
                for at in range(len(words) - 3):
                    if tuple(words[at : at + 4]) in runs:
                        hit[at : at + 4] = [True] * 4
                editorial = 2 * sum(hit) >= len(words)
            key = (page["id"], index)
            lines.append(
                {"key": key, "editorial": editorial, "words": len(text.split()), "type": page["page_type"], "host": host(page["url"])}
            )
    return lines


def shares(lines, scores, gone=None):
    """Editorial words lost, boilerplate lines caught, their words caught."""
    gone = gone or (lambda line: scores[line["key"]]["verdict"] == "boilerplate")
    editorial = sum(line["words"] for line in lines if line["editorial"]) or 1
    rest = [line for line in lines if not line["editorial"]]
    caught = [line for line in rest if gone(line)]
    return (
        sum(line["words"] for line in lines if line["editorial"] and gone(line)) / editorial,
        len(caught) / max(1, len(rest)),
        sum(line["words"] for line in caught) / max(1, sum(line["words"] for line in rest)),
    )


def logit(p):
    p = min(max(p, 1e-9), 1 - 1e-9)
    return math.log(p / (1 - p))


def step(documents):
    return sum(documents >= least for least in STEPS)


def sweep(lines, before, two):
    text = [line for line in lines if line["type"] in GROUPS["article"] | GROUPS["documentation, service, forum"]]
    known = [(logit(before[line["key"]]["boilerplate"]), not line["editorial"]) for line in text]
    slope, offset = fitted(known)
    print(f"  log-odds that repetition adds to {slope:.2f} * score {offset:+.2f} (lines, share of boilerplate, sites)")
    for name, least, most in (("1-3 words", 1, 3), ("4-7", 4, 7), ("8-15", 8, 15), ("16 and more", 16, 10**9)):
        cells = []
        for at, label in enumerate(("none", "1 other", "2-3", "4 and more")):
            here = [
                (line, score)
                for line, score in zip(text, known)
                if least <= line["words"] <= most and step(two[line["key"]]["on_site"] or 0) == at
            ]
            if here:
                added = shift([(slope * x + offset, y) for _, (x, y) in here])
                share, sites = sum(y for _, (_, y) in here) / len(here), len({line["host"] for line, _ in here})
                cells.append(f"{label} {added:+.1f} ({len(here)}, {share:.2f}, {sites})")
        print(f"    {name}: " + " | ".join(cells))
    threshold = min(
        (logit(row["boilerplate"]) for row in before.values() if row["verdict"] == "boilerplate"), default=math.inf
    )
    for nats in SWEEP:
        for short in (0, 0.5, 1) if any(nats) else (0,):

            def gone(line):
                at = step(two[line["key"]]["on_site"] or 0)
                added = (0, *nats)[at] * (1 if line["words"] >= 8 else short)
                return logit(before[line["key"]]["boilerplate"]) + added >= threshold

            figures = []
            for name, types in GROUPS.items():
                lost, caught, _ = shares([line for line in lines if line["type"] in types], before, gone)
                figures.append(f"{name}: lost {100 * lost:.2f} % caught {100 * caught:.1f} %")
            print(f"    nats {nats}, shorter lines {short} of them: " + "; ".join(figures))


def fitted(known):
    """Slope and offset of a logistic curve, by Newton's method."""
    a, b = 0.5, 0.0
    for _ in range(30):
        ga = gb = haa = hab = hbb = 0.0
        for x, y in known:
            p = 1 / (1 + math.exp(-max(-30, min(30, a * x + b))))
            w = p * (1 - p)
            ga, gb = ga + (y - p) * x, gb + (y - p)
            haa, hab, hbb = haa + w * x * x, hab + w * x, hbb + w
        determinant = haa * hbb - hab * hab
        if determinant <= 0:
            break
        a += max(-0.2, min(0.2, (hbb * ga - hab * gb) / determinant))
        b += max(-1, min(1, (haa * gb - hab * ga) / determinant))
    return a, b


def shift(known):
    """What must be added to all log-odds, shrunk to 0 by half an observation."""
    d = 0.0
    for _ in range(50):
        p = [1 / (1 + math.exp(-max(-30, min(30, z + d)))) for z, _ in known]
        gradient = sum(y - it for it, (_, y) in zip(p, known)) - 0.5 * d
        d += max(-1, min(1, gradient / (sum(it * (1 - it) for it in p) + 0.5)))
    return d


if __name__ == "__main__":
    main()
