"""What one encoded column adds to an additive design: its rows' bins, and per bin the values of its design columns."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BSpline

from webapp.estimators.bins import Steps

SPLINE_KNOTS = 10
SPLINE_DEGREE = 3
NEGLIGIBLE = 1e-12  # part of a component's mean square under which its spread is rounding


@dataclass(frozen=True, slots=True)
class Block:
    """The first `in_order` bins stand in the order of the column's values; `groups` names each column's penalty."""

    codes: np.ndarray
    matrix: np.ndarray  # (bins, design columns)
    groups: tuple[str, ...]
    in_order: int = 0


Parts = list[tuple[str, np.ndarray]]


def category_block(codes: np.ndarray, n_bins: int) -> Block:
    """One design column per level that has rows; a level without rows stays at zero, the average."""
    return _block(codes, n_bins, _levels(np.bincount(codes, minlength=n_bins)), 0)


def ordered_block(codes: np.ndarray, n_bins: int, name: str) -> Block:
    """Line and random walk over the levels in their order, and what a level has of its own."""
    counts = np.bincount(codes, minlength=n_bins)
    levels = n_bins - 2
    known = np.arange(n_bins) < levels
    parts: Parts = []
    if counts[:levels].any():
        place = np.append(np.arange(levels) / max(levels - 1, 1), [0.0, 0.0])[:, None]
        walk = np.vstack([np.tri(levels, levels - 1, -1), np.zeros((2, levels - 1))])
        for kind, part in (("L", place), ("T", walk)):
            parts.append((f"{kind} {name}", scaled(part, np.where(known, counts, 0), known, len(codes))))
    return _block(codes, n_bins, parts + _levels(counts), levels)


def numeric_block(values: np.ndarray, steps: Steps, name: str, components: str) -> Block:
    """Line, spline and random walk over the bins, and an indicator of missing when training has seen one."""
    codes = steps.codes(values)
    counts = np.bincount(codes, minlength=steps.n_bins)
    known = np.arange(steps.n_bins) < steps.n_bins - 1
    parts: Parts = []
    if counts[-1] < len(values):
        place = _bin_means(values, codes, counts)
        made = {"L": lambda: place[:, None], "S": lambda: _spline(place), "T": lambda: _random_walk(counts[:-1])}
        for kind in components:
            part = made[kind]()
            part = np.vstack([part, np.zeros((1, part.shape[1]))])
            parts.append((f"{kind} {name}", scaled(part, np.where(known, counts, 0), known, len(values))))
    if 0 < counts[-1] < len(values):
        parts.append(("missing", scaled((~known)[:, None].astype(float), counts, counts > 0)))
    return _block(codes, steps.n_bins, parts, steps.n_bins - 1)


def scaled(part: np.ndarray, counts: np.ndarray, used: np.ndarray, rows: int = 0) -> np.ndarray:
    """Centre a component over its rows and give it a total variance of one; bins not used get zeros."""
    share = counts / max(counts.sum(), 1)
    centred = np.where(used[:, None], part - share @ part, 0.0)
    spread = float((share @ centred**2).sum())
    if not spread > NEGLIGIBLE * float((share @ part**2).sum()):
        return part[:, :0]
    known_part = counts.sum() / rows if rows else 1.0
    return centred / np.sqrt(spread * known_part)


def _block(codes: np.ndarray, n_bins: int, parts: Parts, in_order: int) -> Block:
    matrix = np.hstack([np.zeros((n_bins, 0)), *(part for _, part in parts)])
    groups = tuple(group for group, part in parts for _ in range(part.shape[1]))
    return Block(codes, matrix, groups, in_order)


def _levels(counts: np.ndarray) -> Parts:
    present = counts > 0
    return [("categories", scaled(np.eye(len(counts))[:, present], counts, present))]


def _bin_means(values: np.ndarray, codes: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return the mean value of each known bin, on a scale from 0 to 1 that no huge value can break."""
    known = ~np.isnan(values)
    size = np.abs(values[known]).max() or 1.0
    sums = np.bincount(codes[known], values[known] / size, len(counts))[:-1]
    means = sums / counts[:-1]
    low, high = means.min(), means.max()
    return (means - low) / (high - low) if high > low else np.zeros_like(means)


def _spline(place: np.ndarray) -> np.ndarray:
    """Return a cubic spline basis in which the penalty on second differences is the plain sum of squares."""
    distinct = len(np.unique(place))
    if distinct < 4:
        return np.zeros((len(place), 0))
    intervals = min(SPLINE_KNOTS, distinct) - 1
    knots = np.arange(-SPLINE_DEGREE, intervals + SPLINE_DEGREE + 1) / intervals
    basis = BSpline.design_matrix(place, knots, SPLINE_DEGREE).toarray()
    differences = np.diff(np.eye(basis.shape[1]), n=2, axis=0)
    sizes, directions = np.linalg.eigh(differences.T @ differences)
    kept = sizes > 1e-8 * sizes.max()
    return basis @ (directions[:, kept] / np.sqrt(sizes[kept]))


def _random_walk(counts: np.ndarray) -> np.ndarray:
    """Return one step per edge, as high as the root of the distance in rank between the bins beside it."""
    ends = np.cumsum(counts)
    rank = (ends - counts / 2) / ends[-1]
    steps = np.tri(len(counts), len(counts) - 1, -1)
    return steps * np.sqrt(np.diff(rank))
