"""Which candidate is taken, and why it says so."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import clone

from tests.training.asked import effort, question, waves
from webapp.estimators.boosting import BoostingClassifier
from webapp.estimators.conformal import ConformalRegressor
from webapp.estimators.conformal_sets import ConformalClassifier
from webapp.training.candidates import trials
from webapp.training.candidates.boosting_search import SearchPlan
from webapp.training.candidates.choice import choose, fitted_for_good, preferred
from webapp.training.candidates.trials import NO_TIME, NOT_DONE, Candidate, LeftOut
from webapp.training.metrics.losses import row_losses


@pytest.fixture(autouse=True)
def _a_short_search(monkeypatch):
    monkeypatch.setattr(trials, "PLAN", SearchPlan(folds=3, trees=80, most_trees=80))


@pytest.mark.parametrize("task", ["binary", "many", "number"])
def test_without_time_only_the_additive_model_is_learned(task):
    said = []
    choice = choose(question(task), effort(said, seconds=0.0))

    assert [tried.name for tried in choice.tried] == ["additive"]
    assert {one.name: one.note for one in choice.left_out} == {
        "additive with pairs": NOT_DONE,
        "boosting": NO_TIME,
        "forest": NO_TIME,
    }
    assert choice.reason == "additive: the time budget left no room for another candidate"
    assert said[0] == "Learning the additive model"
    assert choice.taken.loss < choice.baseline_losses.mean()
    assert choice.taken.losses.shape == choice.baseline_losses.shape == (300,)


def test_what_two_columns_say_together_is_learned_by_a_table_for_the_pair():
    choice = choose(question(effect="product", rows=800), effort())

    assert choice.taken.name == "additive with pairs"
    assert choice.taken.kind == "additive"
    assert fitted_for_good(choice.taken, question(effect="product", rows=800)).pairs_ == ((0, 1),)


def test_pairs_are_left_out_where_the_spec_says_so():
    choice = choose(question(effect="product", rows=400, pairs=False), effort())

    assert "additive with pairs" not in [one.name for one in (*choice.tried, *choice.left_out)]


def test_what_neither_a_sum_nor_pairs_can_say_is_learned_by_trees():
    choice = choose(waves(), effort())

    assert choice.taken.kind in ("boosting", "forest")
    assert "more than one standard error" in choice.reason


def test_what_a_sum_can_say_stays_with_the_model_that_explains_itself():
    choice = choose(question(), effort())

    names = [one.name for one in (*choice.tried, *choice.left_out)]
    assert names == ["additive", "additive with pairs", "additive, effects shared", "boosting", "forest"]
    assert choice.taken.name == "additive"
    assert [one["taken"] for one in choice.to_json()] == [True] + 4 * [False]


def test_every_candidate_is_listed_with_its_loss_or_why_it_has_none():
    listed = choose(question(), effort(seconds=0.0)).to_json()

    assert [set(one) for one in listed[:1]] == [{"name", "loss", "error", "seconds", "taken", "note"}]
    assert all(one["note"] and "loss" not in one for one in listed[1:])


def tried(name, losses):
    return Candidate(name, None, np.asarray(losses, dtype=float), 0.0)


@pytest.mark.parametrize(
    ("gains", "taken", "words"),
    [
        ([0.1, 0.1, 0.1, 0.2], "boosting", "its loss is lower by 0.12, more than one standard error (0.025)"),
        ([0.5, -0.4, 0.5, -0.4], "additive", "boosting gains 0.05, not more than one standard error (0.26)"),
        ([-0.1, -0.1, -0.1, -0.1], "additive", "the loss of boosting is no lower (1.1, this one 1)"),
        ([0.0, 0.0, 0.0, 0.0], "additive", "the loss of boosting is no lower (1, this one 1)"),
    ],
)
def test_boosting_must_be_better_by_more_than_one_standard_error(gains, taken, words):
    chosen, reason = preferred(tried("additive", np.ones(4)), [tried("boosting", np.ones(4) - gains)])

    assert chosen.name == taken
    assert reason == f"{taken}: {words}"


def test_a_forest_must_beat_what_would_be_taken_and_be_small(monkeypatch):
    asked = waves(400)
    additive = choose(replace(asked, pairs=False), effort(seconds=0.0)).taken

    assert isinstance(trials.forest_trial(asked, additive, effort()), Candidate)
    monkeypatch.setattr(trials, "LARGEST_PICKLE", 1000)
    left_out = trials.forest_trial(asked, additive, effort())
    assert isinstance(left_out, LeftOut)
    assert left_out.note.startswith("better, but too large to be kept")


def test_a_forest_that_is_hopeless_on_the_first_fold_is_given_up():
    asked = question("number", rows=600)
    additive = choose(asked, effort(seconds=0.0)).taken

    assert trials.forest_trial(asked, additive, effort()).note.startswith("given up after the first fold")


def test_a_forest_is_not_tried_where_directions_are_to_be_kept():
    directed = question(directions=(1, 0, 0))

    assert "directions" in trials.forest_trial(directed, None, effort()).note


def test_directions_reach_every_other_candidate():
    asked = question(directions=(-1, 0, 0), rows=500)
    choice = choose(asked, effort())
    Z = np.column_stack([np.linspace(-2, 2, 40), np.zeros(40), np.zeros(40)])

    for one in choice.tried:
        fitted = clone(one.estimator).fit(asked.Z, asked.y)
        assert (np.diff(fitted.predict_proba(Z)[:, 1]) <= 0).all(), one.name


def test_calibration_is_fitted_to_the_folds_that_compared_the_candidates():
    asked = question(effect="product", rows=600)
    choice = choose(replace(asked, pairs=False), effort())
    final = fitted_for_good(choice.taken, asked)
    alone = clone(choice.taken.estimator).fit(asked.Z, asked.y, held_out_scores=choice.taken.held_out)

    assert choice.taken.name == "boosting"
    assert isinstance(final, ConformalClassifier)
    assert isinstance(final.classifier_, BoostingClassifier)
    assert final.predict_proba(asked.Z).tolist() == alone.predict_proba(asked.Z).tolist()
    calibrated = final.link_inverse(final.classifier_.calibrated(choice.taken.held_out))
    assert row_losses(asked.y, calibrated, asked.classes).mean() == pytest.approx(choice.taken.loss)


def test_losses_do_not_depend_on_the_order_in_which_classes_are_named():
    asked = question("many", rows=150)
    turned = replace(asked, classes=("c", "a", "b"))

    losses = [choose(one, effort(seconds=0.0)).taken.losses for one in (asked, turned)]

    assert np.array_equal(*losses)


def test_a_number_gets_its_ranges():
    asked = question("number")
    choice = choose(asked, effort(seconds=0.0))

    final = fitted_for_good(choice.taken, asked)

    assert isinstance(final, ConformalRegressor)
    new = question("number", seed=1)
    low, high = final.predict_interval(new.Z).T
    assert 0.7 < np.mean((low <= new.y) & (new.y <= high)) < 0.9


def test_classes_get_their_sets():
    asked = question("many", rows=600)

    final = fitted_for_good(choose(asked, effort(seconds=0.0)).taken, asked)

    new = question("many", rows=600, seed=1)
    held = final.predict_set(new.Z)[np.arange(600), np.searchsorted(final.classes_, new.y)]
    assert 0.85 < held.mean() < 0.96


def test_processes_find_what_this_one_finds():
    asked = question(effect="product", rows=200)

    alone, together = (choose(asked, effort(jobs=jobs)) for jobs in (0, 2))

    assert alone.reason == together.reason
    for one, other in zip(alone.tried, together.tried, strict=True):
        assert one.losses.tobytes() == other.losses.tobytes()
