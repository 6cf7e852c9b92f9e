"""Copy the trees of a random forest into the plain arrays in which all trees are kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from webapp.estimators.level_order import LevelOrder
from webapp.estimators.tree_ensemble import Nodes, TreeEnsemble, ensemble_of


@dataclass(frozen=True)
class Columns:
    """Training columns as ranks of their values: the forest computes in floats too short for the values themselves."""

    order: LevelOrder
    ranked: np.ndarray
    values: tuple[np.ndarray, ...]  # the distinct values of each column

    @classmethod
    def of(cls, order: LevelOrder, Z: np.ndarray) -> "Columns":
        values = tuple(np.unique(column[~np.isnan(column)]) for column in Z.T)
        ranked = np.empty(Z.shape, dtype=np.float32)
        for number, (column, known) in enumerate(zip(Z.T, values, strict=True)):
            ranks = np.searchsorted(known, column).astype(np.float32)
            # A column without any value says nothing; scikit-learn's trees want one all the same.
            ranked[:, number] = np.where(np.isnan(column), np.nan, ranks) if len(known) else 0.0
        return cls(order, ranked, values)

    def thresholds(self, features: np.ndarray, ranks: np.ndarray) -> np.ndarray:
        """Return for thresholds between ranks those half-way between the values: nobody's own value."""
        thresholds = np.full(len(ranks), np.inf)
        for feature in np.unique(features):
            known, own = self.values[feature], np.flatnonzero(features == feature)
            # A split of missing against present lies above every rank.
            below = np.floor(np.minimum(ranks[own], len(known))).astype(np.intp)
            inside = (below >= 0) & (below < len(known) - 1)
            low, high = known[below[inside]], known[below[inside] + 1]
            middle = low / 2 + high / 2
            thresholds[own[inside]] = np.where((low <= middle) & (middle < high), middle, low)
        return thresholds


def averaged(
    model: RandomForestClassifier | RandomForestRegressor,
    columns: Columns,
    values_of: Callable[[Any], np.ndarray],
    baseline: np.ndarray,
) -> TreeEnsemble:
    """Return the trees so that their sum is the mean of `values_of` their leaves (nodes, scores)."""
    parts = []
    for tree in (grown.tree_ for grown in model.estimators_):
        values = values_of(tree) / len(model.estimators_)
        order, depth = _from_top_to_bottom(tree.children_left, tree.children_right)
        number = np.empty(len(order), dtype=np.intp)
        number[order] = np.arange(len(order))
        is_leaf = tree.children_left[order] < 0
        features = np.where(is_leaf, 0, tree.feature[order])
        shape = (
            is_leaf,
            features,
            tree.missing_go_to_left[order] == 1,
            np.where(is_leaf, np.inf, columns.thresholds(features, tree.threshold[order])),
            np.where(is_leaf, 0, number[tree.children_left[order]]),
            np.where(is_leaf, 0, number[tree.children_right[order]]),
            depth,
        )
        parts += [(*shape, values[order, score]) for score in range(values.shape[1])]
    sizes = np.array([len(part[0]) for part in parts])
    return ensemble_of(Nodes(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)), sizes), baseline)


def _from_top_to_bottom(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the nodes in the order parent, left side, right side, and the depth of each."""
    order, depths, waiting = [], [], [(0, 0)]
    lefts, rights = left.tolist(), right.tolist()
    while waiting:
        node, depth = waiting.pop()
        order.append(node)
        depths.append(depth)
        if lefts[node] >= 0:
            waiting += [(rights[node], depth + 1), (lefts[node], depth + 1)]
    return np.array(order), np.array(depths)
