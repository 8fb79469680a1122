"""Steps for engines and libraries, each in a module of its own that needs its library when it is imported.

What they have in common: they never raise because of a text. A document that cannot be judged passes untouched, is
counted, and says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from .._clean import Cleaned, clean_each
from .._gleaner import PanicException
from .._model import Model

#: Options of `clean` that every step takes.
OPTIONS = ("model", "precision", "recall", "threshold", "prior", "max_drop", "split")

#: What a step must not let through, because an engine would lose rows over it. A panic is no `Exception`.
FAILURES = (Exception, PanicException)


def checked(options: dict[str, Any]) -> dict[str, Any]:
    """The same options; raises where `clean` would, so that a wrong one is told where the step is made, and not in a
    worker by every row."""
    unknown = sorted(set(options) - set(OPTIONS))
    if unknown:
        raise TypeError(f"unknown options: {', '.join(unknown)}; there are {', '.join(OPTIONS)}")
    if isinstance(options.get("model"), str):
        options = {**options, "model": Model.load(options["model"])}
    clean_each([""], **options)
    return options


def clean_open(texts: Sequence[Any], threads: int = 1, **options: Any) -> list[Cleaned]:
    """As `clean_each`, and fails open: what is no `str`, or what an error befell, passes as it is with the reason
    among its problems. One bad text does not touch the others."""
    try:
        return clean_each(list(texts), threads, **options)
    except FAILURES:
        return [_open(text, options) for text in texts]


def _open(text: Any, options: dict[str, Any]) -> Cleaned:
    if text is None:
        return Cleaned(cast(str, None), 0, (), ())
    if not isinstance(text, str):
        return Cleaned(cast(str, text), 0, (), (f"not a text but {type(text).__name__}",))
    try:
        return clean_each([text], **options)[0]
    except FAILURES as error:
        return Cleaned(text, 0, (), (f"{type(error).__name__}: {error}",))
