"""What additive models and boosting share: checked input, the answer of a score, and the fitting of class codes."""

from collections.abc import Sequence

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

OF_BOTH = np.array([-1.0, 1.0])  # times (n, 1) scores of the second of two classes: those of both


class EncodedInput(BaseEstimator):
    """Takes encoded columns (rows, columns) of float64 in which NaN means missing."""

    pairs_: tuple[tuple[int, int], ...] = ()  # the pairs of columns that `explain` has contributions of

    def _checked(self, Z) -> np.ndarray:
        """Check in microseconds what scikit-learn checks in a hundred, and leave every complaint to it."""
        plain = type(Z) is np.ndarray and Z.dtype == np.float64 and Z.ndim == 2 and len(Z) > 0
        if plain and Z.shape[1] == getattr(self, "n_features_in_", None) and not np.isinf(Z).any():
            return Z
        return self._fully_checked(Z)

    def _fully_checked(self, X) -> np.ndarray:
        check_is_fitted(self)
        return validate_data(self, X, reset=False, dtype=np.float64, ensure_all_finite="allow-nan")

    def _columns_of_codes(self, columns: int) -> list[int]:
        """The categorical columns in order. Raises ValueError for one that X does not have."""
        return _known_columns(self.categorical_features, columns, "categorical_features")

    def _columns_in_order(self, columns: int) -> list[int]:
        """The columns whose codes follow a scale. Raises ValueError for one that X does not have."""
        return _known_columns(self.ordered_features, columns, "ordered_features")

    def _directions(self, columns: int) -> dict[int, int]:
        """+1 or -1 for each column with a direction. Raises ValueError where one cannot be kept."""
        if self.monotonic_cst is None:
            return {}
        given = [int(direction) for direction in self.monotonic_cst]
        if len(given) != columns or not set(given) <= {-1, 0, 1}:
            raise ValueError(f"monotonic_cst must have -1, 0 or 1 for each of the {columns} columns")
        directions = {column: direction for column, direction in enumerate(given) if direction}
        without_order = set(self._columns_of_codes(columns)) - set(self._columns_in_order(columns))
        if without_order & set(directions):
            raise ValueError("monotonic_cst asks for a direction of categories that have no order")
        if directions and len(getattr(self, "classes_", ())) > 2:
            raise ValueError("monotonic_cst cannot be kept for more than two classes")
        return directions

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


class ExplainedClassifier(ClassifierMixin, EncodedInput):
    """Answers are `link_inverse` of scores; `_scores` checks its input in full."""

    def predict_proba(self, X) -> np.ndarray:
        return self.link_inverse(self._scores(X))

    def calibrated(self, scores: np.ndarray) -> np.ndarray:
        """Return scores of an uncalibrated fit of the same settings as this fit would give them."""
        return scores

    def predict(self, X) -> np.ndarray:
        chances = self.predict_proba(X)
        return self.classes_[chances.argmax(axis=1)]

    def decision_function(self, X) -> np.ndarray:
        scores = self._scores(X)
        return scores[:, 0] if scores.shape[1] == 1 else scores

    def _training_codes(self, X, y) -> tuple[np.ndarray, np.ndarray]:
        """Checked X and the position of each row's class in classes_, which this sets."""
        X, y = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan", ensure_min_samples=2)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"{type(self).__name__} needs at least 2 classes in the data; it contains only one class")
        return X, codes


class ExplainedRegressor(RegressorMixin, EncodedInput):
    """Answers are `link_inverse` of scores; `_scores` checks its input in full."""

    def predict(self, X) -> np.ndarray:
        return self.link_inverse(self._scores(X))

    def _training_values(self, X, y) -> tuple[np.ndarray, np.ndarray]:
        """Checked X and the target as floats."""
        X, y = validate_data(
            self, X, y, dtype=np.float64, ensure_all_finite="allow-nan", ensure_min_samples=2, y_numeric=True
        )
        return X, y.astype(np.float64)


def mean_of(y: np.ndarray) -> np.ndarray:
    """The mean in an array of one, also of numbers whose sum would be infinite."""
    size = np.abs(y).max() or 1.0
    return np.array([(y / size).mean() * size])


def _known_columns(named: Sequence[int] | None, columns: int, setting: str) -> list[int]:
    found = sorted(int(column) for column in (() if named is None else named))
    if found and not 0 <= found[0] <= found[-1] < columns:
        raise ValueError(f"{setting} names columns outside 0 to {columns - 1}")
    return found
