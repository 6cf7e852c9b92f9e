"""Figures, shares and ranges as they are said about a version."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from webapp.parsing.shown import MINUS, figure_text
from webapp.wording.numbers import count_text
from webapp.wording.quoting import shown

UNKNOWN = "not known"
TOO_FEW = "too few"
FEWER = "fewer than 5"


def number(value: float | None, figures: int = 4) -> str:
    return UNKNOWN if value is None else figure_text(value, figures)


def ends(band: Mapping[str, float] | Sequence[float] | None, figures: int = 4) -> str:
    """'0.835 to 0.879'; '' where there is no range."""
    low, high = _both(band)
    return "" if low is None or high is None else f"{figure_text(low, figures)} to {figure_text(high, figures)}"


def _both(band: Mapping[str, float] | Sequence[float] | None) -> tuple[float | None, float | None]:
    if band is None:
        return None, None
    return (band["low"], band["high"]) if isinstance(band, Mapping) else (band[0], band[1])


def decimals_of(values: Iterable[float], figures: int = 4) -> int:
    """With how many decimals the largest of them has so many figures; the others then stand below it digit by digit."""
    largest = max((abs(value) for value in values), default=0.0)
    return max(figures - 1 - math.floor(math.log10(largest)), 0) if largest else 0


def even(value: float, decimals: int) -> str:
    """'0.380' below '0.425'; what rounds to nothing has no sign."""
    text = f"{value:,.{decimals}f}"
    return text.replace("-", MINUS if text.strip("-0.,") else "")


def even_ends(band: Mapping[str, float] | Sequence[float] | None, decimals: int) -> str:
    low, high = _both(band)
    return "" if low is None or high is None else f"{even(low, decimals)} to {even(high, decimals)}"


def within(value: float | None, band: Mapping[str, float] | Sequence[float] | None, figures: int = 3) -> str:
    """'0.857 (0.835 to 0.879)'"""
    if value is None:
        return TOO_FEW
    around = ends(band, figures)
    return f"{number(value, figures)} ({around})" if around else number(value, figures)


def share(value: float | None, figures: int = 3) -> str:
    """'26.5%'"""
    return UNKNOWN if value is None else f"{figure_text(100 * value, figures)}%"


def share_ends(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{share(low)} to {share(high)}"


def rows(count: int | None) -> str:
    return FEWER if count is None else count_text(count)


def label_of(metadata: Mapping[str, Any], name: str) -> str:
    """What people call the field of that name."""
    for feature in metadata["schema"]["features"]:
        if feature["name"] == name:
            return shown(feature["label"])
    return shown(name)


def value_of(metadata: Mapping[str, Any], value: float, figures: int = 4) -> str:
    """An amount of the target, with its unit."""
    unit = shown(metadata["schema"]["target"].get("unit") or "")
    return f"{figure_text(value, figures)} {unit}".rstrip()


def quoted_class(name: str) -> str:
    return f"“{shown(name)}”"
