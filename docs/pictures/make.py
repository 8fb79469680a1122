#!/usr/bin/env python3
"""Makes the picture of the README: what `gleaner explain` shows of a page, as a headless Chromium draws it.

    cargo build --release && python3 docs/pictures/make.py

GLEANER names the program (target/release/gleaner without it), CHROMIUM the browser. Standard library only.
"""
import os, pathlib, subprocess, sys, tempfile

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/browser"))
import chromium

GLEANER = os.environ.get("GLEANER") or str(ROOT / "target/release/gleaner")
PAGE = ROOT / "examples/lamplighter.html"
PICTURE = ROOT / "docs/pictures/explain.png"
WIDTH, HEIGHT = 900, 960
MOST_BYTES = 150_000


def main():
    browser_program = chromium.find()
    if not browser_program:
        sys.exit("no Chromium is installed (on Debian: apt-get install chromium), and CHROMIUM names none")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "explain.html")
        subprocess.run([GLEANER, "explain", "--html", file, PAGE.name], cwd=PAGE.parent, check=True)
        browser = chromium.Browser(browser_program)
        try:
            browser.open(file.as_uri(), WIDTH, HEIGHT, prefers_color_scheme="light")
            browser.screenshot(PICTURE)
        finally:
            browser.close()
    size = PICTURE.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"{PICTURE.relative_to(ROOT)} has {size} bytes, more than the {MOST_BYTES} that a README should load")
    print(f"{PICTURE.relative_to(ROOT)}: {WIDTH} x {HEIGHT}, {size} bytes")


if __name__ == "__main__":
    main()
