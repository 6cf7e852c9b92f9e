"""
How much each input moved the answer away from the average case, in points that people can add up.

With contributions c_i to the score against the reference case r, s their sum and g the map from score to probability
or value, the reason of input i is c_i (g(r + s) - g(r)) / s: the integral of g' along the straight path from the
average case to this one (Aumann and Shapley 1974). They sum to the difference and keep their sign. With several
classes the same integral is taken along the path of all scores, for the answered class; there only the sum is promised.
"""

from collections.abc import Callable

import numpy as np

NEAR_ZERO = 1e-9
STEP = 1e-5  # of the central difference; its error, about STEP squared, is far below a hundredth of a point
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
_PATH, _SHARE = (_NODES + 1) / 2, _WEIGHTS / 2

Link = Callable[[np.ndarray], np.ndarray]


def shares_of_scores(contributions: np.ndarray, start: float, link: Link) -> np.ndarray:
    """Reasons (n, d) for contributions (n, d) to one score that starts at the reference case's; link: (n,) -> (n,)."""
    contributions = np.ascontiguousarray(contributions)
    totals = contributions.sum(axis=1)
    is_small = np.abs(totals) < NEAR_ZERO
    linked = link(np.append(start + totals, start))
    slopes = (linked[:-1] - linked[-1]) / np.where(is_small, 1.0, totals)
    if is_small.any():
        around = link(np.array([start + STEP, start - STEP]))
        slopes[is_small] = (around[0] - around[1]) / (2 * STEP)
    return contributions * slopes[:, None]


def shares_of_answered_class(contributions: np.ndarray, start: np.ndarray, link: Link, answered: int) -> np.ndarray:
    """Reasons (d,) for the probability of one of K classes; contributions (d, K), `link`: (n, K) -> (n, K)."""
    classes = len(start)
    path = start + _PATH[:, None] * contributions.sum(axis=0)
    steps = np.vstack([STEP * np.eye(classes), -STEP * np.eye(classes)])
    around = (path[:, None, :] + steps).reshape(-1, classes)
    probability = link(around)[:, answered].reshape(len(_PATH), 2, classes)
    slopes = (probability[:, 0] - probability[:, 1]) / (2 * STEP)
    points = contributions @ (_SHARE @ slopes)
    ends = link(np.stack([start, start + contributions.sum(axis=0)]))[:, answered]
    size = np.abs(points)
    # What twelve nodes miss of the integral, a small part of a point, goes to each by its size.
    return points + (ends[1] - ends[0] - points.sum()) * size / max(size.sum(), NEAR_ZERO)
