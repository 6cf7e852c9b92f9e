"""What a column of numbers or dates shows of itself: decimals, limits, typical value; but nobody's own value."""

import numpy as np

from webapp.parsing.shown import YEAR_FIGURES, names_year, round_outward
from webapp.training.columns.kinds import ColumnKind
from webapp.training.columns.text_column import TextColumn

MAX_DECIMALS = 6
NEARLY_ALL = 0.95  # a few cells with more decimals are noise of a calculation
USUAL_PERCENT = (1, 99)
TYPICAL_FIGURES = 3
YEARS_FROM_DAYS = 5 * 365  # a wider range of dates is rounded to years, a narrower one to months
DAY_SECONDS = 86_400


def decimals_seen(column: TextColumn, kind: ColumnKind, decimal: str) -> int:
    """The number of decimals that is enough for nearly all cells, at most six; 7.0 beside 7.5 has one."""
    found = np.zeros(MAX_DECIMALS + 1)
    for level, count in zip(column.levels, column.counts, strict=True):
        if level not in kind.markers:
            found[min(_decimals(level.removesuffix(kind.unit), decimal), MAX_DECIMALS)] += count
    share = np.cumsum(found) / max(found.sum(), 1)
    return int(np.argmax(share >= NEARLY_ALL))


def _decimals(text: str, decimal: str) -> int:
    mantissa = text.casefold().partition("e")[0]
    return sum(character.isdigit() for character in mantissa.rpartition(decimal)[2]) if decimal in mantissa else 0


def limits_of(numbers: np.ndarray, kind: str, name: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """(observed, usual) limits, rounded outward. numbers: (n,) without NaN, dates as days or seconds."""
    ends = float(numbers.min()), float(numbers.max())
    low, high = (float(end) for end in np.percentile(numbers, USUAL_PERCENT))
    if kind in ("date", "datetime"):
        return _calendar_outward(*ends, kind), _calendar_outward(low, high, kind)
    if kind == "integer":
        low, high = float(np.floor(low)), float(np.ceil(high))  # between two whole numbers there is none
        if names_year(name, *ends):
            return round_outward(*ends, YEAR_FIGURES), round_outward(low, high, YEAR_FIGURES)
    return round_outward(*ends), round_outward(low, high)


def typical_of(numbers: np.ndarray, kind: str, decimals: int) -> float:
    """The median in three figures; for dates the first of its month, for moments noon of its day."""
    median = float(np.median(numbers))
    if kind == "date":
        return _calendar(median, "M")
    if kind == "datetime":
        return float(median // DAY_SECONDS * DAY_SECONDS + DAY_SECONDS // 2)
    if median == 0:
        return 0.0
    figures = TYPICAL_FIGURES - 1 - int(np.floor(np.log10(abs(median))))
    return float(round(median, min(figures, decimals) if figures > 0 else figures)) + 0.0


def _calendar_outward(low: float, high: float, kind: str) -> tuple[float, float]:
    """From the first day of the first month (or year) to the last day of the last, whole days included."""
    unit = 1 if kind == "date" else DAY_SECONDS
    first, last = np.floor(low / unit), np.floor(high / unit)
    by = "Y" if last - first > YEARS_FROM_DAYS else "M"
    return _calendar(first, by) * unit, (_calendar(last, by, after=1)) * unit - 1


def _calendar(day: float, by: str, after: int = 0) -> float:
    """The first day of the month or year of `day`, or of the one so many after it."""
    start = np.datetime64(int(day), "D").astype(f"datetime64[{by}]") + after
    return float(start.astype("datetime64[D]").astype(np.int64))
