"""Trees kept as arrays answer exactly as scikit-learn's own."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from webapp.estimators.tree_ensemble import FEW_ROWS, from_boosting


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    Z = rng.normal(size=(3 * FEW_ROWS, 6))
    Z[:, 1] = np.round(Z[:, 1])
    y = Z[:, 0] * Z[:, 1] + np.exp(Z[:, 2])
    Z[rng.random(Z.shape) < 0.15] = np.nan
    Z[np.isnan(Z[:, 3]), 3] = 0.0  # a column that is never missing in training
    return Z, y


@pytest.mark.parametrize("leaves", [2, 8, 31, 64])
def test_values_equal_those_of_scikit_learn(table, leaves):
    Z, y = table
    model = HistGradientBoostingRegressor(
        max_iter=50, max_leaf_nodes=leaves, min_samples_leaf=3, early_stopping=False, random_state=0
    ).fit(Z, y)

    assert np.array_equal(from_boosting(model).scores(Z)[:, 0], model.predict(Z))


def test_class_scores_equal_those_of_scikit_learn(table):
    Z, y = table
    model = HistGradientBoostingClassifier(max_iter=20, early_stopping=False).fit(Z, np.digitize(y, [0, 2]))

    assert np.array_equal(from_boosting(model).scores(Z), model.decision_function(Z))


def test_a_value_missing_for_the_first_time_goes_where_scikit_learn_sends_it(table):
    Z, y = table
    model = HistGradientBoostingRegressor(max_iter=30, early_stopping=False).fit(Z, y)
    unseen = np.where(np.arange(6) == 3, np.nan, Z)

    assert np.array_equal(from_boosting(model).scores(unseen)[:, 0], model.predict(unseen))


def test_a_split_of_missing_against_present_is_kept():
    Z = np.where(np.arange(200)[:, None] % 3 == 0, np.nan, 1.0)
    model = HistGradientBoostingRegressor(max_iter=3, early_stopping=False).fit(Z, np.isnan(Z[:, 0]))
    unseen = np.array([[np.nan], [1.0], [-1e308], [np.finfo(float).max]])

    assert np.array_equal(from_boosting(model).scores(unseen)[:, 0], model.predict(unseen))


def test_one_row_equals_its_batch_to_the_last_bit(table):
    Z, y = table
    trees = from_boosting(HistGradientBoostingRegressor(max_iter=50, early_stopping=False).fit(Z, y))
    batch = trees.scores(Z)

    assert all(trees.scores(Z[i : i + 1])[0] == batch[i] for i in range(20))
    assert np.array_equal(trees.scores(Z[:FEW_ROWS]), batch[:FEW_ROWS])


@pytest.mark.parametrize("rows", [5, 2 * FEW_ROWS])
def test_staged_scores_are_those_after_each_round(table, rows):
    Z, y = table
    model = HistGradientBoostingRegressor(max_iter=12, early_stopping=False).fit(Z, y)

    staged = from_boosting(model).staged_scores(Z[:rows])[:, :, 0]

    assert np.array_equal(staged.T, list(model.staged_predict(Z[:rows])))


def test_scaled_trees_score_on_the_new_scale(table):
    Z, y = table
    trees = from_boosting(HistGradientBoostingRegressor(max_iter=12, early_stopping=False).fit(Z, y))

    assert trees.scaled(2.0, 1.0).scores(Z) == pytest.approx(2.0 * trees.scores(Z) + 1.0, rel=1e-12)


def test_thresholds_move_between_the_values_of_the_table_and_no_row_changes_side(table):
    Z, y = table
    trees = from_boosting(HistGradientBoostingRegressor(max_iter=50, early_stopping=False).fit(Z, y))

    moved = trees.between_values(Z)

    split = trees.thresholds < np.finfo(float).max
    assert np.array_equal(moved.scores(Z), trees.scores(Z))
    assert np.isin(trees.thresholds[split], Z).any()
    assert not np.isin(moved.thresholds[split], Z).any()


def test_a_threshold_between_neighbouring_numbers_stays_on_the_lower_one():
    Z = np.repeat([[1.0], [np.nextafter(1.0, 2.0)]], 30, axis=0)
    trees = from_boosting(HistGradientBoostingRegressor(max_iter=3, early_stopping=False).fit(Z, Z[:, 0] > 1))

    assert np.array_equal(trees.between_values(Z).scores(Z), trees.scores(Z))
