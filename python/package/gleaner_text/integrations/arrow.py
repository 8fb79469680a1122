"""One function over pyarrow batches, for every engine that provides them.

| engine | how |
|---|---|
| Spark | `frame.mapInArrow(clean, clean.schema_of(frame.schema))` |
| Ray | `dataset.map_batches(clean, batch_format="pyarrow")` |
| Polars | `polars.from_arrow(clean(frame.to_arrow()))` |
| Daft | `daft.from_arrow(clean(frame.to_arrow()))`, or `clean.column` in a batch UDF |
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .._clean import Cleaned
from . import FAILURES, checked, clean_open

#: Columns that are added: the number of dropped paragraphs, and why a row passed unchanged (null if it did not).
DROPPED, PROBLEM = "gleaner_dropped", "gleaner_problem"


class ArrowCleaner:
    """Cleans the column `text` of record batches and tables; other columns and the order of rows stay as they are.

    Two columns are added unless `tags` is False: the number of dropped paragraphs (`gleaner_dropped`), and the row's
    problem (`gleaner_problem`, null for most). The options are those of `gleaner_text.clean`; `model` may be a path,
    which is read at once. It pickles, with its model. `stats` counts what this object processed, in this process.

    >>> import pyarrow
    >>> from gleaner_text.integrations.arrow import ArrowCleaner
    >>> batch = pyarrow.record_batch({"id": [7], "text": ["The barn burnt down on Sunday.\\nShare on Facebook"]})
    >>> ArrowCleaner()(batch).to_pylist()
    [{'id': 7, 'text': 'The barn burnt down on Sunday.', 'gleaner_dropped': 1, 'gleaner_problem': None}]
    """

    def __init__(self, text: str = "text", *, tags: bool = True, threads: int = 1, **options: Any) -> None:
        self.text = text
        self.tags = tags
        self.threads = threads
        self.options = checked(options)
        self.stats: Counter[str] = Counter()

    def __call__(self, batches: Any) -> Any:
        """Maps a batch to a batch, a table to a table, and an iterator of batches to an iterator of batches."""
        if isinstance(batches, (pa.RecordBatch, pa.Table)):
            return self._batch(batches)
        return self._each(batches)

    def _each(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield self._batch(batch)

    def column(self, texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
        """Maps a column to a column, without tags; what cannot be read stays unchanged."""
        return self._column(texts)[0]

    def schema_of(self, schema: Any) -> Any:
        """The schema of the output for a schema of the input, pyarrow's or Spark's."""
        if isinstance(schema, pa.Schema):
            for field in self._tags() if self.tags else ():
                schema = schema.append(field)
            return schema
        from pyspark.sql.types import IntegerType, StringType, StructField, StructType

        fields = list(schema.fields)
        if self.tags:
            fields += [StructField(DROPPED, IntegerType()), StructField(PROBLEM, StringType())]
        return StructType(fields)

    @staticmethod
    def _tags() -> list[pa.Field]:
        return [pa.field(DROPPED, pa.int32()), pa.field(PROBLEM, pa.string())]

    def _batch(self, batch: Any) -> Any:
        at = batch.schema.get_field_index(self.text)
        if at < 0:
            # No column of this name, or several.
            count = batch.num_rows
            self.stats.update(rows=count, failed=count)
            column, dropped = None, [0] * count
            problems: list[str | None] = [f"no single column {self.text!r}"] * count
        else:
            column, dropped, problems = self._column(batch.column(at))
        columns = [batch.column(number) for number in range(batch.num_columns)]
        if column is not None:
            columns[at] = column
        schema = batch.schema
        if self.tags:
            schema = self.schema_of(schema)
            columns += [pa.array(dropped, pa.int32()), pa.array(problems, pa.string())]
        return type(batch).from_arrays(columns, schema=schema)

    def _column(self, column: Any) -> tuple[Any, list[int], list[str | None]]:
        """The cleaned column; dropped paragraphs and problems of each row."""
        try:
            texts = self._texts(column)
            cleaned = clean_open(texts, self.threads, **self.options)
            dropped = [len(it.dropped) for it in cleaned]
            problems: list[str | None] = ["; ".join(it.problems) or None for it in cleaned]
            if any(dropped):
                column = self._changed(column, cleaned)
            self._count(cleaned)
        except FAILURES as error:
            self.stats.update(rows=len(column), failed=len(column))
            reason = f"{type(error).__name__}: {error}"
            return column, [0] * len(column), [reason] * len(column)
        return column, dropped, problems

    @staticmethod
    def _texts(column: Any) -> Any:
        try:
            return column.to_pylist()
        except UnicodeDecodeError:
            # Arrow does not validate its strings. A row with invalid bytes stays unchanged.
            return [_decoded(value) for value in column.cast(pa.large_binary()).to_pylist()]

    @staticmethod
    def _changed(column: Any, cleaned: list[Cleaned]) -> Any:
        """The column with the changed texts; all others keep their bytes."""
        kind = column.type
        plain = kind if pa.types.is_string(kind) or pa.types.is_large_string(kind) else pa.large_string()
        changed = pa.array([it.changed for it in cleaned])
        texts = pa.array([it.text if it.changed else None for it in cleaned], plain)
        column = pc.if_else(changed, texts, column.cast(plain))
        if pa.types.is_dictionary(kind):
            column = column.dictionary_encode()
        return column.cast(kind)

    def _count(self, cleaned: list[Cleaned]) -> None:
        self.stats.update(
            rows=len(cleaned),
            changed=sum(it.changed for it in cleaned),
            emptied=sum(it.changed and not it.text for it in cleaned),
            failed=sum(bool(it.problems) for it in cleaned),
            paragraphs=sum(it.paragraphs for it in cleaned),
            dropped=sum(len(it.dropped) for it in cleaned),
        )


def _decoded(value: bytes | None) -> str | bytes | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return value
