"""The search finds trees that suit the table, by looking only at rows a fit had not seen."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_wine

from tests.training.asked import effort
from webapp.estimators.boosting import BoostingClassifier, BoostingRegressor
from webapp.training.candidates import boosting_search
from webapp.training.candidates.boosting_search import SearchPlan, search
from webapp.training.candidates.question import Question

QUICK = SearchPlan(folds=3, trees=30, most_trees=30)
EVER = float("inf")


def asked(y, rows=300, seed=0, task="number", Z=None):
    classes = () if task == "number" else tuple(np.unique(y).tolist())
    Z = table(rows, seed)[0] if Z is None else Z
    codes = [3] if Z.shape[1] == 4 else []
    return Question(Z, np.asarray(y), task, classes, categorical=codes, seed=0)


def table(rows=300, seed=0):
    rng = np.random.default_rng(seed)
    Z = np.column_stack([rng.normal(size=(rows, 3)), rng.integers(0, 4, rows)])
    return Z, Z[:, 0] * Z[:, 1] + Z[:, 3] + 0.1 * rng.normal(size=rows)


def found(question, plan=QUICK, log_target=False, **more):
    return search(question, log_target, effort(**more), EVER, plan)


def test_the_answer_is_an_unfitted_estimator_that_knows_its_columns():
    Z, y = table()

    estimator = found(asked(y)).estimator

    assert isinstance(estimator, BoostingRegressor)
    assert estimator.categorical_features == [3]
    assert not hasattr(estimator, "trees_")
    assert 1 <= estimator.max_iter <= 33
    assert np.abs(clone(estimator).fit(Z, y).predict(Z) - y).mean() < 0.8


def test_noise_gets_few_trees_and_structure_many():
    _, y = table()
    noise = np.random.default_rng(1).normal(size=len(y))

    assert found(asked(noise)).estimator.max_iter < 12
    assert found(asked(y)).estimator.max_iter > 20


@pytest.mark.parametrize("names", [["no", "yes"], ["a", "b", "c"]])
def test_classes_are_searched_by_name(names):
    Z, y = table()
    cuts = np.quantile(y, np.linspace(0, 1, len(names) + 1)[1:-1])
    classes = np.array(names)[np.digitize(y, cuts)]

    estimator = found(asked(classes, task="binary" if len(names) == 2 else "many"), log_target=None).estimator

    assert isinstance(estimator, BoostingClassifier)
    assert estimator.calibration == "sigmoid"
    assert estimator.fit(Z, classes).score(Z, classes) > 0.8


def test_a_small_real_table_is_searched():
    Z, y = load_wine(return_X_y=True)

    estimator = found(asked(y, task="many", Z=Z), SearchPlan(folds=2, trees=15, most_trees=15)).estimator

    assert estimator.fit(Z, y).score(Z, y) > 0.95


def test_a_target_that_multiplies_is_searched_on_its_logarithm():
    _, y = table()
    plan = SearchPlan(folds=2, trees=10, most_trees=10)

    assert found(asked(np.exp(y)), plan, None).estimator.log_target
    assert not found(asked(y), plan, None).estimator.log_target
    assert not found(asked(y - y.min() + 50), plan, None).estimator.log_target


@pytest.mark.parametrize("log_target", [False, True])
def test_the_scale_of_the_target_can_be_given(log_target):
    _, y = table()
    plan = SearchPlan(folds=2, trees=10, most_trees=10)

    assert found(asked(np.exp(y)), plan, log_target).estimator.log_target is log_target


def test_more_trees_are_tried_when_the_best_number_is_at_the_limit():
    _, y = table()
    limited = SearchPlan(folds=2, trees=10, most_trees=10)

    assert found(asked(y), limited).estimator.max_iter <= 11
    assert found(asked(y), replace(limited, most_trees=60)).estimator.max_iter > 30


@pytest.mark.parametrize("task", ["number", "binary"])
def test_a_large_table_is_searched_on_a_sample_of_it(task):
    Z, y = table(3000)
    target = y if task == "number" else np.where(y > np.quantile(y, 0.97), "rare", "usual")
    sampled = SearchPlan(folds=2, trees=10, most_trees=10, rows=300)
    question = asked(target, task=task, Z=Z)

    first, again = (found(question, sampled).estimator.get_params() for _ in range(2))

    assert first == again


def test_progress_is_told_in_words_and_never_goes_back():
    told, shares = [], []

    found(
        asked(table()[1]),
        SearchPlan(folds=3, trees=5, most_trees=10),
        said=told,
        show=lambda share, seconds: shares.append(share),
    )

    assert told[0] == "Boosting: trees of 8, 4, 31 leaves"
    assert told[-1] == "Boosting: more trees"
    assert len(shares) >= 8


def test_many_classes_get_fewer_rounds(monkeypatch):
    monkeypatch.setattr(boosting_search, "SEVERAL_CLASSES", (60, 60))
    monkeypatch.setattr(boosting_search, "FEWEST_ROUNDS", 4)
    Z = np.random.default_rng(0).normal(size=(400, 1))
    classes = np.digitize(Z[:, 0], np.linspace(-1, 1, 9))

    assert found(asked(classes, task="many", Z=Z), SearchPlan(folds=2)).estimator.max_iter <= 7


class Clock:
    """A deadline that so many fits are finished before."""

    def __init__(self, monkeypatch, fits):
        self.fits = fits
        monkeypatch.setattr("webapp.training.candidates.workers.time.monotonic", lambda: 0.0 if self.fits > 0 else 2.0)
        begun = boosting_search._Search._losses

        def counted(search, growth, learned, held_out):
            self.fits -= 1
            return begun(search, growth, learned, held_out)

        monkeypatch.setattr(boosting_search._Search, "_losses", counted)


@pytest.mark.parametrize(("fits", "leaves"), [(1, 8), (2, 8), (6, 31), (7, 31)])
def test_a_search_that_is_cut_off_uses_the_best_so_far_and_says_so(monkeypatch, fits, leaves):
    rng = np.random.default_rng(0)
    Z = rng.uniform(-1, 1, size=(600, 3))
    question = asked(np.sign(Z).prod(axis=1) + 0.1 * rng.normal(size=600), Z=Z)
    Clock(monkeypatch, fits)

    cut = search(question, False, effort(), 1.0, QUICK)

    assert cut.estimator.max_leaf_nodes == leaves
    assert cut.note.startswith("the search was cut off when its part of the time budget was gone")
    assert f"{leaves} leaves and {cut.estimator.max_iter} trees was the best so far" in cut.note


def test_a_search_without_any_time_finds_nothing():
    assert search(asked(table()[1]), False, effort(), 0.0, QUICK) is None


def test_a_scale_and_a_direction_reach_the_trees():
    Z, y = table()
    question = replace(asked(y), ordered=[3], directions=(0, 0, 0, 1))

    estimator = found(question).estimator

    assert estimator.ordered_features == [3]
    assert estimator.monotonic_cst == [0, 0, 0, 1]
