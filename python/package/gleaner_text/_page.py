"""Pages of HTML in, what is left of them out."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from . import _gleaner
from ._model import Model

To = Literal["text", "markdown", "html"]


class PageModel:
    """What judges pages. Not changed once it is there; pickles as the bytes of its file.

    >>> import pickle
    >>> from gleaner_text import PageModel
    >>> model = PageModel.default()
    >>> pickle.loads(pickle.dumps(model)) == model
    True
    """

    __slots__ = ("__weakref__", "_native")
    _native: _gleaner.NativePageModel

    def __init__(self) -> None:
        raise TypeError("a model of pages comes from PageModel.default(), .load(path) or .from_bytes(b)")

    @classmethod
    def _of(cls, native: _gleaner.NativePageModel) -> PageModel:
        model = cls.__new__(cls)
        model._native = native
        return model

    @classmethod
    def default(cls) -> PageModel:
        """The built-in model. Loaded once in a process."""
        global _default
        if _default is None:
            _default = cls._of(_gleaner.NativePageModel.built_in())
        return _default

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> PageModel:
        """Reads a model file, as `gleaner train --pages` writes it.

        Raises `OSError` where it cannot be read, `GleanerError` where it is no sound model of pages.
        """
        return cls._of(_gleaner.NativePageModel.from_bytes(Path(path).read_bytes(), os.fspath(path)))

    @classmethod
    def from_bytes(cls, data: bytes) -> PageModel:
        """A model from its file's bytes."""
        return cls._of(_gleaner.NativePageModel.from_bytes(data, "<bytes>"))

    def to_bytes(self) -> bytes:
        """The model file's bytes: the same for the same model."""
        return self._native.to_bytes()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PageModel):
            return NotImplemented
        return self._native is other._native or self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash(self.to_bytes())

    def __reduce__(self) -> tuple[Any, tuple[bytes]]:
        return PageModel.from_bytes, (self.to_bytes(),)


_default: PageModel | None = None


@dataclass(frozen=True)
class Block:
    """A block of a page, and what was decided about it."""

    #: Its text; white space is collapsed, except in preformatted blocks.
    text: str
    #: Where it stands in the page, in code points, markup inside it included; of a page that came as bytes, in what
    #: they decode to. None for `state`.
    start: int | None
    end: int | None
    #: What it is: `paragraph`, `heading`, `item`, `cell`, `pre`, `term`, `definition`, `caption` or `summary`.
    role: str
    #: Level of a heading, 1 to 6.
    level: int | None
    #: `visible`, `hidden` (when the page is first drawn) or `state` (in data that a script would draw).
    origin: str
    #: The innermost four elements around it, as in `body/main/ul/li`.
    path: str
    #: `editorial`, `unsure` or `boilerplate`; only the last is dropped.
    verdict: str
    #: The kind of boilerplate that it looks like, as in `pitch`; None for editorial. A hint, never part of the decision.
    kind: str | None
    #: Calibrated probability of boilerplate.
    probability: float
    #: Natural logarithm of the odds, before calibration.
    log_odds: float
    #: Why it goes, if not for its probability: `repeated-on-page`.
    note: str | None


@dataclass(frozen=True)
class Page:
    """What came of a page. What the page does not state is None."""

    #: What is left.
    text: str
    title: str | None
    author: str | None
    #: When it was published, as the page writes it.
    date: str | None
    language: str | None
    #: Its canonical address.
    url: str | None
    site_name: str | None
    #: All of its blocks, in order.
    blocks: tuple[Block, ...]
    #: What befell it: that it goes beyond what is read of a page.
    problems: tuple[str, ...]


