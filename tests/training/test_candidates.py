"""Which candidate is taken, and why it says so."""

import numpy as np
import pytest

from webapp.estimators.boosting import BoostingClassifier
from webapp.estimators.conformal import ConformalRegressor
from webapp.training.candidates import Candidate, Question, _preferred, choose, final_estimator


def question(task="binary", rows=300, seed=0, effect="sum"):
    """Two numbers and a category; the answer depends on their sum, or on a product that no sum can say."""
    random = np.random.default_rng(seed)
    Z = np.column_stack([random.normal(size=rows), random.normal(size=rows), random.integers(0, 3, rows)]).astype(float)
    score = {"sum": 2 * Z[:, 0] + (Z[:, 2] == 1), "product": 3 * Z[:, 0] * Z[:, 1]}[effect]
    if task == "number":
        return Question(Z, 10 * score + random.normal(size=rows), task, (), (2,), seed)
    if task == "many":
        y = np.array(["a", "b", "c"])[np.digitize(score + random.normal(size=rows) / 2, [-1, 1])]
        return Question(Z, y, task, ("a", "b", "c"), (2,), seed)
    y = np.where(random.random(rows) < 1 / (1 + np.exp(-score)), "yes", "no")
    return Question(Z, y, task, ("no", "yes"), (2,), seed)


def spent(said, limit=0):
    """A budget of one hundred seconds that is used up after so many questions for it."""
    asked = []

    def seconds_left():
        asked.append(1)
        return 100.0 if len(asked) <= limit else 0.0

    return seconds_left


@pytest.mark.parametrize("task", ["binary", "many", "number"])
def test_without_time_only_the_additive_model_is_tried(task):
    said = []
    choice = choose(question(task), said.append, spent(said, limit=1))

    assert [tried.name for tried in choice.tried] == ["additive"]
    assert choice.taken.name == "additive"
    assert choice.reason == "additive: the time budget left no room for another candidate"
    assert said == ["Learning the additive model"]
    assert choice.taken.loss < choice.baseline_losses.mean()
    assert choice.taken.losses.shape == choice.baseline_losses.shape == (300,)


def test_what_no_sum_can_say_is_learned_by_boosting():
    choice = choose(question(effect="product", rows=600), print, lambda: 100.0)

    assert choice.taken.name == "boosting"
    assert "more than one standard error" in choice.reason
    assert choice.tried[1].loss < choice.tried[0].loss


def test_what_a_sum_can_say_stays_with_the_model_that_explains_itself():
    choice = choose(question(), print, lambda: 100.0)

    assert [tried.name for tried in choice.tried] == ["additive", "boosting"]
    assert choice.taken.name == "additive"


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
    chosen, reason = _preferred([tried("additive", np.ones(4)), tried("boosting", np.ones(4) - gains)])

    assert chosen.name == taken
    assert reason == f"{taken}: {words}"


def test_calibration_is_left_out_of_the_comparison_and_not_of_the_version():
    choice = choose(question(effect="product", rows=600), print, lambda: 100.0)
    final = final_estimator(choice.taken, question(effect="product", rows=600))

    assert isinstance(final, BoostingClassifier)
    assert final.calibration == "sigmoid"
    assert final.explained


def test_a_number_gets_its_ranges():
    asked = question("number")
    choice = choose(asked, print, spent([], limit=1))

    final = final_estimator(choice.taken, asked).fit(asked.Z, asked.y)

    assert isinstance(final, ConformalRegressor)
    new = question("number", seed=1)
    low, high = final.predict_interval(new.Z).T
    assert 0.7 < np.mean((low <= new.y) & (new.y <= high)) < 0.9
