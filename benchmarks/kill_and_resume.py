#!/usr/bin/env python3
"""Kills runs with SIGKILL at a random moment and runs them again, and checks that every row is there once and unchanged.

    kill_and_resume.py CORPORA OUT [--gleaner PROGRAM] [--times 50] [--seed 1]

CORPORA holds `lines/en/`. For each format (text, JSONL, JSONL in gzip and in zstd, WET in gzip, Parquet) twelve
files are made from its documents. `gleaner clean --keep-dirs` runs over them once without interruption, on one core.
Then, --times times, it runs into an empty folder on two cores, is killed at a random moment within the duration of a
whole run, and runs again. After the kill every output must be complete or absent; after the second run the folder
must hold the same files with the same bytes. Rows, ids and kept texts are compared as well, by reading the outputs.

Needs Python 3.9 or newer and a built gleaner; pyarrow for Parquet and zstandard (or the zstd program) for zstd,
which are skipped with a message if they are missing.
"""

import argparse
import gzip
import io
import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

FILES = 12


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--gleaner", default="gleaner")
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    documents = []
    for fold in sorted((args.corpora / "lines" / "en").glob("fold-*.jsonl")):
        for row in map(json.loads, fold.read_text(encoding="utf-8").splitlines()):
            text = "\n".join(paragraph["text"] for paragraph in row["paragraphs"]) + "\n"
            documents.append({"id": row["id"], "url": row["url"], "text": text})
    failed = False
    for name, (write, read) in FORMATS.items():
        folder = args.out / name
        shutil.rmtree(folder, ignore_errors=True)
        try:
            for number in range(FILES):
                (folder / "in").mkdir(parents=True, exist_ok=True)
                write(folder / "in", number, documents[number::FILES])
        except (ImportError, FileNotFoundError) as missing:
            print(f"{name}: skipped, because of {missing}")
            continue
        failed |= not trials(args, name, folder, read)
    sys.exit(1 if failed else 0)


def trials(args, name, folder, read):
    rng = random.Random(args.seed)

    def command(out, jobs):
        # Without --max-drop, so that nothing is told.
        flags = ["-q", "--lenient", "--max-drop", "1", "-j", str(jobs)]
        return [args.gleaner, "clean", *flags, "-o", str(out), "--keep-dirs", "in"]

    subprocess.run(command("whole", 1), cwd=folder, check=True)
    started = time.monotonic()
    subprocess.run(command("two", 2), cwd=folder, check=True)
    whole_run = time.monotonic() - started
    expected = tree(folder / "whole")
    rows = sum(len(read(io.BytesIO(data))) for data in expected.values())
    given = sum(len(read(open(path, "rb"))) for path in sorted((folder / "in").iterdir()))
    if tree(folder / "two") != expected or rows != given:
        print(f"{name}: two cores, or the rows, differ even when nothing is killed")
        return False
    wrong, begun, finished_before = 0, 0, 0
    for _ in range(args.times):
        shutil.rmtree(folder / "out", ignore_errors=True)
        child = subprocess.Popen(command("out", 2), cwd=folder, stderr=subprocess.DEVNULL)
        time.sleep(rng.random() * whole_run)
        child.kill()
        finished_before += child.wait() == 0
        left = tree(folder / "out")
        begun += bool(left)
        whole_or_not = all(expected.get(path) == data for path, data in left.items())
        again = subprocess.run(command("out", 2), cwd=folder).returncode == 0
        made = tree(folder / "out")
        kept = [read(io.BytesIO(made[path])) == read(io.BytesIO(expected[path])) for path in expected if path in made]
        same = made == expected and all(kept)
        if not (whole_or_not and again and same):
            wrong += 1
            print(f"{name}: wrong: outputs whole {whole_or_not}, second run {again}, the same {same}")
    print(
        f"{name}: {args.times - wrong} of {args.times} the same; {given} rows in, {rows} rows out; killed with some outputs "
        f"in place {begun}, after all was done {finished_before}"
    )
    return wrong == 0


def tree(folder):
    """Outputs by name, without the program's own notes."""
    paths = (path for path in folder.rglob("*") if path.is_file() and ".gleaner" not in path.relative_to(folder).parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def jsonl(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def id_and_text(data):
    return [(row["id"], row["text"]) for row in map(json.loads, data.decode().splitlines())]


def write_text(folder, number, rows):
    (folder / f"{number}.txt").write_bytes("".join(row["text"] for row in rows).encode())


def write_jsonl(folder, number, rows):
    (folder / f"{number}.jsonl").write_bytes(jsonl(rows))


def write_gzip(folder, number, rows):
    (folder / f"{number}.jsonl.gz").write_bytes(gzip.compress(jsonl(rows)))


def zstd(data, *flags):
    try:
        import zstandard
    except ImportError:
        return subprocess.run(["zstd", "-q", "-c", *flags], input=data, stdout=subprocess.PIPE, check=True).stdout
    if flags:
        return zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True).read()
    return zstandard.ZstdCompressor().compress(data)


def write_zstd(folder, number, rows):
    (folder / f"{number}.jsonl.zst").write_bytes(zstd(jsonl(rows)))


def write_wet(folder, number, rows):
    out = io.BytesIO()
    for row in rows:
        text = row["text"].encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: {row['url']}\r\nWARC-Record-ID: <urn:{row['id']}>\r\n"
            f"Content-Type: text/plain\r\nContent-Length: {len(text)}\r\n\r\n"
        )
        out.write(gzip.compress(head.encode() + text + b"\r\n\r\n"))
    (folder / f"{number}.warc.wet.gz").write_bytes(out.getvalue())


def read_wet(file):
    data, rows, at = gzip.decompress(file.read()), [], 0
    while at < len(data):
        block = data.index(b"\r\n\r\n", at) + 4
        fields = dict(line.split(": ", 1) for line in data[at : block - 4].decode().split("\r\n")[1:])
        length = int(fields["Content-Length"])
        rows.append((fields["WARC-Record-ID"], data[block : block + length].decode()))
        at = block + length + 4
    return rows


def write_parquet(folder, number, rows):
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.Table.from_pylist([{**row, "n": at} for at, row in enumerate(rows)])
    pyarrow.parquet.write_table(table, folder / f"{number}.parquet", row_group_size=10)


def read_parquet(file):
    import pyarrow.parquet

    return [(row["id"], row["n"], row["text"]) for row in pyarrow.parquet.read_table(file).to_pylist()]


FORMATS = {
    "text": (write_text, lambda file: [file.read()]),
    "jsonl": (write_jsonl, lambda file: id_and_text(file.read())),
    "jsonl.gz": (write_gzip, lambda file: id_and_text(gzip.decompress(file.read()))),
    "jsonl.zst": (write_zstd, lambda file: id_and_text(zstd(file.read(), "-d"))),
    "wet.gz": (write_wet, read_wet),
    "parquet": (write_parquet, read_parquet),
}

if __name__ == "__main__":
    main()