def clean_page(
    page: str | bytes,
    *,
    to: To = "text",
    model: PageModel | None = None,
    precision: bool = False,
    recall: bool = False,
    threshold: float | None = None,
    prior: float | None = None,
    encoding: str | None = None,
    kind: str | None = None,
) -> str:
    """The text of a page without what the site wrapped around it. Empty where nothing is left.

    | argument | what it says |
    |---|---|
    | `to` | how it is written: `text`, `markdown`, or `html` of nothing but the rest |
    | `model` | what judges; the built-in model of pages |
    | `precision`, `recall` | drop more (what is expected to make F½ largest), or less (F2); by default F1 |
    | `threshold` | the probability from which a block is dropped, instead |
    | `prior` | the share of boilerplate to expect, between 0 and 1 |
    | `kind` | what the pages are, where that is known: `article`, `documentation`, `service`, `forum`, `collection`, `listing`, `product` |
    | `encoding` | of a page that comes as bytes; by default what it says itself, or looks like |

    No page raises an error, however broken.

    >>> from gleaner_text import clean_page
    >>> nav = '<nav class="menu"><ul>' + '<li><a href="/x">Section</a></li>' * 9 + '</ul></nav>'
    >>> story = '<p>The barn burnt down on Sunday, and the mayor wept when he saw it.</p>' * 3
    >>> page = f'<body>{nav}<main><article>{story}</article></main>'
    >>> clean_page(page).count("mayor"), "Section" in clean_page(page)
    (3, False)

    Raises `GleanerError` for settings out of range.
    """
    settings = (precision, recall, threshold, prior, encoding, to, kind)
    return _gleaner.clean_pages(_native(model), [page], settings, 1)[0]


def clean_pages(
    pages: Iterable[str | bytes],
    threads: int = 1,
    *,
    to: To = "text",
    model: PageModel | None = None,
    precision: bool = False,
    recall: bool = False,
    threshold: float | None = None,
    prior: float | None = None,
    encoding: str | None = None,
    kind: str | None = None,
) -> list[str]:
    """As `clean_page`, of many pages: in their order, on so many threads (0: as many as there are cores)."""
    settings = (precision, recall, threshold, prior, encoding, to, kind)
    return _gleaner.clean_pages(_native(model), _listed(pages), settings, threads)


def analyze_page(
    page: str | bytes,
    *,
    to: To = "text",
    model: PageModel | None = None,
    precision: bool = False,
    recall: bool = False,
    threshold: float | None = None,
    prior: float | None = None,
    encoding: str | None = None,
    kind: str | None = None,
) -> Page:
    """What is left of a page, what it says of itself, and every block with its verdict.

    >>> from gleaner_text import analyze_page
    >>> page = analyze_page('<title>The barn</title><h1>The barn</h1><p>It burnt down on Sunday.')
    >>> page.title, [(block.role, block.path) for block in page.blocks]
    ('The barn', [('heading', 'html/body/h1'), ('paragraph', 'html/body/p')])
    """
    settings = (precision, recall, threshold, prior, encoding, to, kind)
    return _page(*_gleaner.analyze_pages(_native(model), Model.default()._native, [page], settings, 1)[0])


def analyze_pages(
    pages: Iterable[str | bytes],
    threads: int = 1,
    *,
    to: To = "text",
    model: PageModel | None = None,
    precision: bool = False,
    recall: bool = False,
    threshold: float | None = None,
    prior: float | None = None,
    encoding: str | None = None,
    kind: str | None = None,
) -> list[Page]:
    """As `analyze_page`, of many pages: in their order, on so many threads (0: as many as there are cores)."""
    settings = (precision, recall, threshold, prior, encoding, to, kind)
    rows = _gleaner.analyze_pages(_native(model), Model.default()._native, _listed(pages), settings, threads)
    return [_page(*row) for row in rows]


def _page(text: str, stated: _gleaner._Stated, blocks: list[Any], problems: list[str]) -> Page:
    return Page(text, *stated, tuple(Block(*found, *told) for found, told in blocks), tuple(problems))


def _native(model: PageModel | None) -> _gleaner.NativePageModel:
    return (model or PageModel.default())._native


def _listed(pages: Iterable[str | bytes]) -> list[str | bytes]:
    if isinstance(pages, (str, bytes)):
        raise TypeError("pages is one page; give a list of pages, or call clean_page")
    return pages if isinstance(pages, list) else list(pages)
