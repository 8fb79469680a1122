"""Steps for engines and libraries, each in a module of its own that needs its library when it is imported.

None of them raises because of a text. A document that cannot be judged passes unchanged, is counted, and says
why.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from .._clean import Cleaned, clean_each
from .._gleaner import PanicException
from .._model import Model

#: Options of `clean` that every step takes.
OPTIONS = ("model", "precision", "recall", "threshold", "prior", "max_drop", "split")

#: What a step must catch, because an engine would lose rows over it. A panic is not an `Exception`.
FAILURES = (Exception, PanicException)


def checked(options: dict[str, Any]) -> dict[str, Any]:
    """The same options. Raises if `clean` would, so that an invalid option is reported when the step is created, and
    not for every row in a worker."""
    unknown = sorted(set(options) - set(OPTIONS))
    if unknown:
        raise TypeError(f"unknown options: {', '.join(unknown)}; there are {', '.join(OPTIONS)}")
    if isinstance(options.get("model"), str):
        options = {**options, "model": Model.load(options["model"])}
    clean_each([""], **options)
    return options


def clean_open(texts: Sequence[Any], threads: int = 1, **options: Any) -> list[Cleaned]:
    """Like `clean_each`, but fails open: what is not a `str`, or causes an error, passes unchanged with the reason
    among its problems. One bad text does not affect the others."""
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
