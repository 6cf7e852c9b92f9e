"""Fit the coefficients of an additive design, and learn from the same rows how strongly each group is shrunk."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_solve, cholesky
from scipy.linalg.lapack import dpotri
from scipy.special import expit

from webapp.estimators.design import Design

FIRST_PENALTY = 10.0
PENALTY_LIMITS = (1e-3, 1e6)
OVER_RELAXATION = 1.5
SETTLED_AFTER = 6  # iterations before stopping is considered
SETTLED_CHANGE = 0.1  # largest change of a log penalty that counts as none
LARGEST_STEP = 8.0  # in a score, within one iteration
SMALLEST_WEIGHT = 1e-6
SMALLEST_NOISE = 1e-6  # noise variance, as part of the variance of y
SMALLEST_RIDGE = 1e-12  # per row: keeps equal columns apart however small the penalty


@dataclass(frozen=True, slots=True)
class Fit:
    coefficients: np.ndarray  # intercept first
    penalties: np.ndarray  # per group
    iterations: int


@dataclass(frozen=True, slots=True)
class Moments:
    """All that a least-squares fit needs to know about the rows."""

    rows: int
    gram: np.ndarray
    product: np.ndarray
    squares: float


@dataclass(frozen=True, slots=True)
class Solved:
    coefficients: np.ndarray
    group_sizes: np.ndarray  # effective degrees of freedom per group
    group_squares: np.ndarray


def fit_logistic(design: Design, y: np.ndarray, max_iter: int) -> Fit:
    """Fit the log-odds of y (0 or 1 per row)."""
    rate = y.mean()
    coefficients = np.zeros(1 + len(design.groups))
    coefficients[0] = np.log(rate / (1.0 - rate))
    scores = np.full(len(y), coefficients[0])
    penalties = np.full(design.n_groups, FIRST_PENALTY)
    for iteration in range(1, max_iter + 1):
        chance = expit(scores)
        weights = np.maximum(chance * (1.0 - chance), SMALLEST_WEIGHT)
        gram = design.gram(weights)
        target = gram @ coefficients + design.project(y - chance)
        solved = solve(gram, target, penalties, design.groups)
        moved = solved.coefficients[0] + design.total(solved.coefficients[1:])
        part = min(1.0, LARGEST_STEP / max(np.abs(moved - scores).max(), LARGEST_STEP))
        coefficients += part * (solved.coefficients - coefficients)
        scores += part * (moved - scores)
        if iteration == max_iter:
            break
        updated = updated_penalties(penalties, solved)
        settled = np.abs(np.log(updated / penalties)).max(initial=0.0) < SETTLED_CHANGE
        penalties = updated
        if settled and iteration >= SETTLED_AFTER:
            break
    return Fit(coefficients, penalties, iteration)


def moments(design: Design, y: np.ndarray, gram: np.ndarray | None = None) -> Moments:
    """Summarise rows for `fit_gaussian`; `gram` may be given when it is known from another target."""
    gram = design.gram(np.ones(len(y))) if gram is None else gram
    return Moments(len(y), gram, design.project(y), float(y @ y))


def fit_gaussian(known: Moments, groups: np.ndarray, n_groups: int, max_iter: int) -> Fit:
    """Fit y itself; y should have a variance of about one, which is where the first penalties start from."""
    penalties = np.full(n_groups, FIRST_PENALTY)
    noise = 1.0
    for iteration in range(1, max_iter + 1):
        solved = solve(known.gram, known.product, noise * penalties, groups)
        if iteration == max_iter:
            break
        updated = updated_penalties(penalties, solved)
        noise = _noise(known, solved)
        settled = np.abs(np.log(updated / penalties)).max(initial=0.0) < SETTLED_CHANGE
        penalties = updated
        if settled and iteration >= SETTLED_AFTER:
            break
    return Fit(solved.coefficients, penalties, iteration)


def solve(gram: np.ndarray, target: np.ndarray, penalties: np.ndarray, groups: np.ndarray) -> Solved:
    """Solve the penalised equations; the intercept goes free."""
    n_groups = len(penalties)
    ridge = np.maximum(penalties, SMALLEST_RIDGE * gram[0, 0])[groups]
    system = gram.copy()
    system[np.diag_indices(len(ridge) + 1)] += np.concatenate([[0.0], ridge])
    factor = cholesky(system, lower=True, overwrite_a=True, check_finite=False)
    coefficients = cho_solve((factor, True), target, check_finite=False)
    inverse, _ = dpotri(factor, lower=True, overwrite_c=True)
    free = 1.0 - ridge * np.diag(inverse)[1:]
    sizes = np.bincount(groups, free, n_groups)
    squares = np.bincount(groups, coefficients[1:] ** 2, n_groups)
    return Solved(coefficients, sizes, squares)


def updated_penalties(penalties: np.ndarray, solved: Solved) -> np.ndarray:
    """Move each penalty towards effective size over squared size, past it by half the way, in logarithms."""
    tiny = np.finfo(float).tiny
    ideal = np.log(np.maximum(solved.group_sizes, tiny)) - np.log(np.maximum(solved.group_squares, tiny))
    logs = np.log(penalties)
    moved = logs + OVER_RELAXATION * (ideal - logs)
    low, high = np.log(PENALTY_LIMITS)
    return np.exp(np.clip(moved, low, high))


def _noise(known: Moments, solved: Solved) -> float:
    beta = solved.coefficients
    residual = known.squares - 2.0 * beta @ known.product + beta @ known.gram @ beta
    return max(residual / max(known.rows - 1.0 - solved.group_sizes.sum(), 1.0), SMALLEST_NOISE)
