"""A transformation for LlamaIndex's ingestion pipelines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llama_index.core.schema import BaseNode, TransformComponent

from . import checked, clean_open


class GleanerTransformation(TransformComponent):
    """Cleans the text of nodes. Put it before the splitter, because whole articles are judged best. Metadata gets
    `gleaner_dropped` (the number of dropped paragraphs, if any) and `gleaner_problem`. `options` are those of
    `gleaner_text.clean`; `model` is a path here.

    ```python
    IngestionPipeline(transformations=[GleanerTransformation(), SentenceSplitter()]).run(documents=documents)
    ```
    """

    threads: int = 1
    options: dict[str, Any] = {}

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> Sequence[BaseNode]:
        """The same nodes, edited."""
        options = checked(self.options)
        # Nodes without a text of their own (indices) are skipped.
        texts = [node for node in nodes if hasattr(node, "set_content")]
        cleaned = clean_open([node.get_content() for node in texts], self.threads, **options)
        for node, it in zip(texts, cleaned, strict=True):
            if it.changed:
                node.set_content(it.text)
                node.metadata["gleaner_dropped"] = len(it.dropped)
            if it.problems:
                node.metadata["gleaner_problem"] = "; ".join(it.problems)
        return nodes
