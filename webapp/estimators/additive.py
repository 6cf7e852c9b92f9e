"""Additive models: the answer is a sum of one number per encoded column, each looked up in that column's table."""

from collections.abc import Sequence

import numpy as np
from scipy.special import expit

from webapp.estimators.bins import Steps
from webapp.estimators.design import BinningRule, Design, build_design
from webapp.estimators.explained import ExplainedClassifier, ExplainedRegressor, mean_of
from webapp.estimators.penalties import Fit, fit_logistic
from webapp.estimators.reference_case import shift_to
from webapp.estimators.regression_target import LARGEST_LOG, exponential, fit_values, log_is_better
from webapp.estimators.step_tables import chunks, positions, sums
from webapp.estimators.threads import one_thread


class _Additive:
    """What both share: learned tables, their sum, and each column's part of it."""

    is_exact_ = True

    def explain(self, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the scores (rows, scores) and the contributions (rows, columns, scores) against the reference case."""
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
        contributions = self.table_.take(positions(Z, self.edges_, self.bounds_), axis=0)
        return sums(contributions) + self.reference_score_, contributions

    def _binning_rule(self, X: np.ndarray) -> BinningRule:
        categorical = frozenset(self._columns_of_codes(X.shape[1]))
        return BinningRule(categorical, self.max_bins, self.min_bin_rows, self.min_level_rows)

    def _store(self, steps: list[Steps], design: Design, fits: list[Fit], target_score: np.ndarray) -> None:
        """Keep the tables, measured against the reference case, in plain lists and one array."""
        tables = [
            np.column_stack(one) for one in zip(*(design.tables(fit.coefficients[1:]) for fit in fits), strict=True)
        ]
        mean, variance = _means_and_variances(tables, design)
        intercept = np.array([fit.coefficients[0] for fit in fits])
        reference = shift_to(mean, variance, intercept + mean.sum(axis=0), target_score)
        self.table_ = np.concatenate(
            [table[step.bins] - base for table, step, base in zip(tables, steps, reference, strict=True)]
        )
        ends = np.cumsum([len(step.edges) for step in steps]).tolist()
        self.edges_ = np.concatenate([step.edges for step in steps]).tolist()
        self.bounds_ = list(zip([0, *ends[:-1]], ends, strict=True))
        self.reference_score_ = target_score
        self.n_iter_ = max(fit.iterations for fit in fits)


class AdditiveClassifier(_Additive, ExplainedClassifier):
    """Additive log-odds; several classes are one model each against the rest, divided by their sum.

    `categorical_features` are the columns that hold level codes: -1 is an unknown level, NaN missing. Levels with
    fewer than `min_level_rows` rows share one effect with the unknown ones, and so do the least frequent levels once
    the category columns together have 600.
    """

    def __init__(
        self,
        categorical_features: Sequence[int] | None = None,
        max_bins: int = 256,
        min_bin_rows: int = 5,
        min_level_rows: int = 3,
        max_iter: int = 12,
    ):
        self.categorical_features = categorical_features
        self.max_bins = max_bins
        self.min_bin_rows = min_bin_rows
        self.min_level_rows = min_level_rows
        self.max_iter = max_iter

    def fit(self, X, y):
        X, codes = self._training_codes(X, y)
        steps, design = build_design(X, self._binning_rule(X))
        rates = np.bincount(codes) / len(codes)
        modelled = [1] if len(self.classes_) == 2 else range(len(self.classes_))
        with one_thread():
            fits = [fit_logistic(design, (codes == k).astype(float), self.max_iter) for k in modelled]
        odds = np.array([rates[k] / (1.0 - rates[k]) for k in modelled])
        self._store(steps, design, fits, np.log(odds))
        self.reference_ = rates
        return self

    def link_inverse(self, scores: np.ndarray) -> np.ndarray:
        """Return the probability of each class."""
        if scores.shape[1] == 1:
            return expit(np.hstack([-scores, scores]))
        chances = expit(np.clip(scores, -LARGEST_LOG, LARGEST_LOG))
        return chances / sums(chances)[:, None]


class AdditiveRegressor(_Additive, ExplainedRegressor):
    """Additive values, or additive logarithms of them.

    `log_target` "auto" takes the logarithm where all values are positive and three folds predict better with it. The
    columns are treated as by `AdditiveClassifier`.
    """

    def __init__(
        self,
        categorical_features: Sequence[int] | None = None,
        max_bins: int = 256,
        min_bin_rows: int = 5,
        min_level_rows: int = 3,
        max_iter: int = 12,
        log_target: bool | str = "auto",
    ):
        self.categorical_features = categorical_features
        self.max_bins = max_bins
        self.min_bin_rows = min_bin_rows
        self.min_level_rows = min_level_rows
        self.max_iter = max_iter
        self.log_target = log_target

    def fit(self, X, y):
        X, y = self._training_values(X, y)
        rule = self._binning_rule(X)
        steps, design = build_design(X, rule)
        with one_thread():
            self.log_target_ = self._takes_log(X, y, rule)
            fit = fit_values(design, np.log(y) if self.log_target_ else y, self.max_iter)
        self.reference_ = mean_of(y)
        self._store(steps, design, [fit], np.log(self.reference_) if self.log_target_ else self.reference_)
        return self

    def link_inverse(self, scores: np.ndarray) -> np.ndarray:
        """Return the values that belong to scores."""
        return exponential(scores[:, 0]) if self.log_target_ else scores[:, 0].copy()

    def _takes_log(self, X: np.ndarray, y: np.ndarray, rule: BinningRule) -> bool:
        if self.log_target == "auto":
            return log_is_better(X, y, rule)
        if self.log_target and y.min() <= 0.0:
            raise ValueError("log_target=True needs a target whose values are all positive")
        return bool(self.log_target)


def _means_and_variances(tables: list[np.ndarray], design: Design) -> tuple[np.ndarray, np.ndarray]:
    """Return both per column and score, over the training rows; the variances in a unit that no square can break."""
    unit = max(np.abs(table).max() for table in tables) or 1.0
    mean, variance = [], []
    for table, block in zip(tables, design.blocks, strict=True):
        share = np.bincount(block.codes, minlength=len(table)) / len(block.codes)
        mean.append(share @ table)
        variance.append(share @ ((table - mean[-1]) / unit) ** 2)
    return np.array(mean), np.array(variance)
