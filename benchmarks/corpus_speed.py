#!/usr/bin/env python3
"""Speed and memory of `gleaner clean` on a large JSONL file.

    corpus_speed.py CORPORA OUT [--gleaner PROGRAM] [--megabytes 1000] [--repeats 3] [--only PART,...]

CORPORA holds `lines/en/`, whose documents are repeated until the file has the requested size. Every copy has its
own id and two more words in each paragraph, so no two are alike. Parts:

    cores   seconds on two cores against one, in turns; the median of the ratios (at least 1.8 is asked for)
    memory  most memory held by one run over --megabytes and by one over four times as much, fed through a pipe
            (under 300 MB and equal is asked for)
    gzip    a fifth of the file in gzip: `clean -j 1` in and out against `zcat | gzip` at the same level, both tied
            to one core, in turns; the median of the ratios (at most 1.5), and the sizes of what was written

Other load on the machine affects the figures: the load of the last minute is printed before each part.

Needs Python 3.9 or newer on Linux, gzip, taskset, and a built gleaner.
"""

import argparse
import json
import os
import statistics
import subprocess
import time
from pathlib import Path

# Without --max-drop, so that nothing is told.
CLEAN = ["clean", "-q", "--lenient", "--max-drop", "1"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--gleaner", default="gleaner")
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", default="cores,memory,gzip")
    args = parser.parse_args()
    parts = args.only.split(",")
    args.out.mkdir(parents=True, exist_ok=True)
    documents = []
    for fold in sorted((args.corpora / "lines" / "en").glob("fold-*.jsonl")):
        for row in map(json.loads, fold.read_text(encoding="utf-8").splitlines()):
            documents.append((row["url"], [paragraph["text"] for paragraph in row["paragraphs"]]))
    size = args.megabytes * 10**6

    file = args.out / "articles.jsonl"
    if "cores" in parts:
        with open(file, "wb") as out:
            for row in rows(documents, size):
                out.write(row)
        cores(args, file)
        file.unlink()
    if "memory" in parts:
        load("memory")
        for times in (1, 4):
            peak = fed(args, rows(documents, times * size))
            print(f"memory: {times * args.megabytes} MB, two cores: {peak / 1e6:.0f} MB at its peak", flush=True)
    if "gzip" in parts:
        with open(file, "wb") as out:
            for row in rows(documents, size // 5):
                out.write(row)
        compressed(args, file)
        file.unlink()


def load(part):
    print(f"{part}: load of the last minute {os.getloadavg()[0]:.2f}", flush=True)


def rows(documents, size):
    """Rows of this many bytes in total, no two alike."""
    written = copy = 0
    while written < size:
        for number, (url, paragraphs) in enumerate(documents):
            text = "\n".join(f"{paragraph} {copy} {number}" for paragraph in paragraphs)
            row = {"id": f"{copy}-{number}", "url": f"{url}?{copy}", "text": text}
            line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
            written += len(line)
            yield line
            if written >= size:
                return
        copy += 1


def seconds(command, **streams):
    """Wall-clock time, and peak memory in bytes."""
    started = time.monotonic()
    child = subprocess.Popen(command, **streams)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{command}: status {status}")
    return time.monotonic() - started, usage.ru_maxrss * 1024


def cores(args, file):
    load("cores")
    ratios = []
    for _ in range(args.repeats):
        taken = {}
        for jobs in (1, 2):
            command = [args.gleaner, *CLEAN, "-j", str(jobs), str(file)]
            taken[jobs], _ = seconds(command, stdout=subprocess.DEVNULL)
        ratios.append(taken[1] / taken[2])
        speed = file.stat().st_size / 1e6 / taken[1]
        print(f"cores: one {taken[1]:.1f} s ({speed:.1f} MB/s), two {taken[2]:.1f} s: {ratios[-1]:.2f} times", flush=True)
    print(f"cores: median {statistics.median(ratios):.2f} times", flush=True)


def fed(args, lines):
    command = [args.gleaner, *CLEAN, "--from", "jsonl", "-j", "2"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    for line in lines:
        child.stdin.write(line)
    child.stdin.close()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{command}: status {status}")
    return usage.ru_maxrss * 1024


def compressed(args, file):
    packed, out = args.out / "articles.jsonl.gz", args.out / "out.gz"
    with open(packed, "wb") as to:
        subprocess.run(["gzip", "-6", "-c", str(file)], stdout=to, check=True)
    load("gzip")
    ratios = []
    for _ in range(args.repeats):
        taken, sizes = [], []
        for line in (f"zcat '{packed}' | gzip -6 > '{out}'", f"'{args.gleaner}' {' '.join(CLEAN)} -j 1 '{packed}' > '{out}'"):
            took, _ = seconds(["taskset", "-c", "0", "sh", "-c", line])
            taken.append(took)
            sizes.append(out.stat().st_size)
        ratios.append(taken[1] / taken[0])
        print(
            f"gzip: zcat | gzip {taken[0]:.1f} s, {sizes[0]} bytes; clean {taken[1]:.1f} s, {sizes[1]} bytes: {ratios[-1]:.2f} times",
            flush=True,
        )
    print(f"gzip: median {statistics.median(ratios):.2f} times", flush=True)
    packed.unlink()
    out.unlink()


if __name__ == "__main__":
    main()
