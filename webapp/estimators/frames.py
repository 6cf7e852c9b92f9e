"""Encoded columns back to a DataFrame as pandas would have read it, for pipelines that take columns by their names."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from webapp.parsing.answers import OTHER

DAY, HOUR = 3, 4  # places of the day number and the hour among the encoded parts of a date
SECONDS_A_DAY, SECONDS_AN_HOUR = 86_400, 3_600

# (name, how, first, values): how is number, whole, flag, level, date, datetime or date_text; `first` is the first of
# its encoded columns; `values` are those of no and yes, or of each level code. Plain tuples, because they are pickled.
FrameColumn = tuple[str, str, int, tuple]


def as_frame(Z: np.ndarray, columns: Sequence[FrameColumn]) -> pd.DataFrame:
    """(rows, columns) from encoded rows (rows, encoded columns)."""
    return pd.DataFrame({name: _column(Z, how, first, values) for name, how, first, values in columns})


def _column(Z: np.ndarray, how: str, first: int, values: tuple) -> Any:
    numbers = Z[:, first]
    if how == "number":
        return numbers
    if how == "whole":
        return numbers if np.isnan(numbers).any() else numbers.astype(np.int64)
    if how in ("flag", "level"):
        return _named(numbers, values)
    days = Z[:, first + DAY]
    seconds = days * SECONDS_A_DAY
    if how == "datetime":
        seconds = seconds + np.round(Z[:, first + HOUR] * SECONDS_AN_HOUR)
    missing = np.isnan(seconds)
    moments = np.where(missing, 0, seconds).astype(np.int64).astype("datetime64[s]")
    moments[missing] = np.datetime64("NaT")
    if how != "date_text":
        return moments
    texts = np.datetime_as_string(moments, unit="D").astype(object)
    texts[missing] = np.nan
    return pd.Series(texts, dtype="str")


def _named(codes: np.ndarray, values: tuple) -> Any:
    """The value of each code; for the unknown code -1 a text that no table holds, or nothing among numbers."""
    is_text = isinstance(values[0], str)
    known = np.array([*values, OTHER if is_text else np.nan, np.nan], dtype=object)
    missing = np.isnan(codes)
    places = np.where(missing, len(values) + 1, np.where(codes < 0, len(values), codes)).astype(np.intp)
    found = known[places]
    if is_text:
        return pd.Series(found, dtype="str")
    if missing.any() or (codes < 0).any():
        return found.astype(float)
    return found.astype(type(values[0]))
