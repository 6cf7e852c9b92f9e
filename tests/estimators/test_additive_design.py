"""The short matrices stand for the long one, and the fit for scikit-learn's on it."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import SplineTransformer

from webapp.estimators.design import BinningRule, build_design
from webapp.estimators.equations import known_of, solve
from webapp.estimators.penalties import fit_gaussian, fit_logistic
from webapp.estimators.regression_target import fit_values

RULE = BinningRule(categorical=frozenset({2, 3}), max_bins=256, min_bin_rows=5, min_level_rows=3)
ROWS = 400


@pytest.fixture(scope="module")
def table():
    random = np.random.default_rng(3)
    X = np.column_stack(
        [
            random.normal(size=ROWS),
            random.integers(0, 3, ROWS),
            random.integers(0, 6, ROWS),
            np.minimum(random.geometric(0.3, ROWS), 12),
        ]
    ).astype(float)
    X[random.random(X.shape) < 0.1] = np.nan
    scores = np.nan_to_num(np.sin(2 * X[:, 0])) + np.where(X[:, 2] == 3, 1.0, 0.0)
    return X, scores, random


@pytest.fixture(scope="module")
def design(table):
    return build_design(table[0], RULE)[1]


@pytest.fixture(scope="module")
def long(design):
    return np.hstack([block.matrix[block.codes] for block in design.blocks])


def test_cross_products_equal_those_of_the_long_matrix(design, long, table):
    weights = table[2].random(ROWS)
    full = np.column_stack([np.ones(ROWS), long])

    np.testing.assert_allclose(design.gram(weights), full.T @ (full * weights[:, None]), atol=1e-10)
    np.testing.assert_allclose(design.project(weights), full.T @ weights, atol=1e-10)
    np.testing.assert_allclose(design.total(weights[: long.shape[1]]), long @ weights[: long.shape[1]], atol=1e-12)


def test_every_component_is_centred_and_has_a_total_variance_of_one(design, long):
    np.testing.assert_allclose(long.mean(axis=0), 0.0, atol=1e-12)
    names = np.array([name for block in design.blocks for name in block.groups])
    start = 0
    for block in design.blocks:
        for name in dict.fromkeys(block.groups):
            own = np.arange(start, start + len(block.groups))[np.array(block.groups) == name]
            assert long[:, own].var(axis=0).sum() == pytest.approx(1.0), names[own[0]]
        start += len(block.groups)


def test_categories_share_a_penalty_and_so_do_missing_values_but_no_two_numbers(design):
    names = [sorted(set(block.groups)) for block in design.blocks]

    assert names == [["L 0", "S 0", "T 0", "missing"], ["L 1", "T 1", "missing"], ["categories"], ["categories"]]
    assert design.n_groups == 7


def test_the_spline_component_is_a_penalised_spline(design, table):
    block = design.blocks[0]
    counts = np.bincount(block.codes)
    means = np.array([np.nanmean(table[0][block.codes == code, 0]) for code in range(len(counts) - 1)])
    basis = SplineTransformer(n_knots=10, degree=3, extrapolation="linear").fit_transform(means[:, None])
    basis = basis - counts[:-1] @ basis / counts[:-1].sum()
    differences = np.diff(np.eye(basis.shape[1]), n=2, axis=0)
    expected = basis @ np.linalg.pinv(differences.T @ differences) @ basis.T
    spline = block.matrix[:-1, np.array(block.groups) == "S 0"]

    actual = spline @ spline.T
    np.testing.assert_allclose(actual / np.trace(actual), expected / np.trace(expected), atol=1e-10)


def test_the_random_walk_steps_by_the_root_of_the_distance_in_rank(design):
    block = design.blocks[1]
    counts = np.bincount(block.codes)[:-1]
    walk = block.matrix[:-1, np.array(block.groups) == "T 1"]
    jumps = np.abs(np.diff(walk, axis=0)).max(axis=1)
    ranks = (np.cumsum(counts) - counts / 2) / counts.sum()

    np.testing.assert_allclose(jumps / jumps[0], np.sqrt(np.diff(ranks) / np.diff(ranks)[0]))


def test_for_given_penalties_the_solution_is_ridge_regression(design, long, table):
    penalties = np.linspace(1.0, 20.0, design.n_groups)
    y = table[1] + 5.0
    known = known_of(design, y)
    solved = solve(known.gram, known.product, penalties, design.groups)
    roots = np.sqrt(penalties[design.groups])
    ridge = Ridge(alpha=1.0, solver="cholesky").fit(long / roots, y)

    np.testing.assert_allclose(solved.coefficients[1:], ridge.coef_ / roots, atol=1e-9)
    assert solved.coefficients[0] == pytest.approx(ridge.intercept_)
    hat = (long / roots) @ np.linalg.solve((long / roots).T @ long / roots + np.eye(long.shape[1]), (long / roots).T)
    assert solved.group_sizes.sum() == pytest.approx(np.trace(hat))


def test_for_the_learned_penalties_the_solution_is_logistic_regression(design, long, table):
    y = (table[2].random(ROWS) < expit(table[1])).astype(float)
    fit = fit_logistic(design, y, max_iter=12)
    roots = np.sqrt(fit.penalties[design.groups])
    reference = LogisticRegression(C=1.0, tol=1e-10, max_iter=2000).fit(long / roots, y)

    scores = fit.coefficients[0] + design.total(fit.coefficients[1:])
    np.testing.assert_allclose(scores, reference.decision_function(long / roots), atol=0.02)


def test_learned_penalties_stay_within_their_limits(design, table):
    fit = fit_logistic(design, (table[0][:, 2] == 3).astype(float), max_iter=12)

    assert fit.penalties.min() >= 1e-3 * (1 - 1e-9)
    assert fit.penalties.max() <= 1e6 * (1 + 1e-9)


def test_more_iterations_stop_once_the_penalties_have_settled(design, table):
    y = table[1] + table[2].normal(size=ROWS)
    standard = (y - y.mean()) / y.std()

    assert fit_gaussian(known_of(design, standard), design, max_iter=200).iterations < 200
    assert fit_logistic(design, (y > 0).astype(float), max_iter=200).iterations < 200


def test_the_unit_of_the_target_does_not_matter(design, table):
    y = table[1] + table[2].normal(size=ROWS)
    small, large = fit_values(design, y, 12), fit_values(design, 1e250 * y - 3e250, 12)

    np.testing.assert_allclose(large.coefficients[1:] / 1e250, small.coefficients[1:], atol=1e-9)


def test_some_rows_of_a_design_are_the_design_of_those_rows(design, long):
    chosen = np.arange(0, ROWS, 3)
    coefficients = np.arange(long.shape[1], dtype=float)

    np.testing.assert_allclose(design.rows(chosen).total(coefficients), (long @ coefficients)[chosen])


@pytest.mark.parametrize(("columns", "components"), [(130, "LST"), (200, "LT"), (260, "L")])
def test_wide_tables_get_simpler_components(columns, components):
    X = np.random.default_rng(0).normal(size=(40, columns))
    _, design = build_design(X, BinningRule(frozenset(), 256, 5, 3))

    assert {name[0] for name in design.blocks[0].groups} == set(components)
    assert len(design.groups) <= 3000
