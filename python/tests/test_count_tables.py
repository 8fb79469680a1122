"""Counting a labelled corpus under datatrove: tables of tasks add up to the table, and the model, of one pass."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("datatrove", reason="datatrove is not installed")

ROOT = Path(__file__).resolve().parents[2]
TASKS = 6

SCRIPT = f"""
import os, subprocess, sys, time
from pathlib import Path
from datatrove.executor import LocalPipelineExecutor

def count(data, rank=0, world_size=1):
    at, gleaner, pause = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    files = sorted((at / "in").glob("*.jsonl"))[rank::world_size]
    time.sleep(pause)
    subprocess.run([gleaner, "count", *files, "-o", at / "tables" / f"{{rank:05}}.counts"], check=True)
    return iter(())

if __name__ == "__main__":
    LocalPipelineExecutor([count], tasks={TASKS}, workers=2, logging_dir=sys.argv[1] + "/logs").run()
"""


def run(folder: Path, gleaner: str, pause: float) -> subprocess.Popen:
    log = open(folder / "log.txt", "ab")
    command = [sys.executable, "run.py", str(folder), gleaner, str(pause)]
    return subprocess.Popen(command, cwd=folder, start_new_session=True, stdout=log, stderr=log)


def test_tables_of_tasks_make_the_model_of_one_pass(gleaner, tmp_path):
    for path in sorted((ROOT / "training-data").glob("*.jsonl")):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "tables").mkdir()
    (tmp_path / "run.py").write_text(SCRIPT)

    # Killed once some tasks are done, and taken up again.
    killed = run(tmp_path, gleaner, 1.0)
    patience = time.monotonic() + 60
    while not list((tmp_path / "tables").glob("*.counts")) and time.monotonic() < patience:
        assert killed.poll() is None, (tmp_path / "log.txt").read_text()
        time.sleep(0.05)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert run(tmp_path, gleaner, 0.0).wait() == 0, (tmp_path / "log.txt").read_text()

    tables = sorted((tmp_path / "tables").glob("*.counts"))
    assert len(tables) == TASKS
    merged, whole = tmp_path / "merged.counts", tmp_path / "whole.counts"
    subprocess.run([gleaner, "merge", *tables, "-o", merged], check=True)
    subprocess.run([gleaner, "count", *sorted((tmp_path / "in").glob("*.jsonl")), "-o", whole], check=True)
    assert merged.read_bytes() == whole.read_bytes()

    models = []
    for table in (merged, whole):
        model = table.with_suffix(".gleaner")
        subprocess.run([gleaner, "train", "-q", "--name", "m", table, "-o", model], check=True)
        models.append(model.read_bytes())
    assert models[0] == models[1]
