"""The answers to rows as columns beside their own, in Parquet. Needs pyarrow."""

from collections.abc import Iterable
from typing import Any, BinaryIO

import numpy as np

from webapp.prediction.many import LIGHTS
from webapp.schema import Schema
from webapp.scoring.result_lines import BETWEEN_WARNINGS, Said, Told, added_columns, is_flagging
from webapp.scoring.rows import Rows
from webapp.training.sources.extras import needed


def result_table(rows: Rows, found: Told, schema: Schema, said: Said) -> bytes:
    """A whole Parquet file of these rows, their own columns as they were."""
    arrow, parquet = needed("pyarrow"), needed("pyarrow.parquet")
    table = rows.table
    names = added_columns(schema, said, table.column_names)
    columns = _columns(rows, found, schema, said)
    for name, kind, column in zip(names, _types(schema, said), columns, strict=True):
        table = table.append_column(name, arrow.array(column, type=kind))
    sink = arrow.BufferOutputStream()
    parquet.write_table(table, sink)
    return sink.getvalue().to_pybytes()


def join_tables(parts: Iterable[bytes], to: BinaryIO, empty: Any) -> None:
    """The parts behind one another in one file; those without a row have no bytes. `empty` where all are."""
    arrow, parquet = needed("pyarrow"), needed("pyarrow.parquet")
    writer = None
    try:
        for part in parts:
            if part:
                table = parquet.read_table(arrow.BufferReader(part))
                writer = writer or parquet.ParquetWriter(to, table.schema)
                writer.write_table(table)
        writer = writer or parquet.ParquetWriter(to, empty)
    finally:
        if writer is not None:
            writer.close()


def result_schema(own: Any, schema: Schema, said: Said) -> Any:
    """The columns of a file with these columns of its own."""
    for name, kind in zip(added_columns(schema, said, own.names), _types(schema, said), strict=True):
        own = own.append(needed("pyarrow").field(name, kind))
    return own


def _types(schema: Schema, said: Said) -> list[Any]:
    arrow = needed("pyarrow")
    text, number = arrow.string(), arrow.float64()
    own = [number] * 3 if schema.target.kind == "number" else [text, number]
    flagged = [arrow.bool_()] if is_flagging(schema, said) else []
    notice = [text] if said.notice else []
    return [*own, *flagged, text, text, *notice, *[text] * said.reasons, text, arrow.int64()]


def _columns(rows: Rows, found: Told, schema: Schema, said: Said) -> list[Any]:
    answers, count = found.answers, len(rows.numbers)
    if answers.answered is None:
        limits = answers.interval.T if answers.interval is not None else [[None] * count] * 2
        own = [answers.value, *limits]
    else:
        own = [np.array(schema.target.classes, dtype=object)[answers.answered], answers.chance]
    if is_flagging(schema, said):
        own.append(answers.chance >= said.threshold)
    warnings = np.array([BETWEEN_WARNINGS.join(texts) for texts in answers.warnings], dtype=object)
    lights = np.array(LIGHTS, dtype=object)[answers.light]
    notice = [[said.notice] * count] if said.notice else []
    return [*own, lights, warnings[answers.warning], *notice, *found.reasons, [said.version] * count, rows.numbers]
