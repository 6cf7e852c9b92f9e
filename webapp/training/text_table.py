"""Text to columns of cells: delimiter, quotes, header and rows with the wrong number of cells."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from webapp.errors import UnusableTable
from webapp.parsing.texts import normal

DELIMITERS = ("\t", ";", "|", ",")  # where two fit equally well the rarer in running text wins
DELIMITER_NAMES = {"\t": "tab", ";": "semicolon", "|": "vertical bar", ",": "comma"}
SNIFFED_CHARACTERS = 65_536
MAX_CELL = 10_000_000  # characters; a longer one is a quote that was never closed
MAX_SKIPPED_SHARE = 0.01  # beyond it the file is broken rather than untidy
LISTED = 3  # examples in a sentence


@dataclass(frozen=True, slots=True)
class TextTable:
    """Columns of texts as they stand in the file, and the rows that were left out: (line, reason)."""

    columns: dict[str, np.ndarray]
    rows: int
    skipped: tuple[tuple[int, str], ...]
    delimiter: str


def parse_text_table(text: str) -> TextTable:
    """
    Every cell as text, nothing interpreted.

    Raises UnusableTable; its sentence goes on after the file's name.
    """
    if not text.strip():
        raise UnusableTable("is empty: a table needs a header line and rows below it")
    delimiter = sniff_delimiter(text)
    records, skipped = _records(text, delimiter)
    header, rows = records[0], records[1:]
    if len(header) < 2:
        raise UnusableTable(
            "has one column only, or its columns are not separated by comma, semicolon, tab or vertical bar. "
            "It needs the target and at least one other column"
        )
    if len(skipped) > MAX_SKIPPED_SHARE * (len(rows) + len(skipped)):
        raise UnusableTable(_too_many_skipped(len(header), len(rows) + len(skipped), skipped))
    if not rows:
        raise UnusableTable("has no rows: there is a header and nothing below it")
    columns = _named(header, list(zip(*rows, strict=True)))
    return TextTable(columns, len(rows), tuple(skipped), delimiter)


def sniff_delimiter(text: str) -> str:
    """The delimiter in which most of the first rows have as many cells as the header."""
    start = text[:SNIFFED_CHARACTERS]
    if len(start) < len(text):
        start = start[: max(start.rfind("\n"), start.rfind("\r")) + 1] or start
    fits = {delimiter: _fit(start, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: fits[delimiter])
    return best if fits[best] > (0, 0) else ","


def _fit(start: str, delimiter: str) -> tuple[float, int]:
    """(share of the rows as wide as the header, its width); (0, 0) when the header is one cell."""
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(start, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        return 0, 0
    if not widths or widths[0] < 2:
        return 0, 0
    return round(Counter(widths)[widths[0]] / len(widths), 2), widths[0]


def _records(text: str, delimiter: str) -> tuple[list[list[str]], list[tuple[int, str]]]:
    """Header and rows of its width; blank lines are passed over."""
    csv.field_size_limit(MAX_CELL)
    try:
        records = list(filter(None, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)))
    except csv.Error:
        records = []
    if records and all(len(record) == len(records[0]) for record in records):
        return records, []
    return _records_one_by_one(text, delimiter)


def _records_one_by_one(text: str, delimiter: str) -> tuple[list[list[str]], list[tuple[int, str]]]:
    """The slow way, for a file with something wrong in it: knows the line of every record."""
    records: list[list[str]] = []
    skipped: list[tuple[int, str]] = []
    for line, record, problem in _numbered(text, delimiter):
        if problem and not records:
            raise UnusableTable(f"has a header that cannot be read: {problem}")
        if problem:
            skipped.append((line, problem))
        elif records and len(record) != len(records[0]):
            skipped.append((line, f"{_cells(len(record))} instead of {len(records[0])}"))
        else:
            records.append(record)
    return records, skipped


def _numbered(text: str, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """(line on which it begins, cells, what is wrong with it)."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            if "end of data" in str(problem) or "field larger" in str(problem):
                raise UnusableTable(
                    f"has a quotation mark that is never closed, in the row that begins on line {line}"
                ) from problem
            yield line, [], "a quotation mark in the middle of a cell"
        else:
            if record:
                yield line, record, ""


def _too_many_skipped(width: int, total: int, skipped: list[tuple[int, str]]) -> str:
    examples = ", ".join(f"line {line} ({reason})" for line, reason in skipped[:LISTED])
    more = " and so on" if len(skipped) > LISTED else ""
    return (
        f"is damaged: its header has {_cells(width)}, and {len(skipped):,} of {total:,} rows do not fit it, more than "
        f"1 in 100: {examples}{more}"
    )


def _cells(count: int) -> str:
    return f"{count} cell{'' if count == 1 else 's'}"


def _named(header: list[str], cells: list[tuple[str, ...]]) -> dict[str, np.ndarray]:
    """Columns by name; one without a name and without a value, left by trailing commas, is none."""
    names = [normal(cell) for cell in header]
    kept = [at for at, name in enumerate(names) if name or any(map(str.strip, cells[at]))]
    repeated = [name for name, times in Counter(names[at] for at in kept).items() if times > 1]
    if repeated:
        raise UnusableTable(_repeated_names(repeated))
    return {names[at]: np.array(cells[at], dtype=object) for at in kept}


def _repeated_names(repeated: list[str]) -> str:
    if repeated == [""]:
        return "has more than one column without a name. Name them in the header"
    named = ", ".join(f"“{name}”" for name in repeated if name)
    return f"has two columns of the same name: {named}. Rename one of them in the header"
