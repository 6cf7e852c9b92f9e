"""Fit an additive design to values of any size, and decide whether their logarithm is the better target."""

from dataclasses import replace

import numpy as np
from sklearn.model_selection import KFold

from webapp.estimators.design import BinningRule, Design, build_design
from webapp.estimators.equations import has_few_rows, known_of
from webapp.estimators.penalties import Fit, fit_gaussian

LARGEST_LOG = 700.0  # exp() of more is no longer a float
FOLDS = 3
FEWEST_ROWS = 30  # under it three folds decide nothing
FOLD_BINS = 64  # fewer bins and iterations than a final fit: six fits for one yes or no
FOLD_ITERATIONS = 6
FOLD_SEED = 0


def fit_values(
    design: Design, y: np.ndarray, max_iter: int, gram: np.ndarray | None = None, spread: bool = False
) -> Fit:
    """Fit y in units of its own standard deviation, and return the coefficients in the units of y."""
    size = np.abs(y).max() or 1.0
    centre = (y / size).mean()
    deviation = (y / size).std() if y.min() < y.max() else 1.0
    standard = (y / size - centre) / deviation
    fit = fit_gaussian(known_of(design, standard, gram), design, max_iter, spread)
    coefficients = fit.coefficients * (deviation * size)
    coefficients[0] += centre * size
    return replace(fit, coefficients=coefficients)


def exponential(scores: np.ndarray) -> np.ndarray:
    """Return exp(), finite whatever the scores, and the same bits for one score as for many."""
    # A copy without gaps: numpy may take another code path for strided arrays, and differ in the last bit.
    return np.exp(np.clip(np.array(scores, order="C"), -LARGEST_LOG, LARGEST_LOG))


def log_is_better(X: np.ndarray, y: np.ndarray, rule: BinningRule) -> bool:
    """Compare the mean absolute error of both targets over three folds; a log needs positive values."""
    if y.min() <= 0.0 or len(y) < FEWEST_ROWS:
        return False
    _, design = build_design(X, replace(rule, max_bins=min(rule.max_bins, FOLD_BINS)))
    size, gain = y.max(), 0.0
    for train, test in KFold(FOLDS, shuffle=True, random_state=FOLD_SEED).split(y):
        learned, unseen = design.rows(train), design.rows(test)
        gram = None if has_few_rows(learned) else learned.gram(np.ones(len(train)))
        raw = fit_values(learned, y[train], FOLD_ITERATIONS, gram)
        log = fit_values(learned, np.log(y[train]), FOLD_ITERATIONS, gram)
        actual = y[test] / size
        gain += np.abs(actual - _fitted(unseen, raw) / size).sum()
        gain -= np.abs(actual - exponential(_fitted(unseen, log) - np.log(size))).sum()
    return bool(gain > 0.0)


def _fitted(design: Design, fit: Fit) -> np.ndarray:
    return fit.coefficients[0] + design.total(fit.coefficients[1:])
