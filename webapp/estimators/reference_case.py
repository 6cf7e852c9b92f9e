"""The case every reason is measured against: close to the average case, and scored exactly at the average outcome."""

import numpy as np


def shift_to(mean: np.ndarray, variance: np.ndarray, start_score: np.ndarray, target_score: np.ndarray) -> np.ndarray:
    """Return the reference contributions (columns, scores): the means moved along their variances to a target score.

    `start_score` is the score of the case whose contributions are the means. Columns that vary most carry most of
    the difference; when nothing varies, all columns carry the same part of it.
    """
    mean = np.asarray(mean, dtype=float)
    shares = np.asarray(variance, dtype=float)
    total = shares.sum(axis=0)
    even = np.full_like(shares, 1.0 / len(shares))
    shares = np.divide(shares, total, out=even, where=total > 0.0)
    return mean + shares * (np.asarray(target_score, dtype=float) - np.asarray(start_score, dtype=float))
