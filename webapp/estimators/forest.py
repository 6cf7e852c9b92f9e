"""Random forests of small trees: the mean of what they say, with exact reasons, stored as plain arrays."""

from collections.abc import Sequence

import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.utils import check_random_state

from webapp.estimators.explained import ExplainedClassifier, ExplainedRegressor, mean_of
from webapp.estimators.explained_trees import ExplainedTrees
from webapp.estimators.forest_trees import Columns, averaged
from webapp.estimators.level_order import learn_level_order
from webapp.estimators.regression_target import exponential
from webapp.estimators.step_tables import sums
from webapp.estimators.tree_ensemble import MAX_LEAVES, TreeEnsemble

HALF = 0.5
MOST_ROWS_A_TREE = 5_000
PRIOR_ROWS = 1.0  # of the usual class shares in every leaf, so that no chance is ever nothing


class _Forest(ExplainedTrees):
    """What both share: how their settings say what to grow."""

    def _settings(self, X: np.ndarray, rng: np.random.RandomState) -> dict:
        if not 2 <= self.max_leaf_nodes <= MAX_LEAVES:
            raise ValueError(f"max_leaf_nodes is {self.max_leaf_nodes}; it must be from 2 to {MAX_LEAVES}")
        return {
            "n_estimators": self.n_estimators,
            "max_leaf_nodes": self.max_leaf_nodes,
            "min_samples_leaf": self.min_samples_leaf,
            "max_features": self.max_features,
            "max_samples": min(len(X), MOST_ROWS_A_TREE),
            "random_state": int(rng.randint(2**31 - 1)),
            "n_jobs": 1,
        }

    def _columns(self, X: np.ndarray, targets: np.ndarray) -> Columns:
        kinds = self._columns_of_codes(X.shape[1]), self._columns_in_order(X.shape[1])
        order = learn_level_order(X, targets, *kinds)
        return Columns.of(order, order.apply(X))


class ForestClassifier(_Forest, ExplainedClassifier):
    """
    The mean of the class shares in the leaves of many trees, each grown from rows and columns drawn by chance.

    `categorical_features`, `ordered_features` and `explained` are as in `BoostingClassifier`. No tree has more than 64
    leaves, for exact reasons cost time with each.
    """

    def __init__(  # noqa: PLR0913 - scikit-learn wants every setting as a parameter of its own
        self,
        categorical_features: Sequence[int] | None = None,
        n_estimators: int = 150,
        max_leaf_nodes: int = 64,
        min_samples_leaf: int = 3,
        max_features: float = 0.4,
        random_state: int = 0,
        explained: bool = True,
        ordered_features: Sequence[int] | None = None,
    ):
        self.categorical_features = categorical_features
        self.n_estimators = n_estimators
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.random_state = random_state
        self.explained = explained
        self.ordered_features = ordered_features

    def fit(self, X, y):
        X, codes = self._training_codes(X, y)
        rng = check_random_state(self.random_state)
        self.reference_ = np.bincount(codes) / len(codes)
        truth = np.eye(len(self.classes_))[codes]
        columns = self._columns(X, truth[:, 1:] if len(self.classes_) == 2 else truth)
        model = RandomForestClassifier(**self._settings(X, rng)).fit(columns.ranked, codes)
        self._store(X, columns.order, self._trees(model, columns), rng)
        if self.explained:
            self._store_reference(X, self.reference_[1:] - HALF if len(self.classes_) == 2 else self.reference_, rng)
        return self

    def link_inverse(self, scores: np.ndarray) -> np.ndarray:
        """Return the probability of each class."""
        if scores.shape[1] == 1:
            return np.clip(np.hstack([HALF - scores, HALF + scores]), 0.0, 1.0)
        chances = np.clip(np.ascontiguousarray(scores), 1e-9, 1.0)
        return chances / sums(chances)[:, None]

    def _trees(self, model: RandomForestClassifier, columns: Columns) -> TreeEnsemble:
        """Of two classes the share of the second counts, less a half: a score above zero answers with it."""

        def shares(tree) -> np.ndarray:
            rows = tree.weighted_n_node_samples[:, None]
            return (tree.value[:, 0, :] * rows + PRIOR_ROWS * self.reference_) / (rows + PRIOR_ROWS)

        if len(self.classes_) == 2:
            return averaged(model, columns, lambda tree: shares(tree)[:, 1:], np.array([-HALF]))
        return averaged(model, columns, shares, np.zeros(len(self.classes_)))


class ForestRegressor(_Forest, ExplainedRegressor):
    """The mean of the values in the leaves, or with `log_target` of their logarithms; else as `ForestClassifier`."""

    def __init__(  # noqa: PLR0913 - scikit-learn wants every setting as a parameter of its own
        self,
        categorical_features: Sequence[int] | None = None,
        n_estimators: int = 150,
        max_leaf_nodes: int = 64,
        min_samples_leaf: int = 5,
        max_features: float = 0.4,
        log_target: bool = False,
        random_state: int = 0,
        explained: bool = True,
        ordered_features: Sequence[int] | None = None,
    ):
        self.categorical_features = categorical_features
        self.n_estimators = n_estimators
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.log_target = log_target
        self.random_state = random_state
        self.explained = explained
        self.ordered_features = ordered_features

    def fit(self, X, y):
        X, y = self._training_values(X, y)
        if self.log_target and y.min() <= 0.0:
            raise ValueError("log_target=True needs a target whose values are all positive")
        self.log_target_ = bool(self.log_target)
        rng = check_random_state(self.random_state)
        target = np.log(y) if self.log_target_ else y
        size = np.abs(target).max() or 1.0
        columns = self._columns(X, (target / size)[:, None])
        model = RandomForestRegressor(**self._settings(X, rng)).fit(columns.ranked, target / size)
        trees = averaged(model, columns, lambda tree: tree.value[:, 0, :], np.zeros(1)).scaled(size)
        self._store(X, columns.order, trees, rng)
        self.reference_ = mean_of(y)
        if self.explained:
            self._store_reference(X, np.log(self.reference_) if self.log_target_ else self.reference_, rng)
        return self

    def link_inverse(self, scores: np.ndarray) -> np.ndarray:
        """Return the values that belong to scores."""
        return exponential(scores[:, 0]) if self.log_target_ else np.array(scores[:, 0])
