"""Models: the built-in one, those of files, and new ones."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ._gleaner import Counts, NativeModel

#: A document `{"id", "domain", "paragraphs": [{"text", "label"}]}`, a loose paragraph `{"text", "label"}` or
#: `(text, label)`, counts, or a labelled file.
Labelled = Mapping[str, Any] | tuple[str, str] | Counts | str | os.PathLike[str]


class Model:
    """What judges. Models are not changed once they are there; they pickle as the bytes of their file.

    >>> import pickle
    >>> from gleaner_text import Model
    >>> model = Model.default()
    >>> model.name, model.labels["editorial"], model.labels["pitch"]
    ('built-in', True, False)
    >>> pickle.loads(pickle.dumps(model)) == model
    True
    """

    __slots__ = ("__weakref__", "_native")
    _native: NativeModel

    def __init__(self) -> None:
        raise TypeError("a model comes from Model.default(), Model.load(path), Model.from_bytes(b) or Model.train(data)")

    @classmethod
    def _of(cls, native: NativeModel) -> Model:
        model = cls.__new__(cls)
        model._native = native
        return model

    @classmethod
    def default(cls) -> Model:
        """The built-in model, for English. Loaded once in a process."""
        global _default
        if _default is None:
            _default = cls._of(NativeModel.built_in())
        return _default

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Model:
        """Reads a model file, as `gleaner train` and `save` write it.

        Raises `OSError` if it cannot be read, `GleanerError` if it is not a valid model.
        """
        return cls._of(NativeModel.from_bytes(Path(path).read_bytes(), os.fspath(path)))

    @classmethod
    def from_bytes(cls, data: bytes) -> Model:
        """A model from its file's bytes."""
        return cls._of(NativeModel.from_bytes(data, "<bytes>"))

    @classmethod
    def train(
        cls,
        data: Iterable[Labelled],
        *,
        keep: Iterable[str] = ("editorial",),
        name: str = "model",
        min_sites: int = 2,
        max_loss: float = 0.002,
        threads: int = 1,
    ) -> Model:
        """Trains a model on labelled data, the same that `gleaner train` makes from the same rows.

        Items are documents `{"id", "domain", "paragraphs": [{"text", "label"}, …]}` (from twenty sites on, context and
        thresholds are learnt from them), loose paragraphs `(text, label)` or `{"text", "label"}`, `Counts`, and paths
        of labelled files. `keep` names the labels that are kept. A feature counts if it was seen on `min_sites` sites
        (1 or 2). `max_loss` is the share of words to keep that the default threshold may lose.

        >>> from gleaner_text import Model, clean
        >>> rows = [("Whisk the eggs with the flour", "recipe"), ("Fold the flour into the eggs", "recipe")]
        >>> rows += [("My aunt baked this every winter", "story"), ("Every winter my aunt came by", "story")]
        >>> model = Model.train(rows, keep=["recipe"])
        >>> clean("Whisk the eggs\\nMy aunt, every winter", model=model, threshold=0.5, max_drop=1)
        'Whisk the eggs'

        Raises `GleanerError` if no model can be trained on the data, and says what is missing.
        """
        keep = [keep] if isinstance(keep, str) else list(keep)
        return cls._of(NativeModel.train(_files(data), keep, name, min_sites, None, None, max_loss, max(threads, 1)))

    def to_bytes(self) -> bytes:
        """The bytes of the model file; equal models give equal bytes."""
        return self._native.to_bytes()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the model file under another name and renames it, so that it is complete or absent."""
        path = Path(path)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
        try:
            unfinished.write_bytes(self.to_bytes())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)

    @property
    def name(self) -> str:
        """Its name."""
        return self._native.name()

    @property
    def labels(self) -> dict[str, bool]:
        """Its labels, and whether each is kept."""
        return dict(self._native.labels())

    @property
    def thresholds(self) -> dict[str, float]:
        """Probabilities from which a paragraph is dropped (`default`, `precision`, `recall`; a preset for which too
        little was labelled is missing), and from which it is `unsure`."""
        unsure, presets = self._native.thresholds()
        return {"unsure": unsure, **dict(presets)}

    @property
    def digest(self) -> str:
        """BLAKE3 of its file. Reports of the program identify the model by it."""
        return self._native.digest()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model):
            return NotImplemented
        return self._native is other._native or self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        documents, paragraphs = self._native.trained_on()
        return f"<Model {self.name!r}, of {paragraphs} paragraphs ({documents} documents in order)>"

    def __reduce__(self) -> tuple[Any, tuple[bytes]]:
        return Model.from_bytes, (self.to_bytes(),)


_default: Model | None = None


def _files(data: Iterable[Labelled]) -> list[tuple[str, bytes]]:
    """Labelled items as labelled files: all rows in one file, everything else in a file of its own."""
    if isinstance(data, (str, bytes, os.PathLike, Mapping)):
        raise TypeError("data is one item; give a list of them")
    files: list[tuple[str, bytes]] = []
    rows: list[Mapping[str, Any]] = []
    for item in data:
        if isinstance(item, Counts):
            files.append((f"<counts {len(files)}>", item.to_bytes()))
        elif isinstance(item, Mapping):
            rows.append(item)
        elif isinstance(item, (str, os.PathLike)):
            files.append((os.fspath(item), Path(item).read_bytes()))
        else:
            text, label = item
            rows.append({"text": text, "label": label})
    if rows:
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        # Halves of surrogate pairs cannot be written in UTF-8.
        files.append(("<rows>", lines.encode("utf-8", "replace")))
    return files
