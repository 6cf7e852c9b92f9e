"""Gradient boosting whose answers come with exact reasons; everything learned is a plain array."""

from collections.abc import Sequence

import numpy as np
from scipy.special import expit, softmax
from sklearn.base import BaseEstimator, clone
from sklearn.model_selection import StratifiedKFold
from sklearn.utils import check_random_state

from webapp.estimators.explained import ExplainedClassifier, ExplainedRegressor, mean_of
from webapp.estimators.growing import Growth
from webapp.estimators.level_order import LevelOrder
from webapp.estimators.reference_case import shift_to
from webapp.estimators.score_calibration import Line, fit_line
from webapp.estimators.tree_ensemble import TreeEnsemble
from webapp.estimators.tree_shapley import build_leaf_games

BACKGROUND_ROWS = 100
REFERENCE_ROWS = 200  # training rows whose mean contributions are the average case
CALIBRATION_FOLDS = 5
LARGEST_SCORE = 700.0  # exp() of more is no longer a float


class _Boosting:
    """What both share: ordered levels, trees, and the share of each column in their sum."""

    def explain(self, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the scores (rows, scores) and the contributions (rows, columns, scores) against the reference case."""
        Z = self._checked(Z)
        Z = self.order_.apply(Z)
        contributions = np.stack([self.games_.contributions(row) for row in Z])
        return self.trees_.scores(Z), contributions - self.reference_case_

    def _scores(self, X) -> np.ndarray:
        """Return what `explain` calls scores, after scikit-learn's full check of the input."""
        X = self._fully_checked(X)
        return self.trees_.scores(self.order_.apply(X))

    def _growth(self, X: np.ndarray, rng: np.random.RandomState) -> Growth:
        return Growth(
            max_iter=self.max_iter,
            learning_rate=self.learning_rate,
            max_leaf_nodes=self.max_leaf_nodes,
            min_samples_leaf=self.min_samples_leaf,
            random_state=int(rng.randint(2**31 - 1)),
            categorical_features=self._columns_of_codes(X.shape[1]),
        )

    def _store(self, X: np.ndarray, order: LevelOrder, trees: TreeEnsemble, rng: np.random.RandomState) -> None:
        """Keep the trees and the games of their leaves; no value of a training row stays."""
        Z = order.apply(X)
        self.order_, self.trees_ = order, trees
        self.n_iter_ = self.max_iter
        self.is_exact_ = True
        if self.explained:
            self.games_ = build_leaf_games(trees, _shuffled_columns(Z, rng))

    def _store_reference(self, X: np.ndarray, target_score: np.ndarray, rng: np.random.RandomState) -> None:
        sample = rng.permutation(len(X))[:REFERENCE_ROWS]
        parts = np.stack([self.games_.contributions(row) for row in self.order_.apply(X[sample])])
        size = np.abs(parts).max() or 1.0
        mean, variance = parts.mean(axis=0), (parts / size).var(axis=0)
        start_score = self.games_.background_score + mean.sum(axis=0)
        self.reference_case_ = shift_to(mean, variance, start_score, target_score)
        self.reference_score_ = target_score


class BoostingClassifier(_Boosting, ExplainedClassifier):
    """Boosted log-odds; with several classes one score a class.

    `categorical_features` are the columns that hold level codes: -1 is an unknown level, NaN missing; both are treated
    alike. `calibration` "sigmoid" fits a straight line to the log-odds of five held-out folds. `explained` False leaves
    out what `explain` needs, for a fit that is only compared with others.
    """

    def __init__(  # noqa: PLR0913 - scikit-learn wants every setting as a parameter of its own
        self,
        categorical_features: Sequence[int] | None = None,
        max_iter: int = 150,
        learning_rate: float = 0.06,
        max_leaf_nodes: int = 8,
        min_samples_leaf: int = 20,
        calibration: str = "none",
        random_state: int = 0,
        explained: bool = True,
    ):
        self.categorical_features = categorical_features
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.calibration = calibration
        self.random_state = random_state
        self.explained = explained

    def fit(self, X, y):
        X, codes = self._training_codes(X, y)
        rng = check_random_state(self.random_state)
        growth = self._growth(X, rng)
        line = self._calibrate(X, codes, growth)
        order, trees = growth.classes(X, codes)
        self._store(X, order, trees.scaled(line.slope, line.offset), rng)
        if not self.explained:
            return self
        self.reference_ = np.bincount(codes) / len(codes)
        level = np.log(self.reference_)
        if len(self.classes_) == 2:
            self._store_reference(X, level[1:] - level[:1], rng)
        else:  # scores of several classes may all move together: stay close to those of the trees
            self._store_reference(X, level - level.mean() + self.games_.background_score.mean(), rng)
        return self

    def link_inverse(self, scores: np.ndarray) -> np.ndarray:
        """Return the probability of each class."""
        if scores.shape[1] == 1:
            return expit(np.hstack([-scores, scores]))
        return softmax(scores, axis=1)

    def _calibrate(self, X: np.ndarray, codes: np.ndarray, growth: Growth) -> Line:
        if self.calibration not in ("none", "sigmoid"):
            raise ValueError(f'calibration is {self.calibration!r}; it must be "none" or "sigmoid"')
        folds = min(CALIBRATION_FOLDS, int(np.bincount(codes).min()))
        if self.calibration == "none" or folds < 2:
            return Line()
        scores = np.empty((len(X), 1 if len(self.classes_) == 2 else len(self.classes_)))
        splitter = StratifiedKFold(folds, shuffle=True, random_state=growth.random_state)
        for train, held_out in splitter.split(X, codes):
            order, trees = growth.classes(X[train], codes[train])
            scores[held_out] = trees.scores(order.apply(X[held_out]))
        return fit_line(scores, codes)


class BoostingRegressor(_Boosting, ExplainedRegressor):
    """Boosted values, or with `log_target` boosted logarithms of them; the rest is as in `BoostingClassifier`."""

    def __init__(  # noqa: PLR0913 - scikit-learn wants every setting as a parameter of its own
        self,
        categorical_features: Sequence[int] | None = None,
        max_iter: int = 150,
        learning_rate: float = 0.06,
        max_leaf_nodes: int = 8,
        min_samples_leaf: int = 20,
        log_target: bool = False,
        random_state: int = 0,
        explained: bool = True,
    ):
        self.categorical_features = categorical_features
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.log_target = log_target
        self.random_state = random_state
        self.explained = explained

    def fit(self, X, y):
        X, y = self._training_values(X, y)
        if self.log_target and y.min() <= 0.0:
            raise ValueError("log_target=True needs a target whose values are all positive")
        self.log_target_ = bool(self.log_target)
        rng = check_random_state(self.random_state)
        order, trees = self._growth(X, rng).values(X, np.log(y) if self.log_target_ else y)
        self._store(X, order, trees, rng)
        if not self.explained:
            return self
        self.reference_ = mean_of(y)
        self._store_reference(X, np.log(self.reference_) if self.log_target_ else self.reference_, rng)
        return self

    def link_inverse(self, scores: np.ndarray) -> np.ndarray:
        """Return the values that belong to scores."""
        # A copy without gaps: exp() of a strided array may differ in the last bit from exp() of one number.
        scores = np.array(scores[:, 0])
        return np.exp(np.clip(scores, -LARGEST_SCORE, LARGEST_SCORE)) if self.log_target_ else scores


def without_reasons(estimator: BaseEstimator) -> BaseEstimator:
    """Return an unfitted copy that learns the same and leaves out the tables of its reasons, where it has any."""
    copy = clone(estimator)
    return copy.set_params(explained=False) if "explained" in copy.get_params() else copy


def _shuffled_columns(Z: np.ndarray, rng: np.random.RandomState) -> np.ndarray:
    """Return rows made of evenly spaced values of each column, every column shuffled on its own."""
    ranks = ((np.arange(BACKGROUND_ROWS) + 0.5) / BACKGROUND_ROWS * len(Z)).astype(np.intp)
    spread = np.sort(Z, axis=0)[ranks]
    return np.column_stack([rng.permutation(column) for column in spread.T])
