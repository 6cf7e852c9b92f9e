"""Cut an encoded column into bins: steps along its values, each step belonging to one bin, one more for missing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MAX_LEVELS = 600  # category levels with a bin of their own, all columns together: a fit costs the cube of its columns
MOST_BINS = 1500  # numeric bins, all columns together, for the same reason
FEWEST_BINS = 12
BELOW_LEVELS = -0.5  # unknown levels have the code -1


@dataclass(frozen=True, slots=True)
class Steps:
    """Step s holds the values from edges[s-1] up to below edges[s]; the last edge is infinite, NaN falls behind it."""

    edges: np.ndarray
    bins: np.ndarray  # bin of each step, missing last
    n_bins: int

    def codes(self, values: np.ndarray) -> np.ndarray:
        return self.bins[np.searchsorted(self.edges, values, side="right")]


def bin_limit(rows: int, numeric_columns: int, max_bins: int) -> int:
    """Return how many bins a numeric column may have."""
    wanted = min(rows / 20, max_bins, MOST_BINS / max(numeric_columns, 1))
    return int(max(wanted, min(FEWEST_BINS, max_bins)))


def numeric_steps(values: np.ndarray, limit: int, min_rows: int) -> Steps:
    """Return bins of about equal counts, or one bin per distinct value where there are few of them."""
    known = values[~np.isnan(values)]
    distinct, counts = np.unique(known, return_counts=True)
    if len(distinct) <= limit:
        starts = _starts(counts, min_rows, np.inf, min_rows)
    else:
        quota = len(known) / limit
        starts = _starts(counts, quota, quota, min_rows)
    edges = _midpoints(distinct[starts[1:] - 1], distinct[starts[1:]])
    n_bins = len(edges) + 2
    return Steps(np.append(edges, np.inf), np.arange(n_bins), n_bins)


def category_steps(values: np.ndarray, kept_levels: np.ndarray) -> Steps:
    """Return one bin per kept level, then one for every other or unknown level, then one for missing."""
    rare = len(kept_levels)
    codes = np.unique(np.concatenate([kept_levels, kept_levels + 1]))
    bin_of = {level: index for index, level in enumerate(kept_levels.tolist())}
    bins = [rare, *(bin_of.get(code, rare) for code in codes.tolist()), rare + 1]
    return Steps(np.append(codes.astype(float), np.inf), np.array(bins), rare + 2)


def ordered_steps(values: np.ndarray, limit: int, min_rows: int) -> Steps:
    """Return one bin per level code in order, neighbours joined where rows are few; then unknown (-1), then missing."""
    known = numeric_steps(values[values >= 0], limit, min_rows)
    levels = known.n_bins - 1
    bins = np.concatenate([[levels], np.arange(levels), [levels + 1]])
    return Steps(np.concatenate([[BELOW_LEVELS], known.edges]), bins, levels + 2)


def kept_levels(columns: Sequence[np.ndarray], min_rows: int) -> list[np.ndarray]:
    """Return for each category column the levels that get their own bin: frequent enough, and room for all columns."""
    found = [_frequent_levels(values, min_rows) for values in columns]
    kept, room = {}, MAX_LEVELS
    for done, index in enumerate(sorted(range(len(found)), key=lambda index: len(found[index]))):
        kept[index] = np.sort(found[index][: room // (len(found) - done)])
        room -= len(kept[index])
    return [kept[index] for index in range(len(found))]


def _frequent_levels(values: np.ndarray, min_rows: int) -> np.ndarray:
    """Return the codes with enough rows, most frequent first."""
    codes, counts = np.unique(np.floor(values[values >= 0]), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return codes[order][counts[order] >= min_rows]


def _starts(counts: np.ndarray, quota: float, heavy: float, min_rows: int) -> np.ndarray:
    """Return where bins start when neighbours are joined up to a quota and a heavy value starts its own bin."""
    ends = np.cumsum(counts)
    heavy_at = np.append(np.flatnonzero(counts >= heavy), len(counts))
    starts, start = [0], 0
    while start < len(counts):
        before = ends[start - 1] if start else 0
        full = np.searchsorted(ends, before + quota, side="left") + 1
        start = int(min(full, heavy_at[np.searchsorted(heavy_at, start, side="right")]))
        starts.append(start)
    starts = starts[:-1]
    if len(starts) > 1 and ends[-1] - ends[starts[-1] - 1] < min(quota, min_rows):
        starts.pop()  # too few rows are left over for a bin of their own
    return np.array(starts, dtype=int)


def _midpoints(below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """Return edges between neighbouring values, never at the lower one and never too large for a float."""
    middle = below / 2 + above / 2
    return np.where((middle > below) & (middle < above), middle, above)
