"""Would more rows help? Told from refits on parts of the rows."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin

from webapp.estimators.additive import AdditiveClassifier, AdditiveRegressor
from webapp.estimators.boosting import BoostingClassifier
from webapp.training.evaluation.learning_curve import Lesson, learning_curve, plain_copy
from webapp.training.metrics.losses import row_losses

ENOUGH_S = 60.0


def numbers(rows, columns, noise, seed=0):
    """Many columns of small effect: the more rows, the better they are known."""
    random = np.random.default_rng(seed)
    Z = random.normal(0, 1, (rows + 600, columns))
    y = Z @ random.normal(0, 1, columns) + random.normal(0, noise, rows + 600)
    return Lesson(AdditiveRegressor(max_bins=12), Z[:rows], y[:rows], Z[rows:], y[rows:], (), seed)


class Counted(RegressorMixin, BaseEstimator):
    """Guesses the mean, and counts how often it learned."""

    def __init__(self, calls, fitted=False):
        self.calls = calls
        self.fitted = fitted

    def __sklearn_clone__(self):
        return Counted(self.calls, self.fitted)

    def fit(self, X, y):
        self.calls.append(len(y))
        self.mean_ = y.mean()
        return self

    def predict(self, X):
        return np.full(len(X), self.mean_)


def whole(lesson):
    fitted = lesson.estimator.fit(lesson.Z, lesson.y)
    answer = fitted.predict_proba if lesson.classes else fitted.predict
    return row_losses(lesson.held_y, answer(lesson.held_Z), lesson.classes)


def test_where_much_is_left_to_learn_more_rows_help():
    lesson = numbers(240, 25, 1.0)
    curve = learning_curve(lesson, whole(lesson), ENOUGH_S)

    assert [point.rows for point in curve.points] == [60, 120, 240]
    assert curve.points[0].loss > curve.points[1].loss > curve.points[2].loss
    assert curve.more_rows.verdict == "help"
    assert curve.more_rows.low > 0
    assert curve.more_rows.sentence.startswith("Twice the rows, 120 to 240, took ")


def test_where_one_number_says_everything_more_rows_hardly_help():
    lesson = numbers(4000, 1, 5.0)
    curve = learning_curve(lesson, whole(lesson), ENOUGH_S)

    assert curve.more_rows.verdict in ("no", "little")
    assert curve.more_rows.sentence.endswith(("more rows would hardly help", "%"))


class WorseWithMore(Counted):
    """Is misled by the last rows: off by a hundredth for each row that it learned from."""

    def __sklearn_clone__(self):
        return WorseWithMore(self.calls, self.fitted)

    def fit(self, X, y):
        super().fit(X, y)
        self.mean_ += len(y) / 100
        return self


def test_rows_that_made_it_worse_are_not_called_chance():
    lesson = replace(numbers(240, 1, 0.1), estimator=WorseWithMore([]))
    lesson = replace(lesson, y=np.zeros(240), held_y=np.zeros(600))
    curve = learning_curve(lesson, whole(lesson), ENOUGH_S)

    assert curve.more_rows.verdict == "no"
    assert curve.more_rows.sentence == (
        "Twice the rows, 120 to 240, added 50.0% to the loss (50.0% to 50.0%): more rows would hardly help"
    )


def test_points_are_the_losses_of_plain_refits():
    lesson = numbers(200, 5, 1.0)
    curve = learning_curve(lesson, whole(lesson), ENOUGH_S)

    assert curve.points[2].loss == pytest.approx(whole(lesson).mean())
    assert curve.points[2].low < curve.points[2].loss < curve.points[2].high


def test_every_part_has_every_class():
    random = np.random.default_rng(3)
    y = np.array(["rare"] * 8 + ["usual"] * 292)
    Z = random.normal(0, 1, (300, 2)) + (y == "rare")[:, None]
    lesson = Lesson(AdditiveClassifier(), Z, y, Z[::3], y[::3], ("rare", "usual"), 0)

    curve = learning_curve(lesson, whole(lesson), ENOUGH_S)

    assert len(curve.points) == 3


@pytest.mark.parametrize(("rows", "allowed_s", "message"), [(30, ENOUGH_S, "too few rows"), (200, 0.0, "no time")])
def test_what_was_not_tried_is_said(rows, allowed_s, message):
    lesson = numbers(rows, 2, 1.0)
    curve = learning_curve(lesson, whole(lesson), allowed_s)

    assert curve.points == ()
    assert curve.more_rows.verdict == "unknown"
    assert message in curve.more_rows.sentence


def test_a_calibrated_model_is_compared_with_itself_uncalibrated():
    random = np.random.default_rng(4)
    Z = random.normal(0, 1, (900, 3))
    y = np.where(random.random(900) < 1 / (1 + np.exp(-Z[:, 0])), "yes", "no")
    model = BoostingClassifier(calibration="sigmoid", max_iter=40)
    lesson = Lesson(model, Z[:600], y[:600], Z[600:], y[600:], ("no", "yes"), 0)

    curve = learning_curve(lesson, np.full(300, 99.0), ENOUGH_S)  # what the calibrated one scored is not used

    plain = plain_copy(model).fit(lesson.Z, lesson.y)
    assert plain.get_params()["calibration"] == "none"
    losses = row_losses(lesson.held_y, plain.predict_proba(lesson.held_Z), lesson.classes)
    assert curve.points[2].loss == pytest.approx(losses.mean())


def test_perfect_answers_need_no_more_rows():
    lesson = numbers(100, 2, 1.0)

    assert learning_curve(lesson, np.zeros(600), ENOUGH_S).more_rows.verdict == "no"


def test_a_slow_estimator_is_tried_less_or_not_at_all():
    lesson = numbers(400, 2, 1.0)
    calls = []
    counted = replace(lesson, estimator=Counted(calls))

    learning_curve(replace(counted, fit_s=1.0), whole(lesson), 10.0)
    often = len(calls)
    learning_curve(replace(counted, fit_s=8.0), whole(lesson), 10.0)
    rarely = len(calls) - often
    nothing = learning_curve(replace(counted, fit_s=20.0), whole(lesson), 10.0)

    assert (often, rarely, len(calls)) == (6, 2, 8)
    assert nothing.points == ()


def test_of_a_model_fitted_elsewhere_it_is_not_known():
    lesson = replace(numbers(200, 2, 1.0), estimator=Counted([], fitted=True))

    assert "fitted elsewhere" in learning_curve(lesson, np.ones(600), ENOUGH_S).more_rows.sentence
