"""Removes the boilerplate from scraped articles, paragraph by paragraph.

>>> import gleaner_text
>>> article = "Skip to main content\\nThe river rose again in the night, and the mill stood in water by dawn.\\n"
>>> print(gleaner_text.clean(article), end="")
The river rose again in the night, and the mill stood in water by dawn.

Everything uses one thread unless `threads` asks for more, releases the interpreter while it works, and keeps no
thread afterwards (so `fork` is safe). No text raises an error: what cannot be judged is kept.
"""

from ._clean import Cleaned, Paragraph, Reason, analyze, clean, clean_each, clean_many
from ._gleaner import Counts, GleanerError
from ._model import Model
from ._page import Block, Page, PageModel, analyze_page, analyze_pages, clean_page, clean_pages

__all__ = [
    "Block",
    "Cleaned",
    "Counts",
    "GleanerError",
    "Model",
    "Page",
    "PageModel",
    "Paragraph",
    "Reason",
    "analyze",
    "analyze_page",
    "analyze_pages",
    "clean",
    "clean_each",
    "clean_many",
    "clean_page",
    "clean_pages",
]
