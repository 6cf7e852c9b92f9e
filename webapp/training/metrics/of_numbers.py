"""Metrics of a number: each from what was judged to a figure of many draws, weights (b, n) -> (b,)."""

import numpy as np

from webapp.metrics import absolute_errors
from webapp.training.metrics import of_ranking
from webapp.training.metrics.bootstrap import Drawn, mean_of
from webapp.training.metrics.judged import Judged


def mean_absolute_error(judged: Judged) -> Drawn:
    return mean_of(judged.losses)


def median_absolute_error(judged: Judged) -> Drawn:
    return of_ranking.median(judged.losses)


def root_mean_squared_error(judged: Judged) -> Drawn:
    size = judged.losses.max() or 1.0  # so that no square is infinite
    squares = mean_of(np.square(judged.losses / size))
    return lambda weights: size * np.sqrt(squares(weights))


def r2(judged: Judged) -> Drawn:
    """Against the mean of the very rows that are judged."""
    size = max(np.abs(judged.truth).max(), judged.losses.max()) or 1.0
    centred = judged.truth / size - (judged.truth / size).mean()
    left = mean_of(np.square(judged.losses / size))
    mean, square = mean_of(centred), mean_of(np.square(centred))

    def figure(weights: np.ndarray) -> np.ndarray:
        spread = square(weights) - np.square(mean(weights))
        is_spread = spread > 1e-12 * max(np.square(centred).mean(), 1e-300)
        return 1.0 - np.divide(left(weights), spread, out=np.full(len(spread), np.nan), where=is_spread)

    return figure


def mean_absolute_percentage_error(judged: Judged) -> Drawn:
    """Over the rows whose real value is not zero."""
    has_share = judged.truth != 0
    shares = np.divide(judged.losses, np.abs(judged.truth), out=np.zeros(len(judged)), where=has_share)

    def figure(weights: np.ndarray) -> np.ndarray:
        rows = weights @ has_share
        return np.divide(weights @ shares, rows, out=np.full(len(weights), np.nan), where=rows > 0)

    return figure


def pinball(judged: Judged) -> Drawn:
    """The mean of both ends of the range, each at its own level; without ranges of the estimate at one half."""
    if judged.interval is None:
        return mean_of(judged.losses / 2.0)
    outside = (1.0 - judged.promised) / 2.0
    low = _pinball(judged.truth, judged.interval[:, 0], outside)
    high = _pinball(judged.truth, judged.interval[:, 1], 1.0 - outside)
    return mean_of((low + high) / 2.0)


def _pinball(truth: np.ndarray, said: np.ndarray, level: float) -> np.ndarray:
    errors = absolute_errors(truth, said)
    return np.where(truth >= said, level * errors, (1.0 - level) * errors)
