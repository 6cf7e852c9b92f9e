"""Intervals for predicted numbers, as wide as errors on rows the model had not seen, wider where cases are harder."""

from math import ceil

import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin, RegressorMixin, clone
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.utils.validation import check_is_fitted, validate_data

from webapp.estimators.additive import AdditiveRegressor
from webapp.estimators.boosting import without_reasons
from webapp.parsing.shown import round_outward

SMALL_ERROR = 0.05  # of the median error, added before the logarithm so that a lucky hit is not endlessly easy
SCALE_RANGE = (0.01, 0.99)  # no case is taken for easier or harder than nearly all training rows
SCALE_BINS = 32
FEWEST_ROWS_FOR_SCALE = 50
WIDTH_FIGURES = 3  # rounded up, for it is the ratio of one row
LARGEST_LOG = 700.0  # exp() of more is no longer a float


class ConformalRegressor(MetaEstimatorMixin, RegressorMixin, BaseEstimator):
    """A regressor with intervals that cover the stated share of new cases like the training rows.

    Errors of `cv` held-out folds are divided by their expected size, which a small additive model learns from the other
    folds' errors; on a logarithmic target both happen on that scale. Both models are then fitted on all rows.
    """

    def __init__(self, regressor, coverage: float = 0.8, cv: int = 5, random_state: int = 0):
        self.regressor = regressor
        self.coverage = coverage
        self.cv = cv
        self.random_state = random_state

    def fit(self, X, y, held_out=None):
        """`held_out` (rows,): what the same regressor answers for rows it had not seen, where that is known already."""
        if not 0.0 < self.coverage < 1.0:
            raise ValueError(f"coverage is {self.coverage}; it must lie between 0 and 1")
        X, y = validate_data(
            self, X, y, dtype=np.float64, ensure_all_finite="allow-nan", ensure_min_samples=2, y_numeric=True
        )
        y = y.astype(np.float64)
        self.lowest_ = 0.0 if y.min() >= 0.0 else -np.inf
        self.regressor_ = clone(self.regressor).fit(X, y)
        errors = self._held_out_errors(X, y, held_out)
        held_out_scale = self._learn_scale(X, errors)
        self.width_ = _covering(errors / held_out_scale, self.coverage)
        return self

    def predict(self, X) -> np.ndarray:
        check_is_fitted(self)
        return np.maximum(self.regressor_.predict(X), self.lowest_)

    def predict_interval(self, Z: np.ndarray) -> np.ndarray:
        """Return lower and upper limits (rows, 2) in the unit of the target; the prediction lies between them."""
        check_is_fitted(self)
        values = self.regressor_.predict(Z)
        margins = self.width_ * self._scale(Z)
        if self.log_target_:
            logs = np.log(values)
            low = np.minimum(np.exp(np.maximum(logs - margins, -LARGEST_LOG)), values)
            high = np.maximum(np.exp(np.minimum(logs + margins, LARGEST_LOG)), values)
        else:
            low, high = values - margins, values + margins
        return np.maximum(np.column_stack([low, high]), self.lowest_)

    def explain(self, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return scores and contributions of the regressor."""
        check_is_fitted(self)
        return self.regressor_.explain(Z)

    def link_inverse(self, scores: np.ndarray) -> np.ndarray:
        """Return the values that belong to scores, never below zero for a target that never was."""
        return np.maximum(self.regressor_.link_inverse(scores), self.lowest_)

    @property
    def reference_(self) -> np.ndarray:
        return self.regressor_.reference_

    @property
    def reference_score_(self) -> np.ndarray:
        return self.regressor_.reference_score_

    @property
    def is_exact_(self) -> bool:
        return self.regressor_.is_exact_

    @property
    def pairs_(self) -> tuple[tuple[int, int], ...]:
        return self.regressor_.pairs_

    @property
    def log_target_(self) -> bool:
        return self.regressor_.log_target_

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _held_out_errors(self, X: np.ndarray, y: np.ndarray, held_out: np.ndarray | None) -> np.ndarray:
        if held_out is None:
            regressor = without_reasons(self.regressor)
            if "log_target" in regressor.get_params():
                regressor.set_params(log_target=self.log_target_)
            held_out = cross_val_predict(regressor, X, y, cv=self._folds(len(y)))
        return np.abs(np.log(y) - np.log(held_out)) if self.log_target_ else np.abs(y - held_out)

    def _folds(self, rows: int) -> KFold:
        return KFold(min(self.cv, rows), shuffle=True, random_state=self.random_state)

    def _learn_scale(self, X: np.ndarray, errors: np.ndarray) -> np.ndarray:
        """Learn how large an error to expect; the same for all cases where there is too little to learn from.

        Returns what to expect of each row (rows,) by models that have not seen its error.
        """
        self.scale_model_, self.scale_limits_ = None, np.array([1.0, 1.0])
        usual = np.median(errors) or errors.mean()
        if len(errors) < FEWEST_ROWS_FOR_SCALE or usual == 0.0:
            return np.ones(len(errors))
        settings = self.regressor.get_params()
        model = AdditiveRegressor(
            categorical_features=settings.get("categorical_features"),
            ordered_features=settings.get("ordered_features"),
            max_bins=SCALE_BINS,
            log_target=False,
        )
        logs = np.log(errors + SMALL_ERROR * usual)
        held_out = cross_val_predict(model, X, logs, cv=self._folds(len(logs)))
        self.scale_model_ = model.fit(X, logs)
        self.scale_limits_ = np.quantile(np.exp(model.predict(X)), SCALE_RANGE)
        return np.clip(np.exp(held_out), *self.scale_limits_)

    def _scale(self, Z: np.ndarray) -> np.ndarray:
        if self.scale_model_ is None:
            return np.ones(len(Z))
        return np.clip(np.exp(self.scale_model_.predict(Z)), *self.scale_limits_)


def _covering(ratios: np.ndarray, coverage: float) -> float:
    """Return the ratio a further case stays under with this chance; the largest one where rows are too few."""
    rank = min(ceil((len(ratios) + 1) * coverage), len(ratios))
    return round_outward(0.0, float(np.partition(ratios, rank - 1)[rank - 1]), WIDTH_FIGURES)[1]
