"""The search finds trees that suit the table, by looking only at rows a fit had not seen."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_wine

from webapp.estimators.boosting import BoostingClassifier, BoostingRegressor
from webapp.training import boosting_search
from webapp.training.boosting_search import SearchPlan, search

QUICK = SearchPlan(categorical_features=[3], folds=3, trees=30, most_trees=30, log_target=False)


def table(rows=300, seed=0):
    rng = np.random.default_rng(seed)
    Z = np.column_stack([rng.normal(size=(rows, 3)), rng.integers(0, 4, rows)])
    return Z, Z[:, 0] * Z[:, 1] + Z[:, 3] + 0.1 * rng.normal(size=rows)


def test_the_answer_is_an_unfitted_estimator_that_knows_its_columns():
    Z, y = table()

    found = search(Z, y, "number", QUICK)

    assert isinstance(found, BoostingRegressor)
    assert found.categorical_features == [3]
    assert not hasattr(found, "trees_")
    assert 1 <= found.max_iter <= 33
    assert np.abs(clone(found).fit(Z, y).predict(Z) - y).mean() < 0.8


def test_noise_gets_few_trees_and_structure_many():
    Z, y = table()
    noise = np.random.default_rng(1).normal(size=len(y))

    assert search(Z, noise, "number", QUICK).max_iter < 12
    assert search(Z, y, "number", QUICK).max_iter > 20


@pytest.mark.parametrize("names", [["no", "yes"], ["a", "b", "c"]])
def test_classes_are_searched_by_name(names):
    Z, y = table()
    cuts = np.quantile(y, np.linspace(0, 1, len(names) + 1)[1:-1])
    classes = np.array(names)[np.digitize(y, cuts)]

    found = search(Z, classes, "binary" if len(names) == 2 else "many", QUICK)

    assert isinstance(found, BoostingClassifier)
    assert found.calibration == "sigmoid"
    assert found.fit(Z, classes).score(Z, classes) > 0.8


def test_a_small_real_table_is_searched():
    Z, y = load_wine(return_X_y=True)

    found = search(Z, y, "many", SearchPlan(folds=2, trees=15, most_trees=15))

    assert found.fit(Z, y).score(Z, y) > 0.95


def test_a_target_that_multiplies_is_searched_on_its_logarithm():
    Z, y = table()

    plan = SearchPlan(folds=2, trees=10, most_trees=10)

    assert search(Z, np.exp(y), "number", plan).log_target
    assert not search(Z, y, "number", plan).log_target
    assert not search(Z, y - y.min() + 50, "number", plan).log_target


@pytest.mark.parametrize("log_target", [False, True])
def test_the_scale_of_the_target_can_be_given(log_target):
    Z, y = table()
    plan = SearchPlan(folds=2, trees=10, most_trees=10, log_target=log_target)

    assert search(Z, np.exp(y), "number", plan).log_target is log_target


def test_more_trees_are_tried_when_the_best_number_is_at_the_limit():
    Z, y = table()

    limited = SearchPlan(folds=2, trees=10, most_trees=10, log_target=False)

    assert search(Z, y, "number", limited).max_iter <= 11
    assert search(Z, y, "number", replace(limited, most_trees=60)).max_iter > 30


@pytest.mark.parametrize("task", ["number", "binary"])
def test_a_large_table_is_searched_on_a_sample_of_it(task):
    Z, y = table(3000)
    target = y if task == "number" else np.where(y > np.quantile(y, 0.97), "rare", "usual")
    sampled = SearchPlan(folds=2, trees=10, most_trees=10, rows=300)

    found = search(Z, target, task, sampled)

    assert found.get_params() == search(Z, target, task, sampled).get_params()


def test_the_same_seed_finds_the_same():
    Z, y = table()
    found, again = (search(Z, y, "number", QUICK).get_params() for _ in range(2))

    assert found == again


def test_progress_is_told_in_words():
    Z, y = table()
    told = []

    search(Z, y, "number", SearchPlan(folds=3, trees=5, most_trees=10), told.append)

    assert told[0] == "Boosting: trees of 8 leaves, 1 of 3"
    assert told[-1] == "Boosting: more trees"


def test_many_classes_get_fewer_rounds(monkeypatch):
    monkeypatch.setattr(boosting_search, "SEVERAL_CLASSES", (60, 60))
    monkeypatch.setattr(boosting_search, "FEWEST_ROUNDS", 4)
    Z = np.random.default_rng(0).normal(size=(400, 1))
    classes = np.digitize(Z[:, 0], np.linspace(-1, 1, 9))

    assert search(Z, classes, "many", SearchPlan(folds=2)).max_iter <= 7
