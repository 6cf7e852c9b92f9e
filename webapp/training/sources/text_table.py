"""Text to columns of cells: delimiter, quotes, header and rows with the wrong number of cells."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from webapp.errors import UnusableTable
from webapp.parsing.delimited import DELIMITERS, MAX_CELL, SNIFFED_CHARACTERS, lines_of, numbered_rows, sniff_delimiter
from webapp.parsing.texts import is_storable, normal

NO_ROWS = "has no rows: there is a header and nothing below it"
ONE_COLUMN = "has one column only. It needs the target and at least one other column"
MAX_SKIPPED_SHARE = 0.01  # beyond it the file is broken rather than untidy
MOST_ROWS = 0.8  # alike, to say with some right that the first ones are no part of the table
SHOWN_OF_TITLE = 40  # letters
LISTED = 3  # examples in a sentence
ROWS_AT_ONCE = 4_096  # half a million rows as lists, all alive at once, would cost three times the memory
REMEMBERED = 10_000  # different texts of a column that are kept once; beyond it nearly every cell is its own


@dataclass(frozen=True, slots=True)
class TextTable:
    """Columns of texts as they stand in the file, and the rows that were left out: (line, reason)."""

    columns: dict[str, np.ndarray]
    rows: int
    skipped: tuple[tuple[int, str], ...]
    delimiter: str


class _Rows:
    """Collects rows of the header's width as columns."""

    def __init__(self, header: list[str]):
        self.header = header
        self.columns: list[list[str]] = [[] for _ in header]
        self.skipped: list[tuple[int, str]] = []
        self._kept: list[dict[str, str]] = [{} for _ in header]

    @property
    def rows(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    def add(self, rows: list[list[str]]) -> None:
        for column, kept, cells in zip(self.columns, self._kept, zip(*rows, strict=True), strict=True):
            column.extend(map(kept.setdefault, cells, cells) if len(kept) < REMEMBERED else cells)


def parse_text_table(text: str, delimiter: str = "") -> TextTable:
    """
    Every cell as text, nothing interpreted.

    Raises UnusableTable; its sentence goes on after the file's name.
    """
    if not text.strip():
        raise UnusableTable("is empty: a table needs a header line and rows below it")
    delimiter = delimiter or sniff_delimiter(text)
    found = _all_rows(text, delimiter) or _fitting_rows(text, delimiter)
    if len(found.header) < 2:
        _refuse_title(text)
        raise UnusableTable(
            "has one column only, or its columns are not separated by comma, semicolon, tab or vertical bar. "
            "It needs the target and at least one other column"
        )
    if len(found.skipped) > MAX_SKIPPED_SHARE * (found.rows + len(found.skipped)):
        _refuse_title(text)
        raise UnusableTable(_too_many_skipped(found))
    if not found.rows:
        raise UnusableTable(NO_ROWS)
    return TextTable(named_columns(found.header, found.columns), found.rows, tuple(found.skipped), delimiter)


def _refuse_title(text: str) -> None:
    """Raises UnusableTable where most rows are alike and wider than the first: it is a title, the header is below."""
    try:
        shapes = [_common_width(text[:SNIFFED_CHARACTERS], delimiter) for delimiter in DELIMITERS]
    except csv.Error:
        return
    share, _, line, title = max((shape for shape in shapes if shape[1] > 1), default=(0.0, 0, 0, ""))
    if share >= MOST_ROWS and title:
        raise UnusableTable(below_title(title, f"line {line}"))


def below_title(title: str, place: str) -> str:
    """Why a table is refused whose first row is a title, in words that go on after the file's name."""
    return (
        f"begins with “{title.strip()[:SHOWN_OF_TITLE]}”, and its header seems to stand in {place}. Delete what is "
        "above the header, and try again"
    )


def _common_width(start: str, delimiter: str) -> tuple[float, int, int, str]:
    """(share of the rows that have the commonest width, that width, the line of the first of them, what is above)."""
    rows = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
    lines = [(rows.line_num, row) for row in rows if any(map(str.strip, row))]
    widths = Counter(len(row) for _, row in lines)
    width, count = widths.most_common(1)[0]
    line = next(line for line, row in lines if len(row) == width)
    first = lines[0][1]
    return count / len(lines), width, line, "" if len(first) >= width else next(filter(None, first))


def _all_rows(text: str, delimiter: str) -> _Rows | None:
    """Header and rows of its width, blank lines passed over; None for a file with something wrong in it."""
    csv.field_size_limit(MAX_CELL)
    records = filter(None, csv.reader(lines_of(text), delimiter=delimiter, strict=True))
    try:
        found = _Rows(next(records, []))
        while rows := list(islice(records, ROWS_AT_ONCE)):
            if any(len(row) != len(found.header) for row in rows):
                return None
            found.add(rows)
    except csv.Error:
        return None
    return found


def _fitting_rows(text: str, delimiter: str) -> _Rows:
    """The slow way, for a file with something wrong in it: knows the line of every record."""
    found: _Rows | None = None
    fitting: list[list[str]] = []
    for line, record, problem in numbered_rows(text, delimiter):
        if found is None and problem:
            raise UnusableTable(f"has a header that cannot be read: {problem}")
        if found is None:
            found = _Rows(record)
        elif problem:
            found.skipped.append((line, problem))
        elif len(record) != len(found.header):
            found.skipped.append((line, f"{cells_text(len(record))} instead of {len(found.header)}"))
        else:
            fitting.append(record)
    if found is None:
        found = _Rows([])
    if fitting:
        found.add(fitting)
    return found


def _too_many_skipped(found: _Rows) -> str:
    examples = ", ".join(f"line {line} ({reason})" for line, reason in found.skipped[:LISTED])
    more = " and so on" if len(found.skipped) > LISTED else ""
    total = found.rows + len(found.skipped)
    width = cells_text(len(found.header))
    return (
        f"is damaged: its header has {width}, and {len(found.skipped):,} of {total:,} rows do not "
        f"fit it, more than 1 in 100: {examples}{more}"
    )


def cells_text(count: int) -> str:
    return f"{count} cell{'' if count == 1 else 's'}"


def named_columns(header: Sequence[str], cells: Sequence[Sequence[str]]) -> dict[str, np.ndarray]:
    """
    Columns by name; one without a name and without a value, left by trailing commas, is none.

    Raises UnusableTable where two have the same name, in words that go on after the source's name.
    """
    names = [normal(cell) for cell in header]
    if not all(map(is_storable, names)):
        raise UnusableTable("has signs in the name of a column that no text has: NUL or half a character")
    kept = [at for at, name in enumerate(names) if name or any(map(str.strip, cells[at]))]
    repeated = [name for name, times in Counter(names[at] for at in kept).items() if times > 1]
    if repeated:
        raise UnusableTable(_repeated_names(repeated))
    return {names[at]: np.array(cells[at], dtype=object) for at in kept}


def _repeated_names(repeated: list[str]) -> str:
    if repeated == [""]:
        return "has more than one column without a name. Name them in the header"
    named = ", ".join(f"“{name}”" for name in repeated if name)
    return f"has two columns of the same name: {named}. Rename one of them"
