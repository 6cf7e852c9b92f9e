"""Boosted trees as plain arrays: evaluated for one row or many, stored without any class of another library."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

MAX_LEAVES = 64  # of one tree: a leaf is one bit of a word
FEW_ROWS = 256  # up to here all nodes of a row at once are faster than all rows of a node at once
NODES_AT_ONCE = 200_000
ROWS_AT_ONCE = 16_384
LARGEST = np.finfo(float).max


@dataclass(frozen=True)
class TreeEnsemble:
    """
    No tree is walked. Every node compares; going right rules out the leaves of its left side, and the first leaf
    of the tree that nobody ruled out is the one the row reaches.

    Feature f is column 2f where a missing value goes left and column 2f + 1 where it goes right.
    """

    outputs: int  # scores a row gets: tree t adds to score t % outputs
    columns: np.ndarray  # (nodes,)
    thresholds: np.ndarray  # (nodes,) goes right when greater
    ruled_out: np.ndarray  # (nodes,) bits of the leaves that going right rules out
    spans: np.ndarray  # (nodes, 3) first leaf of the left side, of the right side, and the one after both
    node_starts: np.ndarray  # (trees,)
    leaf_starts: np.ndarray  # (trees,)
    values: np.ndarray  # (leaves,)
    baseline: np.ndarray  # (outputs,)

    def scores(self, Z: np.ndarray) -> np.ndarray:
        """Return (rows, outputs), added up tree after tree: a row alone equals the row in its batch."""
        if len(Z) <= FEW_ROWS:
            return self.staged_scores(Z)[:, -1]
        total = np.tile(self.baseline, (len(Z), 1))
        for start in range(0, len(Z), ROWS_AT_ONCE):
            part = total[start : start + ROWS_AT_ONCE]
            for tree, values in self._values_of_many(Z[start : start + ROWS_AT_ONCE]):
                part[:, tree % self.outputs] += values
        return total

    def staged_scores(self, Z: np.ndarray) -> np.ndarray:
        """Return the scores after each round: (rows, rounds, outputs)."""
        added = self._values_of_few(Z) if len(Z) <= FEW_ROWS else np.empty((len(Z), len(self.node_starts)))
        if len(Z) > FEW_ROWS:
            for tree, values in self._values_of_many(Z):
                added[:, tree] = values
        staged = added.reshape(len(Z), -1, self.outputs)
        staged[:, 0] += self.baseline
        return np.add.accumulate(staged, axis=1, out=staged)

    def scaled(self, factor: float, offset: float = 0.0) -> "TreeEnsemble":
        """Return the ensemble whose scores are factor times these plus the offset."""
        return replace(self, values=factor * self.values, baseline=factor * self.baseline + offset)

    def between_values(self, Z: np.ndarray) -> "TreeEnsemble":
        """Return the ensemble with each threshold half-way between two values of Z: no threshold is anybody's value."""
        thresholds = self.thresholds.copy()
        for feature in np.unique(self.columns // 2):
            known = np.unique(Z[~np.isnan(Z[:, feature]), feature])
            nodes = np.flatnonzero((self.columns // 2 == feature) & (self.thresholds < LARGEST))
            above = np.searchsorted(known, thresholds[nodes], side="right")
            low, high = known[above - 1], known[above]
            middle = low / 2 + high / 2
            thresholds[nodes] = np.where((low <= middle) & (middle < high), middle, low)
        return replace(self, thresholds=thresholds)

    def _values_of_few(self, Z: np.ndarray) -> np.ndarray:
        sides = _both_sides(Z)
        at_once = max(1, NODES_AT_ONCE // len(self.columns))
        reached = [np.empty((0, len(self.node_starts)), dtype=np.intp)]
        for start in range(0, len(Z), at_once):
            goes_right = sides[start : start + at_once, self.columns] > self.thresholds
            lost = np.bitwise_or.reduceat(goes_right * self.ruled_out, self.node_starts, axis=1)
            reached.append(self.leaf_starts + _first_left(lost))
        return self.values[np.concatenate(reached)]

    def _values_of_many(self, Z: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        sides = np.ascontiguousarray(_both_sides(Z).T)
        thresholds, ruled_out = self.thresholds.tolist(), list(self.ruled_out)
        columns, ends = self.columns.tolist(), [*self.node_starts[1:].tolist(), len(self.columns)]
        for tree, (start, end) in enumerate(zip(self.node_starts.tolist(), ends, strict=True)):
            lost = np.zeros(len(Z), dtype=self.ruled_out.dtype)
            for node in range(start, end):
                lost |= (sides[columns[node]] > thresholds[node]) * ruled_out[node]
            yield tree, self.values[self.leaf_starts[tree] :].take(_first_left(lost))


def _both_sides(Z: np.ndarray) -> np.ndarray:
    missing = np.isnan(Z)
    sides = np.empty((*Z.shape, 2))
    sides[:, :, 0] = np.where(missing, -np.inf, Z)
    sides[:, :, 1] = np.where(missing, np.inf, Z)
    return sides.reshape(len(Z), -1)


def _first_left(lost: np.ndarray) -> np.ndarray:
    """Return the position of the lowest bit that is not set."""
    return np.bitwise_count(lost & ~(lost + lost.dtype.type(1))).astype(np.intp)


@dataclass(frozen=True)
class Nodes:
    """The nodes of trees one after the other, each tree as parent, left side, right side; children by number."""

    is_leaf: np.ndarray
    feature: np.ndarray
    missing_left: np.ndarray
    threshold: np.ndarray
    left: np.ndarray  # number of the left child within its tree
    right: np.ndarray
    depth: np.ndarray
    value: np.ndarray
    sizes: np.ndarray  # (trees,) nodes of each tree


def from_boosting(model: HistGradientBoostingClassifier | HistGradientBoostingRegressor) -> TreeEnsemble:
    """Copy the trees out of a fitted model; scikit-learn offers no public way to them."""
    grown = [tree.nodes for round_ in model._predictors for tree in round_]
    nodes = np.concatenate(grown)
    copied = Nodes(
        is_leaf=nodes["is_leaf"] == 1,
        feature=nodes["feature_idx"].astype(np.intp),
        missing_left=nodes["missing_go_to_left"] == 1,
        threshold=nodes["num_threshold"],
        left=nodes["left"].astype(np.intp),
        right=nodes["right"].astype(np.intp),
        depth=nodes["depth"].astype(np.intp),
        value=nodes["value"],
        sizes=np.array([len(tree) for tree in grown]),
    )
    return ensemble_of(copied, np.ravel(model._baseline_prediction).astype(float))


def ensemble_of(nodes: Nodes, baseline: np.ndarray) -> TreeEnsemble:
    """Return the trees of `nodes`; tree t adds to score t % len(baseline)."""
    starts = np.cumsum(nodes.sizes) - nodes.sizes
    # A tree without a split keeps its root as a node that never goes right.
    compares = ~nodes.is_leaf
    compares[starts] = True
    spans = _leaf_spans(nodes, starts)[compares]
    leaf_starts = spans[np.searchsorted(np.flatnonzero(compares), starts), 0]

    columns = np.where(nodes.is_leaf, 0, 2 * nodes.feature + ~nodes.missing_left)
    # A split of missing against present has the threshold infinity, which must still send a missing value right.
    thresholds = np.where(nodes.is_leaf, np.inf, np.minimum(nodes.threshold, LARGEST))
    trees = np.repeat(np.arange(len(nodes.sizes)), nodes.sizes)[compares]
    return TreeEnsemble(
        outputs=len(baseline),
        columns=columns[compares].astype(np.intp),
        thresholds=thresholds[compares],
        ruled_out=_bits(spans[:, 0] - leaf_starts[trees], spans[:, 1] - leaf_starts[trees]),
        spans=spans,
        node_starts=np.searchsorted(trees, np.arange(len(nodes.sizes))),
        leaf_starts=leaf_starts,
        values=nodes.value[nodes.is_leaf],
        baseline=baseline,
    )


def _leaf_spans(nodes: Nodes, starts: np.ndarray) -> np.ndarray:
    """Return for every node its first leaf, the first on its right side, and the one after its last."""
    tree_start = np.repeat(starts, nodes.sizes)
    left, right = nodes.left + tree_start, nodes.right + tree_start
    end = np.repeat(starts + nodes.sizes, nodes.sizes)
    # Nodes are stored parent, left side, right side: the left side ends where the right one begins.
    for depth in range(int(nodes.depth.max())):
        parents = np.flatnonzero((nodes.depth == depth) & ~nodes.is_leaf)
        end[left[parents]] = right[parents]
        end[right[parents]] = end[parents]
    leaves_before = np.concatenate([[0], np.cumsum(nodes.is_leaf)])
    middle = np.where(nodes.is_leaf, np.arange(len(nodes.is_leaf)), right)
    return leaves_before[np.column_stack([np.arange(len(nodes.is_leaf)), middle, end])].astype(np.intp)


def _bits(first: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return words with the bits from first to before after set, as short as the longest tree allows."""
    one = np.uint64(1)
    words = ((one << after.astype(np.uint64)) - one) ^ ((one << first.astype(np.uint64)) - one)
    return words.astype(np.min_scalar_type(words.max()))
