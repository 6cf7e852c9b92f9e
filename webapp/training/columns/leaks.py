"""Columns that give the answer away: how well each predicts the target all by itself, on rows it has not seen."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from webapp.metrics import area_under_curve

LEAK = 0.999  # nothing known before the fact predicts so well
SUSPECT = 0.95
FOLDS = 5
MAX_BINS = 256
ROWS_PER_BIN = 20
MAX_ROWS = 20_000  # a sample of this size tells .999 from .998
SEED = 0


@dataclass(frozen=True, slots=True)
class Suspicion:
    """How well a column alone predicts; `is_leak` also for a one-to-one function of the target."""

    score: float
    measure: str
    one_to_one: bool = False

    @property
    def is_leak(self) -> bool:
        return self.one_to_one or self.score > LEAK

    @property
    def is_suspect(self) -> bool:
        return not self.is_leak and self.score >= SUSPECT


def suspicion(values: np.ndarray, is_category: bool, y: np.ndarray) -> Suspicion:
    """
    values: (n,) object codes or floats with NaN, y: (n,) classes as text or float.

    The score is an AUC (for several classes the mean of one against the rest) or an R2, from a cross-fitted mean of
    the target in each category or quantile bin, for numbers also along the line between neighbours. An R2 is taken of
    the target's ranks as well: a few extreme answers would hide that all others are told exactly.
    """
    is_classes = y.dtype == object
    one_to_one = _one_to_one(values, y)
    rows = _sample(len(y))
    values, y = values[rows], y[rows]
    cells = _cells(values, is_category)
    fold = np.random.default_rng(SEED).permutation(len(y)) % FOLDS
    if is_classes:
        names = np.unique(y)
        wanted = [y == name for name in names[1:]] if len(names) == 2 else [y == name for name in names]
        score = float(np.mean([_auc(_cross_fitted(cells, hit.astype(float), fold), hit) for hit in wanted]))
        return Suspicion(score, "AUC", one_to_one)
    scores = []
    for answer in (y, rankdata(y)):
        scores.append(_r2(_cross_fitted(cells, answer, fold), answer))
        if not is_category:
            scores.append(_r2(_between_neighbours(values, answer, fold), answer))
    return Suspicion(max(scores), "R2", one_to_one)


def _sample(rows: int) -> np.ndarray:
    if rows <= MAX_ROWS:
        return np.arange(rows)
    return np.sort(np.random.default_rng(SEED).choice(rows, MAX_ROWS, replace=False))


def _one_to_one(values: np.ndarray, y: np.ndarray) -> bool:
    """Each value has its own answer and each answer its own value; only told where values repeat."""
    x_codes, x_levels = pd.factorize(values, use_na_sentinel=False)
    y_codes, y_levels = pd.factorize(y)
    if len(x_levels) != len(y_levels) or 2 * len(y_levels) > len(y):
        return False
    return len(np.unique(x_codes * len(y_levels) + y_codes)) == len(x_levels)


def _cells(values: np.ndarray, is_category: bool) -> np.ndarray:
    """(n,) the category or quantile bin of each row; missing is one of its own."""
    if is_category:
        return pd.factorize(values, use_na_sentinel=False)[0]
    numbers = values.astype(float)
    bins = int(np.clip(len(numbers) // ROWS_PER_BIN, 2, MAX_BINS))
    present = numbers[~np.isnan(numbers)]
    distinct = np.unique(present)
    edges = distinct[1:] if len(distinct) <= bins else np.unique(np.quantile(present, np.arange(1, bins) / bins))
    return np.where(np.isnan(numbers), len(edges) + 1, np.searchsorted(edges, numbers, side="right"))


def _cross_fitted(cells: np.ndarray, y: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """The mean of y in the row's cell over the other folds, drawn towards the general mean by one row."""
    size = int(cells.max()) + 1
    sums, counts = np.bincount(cells, y, size), np.bincount(cells, minlength=size)
    fitted = np.empty(len(y))
    for left_out in range(FOLDS):
        own = fold == left_out
        other_sums = sums - np.bincount(cells[own], y[own], size)
        other_counts = counts - np.bincount(cells[own], minlength=size)
        prior = other_sums.sum() / max(other_counts.sum(), 1)
        fitted[own] = ((other_sums + prior) / (other_counts + 1))[cells[own]]
    return fitted


def _between_neighbours(values: np.ndarray, y: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """y read off the line through the other folds' rows in the order of the values."""
    numbers = values.astype(float)
    fitted = np.full(len(y), y.mean())
    known = ~np.isnan(numbers)
    for left_out in range(FOLDS):
        others, own = known & (fold != left_out), known & (fold == left_out)
        points, positions = np.unique(numbers[others], return_inverse=True)
        if len(points) and own.any():
            means = np.bincount(positions, y[others]) / np.bincount(positions)
            fitted[own] = np.interp(numbers[own], points, means)
    return fitted


def _auc(score: np.ndarray, hit: np.ndarray) -> float:
    found = area_under_curve(hit, score)
    return 0.5 if np.isnan(found) else found  # a sample without a class tells nothing of it


def _r2(fitted: np.ndarray, y: np.ndarray) -> float:
    spread = float(np.sum((y - y.mean()) ** 2))
    return 1.0 - float(np.sum((y - fitted) ** 2)) / spread if spread > 0 else 0.0
