"""The model card as text: sections of paragraphs, points and tables to Markdown, in which nothing of others acts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Points:
    """Those that are empty are left out."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first column heads its rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Part = str | Points | Grid


@dataclass(frozen=True, slots=True)
class CardSection:
    title: str
    parts: tuple[Part, ...]
    level: int = 2


def points(*lines: str) -> Points:
    return Points(tuple(line for line in lines if line))


def markdown(title: str, sections: Iterable[CardSection]) -> str:
    """Every section, and an end of line."""
    blocks = [f"# {plain(title)}"]
    for section in sections:
        blocks.append(f"{'#' * section.level} {plain(section.title)}")
        blocks += [text for text in map(_block, section.parts) if text]
    return "\n\n".join(blocks) + "\n"


def plain(text: str) -> str:
    """On one line, and without the signs that Markdown or HTML would act on."""
    text = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")
    return text.replace("[", "\\[").replace("`", "'").replace("|", "\\|").replace("*", "\\*")


def _block(part: Part) -> str:
    if isinstance(part, Points):
        return "\n".join(f"- {plain(line)}" for line in part.lines)
    if isinstance(part, Grid):
        border = f"|{' --- |' * len(part.columns)}"
        return "\n".join([_line(part.columns), border, *map(_line, part.rows)])
    return _paragraph(plain(part))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(plain, cells))} |"


def _paragraph(text: str) -> str:
    """A sentence that begins with a mark of Markdown stays a sentence."""
    return f"\\{text}" if text[:1] in "#->+" else text
