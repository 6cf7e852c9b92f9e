"""A reason in one cell of a table: what was answered, and how much that moved the answer."""

from collections.abc import Callable

from webapp.parsing.shown import MINUS
from webapp.schema import Target
from webapp.wording.amounts import SWAPPED


def reason_text(label: str, value_text: str, points: float, target: Target) -> str:
    """'Contract: Monthly (+21.3 points)', 'Carat: 0.31 (−512.2 $)'"""
    return f"{what_text(label, value_text)} ({amount_writer(target)(points)})"


def what_text(label: str, value_text: str) -> str:
    """'Contract: Monthly'"""
    return f"{label}: {value_text}"


def amount_writer(target: Target) -> Callable[[float], str]:
    """Writes '+21.3 points', '−512.2 $'."""
    unit = target.unit if target.task == "number" else "points"
    behind = f" {unit}".rstrip()

    def written(points: float) -> str:
        size = -points if points < 0 else points
        figures = f"{size:,.1f}" if size >= 1 else f"{size:.2g}"
        if target.decimal == ",":
            figures = figures.translate(SWAPPED)
        return f"{MINUS if points < 0 else '+'}{figures}{behind}"

    return written
