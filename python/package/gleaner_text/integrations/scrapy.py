"""An item pipeline for Scrapy.

```python
ITEM_PIPELINES = {"gleaner_text.integrations.scrapy.GleanerPipeline": 300}
GLEANER_FIELD = "text"              # the field of the item that holds the article
GLEANER_OPTIONS = {"recall": True}  # those of gleaner_text.clean
```
"""

from __future__ import annotations

from typing import Any

from itemadapter import ItemAdapter

from . import checked, clean_open


class GleanerPipeline:
    """Cleans one field of every item; counts in Scrapy's own statistics, under `gleaner/`."""

    def __init__(self, field: str = "text", options: dict[str, Any] | None = None, stats: Any = None) -> None:
        self.field = field
        self.options = checked(options or {})
        self.stats = stats

    @classmethod
    def from_crawler(cls, crawler: Any) -> GleanerPipeline:
        """What Scrapy calls."""
        settings = crawler.settings
        return cls(settings.get("GLEANER_FIELD", "text"), settings.getdict("GLEANER_OPTIONS"), crawler.stats)

    def process_item(self, item: Any, spider: Any = None) -> Any:
        """The item with its field cleaned. An item without the field, or without text in it, passes unchanged."""
        adapter = ItemAdapter(item)
        if self.field not in adapter:
            self._count("without_field")
            return item
        [cleaned] = clean_open([adapter[self.field]], **self.options)
        self._count("items")
        if cleaned.changed:
            adapter[self.field] = cleaned.text
            self._count("changed")
            self._count("dropped_paragraphs", len(cleaned.dropped))
        if cleaned.problems:
            self._count("failed_open")
        return item

    def _count(self, name: str, by: int = 1) -> None:
        if self.stats is not None:
            self.stats.inc_value(f"gleaner/{name}", by)
