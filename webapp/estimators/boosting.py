"""Gradient boosting whose answers come with exact reasons; everything learned is a plain array."""

from collections.abc import Sequence

import numpy as np
from scipy.special import expit, softmax
from sklearn.base import BaseEstimator, clone
from sklearn.model_selection import StratifiedKFold
from sklearn.utils import check_random_state

from webapp.estimators.explained import OF_BOTH, ExplainedClassifier, ExplainedRegressor, mean_of
from webapp.estimators.explained_trees import ExplainedTrees
from webapp.estimators.growing import Growth
from webapp.estimators.score_calibration import Line, fit_line

CALIBRATION_FOLDS = 5
LARGEST_SCORE = 700.0  # exp() of more is no longer a float


class _Boosting(ExplainedTrees):
    """What both share: how their settings say what to grow."""

    def _growth(self, X: np.ndarray, rng: np.random.RandomState) -> Growth:
        return Growth(
            max_iter=self.max_iter,
            learning_rate=self.learning_rate,
            max_leaf_nodes=self.max_leaf_nodes,
            min_samples_leaf=self.min_samples_leaf,
            random_state=int(rng.randint(2**31 - 1)),
            categorical_features=self._columns_of_codes(X.shape[1]),
            ordered_features=self._columns_in_order(X.shape[1]),
            directions=self._directions(X.shape[1]),
        )


class BoostingClassifier(_Boosting, ExplainedClassifier):
    """Boosted log-odds; with several classes one score a class.

    `categorical_features` are the columns that hold level codes: -1 is an unknown level, NaN missing; both are treated
    alike. The codes of `ordered_features` follow a scale. `monotonic_cst` has 1 for a column with which the chance of
    the second class may only rise, -1 where it may only fall, else 0. `calibration` "sigmoid" fits a straight line to
    the log-odds of five held-out folds. `explained` False leaves out what `explain` needs, for a fit that is only
    compared with others.
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
        ordered_features: Sequence[int] | None = None,
        monotonic_cst: Sequence[int] | None = None,
    ):
        self.categorical_features = categorical_features
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.calibration = calibration
        self.random_state = random_state
        self.explained = explained
        self.ordered_features = ordered_features
        self.monotonic_cst = monotonic_cst

    def fit(self, X, y, held_out_scores=None):
        """`held_out_scores` (rows, scores) of the same settings without calibration save it five fits."""
        X, codes = self._training_codes(X, y)
        rng = check_random_state(self.random_state)
        growth = self._growth(X, rng)
        line = self._calibrate(X, codes, growth, held_out_scores)
        order, trees = growth.classes(X, codes)
        self.slope_, self.offset_ = line.slope, line.offset
        self._store(X, order, trees.scaled(line.slope, line.offset), rng)
        self.n_iter_ = self.max_iter
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
            return expit(scores * OF_BOTH)
        return softmax(scores, axis=1)

    def calibrated(self, scores: np.ndarray) -> np.ndarray:
        """Return scores of an uncalibrated fit of the same settings on the line of this one."""
        return self.slope_ * scores + self.offset_

    def _calibrate(self, X: np.ndarray, codes: np.ndarray, growth: Growth, scores: np.ndarray | None) -> Line:
        if self.calibration not in ("none", "sigmoid"):
            raise ValueError(f'calibration is {self.calibration!r}; it must be "none" or "sigmoid"')
        folds = min(CALIBRATION_FOLDS, int(np.bincount(codes).min()))
        if self.calibration == "none" or (scores is None and folds < 2):
            return Line()
        return fit_line(self._held_out(X, codes, growth, folds) if scores is None else scores, codes)

    def _held_out(self, X: np.ndarray, codes: np.ndarray, growth: Growth, folds: int) -> np.ndarray:
        scores = np.empty((len(X), 1 if len(self.classes_) == 2 else len(self.classes_)))
        splitter = StratifiedKFold(folds, shuffle=True, random_state=growth.random_state)
        for train, held_out in splitter.split(X, codes):
            order, trees = growth.classes(X[train], codes[train])
            scores[held_out] = trees.scores(order.apply(X[held_out]))
        return scores


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
        ordered_features: Sequence[int] | None = None,
        monotonic_cst: Sequence[int] | None = None,
    ):
        self.categorical_features = categorical_features
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.log_target = log_target
        self.random_state = random_state
        self.explained = explained
        self.ordered_features = ordered_features
        self.monotonic_cst = monotonic_cst

    def fit(self, X, y):
        X, y = self._training_values(X, y)
        if self.log_target and y.min() <= 0.0:
            raise ValueError("log_target=True needs a target whose values are all positive")
        self.log_target_ = bool(self.log_target)
        rng = check_random_state(self.random_state)
        order, trees = self._growth(X, rng).values(X, np.log(y) if self.log_target_ else y)
        self._store(X, order, trees, rng)
        self.n_iter_ = self.max_iter
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
