"""
Which rows are learned from and which are kept back to judge on.

By chance a row falls on its side because of what stands in it, so it falls there in every table: what one version was
judged on, no later one with the same seed has learned from. Rows that are the same stay together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from webapp.training.row_keys import RowKeys

HOLDOUT_SHARE = 0.2
BORDERS = (0.1, 0.35)  # shares that a border between two moments may keep back
LIMIT_STEP = 0.001  # of the limits that are kept: too coarse to lead back to a row
SEVERAL = ""  # the stratum of rows that are the same but for the answer; and of all rows where the answer is a number


@dataclass(frozen=True)
class Split:
    """Positions of the rows; none stands in both. `limits`: class -> the place up to which its rows are kept back."""

    train: np.ndarray
    holdout: np.ndarray
    by_time: bool = False
    limits: Mapping[str, float] = field(default_factory=dict)


def split_rows(y: np.ndarray, keys: RowKeys, *, is_classes: bool, moments: np.ndarray | None = None) -> Split:
    """
    A fifth of the rows for judging: the latest ones where `moments` (n,) says when each happened, else by chance.

    A row without a moment counts as an early one. By chance every class keeps its share.
    """
    if moments is not None:
        return _by_time(np.where(np.isnan(moments), -np.inf, moments), keys)
    strata = _strata(y, keys.groups) if is_classes else np.full(len(y), SEVERAL, dtype=object)
    is_kept_back = np.zeros(len(y), dtype=bool)
    limits = {}
    for name in np.unique(strata):
        rows = np.flatnonzero(strata == name)
        lowest, limit = _lowest(keys.place[rows])
        is_kept_back[rows[lowest]] = True
        limits[str(name)] = limit
    return Split(np.flatnonzero(~is_kept_back), np.flatnonzero(is_kept_back), limits=limits)


def _lowest(place: np.ndarray) -> tuple[np.ndarray, float]:
    """Positions of the fifth of the rows with the lowest places, and the place up to which all of them are in it."""
    order = np.argsort(place, kind="stable")
    ordered = place[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    ends = np.append(starts[1:], len(ordered))
    taken = (starts + ends) / 2 < HOLDOUT_SHARE * len(ordered)
    border = int(ends[taken][-1]) if taken.any() else 0
    limit = ordered[border - 1] if border else 0.0
    return order[:border], float(np.floor(limit / LIMIT_STEP) * LIMIT_STEP)


def _strata(y: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """(n,) the class of a row's group; SEVERAL where its rows do not agree."""
    names, codes = np.unique(y, return_inverse=True)
    least, most = np.full(groups.max() + 1, len(names)), np.full(groups.max() + 1, -1)
    np.minimum.at(least, groups, codes)
    np.maximum.at(most, groups, codes)
    return np.where((least == most)[groups], y.astype(object), SEVERAL)


def _by_time(moments: np.ndarray, keys: RowKeys) -> Split:
    """Between two moments where one is near; else among the rows of one moment, and then between two groups."""
    order = np.lexsort((keys.groups, moments))
    wanted = len(order) - max(1, round(HOLDOUT_SHARE * len(order)))
    earliest, latest = (len(order) - round(share * len(order)) for share in reversed(BORDERS))
    borders = _borders(moments[order], earliest, latest)
    if not len(borders):
        borders = _borders(keys.groups[order], 1, len(order) - 1)
    border = int(borders[np.argmin(np.abs(borders - wanted))]) if len(borders) else wanted
    return Split(np.sort(order[:border]), np.sort(order[border:]), by_time=True)


def _borders(values: np.ndarray, first: int, last: int) -> np.ndarray:
    """Positions from `first` to `last` at which another value begins."""
    found = np.flatnonzero(values[1:] != values[:-1]) + 1
    return found[(found >= first) & (found <= last)]
