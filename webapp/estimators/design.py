"""The additive design: for every column a small matrix with one row per bin, so that the long matrix is never built."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BSpline

from webapp.estimators.bins import Steps, bin_limit, category_steps, kept_levels, numeric_steps

SPLINE_KNOTS = 10
SPLINE_DEGREE = 3
MAX_COLUMNS = 3000  # beyond it, wide tables get fewer components per numeric column
NEGLIGIBLE = 1e-12  # part of a component's mean square under which its spread is rounding


@dataclass(frozen=True, slots=True)
class BinningRule:
    categorical: frozenset[int]
    max_bins: int
    min_bin_rows: int
    min_level_rows: int


@dataclass(frozen=True, slots=True)
class Block:
    """What one encoded column contributes: its rows' bins, and per bin the values of its design columns."""

    codes: np.ndarray
    matrix: np.ndarray  # (bins, design columns)
    groups: tuple[str, ...]  # penalty group of each design column


@dataclass(frozen=True, slots=True)
class Design:
    blocks: tuple[Block, ...]
    groups: np.ndarray  # number of the penalty group of each design column
    n_groups: int

    def slices(self) -> list[slice]:
        ends = np.cumsum([block.matrix.shape[1] for block in self.blocks]).tolist()
        return [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]

    def rows(self, chosen: np.ndarray) -> "Design":
        """Return the same design over some of its rows."""
        blocks = tuple(Block(block.codes[chosen], block.matrix, block.groups) for block in self.blocks)
        return Design(blocks, self.groups, self.n_groups)

    def tables(self, coefficients: np.ndarray) -> list[np.ndarray]:
        """Return the contribution of each bin, per encoded column."""
        parts = zip(self.blocks, self.slices(), strict=True)
        return [block.matrix @ coefficients[part] for block, part in parts]

    def total(self, coefficients: np.ndarray) -> np.ndarray:
        """Return the sum of the contributions of each row."""
        total = np.zeros(len(self.blocks[0].codes))
        for block, table in zip(self.blocks, self.tables(coefficients), strict=True):
            total += table[block.codes]
        return total

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


def build_design(X: np.ndarray, rule: BinningRule) -> tuple[list[Steps], Design]:
    """Return how each encoded column is cut, and the design over the rows."""
    categorical = sorted(rule.categorical)
    levels = dict(zip(categorical, kept_levels([X[:, j] for j in categorical], rule.min_level_rows), strict=True))
    numeric_columns = X.shape[1] - len(levels)
    limit = bin_limit(len(X), numeric_columns, rule.max_bins)
    components = _affordable_components(numeric_columns)
    steps, blocks = [], []
    for j in range(X.shape[1]):
        if j in levels:
            steps.append(category_steps(X[:, j], levels[j]))
            blocks.append(_category_block(steps[j].codes(X[:, j]), steps[j].n_bins))
        else:
            steps.append(numeric_steps(X[:, j], limit, rule.min_bin_rows))
            blocks.append(_numeric_block(X[:, j], steps[j], f"{j}", components))
    names = [name for block in blocks for name in block.groups]
    distinct = {name: number for number, name in enumerate(dict.fromkeys(names))}
    groups = np.array([distinct[name] for name in names], dtype=int)
    return steps, Design(tuple(blocks), groups, len(distinct))


def _pair_product(left: Block, right: Block, weights: np.ndarray) -> np.ndarray:
    height, width = len(left.matrix), len(right.matrix)
    pairs = np.bincount(left.codes * width + right.codes, weights, height * width)
    return left.matrix.T @ (pairs.reshape(height, width) @ right.matrix)


def _affordable_components(numeric_columns: int) -> str:
    """Return which of line (L), spline (S) and random walk (T) every numeric column gets."""
    if numeric_columns * (SPLINE_KNOTS + 12) <= MAX_COLUMNS:
        return "LST"
    return "LT" if numeric_columns * 12 <= MAX_COLUMNS else "L"


def _category_block(codes: np.ndarray, n_bins: int) -> Block:
    """One design column per level that has rows; a level without rows stays at zero, the average."""
    counts = np.bincount(codes, minlength=n_bins)
    present = counts > 0
    identity = np.eye(n_bins)[:, present]
    matrix = _scaled(identity, counts, present)
    return Block(codes, matrix, ("categories",) * matrix.shape[1])


def _numeric_block(values: np.ndarray, steps: Steps, name: str, components: str) -> Block:
    """Line, spline and random walk over the bins, and an indicator of missing when training has seen one."""
    codes = steps.codes(values)
    counts = np.bincount(codes, minlength=steps.n_bins)
    known = np.arange(steps.n_bins) < steps.n_bins - 1
    parts: list[tuple[str, np.ndarray]] = []
    if counts[-1] < len(values):
        place = _bin_means(values, codes, counts)
        made = {"L": lambda: place[:, None], "S": lambda: _spline(place), "T": lambda: _random_walk(counts[:-1])}
        for kind in components:
            part = made[kind]()
            part = np.vstack([part, np.zeros((1, part.shape[1]))])
            parts.append((f"{kind} {name}", _scaled(part, np.where(known, counts, 0), known, len(values))))
    if 0 < counts[-1] < len(values):
        parts.append(("missing", _scaled((~known)[:, None].astype(float), counts, counts > 0)))
    matrix = np.hstack([np.zeros((steps.n_bins, 0)), *(part for _, part in parts)])
    return Block(codes, matrix, tuple(group for group, part in parts for _ in range(part.shape[1])))


def _scaled(part: np.ndarray, counts: np.ndarray, used: np.ndarray, rows: int = 0) -> np.ndarray:
    """Centre a component over its rows and give it a total variance of one; bins not used get zeros."""
    share = counts / max(counts.sum(), 1)
    centred = np.where(used[:, None], part - share @ part, 0.0)
    spread = float((share @ centred**2).sum())
    if not spread > NEGLIGIBLE * float((share @ part**2).sum()):
        return part[:, :0]
    known_part = counts.sum() / rows if rows else 1.0
    return centred / np.sqrt(spread * known_part)


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
