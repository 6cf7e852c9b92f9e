"""Differences between answers as people read them: points of a chance, or the target's own unit."""

from webapp.parsing.shown import number_text
from webapp.schema import Target

FIGURES = 3


def moved_text(target: Target, value: float) -> str:
    """'4.2 points', '1 point', '$350': the size of a difference, without its direction."""
    if target.kind == "number":
        return number_text(rounded(value), unit=target.unit, decimals=0)
    points = round(100.0 * value, 1)
    if value > 0.0 and points < 0.1:
        return "less than 0.1 points"
    return f"{points:g} point{'' if points == 1 else 's'}"


def share_text(share: float) -> str:
    """'3.4%', '12%'."""
    return f"{100 * share:.0f}%" if share >= 0.1 or share == 0 else f"{100 * share:.1f}%"


def rounded(value: float) -> float:
    """To three figures."""
    return float(f"{value:.{FIGURES}g}")


def quoted(labels: list[str], most: int = 5) -> str:
    """'“Contract”, “Tenure” and 3 more'."""
    shown = [f"“{label}”" for label in labels[:most]]
    if len(labels) > most:
        return f"{', '.join(shown)} and {len(labels) - most} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
