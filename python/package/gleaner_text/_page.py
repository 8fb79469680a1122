"""Cleans and judges pages of HTML."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from . import _gleaner

To = Literal["text", "markdown", "html"]


class PageModel:
    """A model of pages. Immutable; pickles as the bytes of its file.

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
        """The built-in model, loaded once per process."""
        global _default
        if _default is None:
            _default = cls._of(_gleaner.NativePageModel.built_in())
        return _default

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> PageModel:
        """Reads a model file, as `gleaner train --pages` writes it.

        Raises `OSError` if it cannot be read, `GleanerError` if it is not a valid model of pages.
        """
        return cls._of(_gleaner.NativePageModel.from_bytes(Path(path).read_bytes(), os.fspath(path)))

    @classmethod
    def from_bytes(cls, data: bytes) -> PageModel:
        """A model from its file's bytes."""
        return cls._of(_gleaner.NativePageModel.from_bytes(data, "<bytes>"))

    def to_bytes(self) -> bytes:
        """The bytes of the model file; equal models give equal bytes."""
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
    """A block of a page and the decision about it."""

    #: Its text; white space is collapsed, except in preformatted blocks.
    text: str
    #: Its position in the page, in code points, including markup inside it; for a page given as bytes, in the
    #: decoded text. None for `state`.
    start: int | None
    end: int | None
    #: Its role: `paragraph`, `heading`, `item`, `cell`, `pre`, `term`, `definition`, `caption` or `summary`.
    role: str
    #: Level of a heading, 1 to 6.
    level: int | None
    #: `visible`, `hidden` (when the page is first drawn) or `state` (in data that a script would show).
    origin: str
    #: The innermost four elements around it, as in `body/main/ul/li`.
    path: str
    #: `editorial`, `unsure` or `boilerplate`; only the last is dropped.
    verdict: str
    #: The likeliest kind of boilerplate, as in `pitch`; None for editorial. A hint, never part of the decision.
    kind: str | None
    #: Calibrated probability of boilerplate.
    probability: float
    #: Natural logarithm of the odds, before calibration.
    log_odds: float
    #: Why it is dropped, if not for its probability: `repeated-on-page`.
    note: str | None


@dataclass(frozen=True)
class Page:
    """The result for one page. Metadata that the page does not state is None."""

    #: The kept text.
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
    #: Problems: that the page exceeds a limit.
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
    """The text of a page without what the site wrapped around it. Empty if nothing is kept.

    | argument | meaning |
    |---|---|
    | `to` | the form of the output: `text`, `markdown`, or `html` with the kept blocks alone |
    | `model` | the model; by default the built-in one for pages |
    | `precision`, `recall` | drop more (for the largest expected F½), or less (F2); by default F1 |
    | `threshold` | the probability from which a block is dropped, instead |
    | `prior` | the share of boilerplate to expect, between 0 and 1 |
    | `kind` | the type of the pages, if it is known: `article`, `documentation`, `service`, `forum`, `collection`, `listing`, `product` |
    | `encoding` | the encoding of a page given as bytes; by default as it declares, or as detected |

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
    """Like `clean_page`, for many pages: in order, on this many threads (0: one per core)."""
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
    """The kept text of a page, its metadata, and every block with its verdict.

    >>> from gleaner_text import analyze_page
    >>> page = analyze_page('<title>The barn</title><h1>The barn</h1><p>It burnt down on Sunday.')
    >>> page.title, [(block.role, block.path) for block in page.blocks]
    ('The barn', [('heading', 'html/body/h1'), ('paragraph', 'html/body/p')])
    """
    settings = (precision, recall, threshold, prior, encoding, to, kind)
    return _page(*_gleaner.analyze_pages(_native(model), [page], settings, 1)[0])


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
    """Like `analyze_page`, for many pages: in order, on this many threads (0: one per core)."""
    settings = (precision, recall, threshold, prior, encoding, to, kind)
    rows = _gleaner.analyze_pages(_native(model), _listed(pages), settings, threads)
    return [_page(*row) for row in rows]


def _page(text: str, stated: _gleaner._Stated, blocks: list[Any], problems: list[str]) -> Page:
    return Page(text, *stated, tuple(Block(*found, *told) for found, told in blocks), tuple(problems))


def _native(model: PageModel | None) -> _gleaner.NativePageModel:
    return (model or PageModel.default())._native


def _listed(pages: Iterable[str | bytes]) -> list[str | bytes]:
    if isinstance(pages, (str, bytes)):
        raise TypeError("pages is one page; give a list of pages, or call clean_page")
    return pages if isinstance(pages, list) else list(pages)
