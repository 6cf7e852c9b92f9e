"""Lines of a CSV file that a spreadsheet opens without running anything in it."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets take UTF-8 for something else
# What makes a spreadsheet calculate a cell instead of showing it, full-width signs too.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "\uff1d", "\uff0b", "\uff0d", "\uff20")

_NO_FORMULA = re.compile(r"[+-](?:[0-9.,]+(?:[eE][+-]?[0-9]+)?)?")  # a number, or the mark of a missing one

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Written:
    """The way in which a file is written, and so the one in which its spreadsheet opens another."""

    delimiter: str = ","
    decimal: str = "."

    @classmethod
    def with_decimal(cls, decimal: str) -> "Written":
        """Where numbers have a decimal comma, columns are customarily separated by semicolons."""
        return cls(";", ",") if decimal == "," else cls()

    @classmethod
    def like(cls, delimiter: str, decimal: str) -> "Written":
        """As a file that was sent; a decimal comma among commas would be no number to any spreadsheet."""
        return cls(delimiter, "." if delimiter == "," else decimal)


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


def sent_cell(cell: Cell) -> str:
    """Text that somebody sent: as it was, also where it is a number with its sign."""
    return cell if isinstance(cell, str) and not is_calculated(cell) else safe_cell(cell)


def own_text(cell: str) -> str:
    """The opposite: what the cell held before an apostrophe kept a spreadsheet from calculating it."""
    return cell[1:] if cell.startswith("'") and cell.startswith(FORMULA_SIGNS, 1) else cell


def csv_lines(
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    as_cell: Callable[[Cell], str] = safe_cell,
    written: Written = Written(),
) -> Iterator[str]:
    """The file line by line, its heading first."""
    yield BYTE_ORDER_MARK + _line(columns, as_cell, written)
    for row in rows:
        yield _line(row, as_cell, written)


def _line(cells: Sequence[Cell], as_cell: Callable[[Cell], str], written: Written) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=written.delimiter).writerow(
        [str(cell).replace(".", written.decimal) if isinstance(cell, float) else as_cell(cell) for cell in cells]
    )
    return text.getvalue()
