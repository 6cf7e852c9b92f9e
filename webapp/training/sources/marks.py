"""Numbers that stand for what a row holds: even as if drawn by chance, and always the same for the same content."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

_MIXERS = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))  # Steele and others 2014
_LAST_SHIFT = np.uint64(31)
_FRACTION_BITS = 53
_KEY = "formcast rows 01"  # sixteen signs; another one would draw other samples


def mixed(marks: np.ndarray) -> np.ndarray:
    """Every bit of the result depends on every bit of the mark."""
    for shift, factor in _MIXERS:
        marks = (marks ^ (marks >> np.uint64(shift))) * np.uint64(factor)
    return marks ^ (marks >> _LAST_SHIFT)


def fractions(marks: np.ndarray) -> np.ndarray:
    """(n,) numbers from 0 to 1."""
    return (mixed(marks) >> np.uint64(64 - _FRACTION_BITS)) / 2.0**_FRACTION_BITS


def text_marks(texts: np.ndarray) -> np.ndarray:
    """(n,) marks of texts as they stand."""
    return pd.util.hash_array(texts, hash_key=_KEY)


def row_marks(columns: dict[str, np.ndarray]) -> np.ndarray:
    """(n,) marks of rows of texts, whatever the order of the columns."""
    names = text_marks(np.array(list(columns), dtype=object))
    return sum_of([mixed(text_marks(texts) + name) for texts, name in zip(columns.values(), names, strict=True)])


def sum_of(parts: Sequence[np.ndarray]) -> np.ndarray:
    total = np.zeros(len(parts[0]), dtype=np.uint64)
    for part in parts:
        total += part
    return mixed(total)
