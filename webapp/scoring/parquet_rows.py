"""A piece of a Parquet file to rows, each distinct value written as text once. Needs pyarrow."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from webapp.errors import UnusableTable
from webapp.scoring.columns import Texts
from webapp.scoring.layout import Layout
from webapp.scoring.lines import PlainLines
from webapp.scoring.piece import Piece
from webapp.scoring.result_lines import csv_line
from webapp.scoring.rows import Rows
from webapp.training.sources.cells import TextCells
from webapp.training.sources.extras import first_line, naming, needed
from webapp.training.sources.parquet import distinct_values
from webapp.wording.spreadsheets import is_calculated


def rows_of_table(piece: Piece, layout: Layout) -> Rows:
    """Raises UnusableTable for values that are none of one cell."""
    table = needed("pyarrow").ipc.open_stream(piece.content).read_all()
    with naming(piece.name):
        columns = [texts_of(table, place) for place in range(table.num_columns)]
    numbers = np.arange(table.num_rows)
    calculated = _rows_that_calculate(columns, table)
    return Rows(
        inputs=[columns[place] for place in layout.places],
        written=PlainLines(_written(columns, layout)),
        numbers=numbers + (piece.begin.row + 1),
        lines=numbers + (piece.begin.line + 1),
        calculated={row: [column.distinct[column.codes[row]] for column in columns] for row in calculated},
        delimiter=layout.delimiter,
        table=table,
    )


def texts_of(table: Any, place: int) -> Texts:
    """One column as the texts that training would read. Raises UnusableTable, in words that go on after the name."""
    arrow, name = needed("pyarrow"), table.column_names[place]
    cells = TextCells(name)
    try:
        values, codes = distinct_values(arrow, table.column(place))
        cells.add(values)
    except UnusableTable as problem:
        raise UnusableTable(
            f"has values in the column “{name}” that are none of one cell. Leave the column out"
        ) from problem
    except (arrow.ArrowException, ValueError, OverflowError) as problem:  # days before the year 1 or after 9999
        raise UnusableTable(
            f"has values in the column “{name}” that cannot be read: {first_line(problem)}"
        ) from problem
    return Texts([*cells.texts, ""], codes)


def _written(columns: Sequence[Texts], layout: Layout) -> list[str]:
    """Every row as a line of CSV."""
    cells = []
    for column in columns:
        written = np.array([csv_line([text], layout) if text else "" for text in column.distinct], dtype=object)
        cells.append(written[column.codes].tolist())
    return list(map(layout.delimiter.join, zip(*cells, strict=True)))


def _rows_that_calculate(columns: Sequence[Texts], table: Any) -> list[int]:
    """Texts alone: a number that is no text is none that a spreadsheet would take for a formula."""
    rows: set[int] = set()
    for column, field in zip(columns, table.schema, strict=True):
        if "string" in str(field.type):
            found = [at for at, text in enumerate(column.distinct) if is_calculated(text)]
            rows.update(np.flatnonzero(np.isin(column.codes, found)).tolist() if found else ())
    return sorted(rows)
