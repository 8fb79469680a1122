"""What the tests share: texts of the project, and the program to compare with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: Written for these tests: an article with what a site wraps around one.
ARTICLE = """Skip to main content
The ferry that came back from the dead
By Orla Penhallow
14 March 2024
When the Margit was towed out of Sallowby in 1998, nobody on the quay expected to see her again. She had carried mail,
The yard had quoted eleven weeks. It took four years, two managers and a crane that fell into the harbour.
“We never had a plan,” said Ib Rasmus, who welds. “We had a boat and a kettle.”
Sign up for our newsletter and never miss a story. Become a supporter from £3 a month.
She sails again on Saturday, with forty passengers and the old bell, which a farmer had kept in his barn.
Share on Facebook
You may also like: Ten harbours to see before they silt up
© 2024 The Sallowby Post. All rights reserved.
"""


@pytest.fixture(scope="session")
def documents() -> list[dict[str, str]]:
    """The project's own labelled articles as rows `{"id", "text"}`."""
    rows = []
    for path in sorted((ROOT / "training-data").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            rows.append({"id": row["id"], "text": "\n".join(it["text"] for it in row["paragraphs"])})
    assert len(rows) > 100
    return rows


@pytest.fixture(scope="session")
def article() -> str:
    return ARTICLE


@pytest.fixture(scope="session")
def gleaner() -> str:
    """The program: `GLEANER`, or what cargo has built last."""
    built = [ROOT / "target" / profile / "gleaner" for profile in ("release", "debug")]
    found = os.environ.get("GLEANER") or max(
        (str(path) for path in built if path.exists()), key=os.path.getmtime, default=None
    )
    found = found or shutil.which("gleaner")
    if found is None:
        pytest.skip("the program is not built (cargo build) and GLEANER does not name it")
    return found


@pytest.fixture(scope="session")
def by_program(gleaner: str, tmp_path_factory: pytest.TempPathFactory):
    """Cleans rows by one run of the program."""

    def run(rows: list[dict[str, str]], *flags: str) -> list[dict[str, str]]:
        path = tmp_path_factory.mktemp("rows") / "in.jsonl"
        write_rows(path, rows)
        done = subprocess.run([gleaner, "clean", "--lenient", *flags, path], capture_output=True, check=True)
        return read_rows(done.stdout)

    return run


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def read_rows(lines: bytes) -> list[dict[str, str]]:
    return [json.loads(line) for line in lines.splitlines()]


@pytest.fixture(scope="session")
def rows_of():
    return read_rows


@pytest.fixture(scope="session")
def write():
    return write_rows
