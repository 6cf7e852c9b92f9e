"""Lines of a CSV file that a spreadsheet opens without running anything in it."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets take UTF-8 for something else
# What makes a spreadsheet calculate a cell instead of showing it, full-width signs too.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "\uff1d", "\uff0b", "\uff0d", "\uff20")

_NO_FORMULA = re.compile(r"[+-](?:[0-9.,]+(?:[eE][+-]?[0-9]+)?)?")  # a number, or the mark of a missing one

Cell = str | int | float | None


def safe_cell(cell: Cell) -> str:
    """Text that would be a formula gets an apostrophe in front; a number is left a number."""
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS):
        return f"'{cell}"
    return str(cell)


def is_calculated(text: str) -> bool:
    """Whether a cell that came as text would be a formula; a number that came as text is none."""
    return text.startswith(FORMULA_SIGNS) and _NO_FORMULA.fullmatch(text) is None


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The file line by line, its heading first."""
    yield BYTE_ORDER_MARK + _line(columns)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[Cell]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([safe_cell(cell) for cell in cells])
    return text.getvalue()
