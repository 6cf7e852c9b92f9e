"""Reasons for trees are exact Shapley values: against their definition, and against another implementation."""

import pickle
from dataclasses import fields
from itertools import combinations
from math import factorial

import numpy as np
import pytest
import shap
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from webapp.estimators import tree_shapley
from webapp.estimators.tree_ensemble import TreeEnsemble, from_boosting
from webapp.estimators.tree_shapley import build_leaf_games


def table(seed, rows=300, columns=4, missing=0.0):
    # Eighths are exact in 32 bits too, which the other implementation keeps thresholds in.
    rng = np.random.default_rng(seed)
    Z = np.round(rng.normal(size=(rows, columns)) * 8) / 8
    y = Z[:, 0] + Z[:, 1] * Z[:, 2] + 0.1 * rng.normal(size=rows)
    Z[rng.random(Z.shape) < missing] = np.nan
    return Z, y


def grow(Z, y, **settings):
    defaults = {"max_iter": 20, "max_leaf_nodes": 8, "min_samples_leaf": 5, "max_features": 0.5, "random_state": 0}
    return HistGradientBoostingRegressor(early_stopping=False, **defaults | settings).fit(Z, y)


def defined_shapley(model, row, background):
    """Average over all orders of the columns, straight from the definition."""
    columns = range(len(row))
    worth = {}
    for size in range(len(row) + 1):
        for known in combinations(columns, size):
            mixed = background.copy()
            mixed[:, list(known)] = row[list(known)]
            worth[known] = model.predict(mixed).mean()
    shares = np.zeros(len(row))
    for known in worth:
        weight = factorial(len(known)) * factorial(len(row) - len(known) - 1) if len(known) < len(row) else 0
        for column in set(columns) - set(known):
            gained = worth[tuple(sorted((*known, column)))] - worth[known]
            shares[column] += weight / factorial(len(row)) * gained
    return shares


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), leaves=st.integers(2, 31), missing=st.sampled_from([0.0, 0.1]))
def test_contributions_are_shapley_values_by_definition(seed, leaves, missing):
    Z, y = table(seed, missing=missing)
    model = grow(Z, y, max_leaf_nodes=leaves, max_iter=5)
    games = build_leaf_games(from_boosting(model), Z[:20])

    for row, found in zip(Z[20:23], games.contributions(Z[20:23])[:, :, 0], strict=True):
        assert found == pytest.approx(defined_shapley(model, row, Z[:20]), abs=1e-12)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), leaves=st.integers(2, 31), missing=st.sampled_from([0.0, 0.3]))
def test_contributions_add_up_to_the_difference_from_the_background(seed, leaves, missing):
    Z, y = table(seed, columns=6, missing=missing)
    trees = from_boosting(grow(Z, y, max_leaf_nodes=leaves))
    games = build_leaf_games(trees, Z[:100])

    difference = trees.scores(Z[100:120])[:, 0] - trees.scores(Z[:100]).mean()
    assert games.contributions(Z[100:120]).sum(axis=(1, 2)) == pytest.approx(difference, abs=1e-12)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), leaves=st.integers(2, 64), missing=st.sampled_from([0.0, 0.3]))
def test_a_row_alone_has_the_contributions_that_it_has_among_others(seed, leaves, missing):
    Z, y = table(seed, columns=12, missing=missing)
    games = build_leaf_games(from_boosting(grow(Z, y, max_leaf_nodes=leaves)), Z[:100])
    together = games.contributions(Z)

    with pytest.MonkeyPatch.context() as patched:
        for name in ("WORDS_AT_ONCE", "CONDITIONS_AT_ONCE", "PAIRS_AT_ONCE"):
            patched.setattr(tree_shapley, name, 500)
        assert np.array_equal(games.contributions(Z[:50]), together[:50])
    for row in range(0, 300, 30):
        assert np.array_equal(games.contributions(Z[row : row + 1]), together[row : row + 1])
    assert games.contributions(Z[:0]).shape == (0, 12, 1)


def test_a_value_on_the_border_of_a_condition_is_told_from_one_beyond_it():
    games = build_leaf_games(both_positive(), np.array([[-1.0, -1.0]]))
    smallest = np.nextafter(0.0, 1.0)

    assert games.contributions(np.array([[0.0, 1.0], [smallest, 1.0]]))[:, :, 0].tolist() == [[0.0, 0.0], [0.5, 0.5]]


