"""A step for datatrove, for work on many machines.

```python
LocalPipelineExecutor(
    [
        JsonlReader("in"),
        GleanerFilter(exclusion_writer=JsonlWriter("gone")),
        JsonlWriter("out"),
    ],
    tasks=64,
    logging_dir="logs",
).run()
```
"""

from __future__ import annotations

from typing import Any

from datatrove.data import Document
from datatrove.pipeline.filters.base_filter import BaseFilter
from datatrove.pipeline.writers.disk_base import DiskWriter

from .._clean import Cleaned
from . import checked, clean_open


class GleanerFilter(BaseFilter):
    """Removes the boilerplate from `document.text`.

    Documents stay, even if nothing of them is kept, unless `drop_empty` is set. `exclusion_writer` gets what was
    dropped: for each changed document one of the same id, with the dropped paragraphs as its text, and their code
    points, kinds and probabilities in its metadata; with `drop_empty` also the emptied documents as a whole.

    The metadata of a document that changed, or could not be judged, say so: `gleaner_dropped` is the number of
    dropped paragraphs, `gleaner_problem` why it passed unchanged or what was kept. `tags=False` leaves both out.
    The options are those of `gleaner_text.clean`; `model` may be a path.
    """

    name = "🌾 gleaner"

    def __init__(
        self,
        exclusion_writer: DiskWriter | None = None,
        *,
        drop_empty: bool = False,
        tags: bool = True,
        batch_size: int = 32,
        threads: int = 1,
        **options: Any,
    ) -> None:
        super().__init__(exclusion_writer, batch_size)
        self.drop_empty = drop_empty
        self.tags = tags
        self.threads = threads
        self.options = checked(options)
        self._gone: list[Document] = []

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Cleans one document."""
        return self.filter_batch([doc])[0]

    def filter_batch(self, batch: list[Document]) -> list[bool | tuple[bool, str]]:
        """Cleans documents; never raises because of one."""
        cleaned = clean_open([doc.text for doc in batch], self.threads, **self.options)
        return [self._edit(doc, it) for doc, it in zip(batch, cleaned, strict=True)]

    def update_doc_stats(self, document: Document) -> None:
        """Like every step, for documents whose text has a length."""
        if isinstance(document.text, str):
            super().update_doc_stats(document)

    def _edit(self, doc: Document, cleaned: Cleaned) -> bool | tuple[bool, str]:
        self._count(cleaned)
        if self.tags and cleaned.problems:
            doc.metadata["gleaner_problem"] = "; ".join(cleaned.problems)
        if not cleaned.changed:
            return True
        if self.tags:
            doc.metadata["gleaner_dropped"] = len(cleaned.dropped)
        if self.drop_empty and not cleaned.text:
            return False, "gleaner_emptied"
        if self.exclusion_writer:
            self._gone.append(_gone(doc, cleaned))
        doc.text = cleaned.text
        return True

    def _count(self, cleaned: Cleaned) -> None:
        self.stat_update("paragraphs", value=cleaned.paragraphs, unit="doc")
        self.stat_update("dropped_paragraphs", value=len(cleaned.dropped), unit="doc")
        if cleaned.changed:
            self.stat_update("changed")
            if not cleaned.text:
                self.stat_update("emptied")
        if cleaned.problems:
            self.stat_update("failed_open")
        for paragraph in cleaned.dropped:
            self.stat_update(f"dropped_words_{paragraph.kind}", value=len(paragraph.text.split()), unit="paragraph")

    def run(self, data: Any, rank: int = 0, world_size: int = 1) -> Any:
        """Like every filter; what was dropped goes to the exclusion writer before the document is passed on."""
        self._gone = []
        writer = self.exclusion_writer
        for doc in super().run(data, rank, world_size):
            # `super` holds the writer open. Every changed document is passed on, so nothing is left when it closes.
            for gone in self._gone:
                writer.write(gone, rank)
            self._gone = []
            yield doc


def _gone(doc: Document, cleaned: Cleaned) -> Document:
    spans = [
        {"start": it.start, "end": it.end, "kind": it.kind, "probability": it.probability} for it in cleaned.dropped
    ]
    text = "\n".join(it.text for it in cleaned.dropped)
    return Document(text=text, id=doc.id, metadata={"filter_reason": "gleaner_boilerplate", "gleaner_spans": spans})
