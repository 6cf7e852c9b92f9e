"""Grow boosted trees with scikit-learn, on category levels put in order of the target, and keep plain arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from webapp.estimators.level_order import LevelOrder, learn_level_order
from webapp.estimators.tree_ensemble import MAX_LEAVES, TreeEnsemble, from_boosting

L2 = 1.0
COLUMNS_PER_SPLIT = 0.5
LARGEST_VALUE = 1e300  # half-way between two larger ones may be no float


@dataclass(frozen=True)
class Growth:
    """How large and how many the trees are, and what they must know about the columns."""

    max_iter: int
    learning_rate: float
    max_leaf_nodes: int
    min_samples_leaf: int
    random_state: int
    categorical_features: Sequence[int] = ()
    ordered_features: Sequence[int] = ()
    directions: Mapping[int, int] = field(default_factory=dict)

    def classes(self, X: np.ndarray, codes: np.ndarray) -> tuple[LevelOrder, TreeEnsemble]:
        """Learn class codes 0, 1, ...; two classes have one score, the log-odds of the second."""
        number = int(codes.max()) + 1
        targets = codes[:, None].astype(float) if number == 2 else np.eye(number)[codes]
        order = self._order(X, targets)
        model = HistGradientBoostingClassifier(**self._settings(X))
        Z = _tamed(order.apply(X))
        return order, from_boosting(model.fit(Z, codes)).between_values(Z)

    def values(self, X: np.ndarray, y: np.ndarray) -> tuple[LevelOrder, TreeEnsemble]:
        """Learn numbers of any size: the trees see them in units of their own spread."""
        size = np.abs(y).max() or 1.0
        centre = (y / size).mean()
        spread = (y / size).std() if y.min() < y.max() else 1.0
        standard = (y / size - centre) / spread
        order = self._order(X, standard[:, None])
        Z = _tamed(order.apply(X))
        model = HistGradientBoostingRegressor(**self._settings(X)).fit(Z, standard)
        return order, from_boosting(model).between_values(Z).scaled(spread * size, centre * size)

    def _order(self, X: np.ndarray, targets: np.ndarray) -> LevelOrder:
        return learn_level_order(X, targets, self.categorical_features, self.ordered_features)

    def _settings(self, X: np.ndarray) -> dict:
        if not 2 <= self.max_leaf_nodes <= MAX_LEAVES:
            raise ValueError(f"max_leaf_nodes is {self.max_leaf_nodes}; it must be from 2 to {MAX_LEAVES}")
        return {
            "max_iter": self.max_iter,
            "learning_rate": self.learning_rate,
            "max_leaf_nodes": self.max_leaf_nodes,
            "min_samples_leaf": self.min_samples_leaf,
            "l2_regularization": L2,
            "max_features": COLUMNS_PER_SPLIT,
            "early_stopping": False,
            "random_state": self.random_state,
            "monotonic_cst": [self.directions.get(j, 0) for j in range(X.shape[1])] if self.directions else None,
        }


def _tamed(Z: np.ndarray) -> np.ndarray:
    """Return what scikit-learn can cut into bins: no value near overflow, no column without any value."""
    empty = np.isnan(Z).all(axis=0)
    return np.clip(np.where(empty, 0.0, Z), -LARGEST_VALUE, LARGEST_VALUE)
