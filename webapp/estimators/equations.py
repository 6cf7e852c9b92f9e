"""The penalised least-squares equations, solved among the design columns or among the rows, whichever are fewer."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.linalg.lapack import dpotri

from webapp.estimators.design import Design
from webapp.estimators.monotone import Pressure

SMALLEST_RIDGE = 1e-12  # per row: keeps equal columns apart however small the penalty


@dataclass(frozen=True, slots=True)
class Solved:
    coefficients: np.ndarray  # intercept first
    group_sizes: np.ndarray  # effective degrees of freedom per group
    group_squares: np.ndarray


class Known(Protocol):
    """All that a least-squares fit needs to know about the rows and their y."""

    rows: int

    def solved(self, penalties: np.ndarray, groups: np.ndarray, pressure: Pressure) -> Solved: ...

    def residual(self, coefficients: np.ndarray) -> float:
        """Return the sum of the squared distances from y."""
        ...


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over many rows."""

    rows: int
    gram: np.ndarray
    product: np.ndarray
    squares: float

    def solved(self, penalties: np.ndarray, groups: np.ndarray, pressure: Pressure) -> Solved:
        return solve(self.gram, self.product, penalties, groups, pressure)

    def residual(self, coefficients: np.ndarray) -> float:
        return self.squares - 2.0 * coefficients @ self.product + coefficients @ self.gram @ coefficients


@dataclass(frozen=True, slots=True)
class FewRows:
    """The rows themselves (rows, design columns)."""

    matrix: np.ndarray
    y: np.ndarray

    @property
    def rows(self) -> int:
        return len(self.y)

    def solved(self, penalties: np.ndarray, groups: np.ndarray, pressure: Pressure) -> Solved:
        return solve_by_rows(self.matrix, np.ones(self.rows), self.y, penalties, groups)

    def residual(self, coefficients: np.ndarray) -> float:
        return float(np.sum((self.y - coefficients[0] - self.matrix @ coefficients[1:]) ** 2))


def has_few_rows(design: Design) -> bool:
    """Whether there are fewer rows than design columns; a direction can be kept to only among the columns."""
    return len(design.blocks[0].codes) < len(design.groups) and not design.directions


def known_of(design: Design, y: np.ndarray, gram: np.ndarray | None = None) -> Known:
    """Summarise rows for a least-squares fit; `gram` may be given when it is known from another target."""
    if has_few_rows(design):
        return FewRows(design.matrix(), y)
    gram = design.gram(np.ones(len(y))) if gram is None else gram
    return Moments(len(y), gram, design.project(y), float(y @ y))


def solve(
    gram: np.ndarray, target: np.ndarray, penalties: np.ndarray, groups: np.ndarray, pressure: Pressure | None = None
) -> Solved:
    """Solve the penalised equations; the intercept goes free."""
    ridge = np.maximum(penalties, SMALLEST_RIDGE * gram[0, 0])[groups]
    system = gram.copy()
    system[np.diag_indices(len(ridge) + 1)] += np.concatenate([[0.0], ridge])
    for part, matrix in pressure or ():
        system[part, part] += matrix
    factor = cholesky(system, lower=True, overwrite_a=True, check_finite=False)
    coefficients = cho_solve((factor, True), target, check_finite=False)
    inverse, _ = dpotri(factor, lower=True, overwrite_c=True)
    return _per_group(coefficients, 1.0 - ridge * np.diag(inverse)[1:], groups, len(penalties))


def solve_by_rows(
    matrix: np.ndarray, weights: np.ndarray, response: np.ndarray, penalties: np.ndarray, groups: np.ndarray
) -> Solved:
    """
    Return what `solve` returns for gram = matrix' W matrix and target = matrix' response, the intercept added to both.

    The inverse of ridge + S'S, with S the rows times the roots of their weights, is by Woodbury's identity told by
    that of kernel = 1 + S S'/ridge, a system of as many equations as there are rows. The intercept, which is not
    penalised, is eliminated last.
    """
    ridge = np.maximum(penalties, SMALLEST_RIDGE * weights.sum())[groups]
    roots = np.sqrt(weights)
    scaled = roots[:, None] * matrix
    shrunk = scaled / ridge
    factor = cholesky(np.eye(len(roots)) + shrunk @ scaled.T, lower=True, overwrite_a=True, check_finite=False)
    of_roots, of_response = cho_solve((factor, True), np.column_stack([roots, response / roots]), check_finite=False).T
    free_of_rows = roots @ of_roots
    intercept = roots @ of_response / free_of_rows
    coefficients = np.concatenate([[intercept], (of_response - intercept * of_roots) @ shrunk])
    told = solve_triangular(factor, shrunk, lower=True, check_finite=False)
    free = ridge * ((told**2).sum(axis=0) - (of_roots @ shrunk) ** 2 / free_of_rows)
    return _per_group(coefficients, free, groups, len(penalties))


def _per_group(coefficients: np.ndarray, free: np.ndarray, groups: np.ndarray, n_groups: int) -> Solved:
    sizes = np.bincount(groups, free, n_groups)
    squares = np.bincount(groups, coefficients[1:] ** 2, n_groups)
    return Solved(coefficients, sizes, squares)
