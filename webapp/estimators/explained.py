"""What additive models and boosting share: checked input, the answer of a score, and the fitting of class codes."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data


class EncodedInput(BaseEstimator):
    """Takes encoded columns (rows, columns) of float64 in which NaN means missing."""

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
        named = () if self.categorical_features is None else self.categorical_features
        categorical = sorted(int(column) for column in named)
        if categorical and not 0 <= categorical[0] <= categorical[-1] < columns:
            raise ValueError(f"categorical_features names columns outside 0 to {columns - 1}")
        return categorical

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


class ExplainedClassifier(ClassifierMixin, EncodedInput):
    """Answers are `link_inverse` of scores; `_scores` checks its input in full."""

    def predict_proba(self, X) -> np.ndarray:
        return self.link_inverse(self._scores(X))

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
