"""Cleans and judges texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from . import _gleaner
from ._model import Model

Split = Literal["auto", "lines", "blank"]


@dataclass(frozen=True)
class Reason:
    """A feature of a paragraph that the model knows."""

    #: `words`, `pairs`, `edges`, `shape` or `place`.
    channel: str
    #: The word, the pair, or the name of the tag.
    name: str
    #: The same for people, as in `ends “read more”`.
    reads: str
    #: What it adds, in nats; positive speaks for boilerplate.
    log_odds: float


@dataclass(frozen=True)
class Paragraph:
    """A paragraph and the decision about it."""

    #: Its text, `text[start:end]` of the document.
    text: str
    #: Its position, in code points.
    start: int
    end: int
    #: `editorial`, `unsure` or `boilerplate`; only the last is dropped.
    verdict: str
    #: The likeliest kind of boilerplate, as in `pitch`; None for editorial. A hint, never part of the decision.
    kind: str | None
    #: Calibrated probability of boilerplate.
    probability: float
    #: Natural logarithm of the odds, before calibration.
    log_odds: float
    #: Why the verdict is milder than the probability, if it is: `unknown-language`, `damaged`,
    #: `beyond-limit`, `no-tokens` or `max-drop`.
    note: str | None
    #: The features that weigh most, by falling weight in either direction. Only `analyze` fills it.
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Cleaned:
    """The result for one text."""

    #: The kept text.
    text: str
    #: Number of paragraphs of the input.
    paragraphs: int
    #: The dropped ones, in order.
    dropped: tuple[Paragraph, ...]
    #: Problems with the text, as in `66% of its words would be dropped`; the affected paragraphs were kept.
    problems: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether anything was dropped."""
        return bool(self.dropped)


def clean(
    text: str,
    *,
    model: Model | None = None,
    precision: bool = False,
    recall: bool = False,
    threshold: float | None = None,
    prior: float | None = None,
    max_drop: float = 0.6,
    split: Split = "auto",
) -> str:
    """The text without its boilerplate. The result is a part of the text, character for character and in order.

    | argument | meaning |
    |---|---|
    | `model` | the model; by default the built-in one for English |
    | `precision` | drop more, at the model's threshold for losing up to 1 % of the article's words (default 0.2 %) |
    | `recall` | drop less, at the one for losing up to 0.05 % |
    | `threshold` | the probability from which a paragraph is dropped |
    | `prior` | the share of boilerplate to expect, between 0 and 1 |
    | `max_drop` | a text that would lose more than this share of its words stays whole |
    | `split` | a paragraph is a line (`lines`), a run between blank lines (`blank`), or detected (`auto`) |

    No text raises an error. A paragraph with halves of surrogate pairs is judged without them; where it stays, so
    do they.

    >>> from gleaner_text import clean
    >>> clean("The barn burnt down on Sunday.\\nShare on Facebook\\n")
    'The barn burnt down on Sunday.\\n'

    Raises `GleanerError` for settings out of range, or a preset that the model has no threshold for.
    """
    settings = (precision, recall, threshold, prior, max_drop, split)
    return _gleaner.clean(_native(model), [text], settings, 1)[0]


def clean_many(
    texts: Iterable[str],
    threads: int = 1,
    *,
    model: Model | None = None,
    precision: bool = False,
    recall: bool = False,
    threshold: float | None = None,
    prior: float | None = None,
    max_drop: float = 0.6,
    split: Split = "auto",
) -> list[str]:
    """Like `clean`, for many texts: in order, on this many threads (0: one per core).

    >>> from gleaner_text import clean_many
    >>> clean_many(["The barn burnt down on Sunday.\\nShare on Facebook", "Nobody was hurt."], threads=2)
    ['The barn burnt down on Sunday.', 'Nobody was hurt.']
    """
    settings = (precision, recall, threshold, prior, max_drop, split)
    return _gleaner.clean(_native(model), _listed(texts), settings, threads)


def clean_each(
    texts: Iterable[str],
    threads: int = 1,
    *,
    model: Model | None = None,
    precision: bool = False,
    recall: bool = False,
    threshold: float | None = None,
    prior: float | None = None,
    max_drop: float = 0.6,
    split: Split = "auto",
) -> list[Cleaned]:
    """Like `clean_many`, with what was dropped.

    >>> from gleaner_text import clean_each
    >>> [cleaned] = clean_each(["The barn burnt down on Sunday.\\nShare on Facebook"])
    >>> cleaned.text, cleaned.paragraphs, [gone.kind for gone in cleaned.dropped]
    ('The barn burnt down on Sunday.', 2, ['social'])
    """
    settings = (precision, recall, threshold, prior, max_drop, split)
    rows = _gleaner.examine(_native(model), _listed(texts), settings, threads)
    return [
        Cleaned(text, paragraphs, tuple(Paragraph(*gone) for gone in dropped), tuple(problems))
        for text, paragraphs, dropped, problems in rows
    ]


def analyze(
    text: str,
    *,
    model: Model | None = None,
    top: int = 5,
    precision: bool = False,
    recall: bool = False,
    threshold: float | None = None,
    prior: float | None = None,
    max_drop: float = 0.6,
    split: Split = "auto",
) -> list[Paragraph]:
    """Every paragraph of a text with its verdict, and the `top` features that weighed most.

    >>> from gleaner_text import analyze
    >>> text = "The barn burnt down on Sunday, and the mayor wept when he saw it.\\nShare on Facebook"
    >>> for paragraph in analyze(text):
    ...     print(paragraph.start, paragraph.end, paragraph.verdict, paragraph.kind, text[paragraph.start :][:5])
    0 65 editorial None The b
    66 83 boilerplate social Share
    >>> analyze(text, top=1)[1].reasons[0].log_odds > 0
    True
    """
    settings = (precision, recall, threshold, prior, max_drop, split)
    rows = _gleaner.analyze(_native(model), text, settings, top)
    return [Paragraph(*paragraph, tuple(Reason(*reason) for reason in reasons)) for paragraph, reasons in rows]


def _native(model: Model | None) -> _gleaner.NativeModel:
    return (model or Model.default())._native


def _listed(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str):
        raise TypeError("texts is one text; give a list of texts, or call clean")
    return texts if isinstance(texts, list) else list(texts)
