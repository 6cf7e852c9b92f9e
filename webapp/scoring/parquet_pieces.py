"""A Parquet file cut into pieces of bearable size. Needs pyarrow."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

from webapp.errors import UnusableTable
from webapp.schema import Schema
from webapp.scoring.layout import Layout, decimals_of, orders_of, places_of, sign_of
from webapp.scoring.parquet_rows import texts_of
from webapp.scoring.piece import Mark, Piece
from webapp.scoring.places import InputFile
from webapp.scoring.text_pieces import Known
from webapp.training.sources.extras import first_line, naming, needed

ROWS = 40_000  # of a piece
LOOKED_AT = 2_000
TEXT = "string"


def look_at(file: InputFile, schema: Schema, decimal: str = "") -> tuple[Layout, Mark, str]:
    """The layout of a file, where its rows begin, and the encoding of its texts. Raises UnusableTable."""
    with _opened(file) as parquet, naming(file.name):
        header = tuple(parquet.schema_arrow.names)
        places = places_of(schema, header, [[] for _ in header])
        types = tuple(str(kind) for kind in parquet.schema_arrow.types)
        start = next(parquet.iter_batches(LOOKED_AT), None)
        cells = {}
        for feature, place in zip(schema.features, places, strict=True):
            if start is not None and TEXT in types[place]:
                texts = texts_of(needed("pyarrow").table([start.column(place)], [header[place]]), 0)
                cells[feature] = [texts.distinct[code] for code in texts.codes.tolist()]
        sign = decimal or sign_of(cells)
    layout = Layout(header=header, places=places, decimals=(), sign=sign, types=types, orders=orders_of(cells))
    return replace(layout, decimals=decimals_in(layout, schema, sign)), Mark(0, 0, 0, 0), "utf-8"


def decimals_in(layout: Layout, schema: Schema, sign: str) -> tuple[str, ...]:
    """A number that is no text is always written with a point."""
    own = zip(layout.places, decimals_of(schema, sign), strict=True)
    return tuple(decimal if TEXT in layout.types[place] else "." for place, decimal in own)


def pieces(file: InputFile, layout: Layout, begin: Mark, number: int, known: Known) -> Iterator[Piece | Mark]:
    """The pieces from `begin` on, or where one ends that is `known`. Raises UnusableTable."""
    with _opened(file) as parquet:
        for group in range(parquet.num_row_groups):
            ends = []
            for start in range(0, parquet.metadata.row_group(group).num_rows, ROWS):
                rows = min(ROWS, parquet.metadata.row_group(group).num_rows - start)
                end = Mark(begin.file, begin.at + rows, begin.line + rows, begin.row + rows)
                ends.append((begin, end, known(number + len(ends), begin)))
                begin = end
            tables = iter(()) if all(found for *_, found in ends) else _tables(parquet, group)
            for start, end, found in ends:
                table = next(tables, None)
                yield found or Piece(number, file.name, start, end, _sent(table))
                number += 1


def columns_of(file: InputFile) -> Any:
    """The columns of a file, as Arrow describes them."""
    with _opened(file) as parquet:
        return parquet.schema_arrow


def _tables(parquet: Any, group: int) -> Iterator[Any]:
    """The rows of a group, always as many at a time."""
    arrow = needed("pyarrow")
    waiting: list[Any] = []
    for batch in parquet.iter_batches(ROWS, row_groups=[group]):
        waiting.append(batch)
        if sum(map(len, waiting)) >= ROWS:
            table = arrow.Table.from_batches(waiting)
            yield table.slice(0, ROWS)
            waiting = table.slice(ROWS).to_batches()
    while waiting:
        table = arrow.Table.from_batches(waiting)
        yield table.slice(0, ROWS)
        waiting = table.slice(ROWS).to_batches()


def _sent(table: Any) -> bytes:
    arrow = needed("pyarrow")
    sink = arrow.BufferOutputStream()
    with arrow.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


@contextmanager
def _opened(file: InputFile) -> Iterator[Any]:
    with naming(file.name):
        arrow, parquet = needed("pyarrow"), needed("pyarrow.parquet")
    with file.troubles(), closing(file.open()) as handle:
        try:
            yield parquet.ParquetFile(handle)
        except arrow.ArrowException as problem:
            raise UnusableTable(
                f"{file.name} is a damaged Parquet file, or one of a newer kind: {first_line(problem)}"
            ) from problem
