"""One column of typed values to numbers, by its kind: what the preprocessor does with each input."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

PARTS = {"date": ("year", "month", "weekday", "day"), "datetime": ("year", "month", "weekday", "day", "hour")}
_FIRST_WEEKDAY = 3  # 1970-01-01 was a Thursday, and Monday counts as 0


def vocabulary_of(column: np.ndarray, order: Sequence[str] | None, min_rows: int) -> dict[str, float]:
    if order is not None:
        return {level: float(code) for code, level in enumerate(order)}
    levels, counts = np.unique(column[~pd.isna(column)].astype(str), return_counts=True)
    return {str(level): float(code) for code, level in enumerate(levels[counts >= min_rows])}


def is_missing(cell: object) -> bool:
    return cell is None or cell != cell  # only NaN and NaT differ from themselves


def encode(column: np.ndarray, kind: str, vocabulary: dict[str, float] | None) -> np.ndarray:
    if vocabulary is not None:
        places, levels = pd.factorize(column)  # -1, the last, where missing
        return np.array([*(vocabulary.get(level, -1.0) for level in levels), np.nan])[places]
    if kind in PARTS:  # asked cell by cell whether it is missing, a column of moments takes twenty times as long
        return date_parts(np.where(pd.isna(column), None, column).astype("datetime64[s]"), kind)
    return column.astype(np.float64)


def date_parts(moments: np.ndarray, kind: str) -> np.ndarray:
    """(n, 4 or 5): year, month, weekday, day number and, for a date-time, hour; NaN where missing."""
    absent = np.isnat(moments)
    filled = np.where(absent, np.datetime64(0, "s"), moments)
    days = filled.astype("datetime64[D]")
    months = filled.astype("datetime64[M]").astype(np.int64)
    number = days.astype(np.int64)
    parts = [months // 12 + 1970, months % 12 + 1, (number + _FIRST_WEEKDAY) % 7, number]
    if kind == "datetime":
        parts.append((filled - days) / np.timedelta64(1, "h"))
    encoded = np.column_stack(parts).astype(np.float64)
    encoded[absent] = np.nan
    return encoded


def finite(encoded: np.ndarray) -> np.ndarray:
    if np.isinf(encoded).any():
        raise ValueError("Input contains infinity")
    return encoded
