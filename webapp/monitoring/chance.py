"""Whether two sets of counts differ by more than chance, and by how much: pure functions of arrays."""

from collections.abc import Sequence

import numpy as np
from scipy.special import chdtrc, kolmogorov, ndtr

FEWEST = 3.0  # expected in a cell of the smaller set; rarer cells are counted together
HALF = 0.5  # added to each cell, so that one without rows does not make the index infinite


def stability_index(before: np.ndarray, now: np.ndarray) -> float:
    """
    The population stability index, less what chance alone adds to it at these numbers: 0.1 is little, 0.25 much.

    Between two samples of the same cases it is (cells - 1)(1/n + 1/m) on average, however large the cells.
    """
    n, m = before.sum(), now.sum()
    if not n or not m:
        return 0.0
    old = (before + HALF) / (n + HALF * len(before))
    new = (now + HALF) / (m + HALF * len(now))
    raw = float(((new - old) * np.log(new / old)).sum())
    return max(raw - (np.count_nonzero(before + now) - 1) * (1.0 / n + 1.0 / m), 0.0)


def chi_squared(before: np.ndarray, now: np.ndarray) -> float:
    """The chance of counts so different, or more so, from the same cases."""
    counts = np.array([before, now], dtype=float)
    counts = counts[:, counts.sum(axis=0) > 0]
    sizes = counts.sum(axis=1)
    if counts.shape[1] < 2 or not sizes.all():
        return 1.0
    expected = np.outer(sizes, counts.sum(axis=0) / sizes.sum())
    rare = expected.min(axis=0) < FEWEST
    if rare.any():
        counts = np.column_stack([counts[:, ~rare], counts[:, rare].sum(axis=1)])
        expected = np.column_stack([expected[:, ~rare], expected[:, rare].sum(axis=1)])
    if counts.shape[1] < 2:
        return 1.0
    statistic = float((np.square(counts - expected) / np.maximum(expected, 1e-12)).sum())
    return float(chdtrc(counts.shape[1] - 1, statistic))


def kolmogorov_smirnov(before: np.ndarray, now: np.ndarray) -> tuple[float, float, int]:
    """Of counts in order: the largest distance of what lies below, how likely it is by chance, and after which cell."""
    n, m = before.sum(), now.sum()
    if not n or not m:
        return 0.0, 1.0, 0
    apart = np.cumsum(before) / n - np.cumsum(now) / m
    at = int(np.argmax(np.abs(apart)))
    distance = float(abs(apart[at]))
    return distance, float(kolmogorov(distance * np.sqrt(n * m / (n + m)))), at


def shares_differ(hits: float, of: float, other_hits: float, of_other: float) -> float:
    """The chance of two shares so different; by chi-squared with the correction for few cases (Yates)."""
    table = np.array([[hits, of - hits], [other_hits, of_other - other_hits]], dtype=float)
    margins = np.outer(table.sum(axis=1), table.sum(axis=0)) / max(table.sum(), 1.0)
    if (margins <= 0).any():
        return 1.0
    away = np.maximum(np.abs(table - margins) - 0.5, 0.0)
    return float(chdtrc(1, (np.square(away) / margins).sum()))


def two_sided(z: float) -> float:
    """How likely a deviation of so many standard errors is."""
    return float(2.0 * ndtr(-abs(z)))


def corrected(chances: Sequence[float]) -> list[float]:
    """Holm's correction: looked at so many things at once, each chance is multiplied by how many remain."""
    order = sorted(range(len(chances)), key=lambda at: chances[at])
    kept = [1.0] * len(chances)
    largest = 0.0
    for rank, at in enumerate(order):
        largest = max(largest, min(chances[at] * (len(chances) - rank), 1.0))
        kept[at] = largest
    return kept
