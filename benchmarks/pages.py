#!/usr/bin/env python3
"""Times gleaner and other extractors on the same pages, one core, one run, as CPU time.

    pip install trafilatura==2.3.1 resiliparse==2.0.1
    python3 benchmarks/pages.py CORPORA [--gleaner target/release/gleaner] [--every 10]

CORPORA holds wcxb-dev. Figures are MB of HTML per second of CPU time and ratios to trafilatura. gleaner runs as
a command, its start and the reading of files included; the others are called in this process, on bytes in
memory. Extractors that are not installed are skipped with a message.
"""
import argparse, gzip, pathlib, resource, subprocess, sys, tempfile, time


def children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("corpora", type=pathlib.Path)
    arguments.add_argument("--gleaner", default="target/release/gleaner")
    arguments.add_argument("--every", type=int, default=10)
    given = arguments.parse_args()
    files = sorted((given.corpora / "wcxb-dev/html").glob("*.html.gz"))[:: given.every]
    pages = {file.name[:-3]: gzip.decompress(file.read_bytes()) for file in files}
    size = sum(map(len, pages.values())) / 1e6
    print(f"{len(pages)} pages, {size:.1f} MB")
    seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, page in pages.items():
            (pathlib.Path(folder) / name).write_bytes(page)
        start = children()
        subprocess.run([given.gleaner, "clean", "-q", "-j", "1", "--to", "jsonl", folder],
                       stdout=subprocess.DEVNULL, check=True)
        seconds["gleaner"] = children() - start
    try:
        import trafilatura
        start = time.process_time()
        for page in pages.values():
            trafilatura.extract(page)
        seconds["trafilatura"] = time.process_time() - start
    except ImportError:
        print("skipped: trafilatura is not installed", file=sys.stderr)
    try:
        from resiliparse.extract.html2text import extract_plain_text
        from resiliparse.parse.encoding import bytes_to_str, detect_encoding
        start = time.process_time()
        for page in pages.values():
            extract_plain_text(bytes_to_str(page, detect_encoding(page)), main_content=True)
        seconds["resiliparse"] = time.process_time() - start
    except ImportError:
        print("skipped: resiliparse is not installed", file=sys.stderr)
    for name, spent in seconds.items():
        against = f", {seconds['trafilatura'] / spent:.1f} x trafilatura" if "trafilatura" in seconds else ""
        print(f"{name:<12} {size / spent:7.1f} MB/s{against}")


if __name__ == "__main__":
    main()
