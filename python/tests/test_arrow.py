"""One function over pyarrow batches; in Polars, Daft and Ray."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys

import pytest

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")

from gleaner_text import Model, clean_each, clean_many
from gleaner_text._gleaner import PanicException
from gleaner_text.integrations.arrow import ArrowCleaner


@pytest.fixture(scope="module")
def table(documents):
    columns = {"id": [row["id"] for row in documents], "text": [row["text"] for row in documents]}
    return pa.table({**columns, "n": range(len(documents))})


def test_other_columns_stay(table, documents, by_program):
    cleaner = ArrowCleaner()
    cleaned = cleaner(table)
    assert cleaned.schema == cleaner.schema_of(table.schema)
    assert cleaned.drop_columns(["text", "gleaner_dropped", "gleaner_problem"]) == table.drop_columns(["text"])
    assert cleaned.column("text").to_pylist() == [row["text"] for row in by_program(documents)]
    each = clean_each([row["text"] for row in documents])
    assert cleaned.column("gleaner_dropped").to_pylist() == [len(it.dropped) for it in each]
    assert cleaner.stats["rows"] == len(documents) and cleaner.stats["failed"] == 0
    assert cleaner.stats["dropped"] == sum(len(it.dropped) for it in each) > 100
    assert ArrowCleaner(tags=False)(table).schema == table.schema


def test_batches_one_by_one(table):
    whole = ArrowCleaner()(table)
    parts = list(ArrowCleaner(threads=2)(iter(table.to_batches(max_chunksize=7))))
    assert all(isinstance(part, pa.RecordBatch) for part in parts) and len(parts) > 10
    assert pa.Table.from_batches(parts).equals(whole.combine_chunks())


KINDS = ["string", "large_string", "string_view", "dictionary"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_text_keeps_its_type(table, kind):
    made = pa.dictionary(pa.int32(), pa.string()) if kind == "dictionary" else getattr(pa, kind)()
    column = table.column("text").combine_chunks()
    column = column.dictionary_encode() if kind == "dictionary" else column.cast(made)
    column = column.cast(made)
    cleaned = ArrowCleaner()(pa.table({"text": column}))
    assert cleaned.column("gleaner_problem").null_count == len(cleaned)
    assert cleaned.schema.field("text").type == made
    assert cleaned.column("text").to_pylist() == clean_many(table.column("text").to_pylist())


def test_what_cannot_be_judged_passes_and_says_why(article):
    bad = pa.array([b"Share on Facebook \xff", article.encode(), None, b""], pa.binary())
    # Arrow calls any bytes a string if it is told to.
    column = pa.StringArray.from_buffers(4, *bad.buffers()[1:], bad.buffers()[0], null_count=1)
    cleaner = ArrowCleaner(precision=True)
    cleaned = cleaner(pa.record_batch({"text": column, "n": [1, 2, 3, 4]}))
    left = cleaned.column("text").cast(pa.binary()).to_pylist()
    assert left[0] == b"Share on Facebook \xff" and left[2:] == [None, b""]
    assert 0 < len(left[1]) < len(article)
    problems = cleaned.column("gleaner_problem").to_pylist()
    assert "bytes" in problems[0] and problems[1:] == [None] * 3
    assert cleaner.stats["failed"] == 1 and cleaner.stats["rows"] == 4
    numbers = cleaner(pa.record_batch({"text": [1, 2]}))
    assert numbers.column("text").to_pylist() == [1, 2]
    assert "int" in numbers.column("gleaner_problem").to_pylist()[0]
    elsewhere = cleaner(pa.record_batch({"body": ["a"]}))
    assert "'text'" in elsewhere.column("gleaner_problem").to_pylist()[0]
    twice = pa.RecordBatch.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    assert cleaner(twice).column("gleaner_problem").to_pylist()[0]
    assert cleaner(pa.table({"text": pa.array([], pa.string())})).num_rows == 0


@pytest.mark.parametrize("error", [MemoryError, PanicException])
def test_an_error_within_fails_open(table, monkeypatch, error):
    import gleaner_text.integrations as integrations

    def broken(*_, **__):
        raise error("no room")

    cleaner = ArrowCleaner()
    monkeypatch.setattr(integrations, "clean_each", broken)
    cleaned = cleaner(table)
    assert cleaned.column("text").to_pylist() == table.column("text").to_pylist()
    assert set(cleaned.column("gleaner_problem").to_pylist()) == {f"{error.__name__}: no room"}
    assert cleaner.stats["failed"] == len(table)


def test_wrong_options_are_told_at_once(tmp_path):
    with pytest.raises(TypeError, match="unknown options: precison"):
        ArrowCleaner(precison=True)
    with pytest.raises(ValueError):
        ArrowCleaner(threshold=2)
    with pytest.raises(FileNotFoundError):
        ArrowCleaner(model=str(tmp_path / "none"))


def test_it_pickles_with_its_model(table, tmp_path):
    path = tmp_path / "m.gleaner"
    Model.default().save(path)
    cleaner = ArrowCleaner(model=str(path), recall=True)
    path.unlink()
    again = pickle.loads(pickle.dumps(cleaner))
    assert again(table).equals(ArrowCleaner(recall=True)(table))


def test_polars(table):
    polars = pytest.importorskip("polars", reason="polars is not installed")
    frame = polars.from_arrow(table)
    cleaned = polars.from_arrow(ArrowCleaner()(frame.to_arrow()))
    assert cleaned["text"].to_list() == clean_many(frame["text"].to_list())
    assert cleaned["n"].to_list() == frame["n"].to_list()
    lazy = frame.lazy().map_batches(lambda part: polars.from_arrow(ArrowCleaner(tags=False)(part.to_arrow())))
    assert lazy.collect()["text"].to_list() == cleaned["text"].to_list()


DAFT = """
import sys, json, daft, pyarrow as pa
from gleaner_text.integrations.arrow import ArrowCleaner
cleaner = ArrowCleaner()

@daft.func.batch(return_dtype=daft.DataType.string())
def clean(texts: daft.Series) -> daft.Series:
    return daft.Series.from_arrow(cleaner.column(texts.to_arrow()))

rows = daft.read_json(sys.argv[1]).with_column("text", clean(daft.col("text"))).sort("id").to_pylist()
json.dump([{"id": row["id"], "text": row["text"]} for row in rows], open(sys.argv[2], "w"))
"""

RAY = """
import sys, json, ray, pyarrow.parquet
from gleaner_text.integrations.arrow import ArrowCleaner
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=100_000_000)
data = ray.data.read_parquet(sys.argv[1]).repartition(6).map_batches(ArrowCleaner(), batch_format="pyarrow")
rows = sorted(data.take_all(), key=lambda row: row["id"])
json.dump([{"id": row["id"], "text": row["text"]} for row in rows], open(sys.argv[2], "w"))
"""


@pytest.mark.engine
@pytest.mark.parametrize(("engine", "script"), [("daft", DAFT), ("ray", RAY)])
def test_engines_give_what_the_program_gives(engine, script, documents, by_program, write, table, tmp_path):
    pytest.importorskip(engine, reason=f"{engine} is not installed")
    from pyarrow import parquet

    source = tmp_path / ("in.jsonl" if engine == "daft" else "in.parquet")
    if engine == "daft":
        write(source, documents)
    else:
        parquet.write_table(table, source)
    subprocess.run([sys.executable, "-c", script, source, tmp_path / "out.json"], cwd=tmp_path, check=True, timeout=300)
    expected = sorted(by_program(documents), key=lambda row: row["id"])
    assert json.loads((tmp_path / "out.json").read_text()) == expected
