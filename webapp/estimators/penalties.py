"""Fit the coefficients of an additive design, and learn from the same rows how strongly each group is shrunk."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, softmax

from webapp.estimators.design import Design
from webapp.estimators.equations import Known, Solved, has_few_rows, solve, solve_by_rows
from webapp.estimators.monotone import Fence

FIRST_PENALTY = 10.0
PENALTY_LIMITS = (1e-3, 1e6)
OVER_RELAXATION = 1.5
SETTLED_AFTER = 6  # iterations before stopping is considered
SETTLED_CHANGE = 0.1  # largest change of a log penalty that counts as none
SETTLED_MOVE = 0.1  # largest change of a score that counts as none: classes that move in turn need more of them
LARGEST_STEP = 8.0  # in a score, within one iteration
SMALLEST_WEIGHT = 1e-6
SMALLEST_NOISE = 1e-6  # noise variance, as part of the variance of y
SPREAD_SIZE = 1.0  # coefficients of variance 1 that every group is imagined to have besides its own


@dataclass(frozen=True, slots=True)
class Fit:
    coefficients: np.ndarray  # intercept first
    penalties: np.ndarray  # per group
    iterations: int


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """
    How strongly each group is shrunk. `spread` keeps the penalties near one: columns that say the same then share
    their effect, where otherwise one of them would take it all.
    """

    penalties: np.ndarray
    spread: bool = False
    is_settled: bool = False

    @classmethod
    def first(cls, n_groups: int, spread: bool) -> "Shrinkage":
        return cls(np.full(n_groups, FIRST_PENALTY), spread)

    def updated(self, solved: Solved) -> "Shrinkage":
        """Move each penalty towards effective size over squared size, past it by half the way, in logarithms."""
        tiny = np.finfo(float).tiny
        imagined = SPREAD_SIZE if self.spread else 0.0
        ideal = np.log(np.maximum(solved.group_sizes + imagined, tiny))
        ideal -= np.log(np.maximum(solved.group_squares + imagined, tiny))
        logs = np.log(self.penalties)
        moved = np.clip(logs + OVER_RELAXATION * (ideal - logs), *np.log(PENALTY_LIMITS))
        settled = np.abs(moved - logs).max(initial=0.0) < SETTLED_CHANGE
        return replace(self, penalties=np.exp(moved), is_settled=bool(settled))


class _Score:
    """The scores of all rows on their way: one Newton step at a time."""

    def __init__(self, design: Design, fence: Fence, intercept: float):
        self.design, self.fence = design, fence
        self.coefficients = np.zeros(1 + len(design.groups))
        self.coefficients[0] = intercept
        self.of_rows = np.full(len(design.blocks[0].codes), intercept)
        self.moved = np.inf  # largest change of a row's score in the last step
        self.rows = design.matrix() if has_few_rows(design) else None

    def step(self, missed: np.ndarray, weights: np.ndarray, penalties: np.ndarray) -> Solved:
        """Move towards the rows' `missed` (truth less chance), by no more than LARGEST_STEP in any score."""
        solved = self._solved(missed, np.maximum(weights, SMALLEST_WEIGHT), penalties)
        moved = solved.coefficients[0] + self.design.total(solved.coefficients[1:])
        self.moved = float(np.abs(moved - self.of_rows).max())
        part = min(1.0, LARGEST_STEP / max(self.moved, LARGEST_STEP))
        self.coefficients += part * (solved.coefficients - self.coefficients)
        self.of_rows += part * (moved - self.of_rows)
        return solved

    def _solved(self, missed: np.ndarray, weights: np.ndarray, penalties: np.ndarray) -> Solved:
        if self.rows is not None:
            return solve_by_rows(self.rows, weights, weights * self.of_rows + missed, penalties, self.design.groups)
        gram = self.design.gram(weights)
        target = gram @ self.coefficients + self.design.project(missed)
        pressure = self.fence.pressure(self.coefficients, gram[0, 0])
        return solve(gram, target, penalties, self.design.groups, pressure)


def fit_logistic(design: Design, y: np.ndarray, max_iter: int, spread: bool = False) -> Fit:
    """Fit the log-odds of y (0 or 1 per row)."""
    rate = y.mean()
    score = _Score(design, Fence.around(design), np.log(rate / (1.0 - rate)))
    shrinkage = Shrinkage.first(design.n_groups, spread)
    for iteration in range(1, max_iter + 1):
        chance = expit(score.of_rows)
        solved = score.step(y - chance, chance * (1.0 - chance), shrinkage.penalties)
        if iteration == max_iter:
            break
        shrinkage = shrinkage.updated(solved)
        if shrinkage.is_settled and iteration >= SETTLED_AFTER:
            break
    return Fit(score.coefficients, shrinkage.penalties, iteration)


def fit_softmax(design: Design, codes: np.ndarray, max_iter: int, spread: bool = False) -> list[Fit]:
    """
    Fit one score for each class code (rows,), so that the softmax of the scores are the chances.

    The classes move in turn. Each learns its own shrinkage, half from itself and half from the mean of all.
    """
    truth = np.eye(codes.max() + 1)[codes]
    fence = Fence.around(design)
    scores = [_Score(design, fence, np.log(rate)) for rate in truth.mean(axis=0)]
    shrinkages = [Shrinkage.first(design.n_groups, spread) for _ in scores]
    for iteration in range(1, max_iter + 1):
        solved = []
        for number, score in enumerate(scores):
            chance = softmax(np.column_stack([one.of_rows for one in scores]), axis=1)[:, number]
            missed = truth[:, number] - chance
            solved.append(score.step(missed, chance * (1.0 - chance), shrinkages[number].penalties))
        if iteration == max_iter:
            break
        shrinkages = [one.updated(pooled) for one, pooled in zip(shrinkages, _half_pooled(solved), strict=True)]
        at_rest = max(score.moved for score in scores) < SETTLED_MOVE
        if at_rest and all(one.is_settled for one in shrinkages) and iteration >= SETTLED_AFTER:
            break
    return [Fit(score.coefficients, one.penalties, iteration) for score, one in zip(scores, shrinkages, strict=True)]


def fit_gaussian(known: Known, design: Design, max_iter: int, spread: bool = False) -> Fit:
    """Fit y itself; y should have a variance of about one, which is where the first penalties start from."""
    fence = Fence.around(design)
    shrinkage = Shrinkage.first(design.n_groups, spread)
    noise = 1.0
    coefficients = np.zeros(1 + len(design.groups))
    for iteration in range(1, max_iter + 1):
        pressure = fence.pressure(coefficients, known.rows)
        solved = known.solved(noise * shrinkage.penalties, design.groups, pressure)
        coefficients = solved.coefficients
        if iteration == max_iter:
            break
        shrinkage = shrinkage.updated(solved)
        noise = _noise(known, solved)
        if shrinkage.is_settled and iteration >= SETTLED_AFTER:
            break
    return Fit(coefficients, shrinkage.penalties, iteration)


def _half_pooled(solved: list[Solved]) -> list[Solved]:
    sizes = np.mean([one.group_sizes for one in solved], axis=0)
    squares = np.mean([one.group_squares for one in solved], axis=0)
    return [Solved(one.coefficients, one.group_sizes + sizes, one.group_squares + squares) for one in solved]


def _noise(known: Known, solved: Solved) -> float:
    residual = known.residual(solved.coefficients)
    return max(residual / max(known.rows - 1.0 - solved.group_sizes.sum(), 1.0), SMALLEST_NOISE)
