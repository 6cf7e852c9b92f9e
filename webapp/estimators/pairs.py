"""Pair tables: what two columns say together and not each on its own, on a coarse grid of cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from webapp.estimators.bins import Steps
from webapp.estimators.components import Block, scaled
from webapp.estimators.design import Design
from webapp.estimators.step_tables import Lookup

SIDE = 8  # cells of a column: stretches of about equal counts, or its most frequent levels
MOST_ROWS = 20_000  # looked at in the screen
MOST_COLUMNS = 60  # the screen looks at all pairs of these, the ones that move the score most
EXPECTED = 10.0  # penalty of a cell in the screen, the one from which every fit starts
CLEAR = 4.0  # standard deviations above what chance gives: there are many pairs to be lucky with
SWEEPS = 5  # to take out of a grid what its rows and columns say alone

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of two blocks: each bin's row, each bin's column."""

    pair: Pair
    row_of_bin: np.ndarray
    column_of_bin: np.ndarray
    rows: int
    columns: int

    def codes(self, design: Design) -> np.ndarray:
        left, right = (design.blocks[number].codes for number in self.pair)
        return self.row_of_bin[left] * self.columns + self.column_of_bin[right]

    def block(self, design: Design, min_rows: int) -> Block:
        """One design column per cell with enough rows, and one for both columns rising together."""
        codes = self.codes(design)
        counts = np.bincount(codes, minlength=self.rows * self.columns)
        present = counts >= min_rows
        cells = scaled(np.eye(len(counts))[:, present], counts, counts > 0)
        tilt = np.outer(self._slope(design, 0), self._slope(design, 1)).reshape(-1, 1)
        tilt = scaled(np.where(present[:, None], tilt, 0.0), counts, counts > 0)
        left, right = self.pair
        groups = (f"cells {left} {right}",) * cells.shape[1] + (f"tilt {left} {right}",) * tilt.shape[1]
        return Block(codes, np.hstack([cells, tilt]), groups)

    def lookup(self, steps: Sequence[Steps], starts: Sequence[int], start: int) -> Lookup:
        """How a row finds its cell; `starts` are where the tables of the columns begin, `start` that of this pair."""
        left, right = self.pair
        rows = self.row_of_bin[steps[left].bins] * self.columns
        columns = self.column_of_bin[steps[right].bins]
        return left, starts[left], rows.tolist(), right, starts[right], columns.tolist(), start

    def _slope(self, design: Design, side: int) -> np.ndarray:
        """A straight line over the cells that stand in an order, nothing over the others."""
        count = (self.rows, self.columns)[side]
        cells = (self.row_of_bin, self.column_of_bin)[side][: design.blocks[self.pair[side]].in_order]
        if not len(cells):
            return np.zeros(count)
        last = int(cells.max())
        return np.where(np.arange(count) <= last, np.arange(count) - last / 2.0, 0.0)


def clearest_pairs(design: Design, tables: Sequence[np.ndarray], left_over: np.ndarray, most: int) -> list[Grid]:
    """
    Return the pairs whose cells explain most of what the columns alone leave over, no more than `most`.

    left_over: (rows, scores, 2), for each score what was missed and its weight. A column with a direction is in no
    pair, for the pair could turn it round.
    """
    if len(left_over) > MOST_ROWS:
        chosen = np.linspace(0, len(left_over) - 1, MOST_ROWS).astype(np.intp)
        design, left_over = design.rows(chosen), left_over[chosen]
    cells = {number: _cells_of(design.blocks[number]) for number in _eligible(design, tables)}
    found = []
    for left, right in combinations(sorted(cells), 2):
        grid = Grid((left, right), *(cells[number][0] for number in (left, right)), cells[left][1], cells[right][1])
        gain, expected, spread = _gain(grid, design, left_over)
        if gain > expected + CLEAR * spread:
            found.append((expected - gain, grid))
    return [grid for _, grid in sorted(found, key=lambda one: (one[0], one[1].pair))[:most]]


def _eligible(design: Design, tables: Sequence[np.ndarray]) -> Iterable[int]:
    """The columns that move the score most, of those that have no direction and more than one bin with rows."""
    moved = {}
    for number, (block, table) in enumerate(zip(design.blocks, tables, strict=True)):
        if number not in design.directions and block.codes.min() < block.codes.max():
            moved[number] = float(table[block.codes].var(axis=0).sum())
    return sorted(moved, key=lambda number: (-moved[number], number))[:MOST_COLUMNS]


def _cells_of(block: Block) -> tuple[np.ndarray, int]:
    """Return the cell of each bin and how many cells there are."""
    counts = np.bincount(block.codes, minlength=len(block.matrix))
    ordered = counts[: block.in_order]
    if ordered.any():
        middle = (np.cumsum(ordered) - ordered / 2) / ordered.sum()
        cells = np.unique((middle * SIDE).astype(np.intp), return_inverse=True)[1]
        own = cells.max() + 1 + np.arange(len(counts) - len(ordered))  # unknown and missing, a cell each
        return np.append(cells, own), int(own[-1]) + 1
    levels = counts[:-2]
    largest = np.argsort(-levels, kind="stable")[: SIDE - 1]
    cells = np.full(len(counts), len(largest))  # the other levels together
    cells[largest] = np.arange(len(largest))
    cells[-1] = len(largest) + 1
    return cells, len(largest) + 2


def _gain(grid: Grid, design: Design, left_over: np.ndarray) -> tuple[float, float, float]:
    """Return what the cells explain of what is left over, what chance alone would, and its standard deviation."""
    codes, shape = grid.codes(design), (grid.rows, grid.columns)
    gain = freedom = 0.0
    for missed, weight in left_over.transpose(1, 2, 0):
        sums = np.bincount(codes, missed, grid.rows * grid.columns).reshape(shape)
        weights = np.bincount(codes, weight, grid.rows * grid.columns).reshape(shape)
        own = sums - weights * _alone(sums, weights)
        gain += float((own**2 / (weights + EXPECTED)).sum())
        used = [int((weights.sum(axis=axis) > 0).sum()) for axis in (0, 1)]
        cells = max(int((weights > 0).sum()), 1)
        part = max((used[0] - 1) * (used[1] - 1), 0) / cells
        freedom += part * float((weights / (weights + EXPECTED)).sum())
    return gain, freedom, float(np.sqrt(2.0 * freedom))


def _alone(sums: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the part of a grid that is one number for each of its rows plus one for each of its columns."""
    of_rows, of_columns = (np.maximum(weights.sum(axis=axis), 1e-9) for axis in (1, 0))
    part = np.zeros_like(sums)
    for _ in range(SWEEPS):
        part += ((sums - weights * part).sum(axis=1) / of_rows)[:, None]
        part += ((sums - weights * part).sum(axis=0) / of_columns)[None, :]
    return part
