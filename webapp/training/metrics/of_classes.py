"""Metrics of classes: each from what was judged to a figure of many draws, weights (b, n) -> (b,)."""

import numpy as np

from webapp.training.metrics import of_ranking
from webapp.training.metrics.bootstrap import Drawn, mean_of
from webapp.training.metrics.judged import Judged


def log_loss(judged: Judged) -> Drawn:
    return mean_of(judged.losses)


def brier(judged: Judged) -> Drawn:
    if judged.is_binary:
        return mean_of(np.square(judged.chance - judged.happened))
    true = np.eye(len(judged.classes))[judged.codes]
    return mean_of(np.square(judged.predicted - true).sum(axis=1))


def accuracy(judged: Judged) -> Drawn:
    return mean_of((judged.answered == judged.codes).astype(float))


def balanced_accuracy(judged: Judged) -> Drawn:
    """Every class that the rows have counts the same."""
    true = np.eye(len(judged.classes))[judged.codes]
    right = true * (judged.answered == judged.codes)[:, None]
    return lambda weights: _mean_known(_ratio(weights @ right, weights @ true))


def f1(judged: Judged) -> Drawn:
    """Of the positive class; of several classes the mean of all that the rows have or were answered."""
    places = np.eye(len(judged.classes))
    true, said = places[judged.codes], places[judged.answered]
    if judged.is_binary:
        at = judged.classes.index(judged.positive)
        true, said = true[:, [at]], said[:, [at]]
    both = true * said
    return lambda weights: _mean_known(_ratio(2.0 * (weights @ both), weights @ true + weights @ said))


def precision(judged: Judged) -> Drawn:
    both = (judged.flagged & judged.happened).astype(float)
    return lambda weights: _ratio(weights @ both, weights @ judged.flagged)


def recall(judged: Judged) -> Drawn:
    both = (judged.flagged & judged.happened).astype(float)
    return lambda weights: _ratio(weights @ both, weights @ judged.happened)


def auc(judged: Judged) -> Drawn:
    """Of several classes the mean of each against all others."""
    if judged.is_binary:
        return of_ranking.area_under_curve(judged.happened, judged.chance)
    each = [
        of_ranking.area_under_curve(judged.codes == at, judged.predicted[:, at]) for at in range(len(judged.classes))
    ]
    return lambda weights: _mean_known(np.column_stack([figure(weights) for figure in each]))


def average_precision(judged: Judged) -> Drawn:
    return of_ranking.average_precision(judged.happened, judged.chance)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


def _mean_known(columns: np.ndarray) -> np.ndarray:
    """The mean of each line over the columns that it has; NaN where it has none."""
    known = np.isfinite(columns)
    return _ratio(np.where(known, columns, 0.0).sum(axis=1), known.sum(axis=1))
