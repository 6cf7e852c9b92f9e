"""The rows that are not scored, as lines of a file in which they can be mended and scored again."""

from collections.abc import Sequence

from webapp.scoring.layout import Layout
from webapp.scoring.piece import Rejected
from webapp.scoring.result_lines import csv_line, safe_text

COLUMNS = ("line", "row_number", "error")
FILE = "file"


def rejected_columns(header: Sequence[str], several: bool) -> list[str]:
    """In front of those of the table: a row of another width would move them."""
    return [*((FILE,) if several else ()), *COLUMNS, *header]


def rejected_lines(rejected: Sequence[Rejected], layout: Layout, name: str) -> str:
    """One line for each of them; `name` is that of the file, or "" where there is only one."""
    lines = []
    for one in rejected:
        front = [*((name,) if name else ()), str(one.line), str(one.row), one.reason]
        lines.append(csv_line(front + [safe_text(cell) for cell in one.cells], layout) + layout.line_end)
    return "".join(lines)
