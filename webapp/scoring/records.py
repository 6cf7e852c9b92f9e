"""Rows of a CSV text one after the other, with the place in it where each begins and ends."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.parsing.delimited import MAX_CELL

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
BAD_QUOTE = "a quotation mark in the middle of a cell"


class NeverClosed(ValueError):
    """A quotation mark still open at the end of the text, in the row that begins on `line` at the place `start`."""

    def __init__(self, line: int, start: int):
        super().__init__(line)
        self.line, self.start = line, start


@dataclass(frozen=True, slots=True)
class Record:
    """One row that is not blank: the line on which it begins, counted from 0, its place, and what is wrong with it."""

    line: int
    start: int
    end: int
    cells: list[str]
    problem: str = ""


class _Lines:
    """Hands out the lines of a text, and knows where the next one begins."""

    def __init__(self, text: str):
        self.text, self.at = text, 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = _LINE.match(self.text, self.at)
        if line is None:
            raise StopIteration
        self.at = line.end()
        return line[0]


def records(text: str, delimiter: str) -> Iterator[Record]:
    """Raises NeverClosed."""
    csv.field_size_limit(MAX_CELL)
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line, start = reader.line_num, lines.at
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            if "end of data" in str(problem) or "field larger" in str(problem):
                raise NeverClosed(line, start) from problem
            yield Record(line, start, lines.at, [], BAD_QUOTE)
        else:
            if cells:
                yield Record(line, start, lines.at, cells)


def without_end(text: str) -> str:
    """A row as it stands in the file, less the end of its line."""
    if text.endswith("\r\n"):
        return text[:-2]
    return text[:-1] if text.endswith(("\n", "\r")) else text
