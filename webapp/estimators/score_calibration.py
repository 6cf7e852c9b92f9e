"""A straight line on the log-odds that makes chances honest: always increasing, so no two cases change places."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

SLOPES = (-4.0, 4.0)  # of the logarithm: a slope is never negative
OFFSETS = (-10.0, 10.0)


@dataclass(frozen=True)
class Line:
    slope: float = 1.0
    offset: float = 0.0


def fit_line(scores: np.ndarray, codes: np.ndarray) -> Line:
    """Fit held-out scores (rows, outputs) to class codes; several classes share one slope and have no offset.

    The line stays as it was unless the log loss of all rows falls by more than one for each fitted number: less than
    that is what fitting gains on scores that need no line.
    """
    numbers = 2 if scores.shape[1] == 1 else 1

    def loss(line: np.ndarray) -> float:
        offset = line[1] if numbers == 2 else 0.0
        return _log_loss(np.exp(line[0]) * scores + offset, codes)

    found = minimize(loss, np.zeros(numbers), method="L-BFGS-B", bounds=[SLOPES, OFFSETS][:numbers])
    if loss(np.zeros(numbers)) - found.fun <= numbers:
        return Line()
    return Line(float(np.exp(found.x[0])), float(found.x[1]) if numbers == 2 else 0.0)


def _log_loss(scores: np.ndarray, codes: np.ndarray) -> float:
    if scores.shape[1] == 1:
        return float(np.logaddexp(0.0, np.where(codes == 1, -scores[:, 0], scores[:, 0])).sum())
    return float((logsumexp(scores, axis=1) - scores[np.arange(len(codes)), codes]).sum())
