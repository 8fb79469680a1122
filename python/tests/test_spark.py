"""Spark: `mapInArrow` with a worker that is killed, and `rdd.pipe`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from gleaner_text import clean_each

pytest.importorskip("pyspark", reason="pyspark is not installed")
pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not installed"),
]

#: The first task of partition 3 takes its worker with it, half-way through its batches.
SCRIPT = """
import json, os, signal, sys
from pyspark import TaskContext
from pyspark.sql import SparkSession
from gleaner_text.integrations.arrow import ArrowCleaner

at = sys.argv[1]
spark = (
    SparkSession.builder.master("local[2,3]").config("spark.ui.enabled", "false")
    .config("spark.sql.execution.arrow.maxRecordsPerBatch", "4")
    .config("spark.driver.memory", "1g").getOrCreate()
)
clean = ArrowCleaner()

def clean_or_die(batches):
    for number, batch in enumerate(clean(batches)):
        if number == 2 and TaskContext.get().partitionId() == 3 and not os.path.exists(at + "/killed"):
            open(at + "/killed", "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        yield batch

frame = spark.read.schema("id string, text string").json(at + "/in.jsonl").repartition(6)
cleaned = frame.mapInArrow(clean_or_die, clean.schema_of(frame.schema))
rows = [row.asDict() for row in cleaned.collect()]
plain = [row.asDict() for row in frame.mapInArrow(clean, clean.schema_of(frame.schema)).collect()]
lines = spark.sparkContext.textFile("file://" + at + "/in.jsonl", 5)
# Without `env` PySpark starts the program in an empty one, where only /bin and /usr/bin are looked into.
piped = lines.pipe(sys.argv[2], env={"PATH": os.environ["PATH"]}, checkCode=True).collect()
json.dump({"rows": rows, "plain": plain, "piped": piped}, open(at + "/out.json", "w"))
spark.stop()
"""

PIPE = "gleaner clean --from jsonl --lenient"


def test_spark_gives_what_the_program_gives(documents, by_program, gleaner, write, tmp_path):
    # Nothing would be left of it, so it passes untouched and says so.
    rows = [*documents, {"id": "all of it", "text": "Share on Facebook"}]
    odd = {row["id"] for row, it in zip(rows, clean_each([row["text"] for row in rows]), strict=True) if it.problems}
    assert "all of it" in odd
    write(tmp_path / "in.jsonl", rows)
    (tmp_path / "run.py").write_text(SCRIPT)
    os.symlink(gleaner, tmp_path / "gleaner")
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "PATH": path, "SPARK_LOCAL_IP": "127.0.0.1"}
    command = [sys.executable, "run.py", str(tmp_path), PIPE]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-4000:]
    assert (tmp_path / "killed").exists()
    out = json.loads((tmp_path / "out.json").read_text())
    expected = sorted((row["id"], row["text"]) for row in by_program(rows))
    assert len(expected) == len(rows)
    for name in ("rows", "plain"):
        assert sorted((row["id"], row["text"]) for row in out[name]) == expected
        assert {row["id"] for row in out[name] if row["gleaner_problem"]} == odd
    assert any(row["gleaner_dropped"] for row in out["rows"])
    piped = [json.loads(line) for line in out["piped"]]
    assert sorted((row["id"], row["text"]) for row in piped) == expected
