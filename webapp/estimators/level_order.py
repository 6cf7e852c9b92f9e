"""Levels of a category put in the order of their mean target, so that a tree can split them like a number."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

PRIOR_ROWS = 10.0  # a level seen ten times stands half-way between its own mean and the mean of all rows


@dataclass(frozen=True)
class LevelOrder:
    """
    For each category column the rank of every code; codes never learned have none and become missing.

    The codes of the columns in `scales` are in order already; only the unknown level, -1, becomes missing there.
    """

    columns: np.ndarray  # (c,)
    levels: np.ndarray  # (c,) number of codes of each column
    starts: np.ndarray  # (c,) where the ranks of each column begin
    ranks: np.ndarray  # ranks of all columns, one after the other; NaN = not seen in training
    scales: np.ndarray  # columns whose codes follow a scale

    def apply(self, Z: np.ndarray) -> np.ndarray:
        """Return Z with ranks in place of codes; an unknown level is missing."""
        if self.columns.size + self.scales.size == 0:
            return Z
        codes = Z[:, self.columns]
        known = (codes >= 0) & (codes < self.levels)
        at = np.where(known, codes, 0).astype(np.intp) + self.starts
        ordered = Z.copy()
        ordered[:, self.columns] = np.where(known, self.ranks[at], np.nan)
        on_scale = Z[:, self.scales]
        ordered[:, self.scales] = np.where(on_scale >= 0, on_scale, np.nan)
        return ordered


def learn_level_order(
    Z: np.ndarray, targets: np.ndarray, categorical: Sequence[int] = (), ordered: Sequence[int] = ()
) -> LevelOrder:
    """Order each column's levels by `targets` (n, t): one column for a number or two classes, one a class for more."""
    columns = np.array(sorted(set(categorical) - set(ordered)), dtype=np.intp)
    ranks = [_ranks_of(Z[:, column], targets) for column in columns]
    levels = np.array([len(one) for one in ranks], dtype=np.intp)
    starts = np.cumsum(levels) - levels
    scales = np.array(sorted(ordered), dtype=np.intp)
    return LevelOrder(columns, levels, starts, np.concatenate([*ranks, np.empty(0)]), scales)


def _ranks_of(codes: np.ndarray, targets: np.ndarray) -> np.ndarray:
    known = codes >= 0
    whole = codes[known].astype(np.intp)
    if whole.size == 0:
        return np.full(1, np.nan)
    counts = np.bincount(whole)
    means = _smoothed_means(whole, targets[known], targets.mean(axis=0))
    position = _main_direction(means, counts)

    seen = np.flatnonzero(counts)
    ranks = np.full(len(counts), np.nan)
    ranks[seen[np.argsort(position[seen], kind="stable")]] = np.arange(len(seen), dtype=float)
    return ranks


def _smoothed_means(codes: np.ndarray, targets: np.ndarray, prior: np.ndarray) -> np.ndarray:
    counts = np.bincount(codes)
    sums = np.stack([np.bincount(codes, weights=target) for target in targets.T], axis=1)
    return (sums + PRIOR_ROWS * prior) / (counts + PRIOR_ROWS)[:, None]


def _main_direction(means: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return one number a level: its mean, or for several classes its place along their main direction."""
    if means.shape[1] == 1:
        return means[:, 0]
    centred = means - np.average(means, axis=0, weights=counts)
    direction = np.linalg.svd(centred * np.sqrt(counts)[:, None], full_matrices=False)[2][0]
    sign = 1.0 if direction[np.argmax(np.abs(direction))] > 0 else -1.0
    return np.round(sign * (centred @ direction), 12)
