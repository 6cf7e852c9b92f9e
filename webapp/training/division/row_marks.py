"""
A mark for each row, made of what stands in it: the same row has the same mark in every table and in any place.

Marks decide which rows stay together and on which side of a split they fall. They are hashes, used and forgotten.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from webapp.parsing.texts import normal
from webapp.training.columns.features import numbers_of
from webapp.training.sources.marks import fractions, mixed

_MASK = 2**64 - 1


def marks_of_rows(X: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """(n,) marks of typed rows X (n, d), whatever the order of their columns."""
    marks = np.zeros(len(X), dtype=np.uint64)
    for name, values in zip(names, X.T, strict=True):
        marks += _marks_of_values(values, _mark_of_text(name))
    return mixed(marks)


def marks_of_texts(texts: np.ndarray) -> np.ndarray:
    """(n,) marks of the texts of one column, which is known by no name; 0 for a blank one."""
    codes, levels = pd.factorize(texts)
    marks = [_mark_of_text(text) if (text := normal(level)) else 0 for level in levels]
    return np.array([*marks, 0], dtype=np.uint64)[codes]


def places(marks: np.ndarray, seed: int) -> np.ndarray:
    """(n,) numbers from 0 to 1, even as if drawn by chance; the same mark and seed always have the same."""
    salt = np.full(1, _mark_of_text(f"seed {seed}"), dtype=np.uint64)
    return fractions(marks + salt)


def _marks_of_values(values: np.ndarray, salt: int) -> np.ndarray:
    present = next((value for value in values if value is not None), None)
    salts = np.full(1, salt, dtype=np.uint64)
    if isinstance(present, str):
        return mixed(marks_of_texts(values) + salts)
    numbers = numbers_of(values) + 0.0  # -0.0 is 0.0
    return mixed(np.where(np.isnan(numbers), np.uint64(0), mixed(numbers.view(np.uint64) + np.uint64(1))) + salts)


def _mark_of_text(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), "big") & _MASK
