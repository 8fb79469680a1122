"""Models: loaded, saved, pickled, trained."""

from __future__ import annotations

import json
import multiprocessing
import pickle
import subprocess
from pathlib import Path

import pytest

from gleaner_text import Counts, GleanerError, Model, clean, clean_many

ROOT = Path(__file__).resolve().parents[2]
LABELS = ROOT / "examples" / "labels.tsv"


def recipe_rows() -> list[tuple[str, str]]:
    lines = [line.partition("\t") for line in LABELS.read_text(encoding="utf-8").splitlines() if line]
    return [(text, label) for label, _, text in lines]


def test_the_built_in_model_is_the_file():
    model = Model.default()
    assert model.to_bytes() == (ROOT / "models" / "built-in.gleaner").read_bytes()
    assert model is Model.default()
    assert [label for label, kept in model.labels.items() if kept] == ["editorial"]
    thresholds = model.thresholds
    assert thresholds["unsure"] < thresholds["precision"] < thresholds["default"] < thresholds["recall"] < 1


def test_saved_loaded_pickled(tmp_path, article):
    model = Model.train(recipe_rows(), keep=["recipe"])
    path = tmp_path / "recipes.gleaner"
    model.save(path)
    assert [it.name for it in tmp_path.iterdir()] == ["recipes.gleaner"]
    for other in (Model.load(path), Model.from_bytes(model.to_bytes()), pickle.loads(pickle.dumps(model))):
        assert other == model and hash(other) == hash(model) and other.digest == model.digest
        assert clean(article, model=other, threshold=0.5) == clean(article, model=model, threshold=0.5)
    assert model != Model.default() and model != "model"
    assert "of 74 paragraphs" in repr(model)


def test_the_program_trains_the_same(gleaner, tmp_path):
    path = tmp_path / "m.gleaner"
    flags = ["--keep", "recipe", "--name", "m"]
    subprocess.run([gleaner, "train", "-q", *flags, LABELS, "-o", path], check=True, capture_output=True)
    assert Model.train([LABELS], keep=["recipe"], name="m") == Model.load(path)
    files = sorted((ROOT / "training-data").glob("*.jsonl"))[:4]
    subprocess.run([gleaner, "train", "-q", "--name", "m", *files, "-o", path], check=True, capture_output=True)
    whole = Model.load(path)
    assert Model.train(files, name="m") == whole
    assert Model.train(files, name="m", threads=2) == whole
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    again = Model.train(rows, name="m")
    # The same but for the digest of the files, which are other files.
    assert again.thresholds == whole.thresholds
    texts = ["\n".join(it["text"] for it in row["paragraphs"]) for row in rows]
    assert clean_many(texts, model=again) == clean_many(texts, model=whole) != texts


def test_counts_add():
    rows = recipe_rows()
    whole, parts = Counts(), Counts()
    whole.add([text for text, _ in rows], [label for _, label in rows])
    for part in (rows[40:], rows[:40]):
        counts = Counts()
        counts.add([text for text, _ in part], [label for _, label in part])
        parts.merge(Counts.from_bytes(counts.to_bytes()))
    assert parts.to_bytes() == whole.to_bytes()
    assert sum(count for _, count in whole.paragraphs()) == 74
    whole.merge(whole)
    assert sum(count for _, count in whole.paragraphs()) == 148
    assert Model.train([parts], keep=["recipe"]).labels == {"recipe": True, "shop": False, "story": False}


def test_what_cannot_be_used_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        Model.load(tmp_path / "none.gleaner")
    (tmp_path / "bad.gleaner").write_bytes(b"not a model")
    with pytest.raises(GleanerError, match="bad.gleaner"):
        Model.load(tmp_path / "bad.gleaner")
    with pytest.raises(TypeError):
        Model()
    for bad in ([], [("only one label", "recipe")], [{"text": "no label"}], [("text", "")]):
        with pytest.raises(GleanerError):
            Model.train(bad)
    with pytest.raises(GleanerError, match="no paragraph is labelled"):
        Model.train(recipe_rows(), keep=["editorial"])
    with pytest.raises(GleanerError):
        Model.train(recipe_rows(), keep=["recipe"], max_loss=0)
    assert Model.train([*recipe_rows(), ("half a pair \ud83c", "story")], keep="recipe").name == "model"


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_models_go_to_other_processes(article, method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} on this system")
    for model in (Model.default(), Model.train(recipe_rows(), keep=["recipe"])):
        options = {"model": model, "threshold": 0.6, "max_drop": 1}
        with multiprocessing.get_context(method).Pool(2) as pool:
            jobs = [pool.apply_async(clean, (text,), options) for text in (article, "Nobody was hurt.")]
            left = [job.get(60) for job in jobs]
        assert left == clean_many([article, "Nobody was hurt."], **options)
