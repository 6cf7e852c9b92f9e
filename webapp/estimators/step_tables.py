"""Look up the contributions of rows: every column is a step function, so one search per value finds its table entry."""

from bisect import bisect_right
from collections.abc import Iterator

import numpy as np

FEW_ROWS = 12  # up to here plain lists are faster than one numpy call per column
CHUNK_ROWS = 8192  # keeps the work on many rows in the processor's cache


def positions(Z: np.ndarray, edges: list[float], bounds: list[tuple[int, int]]) -> np.ndarray:
    """Return for each value its place in the table of all columns.

    `edges` holds the edges of all columns one after the other, `bounds` where each column's begin and end. A column's
    last edge is infinite and NaN, which is below no edge, comes behind it. Its table has one entry more than edges.
    """
    if len(Z) <= FEW_ROWS:
        columns = list(enumerate(bounds))
        places = [
            [bisect_right(edges, value, low, high) + j for value, (j, (low, high)) in zip(row, columns, strict=True)]
            for row in Z.tolist()
        ]
        return np.array(places, dtype=np.intp)
    places = np.empty(Z.shape, dtype=np.intp)
    flat = np.array(edges)
    for j, (low, high) in enumerate(bounds):
        places[:, j] = np.searchsorted(flat[low:high], Z[:, j], side="right") + (low + j)
    return places


def chunks(rows: int) -> Iterator[slice]:
    for start in range(0, rows, CHUNK_ROWS):
        yield slice(start, min(start + CHUNK_ROWS, rows))


def sums(contributions: np.ndarray) -> np.ndarray:
    """Add up over the columns one after the other: pairwise sums would depend on how many rows there are."""
    return np.add.accumulate(contributions, axis=1)[:, -1]
