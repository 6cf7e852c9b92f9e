"""
Very many numbers at once: those that are written plainly are read together, and only the others one by one.

What comes of a plain text is, to the last bit, what the one parser says of it.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from webapp.parsing.doors import Door
from webapp.parsing.numbers import PLAIN_LENGTH, is_plain

KINDS = ("number", "integer")


def are_read_at_once(feature: Any) -> bool:
    """Whether answers to `feature` (a webapp.schema.Feature) can be numbers that are written plainly."""
    return feature.kind in KINDS and not feature.own_kind


def plain_numbers(texts: Iterable[str], decimal: str) -> np.ndarray:
    """What each text says (n,), NaN for those that are not plain."""
    matches = is_plain[decimal]
    found = [text if len(text) <= PLAIN_LENGTH and matches(text) else "nan" for text in texts]
    if decimal != ".":
        found = [text.replace(decimal, ".") for text in found]
    return np.fromiter(map(float, found), dtype=np.float64, count=len(found)) + 0.0  # + 0.0 turns -0.0 into 0.0


def settled(feature: Any, numbers: np.ndarray, door: Door) -> tuple[np.ndarray, list[int]]:
    """
    The typed values that plain numbers (n,) are, and the places of all others: `parse_answer` has to decide about them.

    These are not plain, no whole numbers, beyond the limits where they hold, or may stand for a missing value.
    """
    is_settled = _are_settled(feature, numbers, door)
    if is_settled.all():
        return numbers.astype(object), []
    typed = np.empty(len(numbers), dtype=object)
    typed[is_settled] = numbers[is_settled]
    return typed, np.flatnonzero(~is_settled).tolist()


def _are_settled(feature: Any, numbers: np.ndarray, door: Door) -> np.ndarray:
    is_settled = ~np.isnan(numbers)
    if feature.kind == "integer":
        is_settled &= numbers == np.floor(numbers)
    if door is not Door.TABLE and feature.minimum is not None:
        is_settled &= numbers >= feature.minimum
    if door is not Door.TABLE and feature.maximum is not None:
        is_settled &= numbers <= feature.maximum
    markers = plain_numbers(feature.missing_markers, feature.decimal)
    return is_settled & ~np.isin(numbers, markers[~np.isnan(markers)])
