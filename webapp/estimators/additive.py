"""Additive models: the answer is a sum of one number per encoded column, each looked up in that column's table."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import expit

from webapp.estimators.bins import Steps
from webapp.estimators.design import BinningRule, Design, build_design
from webapp.estimators.explained import OF_BOTH, ExplainedClassifier, ExplainedRegressor, mean_of
from webapp.estimators.learned_terms import LearnedTerms, left_over_of_classes, left_over_of_values
from webapp.estimators.pairs import clearest_pairs
from webapp.estimators.penalties import Fit, fit_logistic, fit_softmax
from webapp.estimators.reference_case import shift_to
from webapp.estimators.regression_target import LARGEST_LOG, exponential, fit_values, log_is_better
from webapp.estimators.step_tables import chunks, positions, sums
from webapp.estimators.threads import one_thread

Fitting = Callable[[Design], list[Fit]]
LeftOver = Callable[[np.ndarray], np.ndarray]  # scores (n, K) -> (n, K, 2): what was missed, and its weight


class _Additive:
    """What both share: learned tables, their sum, and the part of each column and each pair in it."""

    is_exact_ = True

    def explain(self, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """
        Return the scores (rows, scores) and the contributions (rows, terms, scores) against the reference case.

        The terms are the columns in their order, then the pairs of columns in `pairs_`.
        """
        Z = self._checked(Z)
        parts = [self._looked_up(Z[chunk]) for chunk in chunks(len(Z))]
        if len(parts) == 1:
            return parts[0]
        scores, contributions = zip(*parts, strict=True)
        return np.concatenate(scores), np.concatenate(contributions)

    def _scores(self, X) -> np.ndarray:
        """Return what `explain` calls scores, after scikit-learn's full check of the input."""
        X = self._fully_checked(X)
        return np.concatenate([self._looked_up(X[chunk])[0] for chunk in chunks(len(X))])

    def _looked_up(self, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        contributions = self.table_.take(positions(Z, self.edges_, self.bounds_, self.lookups_), axis=0)
        return sums(contributions) + self.reference_score_, contributions

    def _binning_rule(self, X: np.ndarray) -> BinningRule:
        ordered = frozenset(self._columns_in_order(X.shape[1]))
        categorical = frozenset(self._columns_of_codes(X.shape[1])) | ordered
        return BinningRule(categorical, self.max_bins, self.min_bin_rows, self.min_level_rows, ordered)

    def _learn(self, design: Design, fitting: Fitting, left_over: LeftOver) -> LearnedTerms:
        """Fit the columns and, where pairs are wanted, once more with those that explain what the columns do not."""
        learned = LearnedTerms(design, fitting(design))
        if not self.pairs:
            return learned
        grids = clearest_pairs(design, learned.tables, left_over(learned.scores()), self.pairs)
        if not grids:
            return learned
        wider = design.with_blocks([grid.block(design, self.min_bin_rows) for grid in grids])
        return LearnedTerms(wider, fitting(wider), tuple(grids))

    def _store(self, steps: list[Steps], learned: LearnedTerms, target_score: Callable) -> None:
        """Keep the tables, measured against the reference case, in plain lists and one array."""
        mean, variance = learned.means_and_variances()
        start_score = learned.intercepts + mean.sum(axis=0)
        self.reference_score_ = target_score(start_score)
        reference = shift_to(mean, variance, start_score, self.reference_score_)
        cells = [np.arange(len(table)) for table in learned.tables[len(steps) :]]
        bins = [*(step.bins for step in steps), *cells]
        self.table_ = np.concatenate(
            [table[own] - base for table, own, base in zip(learned.tables, bins, reference, strict=True)]
        )
        starts = np.cumsum([0, *(len(own) for own in bins)]).tolist()
        ends = np.cumsum([len(step.edges) for step in steps]).tolist()
        self.edges_ = np.concatenate([step.edges for step in steps]).tolist()
        self.bounds_ = list(zip([0, *ends[:-1]], ends, strict=True))
        of_pairs = zip(learned.grids, starts[len(steps) : -1], strict=True)
        self.lookups_ = [grid.lookup(steps, starts, start) for grid, start in of_pairs]
        self.pairs_ = tuple(grid.pair for grid in learned.grids)
        self.n_iter_ = max(fit.iterations for fit in learned.fits)


class AdditiveClassifier(_Additive, ExplainedClassifier):
    """
    Additive log-odds; several classes have a score each, and the softmax of their scores are the chances.

    `categorical_features` are the columns that hold level codes: -1 is an unknown level, NaN missing. Levels with
    fewer than `min_level_rows` rows share one effect with the unknown ones, and so do the least frequent levels once
    the category columns together have 600. The codes of `ordered_features` follow a scale. `monotonic_cst` has 1 for
    a column with which the chance of the second class may only rise, -1 where it may only fall, else 0. `pairs` is how
    many pairs of columns may have a table. `spread` lets columns that say the same share their effect.
    """

    def __init__(  # noqa: PLR0913 - scikit-learn wants every setting as a parameter of its own
        self,
        categorical_features: Sequence[int] | None = None,
        max_bins: int = 256,
        min_bin_rows: int = 5,
        min_level_rows: int = 3,
        max_iter: int = 12,
        ordered_features: Sequence[int] | None = None,
        monotonic_cst: Sequence[int] | None = None,
        pairs: int = 0,
        spread: bool = False,
    ):
        self.categorical_features = categorical_features
        self.max_bins = max_bins
        self.min_bin_rows = min_bin_rows
        self.min_level_rows = min_level_rows
        self.max_iter = max_iter
        self.ordered_features = ordered_features
        self.monotonic_cst = monotonic_cst
        self.pairs = pairs
        self.spread = spread

    def fit(self, X, y):
        X, codes = self._training_codes(X, y)
        directions = self._directions(X.shape[1])
        steps, design = build_design(X, self._binning_rule(X), directions)
        with one_thread():
            learned = self._learn(design, self._fitting(codes), lambda scores: left_over_of_classes(scores, codes))
        self.reference_ = np.bincount(codes) / len(codes)
        level = np.log(self.reference_)
        if len(self.classes_) == 2:
            self._store(steps, learned, lambda start: level[1:] - level[:1])
        else:  # the scores of all classes may move together: they stay where the fit has put them
            self._store(steps, learned, lambda start: level - level.mean() + start.mean())
        return self

    def link_inverse(self, scores: np.ndarray) -> np.ndarray:
        """Return the probability of each class."""
        if scores.shape[1] == 1:
            return expit(scores * OF_BOTH)
        below_best = np.maximum(scores - scores.max(axis=1, keepdims=True), -LARGEST_LOG)
        odds = np.exp(np.ascontiguousarray(below_best))
        return odds / sums(odds)[:, None]

    def _fitting(self, codes: np.ndarray) -> Fitting:
        if len(self.classes_) > 2:
            return lambda design: fit_softmax(design, codes, self.max_iter, self.spread)
        return lambda design: [fit_logistic(design, codes.astype(float), self.max_iter, self.spread)]


class AdditiveRegressor(_Additive, ExplainedRegressor):
    """
    Additive values, or additive logarithms of them.

    `log_target` "auto" takes the logarithm where all values are positive and three folds predict better with it. The
    other settings are those of `AdditiveClassifier`.
    """

    def __init__(  # noqa: PLR0913 - scikit-learn wants every setting as a parameter of its own
        self,
        categorical_features: Sequence[int] | None = None,
        max_bins: int = 256,
        min_bin_rows: int = 5,
        min_level_rows: int = 3,
        max_iter: int = 12,
        log_target: bool | str = "auto",
        ordered_features: Sequence[int] | None = None,
        monotonic_cst: Sequence[int] | None = None,
        pairs: int = 0,
        spread: bool = False,
    ):
        self.categorical_features = categorical_features
        self.max_bins = max_bins
        self.min_bin_rows = min_bin_rows
        self.min_level_rows = min_level_rows
        self.max_iter = max_iter
        self.log_target = log_target
        self.ordered_features = ordered_features
        self.monotonic_cst = monotonic_cst
        self.pairs = pairs
        self.spread = spread

    def fit(self, X, y):
        X, y = self._training_values(X, y)
        rule = self._binning_rule(X)
        steps, design = build_design(X, rule, self._directions(X.shape[1]))
        with one_thread():
            self.log_target_ = self._takes_log(X, y, rule)
            target = np.log(y) if self.log_target_ else y
            learned = self._learn(design, self._fitting(target), lambda scores: left_over_of_values(scores, target))
        self.reference_ = mean_of(y)
        level = np.log(self.reference_) if self.log_target_ else self.reference_
        self._store(steps, learned, lambda start: level)
        return self

    def link_inverse(self, scores: np.ndarray) -> np.ndarray:
        """Return the values that belong to scores."""
        return exponential(scores[:, 0]) if self.log_target_ else scores[:, 0].copy()

    def _fitting(self, target: np.ndarray) -> Fitting:
        return lambda design: [fit_values(design, target, self.max_iter, spread=self.spread)]

    def _takes_log(self, X: np.ndarray, y: np.ndarray, rule: BinningRule) -> bool:
        if self.log_target == "auto":
            return log_is_better(X, y, rule)
        if self.log_target and y.min() <= 0.0:
            raise ValueError("log_target=True needs a target whose values are all positive")
        return bool(self.log_target)
