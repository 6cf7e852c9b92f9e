"""The additive design: for every column a small matrix with one row per bin, so that the long matrix is never built."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from webapp.estimators.bins import Steps, bin_limit, category_steps, kept_levels, numeric_steps, ordered_steps
from webapp.estimators.components import SPLINE_KNOTS, Block, category_block, numeric_block, ordered_block

MAX_COLUMNS = 3000  # beyond it, wide tables get fewer components per numeric column


@dataclass(frozen=True, slots=True)
class BinningRule:
    """How columns are cut; `ordered` are those of the categorical ones whose codes follow a scale."""

    categorical: frozenset[int]
    max_bins: int
    min_bin_rows: int
    min_level_rows: int
    ordered: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Design:
    """`directions` maps a block to +1 or -1: its table may only rise, or only fall, along the order of its bins."""

    blocks: tuple[Block, ...]
    groups: np.ndarray  # number of the penalty group of each design column
    n_groups: int
    directions: Mapping[int, int] = field(default_factory=dict)

    def slices(self) -> list[slice]:
        ends = np.cumsum([block.matrix.shape[1] for block in self.blocks]).tolist()
        return [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]

    def rows(self, chosen: np.ndarray) -> "Design":
        """Return the same design over some of its rows."""
        blocks = tuple(Block(block.codes[chosen], block.matrix, block.groups, block.in_order) for block in self.blocks)
        return Design(blocks, self.groups, self.n_groups, self.directions)

    def with_blocks(self, more: Sequence[Block]) -> "Design":
        """Return the design with further blocks behind its own."""
        return assembled((*self.blocks, *more), self.directions)

    def tables(self, coefficients: np.ndarray) -> list[np.ndarray]:
        """Return the contribution of each bin, per block."""
        parts = zip(self.blocks, self.slices(), strict=True)
        return [block.matrix @ coefficients[part] for block, part in parts]

    def total(self, coefficients: np.ndarray) -> np.ndarray:
        """Return the sum of the contributions of each row."""
        total = np.zeros(len(self.blocks[0].codes))
        for block, table in zip(self.blocks, self.tables(coefficients), strict=True):
            total += table[block.codes]
        return total

    def matrix(self) -> np.ndarray:
        """Return the long matrix (rows, design columns): only where there are few rows."""
        return np.hstack([block.matrix[block.codes] for block in self.blocks])

    def project(self, values: np.ndarray) -> np.ndarray:
        """Return the product of the transposed design, led by the intercept's ones, with one value per row."""
        parts = [np.array([values.sum()])]
        for block in self.blocks:
            parts.append(block.matrix.T @ np.bincount(block.codes, values, len(block.matrix)))
        return np.concatenate(parts)

    def gram(self, weights: np.ndarray) -> np.ndarray:
        """Return the weighted cross products of all design columns, the intercept first, from counts of bin pairs."""
        parts = [slice(part.start + 1, part.stop + 1) for part in self.slices()]
        size = 1 + len(self.groups)
        gram = np.empty((size, size))
        gram[0] = gram[:, 0] = self.project(weights)
        for i, block in enumerate(self.blocks):
            alone = np.bincount(block.codes, weights, len(block.matrix))
            gram[parts[i], parts[i]] = (block.matrix.T * alone) @ block.matrix
            for j in range(i):
                product = _pair_product(block, self.blocks[j], weights)
                gram[parts[i], parts[j]] = product
                gram[parts[j], parts[i]] = product.T
        return gram


def build_design(
    X: np.ndarray, rule: BinningRule, directions: Mapping[int, int] | None = None
) -> tuple[list[Steps], Design]:
    """Return how each encoded column is cut, and the design over the rows."""
    nominal = sorted(rule.categorical - rule.ordered)
    levels = dict(zip(nominal, kept_levels([X[:, j] for j in nominal], rule.min_level_rows), strict=True))
    numeric_columns = X.shape[1] - len(rule.categorical)
    limit = bin_limit(len(X), numeric_columns, rule.max_bins)
    components = _affordable_components(numeric_columns)
    steps, blocks = [], []
    for j in range(X.shape[1]):
        values = X[:, j]
        if j in levels:
            steps.append(category_steps(values, levels[j]))
            blocks.append(category_block(steps[j].codes(values), steps[j].n_bins))
        elif j in rule.ordered:
            steps.append(ordered_steps(values, rule.max_bins, rule.min_level_rows))
            blocks.append(ordered_block(steps[j].codes(values), steps[j].n_bins, f"{j}"))
        else:
            steps.append(numeric_steps(values, limit, rule.min_bin_rows))
            blocks.append(numeric_block(values, steps[j], f"{j}", components))
    return steps, assembled(blocks, directions)


def assembled(blocks: Sequence[Block], directions: Mapping[int, int] | None = None) -> Design:
    """Return the design of these blocks; columns whose groups have one name share one penalty."""
    names = [name for block in blocks for name in block.groups]
    distinct = {name: number for number, name in enumerate(dict.fromkeys(names))}
    groups = np.array([distinct[name] for name in names], dtype=int)
    return Design(tuple(blocks), groups, len(distinct), directions or {})


def _pair_product(left: Block, right: Block, weights: np.ndarray) -> np.ndarray:
    height, width = len(left.matrix), len(right.matrix)
    pairs = np.bincount(left.codes * width + right.codes, weights, height * width)
    return left.matrix.T @ (pairs.reshape(height, width) @ right.matrix)


def _affordable_components(numeric_columns: int) -> str:
    """Return which of line (L), spline (S) and random walk (T) every numeric column gets."""
    if numeric_columns * (SPLINE_KNOTS + 12) <= MAX_COLUMNS:
        return "LST"
    return "LT" if numeric_columns * 12 <= MAX_COLUMNS else "L"
