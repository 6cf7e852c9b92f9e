"""Text to rows of cells: which sign separates them, and rows that cannot be told apart for a quotation mark."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from webapp.errors import UnusableTable

DELIMITERS = ("\t", ";", "|", ",")  # where two fit equally well the rarer in running text wins
DELIMITER_NAMES = {"\t": "tab", ";": "semicolon", "|": "vertical bar", ",": "comma"}
SNIFFED_CHARACTERS = 65_536
MAX_CELL = 10_000_000  # characters; a longer one is a quote that was never closed
NO_FIT = (0.0, False, 0)
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")


def sniff_delimiter(text: str) -> str:
    """The delimiter in which most of the first rows have as many cells as the header."""
    start = text[:SNIFFED_CHARACTERS]
    if len(start) < len(text):
        start = start[: max(start.rfind("\n"), start.rfind("\r")) + 1] or start
    fits = {delimiter: _fit(start, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: fits[delimiter])
    return best if fits[best] > NO_FIT else ","


def _fit(start: str, delimiter: str) -> tuple[float, bool, int]:
    """(share of the rows as wide as the header, whether every quotation mark fits, its width); NO_FIT for one cell."""
    for strict in (True, False):
        try:
            rows = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter, strict=strict)
            widths = [len(row) for row in rows if row]
        except csv.Error:
            continue
        if not widths or widths[0] < 2:
            return NO_FIT
        return round(Counter(widths)[widths[0]] / len(widths), 2), strict, widths[0]
    return NO_FIT


def numbered_rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """
    (line on which it begins, cells, what is wrong with it) of every row that is not blank, the header among them.

    Raises UnusableTable for a quotation mark that is never closed; its sentence goes on after the file's name.
    """
    return (row for row in every_row(text, delimiter) if row[1] or row[2])


def every_row(text: str, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """The same of all rows; a blank one has no cells, and nothing is wrong with it."""
    return rows_in(lines_of(text), delimiter)


def rows_in(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """The same of lines that come one after the other, with their ends."""
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
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
            yield line, record, ""


def lines_of(text: str) -> Iterator[str]:
    """With their ends, whichever of the three they have; a copy of the text, as a file in memory is, is not made."""
    return (line[0] for line in _LINE.finditer(text))
