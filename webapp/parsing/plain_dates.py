"""
Very many dates at once: those that are written as 2024-01-31 are read together, and only the others one by one.

What comes of such a text is what the one parser says of it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from webapp.parsing.dates import is_plain
from webapp.parsing.doors import Door

KINDS = ("date", "datetime")


def are_dates(feature: Any) -> bool:
    """Whether answers to `feature` (a webapp.schema.Feature) are dates or moments."""
    return feature.kind in KINDS


def settled_dates(feature: Any, texts: Sequence[str], door: Door) -> tuple[np.ndarray, list[int]]:
    """
    The typed values that plain texts say, and the places of all others: `parse_answer` has to decide about them.

    These are not plain, no days, beyond the limits where they hold, or may stand for a missing value.
    """
    moments = np.array([_read(text) for text in texts], dtype="datetime64[s]")
    values = moments.astype("datetime64[D]") if feature.kind == "date" else moments
    is_settled = values == moments  # which no missing value is
    if door is not Door.TABLE:
        numbers = values.astype(np.int64)
        is_settled &= numbers >= (-np.inf if feature.minimum is None else feature.minimum)
        is_settled &= numbers <= (np.inf if feature.maximum is None else feature.maximum)
    if feature.missing_markers:
        is_settled &= [text not in feature.missing_markers for text in texts]
    typed = np.empty(len(values), dtype=object)
    typed[is_settled] = list(values[is_settled])
    return typed, np.flatnonzero(~is_settled).tolist()


def _read(text: str) -> datetime | None:
    if not is_plain(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # 31 April
        return None
