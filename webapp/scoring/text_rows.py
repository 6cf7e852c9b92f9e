"""A piece of a text file to rows: by Arrow where nothing is odd, else row by row. Either way the same comes out."""

import importlib.util

import numpy as np

from webapp.parsing.texts import is_storable
from webapp.scoring.arrow_text import plain_rows
from webapp.scoring.columns import Texts
from webapp.scoring.layout import Layout
from webapp.scoring.lines import PlainLines
from webapp.scoring.piece import Piece, Rejected
from webapp.scoring.records import Record, records, without_end
from webapp.scoring.rows import Rows
from webapp.training.sources.text_table import cells_text
from webapp.wording.spreadsheets import FORMULA_SIGNS, is_calculated

NO_TEXT = "signs that no text has: NUL, or bytes of another encoding"
HAS_ARROW = importlib.util.find_spec("pyarrow") is not None


def rows_of(piece: Piece, layout: Layout) -> Rows:
    quick = plain_rows(piece, layout) if piece.is_plain and piece.rows and HAS_ARROW else None
    return quick or row_by_row(piece, layout)


def row_by_row(piece: Piece, layout: Layout) -> Rows:
    text = piece.content.decode("utf-8", "surrogateescape")
    is_clean = is_storable(text)
    kept: list[Record] = []
    numbers, rejected = [], []
    for number, record in enumerate(records(text, layout.delimiter), piece.begin.row + 1):
        reason = _wrong(record, len(layout.header)) or ("" if is_clean else _no_text(record))
        if reason:
            cells = record.cells or [without_end(text[record.start : record.end])]
            rejected.append(Rejected(piece.begin.line + record.line + 1, number, reason, cells))
        else:
            kept.append(record)
            numbers.append(number)
    may_calculate = any(sign in text for sign in FORMULA_SIGNS if sign not in "\r\n")
    return Rows(
        inputs=[Texts.of([record.cells[place] for record in kept]) for place in layout.places],
        written=PlainLines([without_end(text[record.start : record.end]) for record in kept]),
        numbers=np.array(numbers, dtype=np.int64),
        lines=np.array([piece.begin.line + record.line + 1 for record in kept], dtype=np.int64),
        calculated={
            row: record.cells
            for row, record in enumerate(kept)
            if may_calculate and any(map(is_calculated, record.cells))
        },
        rejected=rejected,
        delimiter=layout.delimiter,
    )


def _wrong(record: Record, width: int) -> str:
    if record.problem:
        return record.problem
    return "" if len(record.cells) == width else f"{cells_text(len(record.cells))} instead of {width}"


def _no_text(record: Record) -> str:
    return "" if all(map(is_storable, record.cells)) else NO_TEXT
