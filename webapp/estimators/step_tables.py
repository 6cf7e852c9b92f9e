"""Look up the contributions of rows: every column is a step function, so one search per value finds its table entry."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

import numpy as np

FEW_ROWS = 12  # up to here plain lists are faster than one numpy call per column
CHUNK_ROWS = 8192  # keeps the work on many rows in the processor's cache


# A pair of columns: the one column, where its table begins, the part of its steps in the place of a cell, the same of
# the other column, and where the table of their cells begins.
Lookup = tuple[int, int, list[int], int, int, list[int], int]


def positions(
    Z: np.ndarray, edges: list[float], bounds: list[tuple[int, int]], lookups: Sequence[Lookup] = ()
) -> np.ndarray:
    """Return for each value its place in the table of all columns, and behind them one place for each pair.

    `edges` holds the edges of all columns one after the other, `bounds` where each column's begin and end. A column's
    last edge is infinite and NaN, which is below no edge, comes behind it. Its table has one entry more than edges.
    """
    if len(Z) <= FEW_ROWS:
        columns = list(enumerate(bounds))
        places = [
            [bisect_right(edges, value, low, high) + j for value, (j, (low, high)) in zip(row, columns, strict=True)]
            for row in Z.tolist()
        ]
        for own in places if lookups else ():
            own += [
                start + left[own[i] - first] + right[own[j] - second]
                for i, first, left, j, second, right, start in lookups
            ]
        return np.array(places, dtype=np.intp)
    places = np.empty((len(Z), len(bounds) + len(lookups)), dtype=np.intp)
    flat = np.array(edges)
    for j, (low, high) in enumerate(bounds):
        places[:, j] = np.searchsorted(flat[low:high], Z[:, j], side="right") + (low + j)
    for at, (i, first, left, j, second, right, start) in enumerate(lookups, len(bounds)):
        places[:, at] = np.array(left)[places[:, i] - first] + np.array(right)[places[:, j] - second] + start
    return places


def chunks(rows: int) -> Iterator[slice]:
    for start in range(0, rows, CHUNK_ROWS):
        yield slice(start, min(start + CHUNK_ROWS, rows))


def sums(contributions: np.ndarray) -> np.ndarray:
    """Add up over the columns one after the other: pairwise sums would depend on how many rows there are."""
    return np.add.accumulate(contributions, axis=1)[:, -1]
