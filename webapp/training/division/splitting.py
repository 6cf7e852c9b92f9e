"""
Which rows are learned from and which are kept back to judge on.

By chance a row falls on its side because of what stands in it, so it falls there in every table: what one version was
judged on, no later one with the same seed has learned from. Rows that are the same stay together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from webapp.training.division.row_keys import RowKeys

HOLDOUT_SHARE = 0.2
BORDERS = (0.1, 0.35)  # shares that a border between two moments may keep back
LIMIT_STEP = 0.001  # of the limits that are kept: too coarse to lead back to a row
EVERYBODY = ""  # in place of a class where the answer is a number


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

    A row without a moment counts as an early one. By chance every class keeps its share. Rows that are the same but for
    the answer are kept back up to the highest limit of their classes, so that the limit of its own class is enough to
    know that a row was.
    """
    if moments is not None:
        return _by_time(np.where(np.isnan(moments), -np.inf, moments), keys)
    names, codes = np.unique(y.astype(str) if is_classes else np.full(len(y), EVERYBODY), return_inverse=True)
    agree = _agree(codes, keys.groups)
    limits = np.array([_limit(keys.place, codes == code, agree) for code in range(len(names))])
    of_group = np.zeros(keys.groups.max() + 1)
    np.maximum.at(of_group, keys.groups, limits[codes])
    is_kept_back = keys.place <= of_group[keys.groups]
    kept = {
        str(name): float(np.floor(limit / LIMIT_STEP) * LIMIT_STEP) for name, limit in zip(names, limits, strict=True)
    }
    return Split(np.flatnonzero(~is_kept_back), np.flatnonzero(is_kept_back), limits=kept)


def _limit(place: np.ndarray, is_of_class: np.ndarray, agree: np.ndarray) -> float:
    """The place up to which a class has a fifth of its rows; by those whose group agrees, where there are any."""
    rows = is_of_class & agree
    ordered = np.sort(place[rows if rows.any() else is_of_class])
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    ends = np.append(starts[1:], len(ordered))
    taken = (starts + ends) / 2 < HOLDOUT_SHARE * len(ordered)
    return float(ordered[starts[taken][-1]]) if taken.any() else 0.0


def _agree(codes: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """(n,) whether all rows of a row's group have the same answer."""
    least, most = np.full(groups.max() + 1, codes.max() + 1), np.full(groups.max() + 1, -1)
    np.minimum.at(least, groups, codes)
    np.maximum.at(most, groups, codes)
    return (least == most)[groups]


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
