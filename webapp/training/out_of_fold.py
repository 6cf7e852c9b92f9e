"""What a candidate answers for training rows that it had not seen: the only fair ground for comparing candidates."""

import numpy as np
from sklearn.base import BaseEstimator, is_classifier
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict

from webapp.estimators.boosting import without_reasons


def cross_fitted_predictions(
    estimator: BaseEstimator, Z: np.ndarray, y: np.ndarray, cv: int = 5, random_state: int = 0
) -> np.ndarray:
    """Return each row's probabilities (rows, classes) or value (rows,) from the fit that left its fold out.

    The same rows, target and random state give the same folds for every candidate, so losses can be paired row by row.
    """
    method = "predict_proba" if is_classifier(estimator) else "predict"
    return cross_val_predict(
        without_reasons(estimator), Z, y, cv=inner_folds(y, cv, random_state, is_classifier(estimator)), method=method
    )


def inner_folds(y: np.ndarray, cv: int, random_state: int, classes: bool) -> StratifiedKFold | KFold:
    """Return the folds; fewer where the rarest class or the table is too small, but never fewer than two."""
    if classes:
        rarest = int(np.unique(y, return_counts=True)[1].min())
        return StratifiedKFold(max(2, min(cv, rarest)), shuffle=True, random_state=random_state)
    return KFold(max(2, min(cv, len(y))), shuffle=True, random_state=random_state)
