#!/usr/bin/env python3
"""Speed of `gleaner_text.clean_many` against the program, on the same documents, on one core each.

    python3 benchmarks/python_speed.py "$GLEANER_CORPORA" --program target/release/gleaner

Both take turns in one run. The program reads rows of JSONL and writes them; `clean_many` has its texts in a list.
The figures use processor time, which other load on the machine does not affect; wall-clock time is printed beside
it. Needs the package from a release wheel (`ci/python.sh` makes one).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import gleaner_text


def documents(corpora: Path, megabytes: float) -> list[dict[str, str]]:
    """Articles of `lines/en`, repeated and varied by the order of their halves."""
    pages = []
    for path in sorted((corpora / "lines" / "en").glob("fold-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            pages.append([it["text"] for it in json.loads(line)["paragraphs"]])
    rows, size = [], 0
    while size < megabytes * 1e6:
        turn, number = divmod(len(rows), len(pages))
        lines = pages[number]
        cut = turn * 7 % len(lines)
        text = "\n".join(lines[cut:] + lines[:cut])
        rows.append({"id": str(len(rows)), "text": text})
        size += len(text.encode())
    return rows


def spent() -> float:
    """Processor time of finished child processes, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--program", default="target/release/gleaner")
    parser.add_argument("--megabytes", type=float, default=50)
    parser.add_argument("--turns", type=int, default=5)
    args = parser.parse_args()
    rows = documents(args.corpora, args.megabytes)
    texts = [row["text"] for row in rows]
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(f"{len(texts)} documents, {size:.0f} MB; MB/s of one core by processor time (by the clock)")
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        for turn in range(args.turns):
            before, clock = spent(), time.perf_counter()
            with output.open("wb") as out:
                command = [args.program, "clean", "-q", "-j", "1", "--lenient", source]
                subprocess.run(command, stdout=out, stderr=subprocess.DEVNULL, check=True)
            program, program_clock = spent() - before, time.perf_counter() - clock
            # New objects every turn: a `str` keeps its UTF-8 once it was asked for.
            fresh = [os.fsencode(text).decode() for text in texts]
            before, clock = time.process_time(), time.perf_counter()
            cleaned = gleaner_text.clean_many(fresh)
            python, python_clock = time.process_time() - before, time.perf_counter() - clock
            ratios.append(program / python)
            print(
                f"program {size / program:5.1f} ({size / program_clock:5.1f})   "
                f"clean_many {size / python:5.1f} ({size / python_clock:5.1f})   ratio {ratios[-1]:.2f}",
                flush=True,
            )
        written = [json.loads(line)["text"] for line in output.read_text(encoding="utf-8").splitlines()]
        assert written == cleaned, "they do not say the same"
    ratio = statistics.median(ratios)
    print(f"median: clean_many has {ratio:.2f} of the program's speed per core (asked: 0.80)")


if __name__ == "__main__":
    main()
