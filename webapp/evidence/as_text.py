"""Sections as lines for a terminal: the same words and tables as on the page, without the drawings."""

import textwrap
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from webapp.evidence.parts import Facts, Figure, Paragraph, Part, Points, Section, Table, Verdicts

WIDTH = 110
WIDEST_CELL = 64  # as long as a hash
MARKS = {"pass": "ok  ", "warn": "warn", "refuse": "NO  "}


def section_lines(sections: Iterable[Section]) -> list[str]:
    lines: list[str] = []
    for section in sections:
        lines += ["", section.title, "-" * len(section.title)]
        for part in section.parts:
            lines += _lines(part)
    return lines


def _lines(part: Part) -> list[str]:
    if isinstance(part, Paragraph):
        return textwrap.wrap(part.text, WIDTH)
    if isinstance(part, Points):
        return [line for text in part.lines for line in textwrap.wrap(f"- {text}", WIDTH, subsequent_indent="  ")]
    if isinstance(part, Facts):
        return [
            line
            for term, text in part.pairs
            for line in textwrap.wrap(f"{term}: {text}", WIDTH, subsequent_indent="  ")
        ]
    if isinstance(part, Verdicts):
        return list(_verdict_lines(part))
    if isinstance(part, Figure):
        return ["", *textwrap.wrap(part.title, WIDTH), *textwrap.wrap(part.sub, WIDTH), *_table_lines(part.table)]
    return ["", part.caption, *_table_lines(part)]


def _verdict_lines(part: Verdicts) -> Iterator[str]:
    for line in part.lines:
        text = f"{MARKS.get(line.verdict, line.verdict)} {line.title} {line.text}"
        measured = f" ({line.measured})" if line.measured else ""
        yield from textwrap.wrap(text + measured, WIDTH, subsequent_indent=" " * 5)


def _table_lines(table: Table) -> list[str]:
    rows = [[_wrapped(cell) for cell in line] for line in (tuple(title for title, _ in table.columns), *table.rows)]
    widths = [max(len(text) for row in rows for text in row[at]) for at in range(len(table.columns))]
    return [
        "  ".join(
            cell.rjust(width) if is_number else cell.ljust(width)
            for cell, width, (_, is_number) in zip(line, widths, table.columns, strict=True)
        ).rstrip()
        for row in rows
        for line in zip_longest(*row, fillvalue="")
    ]


def _wrapped(cell: str) -> list[str]:
    """A long cell goes on below: it may be a reason, whose end says what to do."""
    return textwrap.wrap(cell, WIDEST_CELL, break_on_hyphens=False) or [""]
