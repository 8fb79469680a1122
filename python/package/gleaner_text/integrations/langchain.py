"""A document transformer for LangChain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.documents import BaseDocumentTransformer, Document

from . import checked, clean_open


class GleanerTransformer(BaseDocumentTransformer):
    """Cleans `page_content`. Metadata stays, and gets `gleaner_dropped` (the number of dropped paragraphs, if any) and
    `gleaner_problem`. The options are those of `gleaner_text.clean`.

    ```python
    documents = GleanerTransformer().transform_documents(loader.load())
    ```
    """

    def __init__(self, threads: int = 1, **options: Any) -> None:
        self.threads = threads
        self.options = checked(options)

    def transform_documents(self, documents: Sequence[Document], **kwargs: Any) -> Sequence[Document]:
        """The documents in order, with a new one for each that changed. The given ones are not modified."""
        cleaned = clean_open([document.page_content for document in documents], self.threads, **self.options)
        changed = []
        for document, it in zip(documents, cleaned, strict=True):
            tags: dict[str, Any] = {"gleaner_dropped": len(it.dropped)} if it.changed else {}
            if it.problems:
                tags["gleaner_problem"] = "; ".join(it.problems)
            update = {"page_content": it.text, "metadata": {**document.metadata, **tags}}
            changed.append(document.model_copy(update=update) if tags else document)
        return changed
