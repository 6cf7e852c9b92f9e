"""Parquet: typed columns, each distinct value written as text once."""

import io
from typing import Any

import numpy as np

from webapp.errors import UnusableTable
from webapp.training.sources.cells import TextCells
from webapp.training.sources.extras import first_line, needed
from webapp.training.sources.table import Found, Wanted
from webapp.training.sources.text_table import NO_ROWS, ONE_COLUMN, named_columns

MAGIC = b"PAR1"
UNNAMED_INDEX = "__index_level_0__"  # what pandas calls row names that have no name


def read_parquet(content: bytes, wanted: Wanted) -> Found:
    """Raises UnusableTable, in words that go on after the file's name."""
    arrow = needed("pyarrow")
    parquet = needed("pyarrow.parquet")
    try:
        table = parquet.ParquetFile(io.BytesIO(content)).read(use_threads=False)
    except (arrow.ArrowException, OSError, ValueError) as problem:  # ValueError: names that are no UTF-8
        raise UnusableTable(f"is a damaged Parquet file, or one of a newer kind: {first_line(problem)}") from problem
    if len(table.column_names) < 2:
        raise UnusableTable(ONE_COLUMN)
    if not table.num_rows:
        raise UnusableTable(NO_ROWS)
    cells = [cells_of(arrow, table, at, wanted) for at in range(table.num_columns)]
    header = ["" if name == UNNAMED_INDEX else name for name in table.column_names]
    return Found(
        kind="parquet",
        columns=named_columns(header, [texts for texts, _ in cells]),
        rows=table.num_rows,
        decimal="." if any(column.has_fractions for _, column in cells) else "",
        timezone=", ".join(sorted({field.type.tz for field in table.schema if getattr(field.type, "tz", None)})),
        notes=tuple(note for _, column in cells for note in column.notes),
    )


def cells_of(arrow: Any, table: Any, at: int, wanted: Wanted) -> tuple[np.ndarray, TextCells]:
    """(its texts (n,), what was learned of it while they were written)."""
    name, written = table.column_names[at], TextCells(table.column_names[at])
    if name in wanted.exclude:
        return np.full(table.num_rows, "", dtype=object), written
    try:
        values, codes = distinct_values(arrow, table.column(at))
        written.add(values)
    except (arrow.ArrowException, ValueError, OverflowError) as problem:  # days before the year 1 or after 9999
        raise UnusableTable(
            f"has values in the column “{name}” that cannot be read: {first_line(problem)}. Leave it out: "
            f'exclude = ["{name}"] under [data] in the spec'
        ) from problem
    return np.array([*written.texts, ""], dtype=object)[codes], written


def distinct_values(arrow: Any, column: Any) -> tuple[list[Any], np.ndarray]:
    """(each value once, (n,) its position, the last of all for a missing one)."""
    try:
        encoded = column.dictionary_encode().unify_dictionaries().combine_chunks()
    except arrow.ArrowNotImplementedError:  # nested and rare types
        return column.to_pylist(), np.arange(len(column))
    values = _values(arrow.types, encoded.dictionary)
    return values, encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)


def _values(types: Any, found: Any) -> list[Any]:
    """As Python's own values. By way of NumPy, several times as fast, where that makes the same of them."""
    kind = found.type
    if types.is_float32(kind) or types.is_float16(kind):
        return list(found.to_numpy())  # as doubles they would have digits that nobody wrote
    is_plain_moment = types.is_timestamp(kind) and kind.tz is None and kind.unit in ("s", "ms", "us")
    if types.is_float64(kind) or types.is_integer(kind) or types.is_string(kind) or is_plain_moment:
        return found.to_numpy(zero_copy_only=False).tolist()
    return found.to_pylist()
