"""The model card of a package, read back from its Markdown: the page shows the very text that was signed."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.evidence.parts import Paragraph, Part, Points, Section, Table

_ESCAPED = re.compile(r"\\([\[|*#>+\-])")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\|(\s*:?-+:?\s*\|)+")


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    sections: tuple[Section, ...]


def read_card(text: str) -> Card:
    """The card in its own Markdown: headings, paragraphs, points and tables, and nothing else."""
    title, sections = "", []
    for block in filter(str.strip, re.split(r"\n\s*\n", text)):
        lines = block.strip().splitlines()
        if lines[0].startswith("# "):
            title = _text(lines[0][2:])
        elif lines[0].startswith("## "):
            heading = _text(lines[0][3:])
            sections.append((heading, []))
        elif sections:
            sections[-1][1].extend(_parts(lines))
    named = [Section(f"c{at}", heading, tuple(parts)) for at, (heading, parts) in enumerate(sections, 1)]
    return Card(title, tuple(named))


def _parts(lines: list[str]) -> Iterator[Part]:
    if all(line.startswith("- ") for line in lines):
        yield Points(tuple(_text(line[2:]) for line in lines))
    elif len(lines) > 2 and _RULE.fullmatch(lines[1].strip()):
        head, *rows = (_cells(line) for line in (lines[0], *lines[2:]))
        columns = tuple((title, at > 0) for at, title in enumerate(head))
        yield Table("", columns, tuple(row for row in rows if len(row) == len(columns)))
    else:
        yield Paragraph(_text(" ".join(lines)))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(_text(cell.strip()) for cell in _CELL_BORDER.split(line.strip())[1:-1])


def _text(written: str) -> str:
    return html.unescape(_ESCAPED.sub(r"\1", written))
