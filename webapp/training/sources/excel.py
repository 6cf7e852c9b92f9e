"""Excel workbooks: one sheet, whose first row with something in it is the header."""

import difflib
import io
import warnings
import zipfile
import zlib
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import ParseError

from webapp.errors import UnusableTable
from webapp.training.sources.cells import TextColumns, text_of
from webapp.training.sources.extras import first_line, needed
from webapp.training.sources.table import Found, Wanted
from webapp.training.sources.text_table import NO_ROWS, ONE_COLUMN, below_title, named_columns

ARCHIVE, WORKBOOK = b"PK\x03\x04", b"xl/workbook.xml"
ENDINGS = (".xlsx", ".xlsm")
GIB = 1024**3
MOST_TITLE_ROWS = 20
MAX_UNPACKED = 2 * GIB  # of a workbook, which is an archive: one of a few MB can unpack to more than any machine holds
# What openpyxl and the modules below it raise for a workbook that is not what it should be.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, IndexError, TypeError, AttributeError, EOFError,
    OSError, RuntimeError,
)  # fmt: skip


@dataclass
class _Sheet:
    title: str
    among: int
    rows: list[list[Any]] = field(default_factory=list)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    unknown: set[tuple[int, int]] = field(default_factory=set)


def is_workbook(content: bytes, name: str) -> bool:
    return content.startswith(ARCHIVE) and (WORKBOOK in content or name.lower().endswith(ENDINGS))


def read_excel(content: bytes, wanted: Wanted) -> Found:
    """Raises UnusableTable, in words that go on after the file's name."""
    excel = needed("openpyxl")
    with _in_words():
        _refuse_bomb(content)
        sheet = _sheet(excel, content, wanted.sheet)
        if sheet.formulas:
            sheet = _sheet(excel, content, wanted.sheet, sheet.formulas)
    if sheet.unknown:
        row, column = min(sheet.unknown)
        raise UnusableTable(
            f"has a formula without its result in the sheet “{sheet.title}”, row {row}, column {column}. Open it in "
            "Excel, save it there, and try again"
        )
    rows = [row for row in sheet.rows if any(value not in (None, "") for value in row)]
    if not rows:
        raise UnusableTable(f"has nothing in its sheet “{sheet.title}”.{_others(sheet)}")
    return _found(rows, wanted, sheet)


def _found(rows: list[list[Any]], wanted: Wanted, sheet: _Sheet) -> Found:
    width = max(map(len, rows))
    _refuse_title(sheet, width)
    header, *cells = [row + [None] * (width - len(row)) for row in rows]
    names = [text_of(value) for value in header]
    while names and not names[-1] and not any(row[len(names) - 1] not in (None, "") for row in cells):
        names.pop()
    if len(names) < 2:
        raise UnusableTable(f"{ONE_COLUMN}. It was looked for in the sheet “{sheet.title}”.{_others(sheet)}")
    if not cells:
        raise UnusableTable(NO_ROWS)
    columns = TextColumns(names, wanted.exclude)
    columns.add([row[: len(names)] for row in cells])
    chosen = f"The sheet “{sheet.title}” was read, the first of {sheet.among} in the workbook"
    return Found(
        kind="excel",
        columns=named_columns(names, columns.texts),
        rows=len(cells),
        decimal=columns.decimal,
        sheet=sheet.title,
        notes=(*columns.notes, *([chosen] if sheet.among > 1 and not wanted.sheet else [])),
    )


def _refuse_title(sheet: _Sheet, width: int) -> None:
    """Raises UnusableTable where the first row has one cell and a later one, above most others, has them all."""
    filled = [(number, [v for v in row if v not in (None, "")]) for number, row in enumerate(sheet.rows, 1)]
    filled = [(number, values) for number, values in filled if values]
    header = next((number for number, values in filled if len(values) == width), 0)
    first, values = filled[0]
    if width > 2 and len(values) == 1 and first < header <= first + MOST_TITLE_ROWS:
        raise UnusableTable(below_title(text_of(values[0]), f"row {header} of the sheet “{sheet.title}”"))


def _sheet(excel: Any, content: bytes, title: str, formulas: Container[tuple[int, int]] = ()) -> _Sheet:
    """The sheet of that title, else the first; with the results of its formulas once it is known where they stand."""
    workbook = excel.load_workbook(io.BytesIO(content), read_only=True, data_only=bool(formulas), keep_links=False)
    try:
        sheets = {sheet.title: sheet for sheet in workbook.worksheets}
        if title and title not in sheets:
            raise UnusableTable(_no_such_sheet(title, list(sheets)))
        if not sheets:
            raise UnusableTable("has no sheet with cells")
        chosen = sheets[title] if title else next(iter(sheets.values()))
        chosen.reset_dimensions()  # what some programs write about the size of their sheets is wrong
        found = _Sheet(chosen.title, len(sheets))
        has_time = _HasTime(excel)
        for row in chosen.iter_rows():
            found.rows.append([_value(cell, has_time) for cell in row])
            for cell in row:
                if cell.data_type == "f":
                    found.formulas.add((cell.row, cell.column))
                elif _is_unknown(cell, formulas):
                    found.unknown.add((cell.row, cell.column))
        return found
    finally:
        workbook.close()


def _is_unknown(cell: Any, formulas: Container[tuple[int, int]]) -> bool:
    """A formula never calculated; one that comes to an empty text says so by its type."""
    return bool(formulas) and cell.value is None and cell.data_type == "n" and (cell.row, cell.column) in formulas


def _value(cell: Any, has_time: "_HasTime") -> Any:
    """A day where the cell is shown as a day: Excel itself knows moments only."""
    value = cell.value
    if isinstance(value, datetime) and value.time() == datetime.min.time() and not has_time(cell.number_format):
        return value.date()
    return value


class _HasTime:
    """Whether a number format shows the time of day; asked for every date of a sheet, answered once."""

    def __init__(self, excel: Any):
        self._kind_of = excel.styles.numbers.is_datetime
        self._known: dict[str, bool] = {}

    def __call__(self, number_format: str) -> bool:
        if number_format not in self._known:
            self._known[number_format] = self._kind_of(number_format) != "date"
        return self._known[number_format]


@contextmanager
def _in_words() -> Iterator[None]:
    """Its warnings are about looks; its errors are of many kinds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except _DAMAGED as problem:
            raise UnusableTable(f"is a damaged Excel workbook: {first_line(problem)}") from problem


def _refuse_bomb(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > MAX_UNPACKED:
        raise UnusableTable(
            f"unpacks to {unpacked / GIB:.1f} GB, more than {MAX_UNPACKED // GIB} GB. Save the table as CSV or Parquet"
        )


def _no_such_sheet(title: str, titles: list[str]) -> str:
    near = difflib.get_close_matches(title, titles, n=1)
    hint = f"Did you mean “{near[0]}”?" if near else f"Its sheets are {', '.join(titles)}"
    return f"has no sheet “{title}”. {hint}"


def _others(sheet: _Sheet) -> str:
    return f" The workbook has {sheet.among} sheets: say which with sheet under [data]" if sheet.among > 1 else ""