def test_what_many_rows_have_in_common_is_not_stored():
    Z, y = table(6)
    games = build_leaf_games(from_boosting(grow(Z, y)), Z[:50])
    again = pickle.loads(pickle.dumps(games))

    assert set(vars(again)) == {field.name for field in fields(games)}
    assert np.array_equal(again.contributions(Z), games.contributions(Z))


@pytest.mark.parametrize("leaves", [4, 31])
def test_an_independent_implementation_agrees_on_numbers(leaves):
    Z, y = table(1, columns=8)
    model = grow(Z, y, max_leaf_nodes=leaves, max_iter=60)
    games = build_leaf_games(from_boosting(model), Z[:100])

    explainer = shap.TreeExplainer(model, Z[:100], feature_perturbation="interventional")
    expected = explainer.shap_values(Z[100:130])
    assert games.contributions(Z[100:130])[:, :, 0] == pytest.approx(expected, abs=1e-6)
    assert games.background_score == pytest.approx(explainer.expected_value, abs=1e-6)


def test_an_independent_implementation_agrees_on_classes():
    Z, y = table(2, columns=5)
    model = HistGradientBoostingClassifier(max_iter=40, max_leaf_nodes=8, early_stopping=False).fit(Z, y > 0)
    games = build_leaf_games(from_boosting(model), Z[:100])

    expected = shap.TreeExplainer(model, Z[:100], feature_perturbation="interventional").shap_values(Z[:30])
    assert games.contributions(Z[:30])[:, :, 0] == pytest.approx(expected, abs=1e-6)


def test_every_class_has_contributions_of_its_own():
    Z, y = table(3)
    model = HistGradientBoostingClassifier(max_iter=10, early_stopping=False).fit(Z, np.digitize(y, [-1, 1]))
    trees = from_boosting(model)
    games = build_leaf_games(trees, Z[:50])

    assert games.contributions(Z[60:61])[0].shape == (4, 3)
    assert games.contributions(Z[60:61])[0].sum(axis=0) == pytest.approx(
        model.decision_function(Z[60:61])[0] - games.background_score, abs=1e-12
    )


def test_a_column_no_tree_asks_for_has_no_part_in_the_answer():
    Z, y = table(4)
    Z[:, 3] = 1.0
    games = build_leaf_games(from_boosting(grow(Z, y)), Z[:50])

    assert games.contributions(np.array([[1.0, -1.0, 0.5, 99.0]]))[0, 3, 0] == 0.0


def both_positive():
    """One tree by hand: 1 where both columns are positive, else 0."""
    return TreeEnsemble(
        outputs=1,
        columns=np.array([0, 2]),
        thresholds=np.zeros(2),
        ruled_out=np.array([0b01, 0b10], dtype=np.uint8),
        spans=np.array([[0, 1, 3], [1, 2, 3]]),
        node_starts=np.array([0]),
        leaf_starts=np.array([0]),
        values=np.array([0.0, 0.0, 1.0]),
        baseline=np.zeros(1),
    )


def test_columns_that_matter_alike_share_alike():
    games = build_leaf_games(both_positive(), np.array([[-1.0, -1.0]]))

    assert games.contributions(np.array([[1.0, 1.0]]))[0, :, 0].tolist() == [0.5, 0.5]
    assert games.contributions(np.array([[1.0, -1.0]]))[0, :, 0].tolist() == [0.0, 0.0]


def test_the_background_decides_what_a_column_is_worth():
    games = build_leaf_games(both_positive(), np.array([[1.0, -1.0], [1.0, 1.0]]))

    assert games.contributions(np.array([[1.0, 1.0]]))[0, :, 0].tolist() == [0.0, 0.5]


def test_trees_without_a_split_explain_nothing():
    Z, y = table(5, rows=30)
    trees = from_boosting(grow(Z, y, min_samples_leaf=30))
    games = build_leaf_games(trees, Z[:10])

    assert not games.contributions(Z[:1]).any()
    assert games.background_score == pytest.approx(trees.scores(Z[:1])[0])
