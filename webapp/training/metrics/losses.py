"""The loss of each single row: the currency in which candidates, baseline and noise are compared."""

from collections.abc import Sequence

import numpy as np

from webapp.metrics import absolute_errors, log_losses


def row_losses(truth: np.ndarray, predicted: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    """Log losses for probabilities (n, K) in the order of `classes`, absolute errors for values (n,)."""
    if predicted.ndim == 1:
        return absolute_errors(truth, predicted)
    names = np.array(classes)
    by_name = np.argsort(names)
    return log_losses(by_name[np.searchsorted(names[by_name], truth)], predicted)


def constant_prediction(y: np.ndarray, classes: Sequence[str], rows: int) -> np.ndarray:
    """What somebody without a model would say of everybody: the class shares, or the median."""
    if not classes:
        return np.full(rows, np.median(y))
    shares = np.array([np.mean(y == name) for name in classes])
    # A class absent from these rows keeps a share, or one row of it would cost an infinite loss.
    shares = np.maximum(shares, 0.5 / len(y))
    return np.tile(shares / shares.sum(), (rows, 1))
