"""Solving among the rows, where they are fewer, gives what solving among the design columns gives."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from webapp.estimators import equations
from webapp.estimators.additive import AdditiveClassifier, AdditiveRegressor
from webapp.estimators.equations import Moments, solve, solve_by_rows

ROWS, COLUMNS, GROUPS = 40, 150, 9


@pytest.fixture(params=range(5))
def rng(request):
    return np.random.default_rng(request.param)


def wide_table(rng, rows=50, columns=30):
    X = rng.normal(size=(rows, columns)).round(2)
    X[rng.random(X.shape) < 0.05] = np.nan
    return X, np.nan_to_num(X[:, 0]) - np.nan_to_num(X[:, 1]) + rng.normal(size=rows)


def test_the_rows_give_the_coefficients_and_sizes_of_the_columns(rng):
    matrix = rng.normal(size=(ROWS, COLUMNS))
    weights, response = rng.uniform(1e-6, 0.25, ROWS), rng.normal(size=ROWS)
    penalties, groups = np.exp(rng.uniform(-6, 12, GROUPS)), rng.integers(0, GROUPS, COLUMNS)
    led_by_ones = np.column_stack([np.ones(ROWS), matrix])
    gram, target = (led_by_ones.T * weights) @ led_by_ones, led_by_ones.T @ response

    among_columns = solve(gram, target, penalties, groups)
    among_rows = solve_by_rows(matrix, weights, response, penalties, groups)

    assert_allclose(among_rows.coefficients, among_columns.coefficients, rtol=1e-6, atol=1e-8)
    assert_allclose(among_rows.group_sizes, among_columns.group_sizes, rtol=1e-6, atol=1e-6)
    assert_allclose(among_rows.group_squares, among_columns.group_squares, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("classes", [2, 3])
def test_a_classifier_of_few_rows_is_the_one_that_its_columns_give(rng, classes, monkeypatch):
    X, score = wide_table(rng)
    y = np.digitize(score, np.quantile(score, np.arange(1, classes) / classes))
    among_rows = AdditiveClassifier().fit(X, y)
    monkeypatch.setattr("webapp.estimators.penalties.has_few_rows", lambda design: False)

    assert_allclose(among_rows.predict_proba(X), AdditiveClassifier().fit(X, y).predict_proba(X), atol=1e-6)


def test_a_regressor_of_few_rows_is_the_one_that_its_columns_give(rng, monkeypatch):
    X, y = wide_table(rng)
    among_rows = AdditiveRegressor().fit(X, y)
    monkeypatch.setattr(equations, "has_few_rows", lambda design: False)

    assert_allclose(among_rows.predict(X), AdditiveRegressor().fit(X, y).predict(X), atol=1e-6)


def test_what_is_left_is_the_same_from_sums_as_from_rows(rng):
    matrix, y, coefficients = rng.normal(size=(ROWS, 5)), rng.normal(size=ROWS), rng.normal(size=6)
    led_by_ones = np.column_stack([np.ones(ROWS), matrix])
    sums = Moments(ROWS, led_by_ones.T @ led_by_ones, led_by_ones.T @ y, float(y @ y))

    assert sums.residual(coefficients) == pytest.approx(equations.FewRows(matrix, y).residual(coefficients))
