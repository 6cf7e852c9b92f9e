"""Holdout figures against cases small enough to be counted by hand, and against a model known to be honest."""

import json
import re

import numpy as np
import pytest

from tests.training.judged_rows import estimates, three_classes
from tests.training.judged_rows import two_classes as binary
from webapp.training.evaluation.calibration import calibration_of
from webapp.training.evaluation.findings import Asked, Evaluation, Judged, evaluate
from webapp.training.gates.quality import is_calibrated
from webapp.training.metrics.losses import constant_prediction
from webapp.training.metrics.named import METRICS
from webapp.training.spec.file import DecisionSpec

NO_MORE = np.array([0.1, 0.2, 0.3])  # gains on training rows


FIVE = ([0.9, 0.8, 0.6, 0.4, 0.1], ["yes", "yes", "no", "yes", "no"])


def test_figures_are_those_counted_by_hand():
    figures = evaluate(binary(*FIVE), NO_MORE, 0).figures

    assert figures["accuracy"] == pytest.approx(3 / 5)
    assert figures["baseline_accuracy"] == pytest.approx(3 / 5)
    assert figures["precision"] == pytest.approx(2 / 3)
    assert figures["recall"] == pytest.approx(2 / 3)
    assert figures["flagged_share"] == pytest.approx(3 / 5)
    assert figures["auc"] == pytest.approx(5 / 6)


def test_a_lower_threshold_finds_more():
    figures = evaluate(binary(*FIVE, threshold=0.3), NO_MORE, 0).figures

    assert figures["recall"] == 1.0
    assert figures["precision"] == pytest.approx(3 / 4)


def test_the_positive_class_may_be_the_first_one():
    figures = evaluate(binary(*FIVE, positive="no"), NO_MORE, 0).figures

    assert figures["base_rate"] == pytest.approx(2 / 5)
    assert figures["recall"] == pytest.approx(1 / 2)
    assert figures["auc"] == pytest.approx(5 / 6)


def test_what_the_holdout_cannot_say_is_left_out():
    one_class = evaluate(binary([0.1, 0.2], ["no", "no"]), NO_MORE, 0).figures

    assert not {"precision", "recall", "auc"} & set(one_class)
    assert one_class["flagged_share"] == 0.0


def test_losses_and_gain_are_those_of_every_row():
    evaluation = evaluate(binary([0.8, 0.4], ["yes", "no"]), np.array([0.5]), 0)

    own = [-np.log(0.8), -np.log(0.6)]
    gains = [0.5, np.log(2) - own[0], np.log(2) - own[1]]
    assert evaluation.loss == pytest.approx(np.mean(own))
    assert evaluation.baseline_loss == pytest.approx(np.log(2))
    assert evaluation.gain_over_baseline == pytest.approx(np.mean(gains))
    assert evaluation.gain_error == pytest.approx(np.std(gains, ddof=1) / np.sqrt(3))


def honest(rows, seed=0, spoiled=0.0):
    """Chances that are true, or for `spoiled` pushed away from a half."""
    random = np.random.default_rng(seed)
    chances = random.beta(1.5, 3, rows)
    truth = np.where(random.random(rows) < chances, "yes", "no")
    return binary(np.clip(chances + spoiled * np.sign(chances - 0.5), 0.001, 0.999), truth)


def verdict_on(judged, seed=0):
    calibration = calibration_of(judged, seed)
    found = Evaluation("binary", len(judged), "log loss", 0.5, 0.6, 0.1, 0.01, {}, calibration)
    return is_calibrated(found).verdict


def test_true_chances_pass_whatever_the_number_of_rows():
    verdicts = [verdict_on(honest(rows, seed), seed) for seed in range(20) for rows in (20, 60, 300, 2000)]

    assert "refuse" not in verdicts


@pytest.mark.parametrize(("rows", "is_proved"), [(30, False), (4000, True)])
def test_overconfident_chances_are_refused_where_the_rows_prove_it(rows, is_proved):
    assert (verdict_on(honest(rows, spoiled=0.12)) == "refuse") == is_proved


def test_one_bad_tenth_is_seen():
    chances = np.repeat(np.linspace(0.05, 0.95, 10), 200)
    happened = np.concatenate([np.arange(200) < 200 * chance for chance in np.linspace(0.05, 0.95, 10)])
    happened[200:400] = np.arange(200) < 200 * 0.35  # said: 15 of 100
    calibration = evaluate(binary(chances, np.where(happened, "yes", "no")), NO_MORE, 0).calibration

    assert calibration.worst_decile == pytest.approx(0.2, abs=0.01)
    assert calibration.error == pytest.approx(0.02, abs=0.005)


def test_of_many_classes_the_answered_one_s_chance_is_judged():
    predicted = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4], [0.5, 0.3, 0.2]])
    classes = ("a", "b", "c")
    truth = np.array(["a", "b", "c", "c"])
    judged = Judged("many", truth, predicted, constant_prediction(truth, classes, 4), classes)

    evaluation = evaluate(judged, NO_MORE, 0)

    assert (evaluation.figures["accuracy"], evaluation.figures["baseline_accuracy"]) == (0.75, 0.5)
    assert not {"precision", "flagged_share"} & set(evaluation.figures)
    assert evaluation.calibration.error == pytest.approx((0.3 + 0.2 + 0.6 + 0.5) / 4)


def test_numbers_are_judged_by_their_distance():
    truth = np.array([10.0, 20.0, 30.0, 40.0])
    interval = np.array([[5, 15], [21, 25], [30, 35], [0, 40]])
    judged = Judged(
        "number", truth, np.array([11.0, 22.0, 30.0, 36.0]), np.full(4, 25.0), interval=interval, promised=0.8
    )

    evaluation = evaluate(judged, NO_MORE, 0)

    assert evaluation.figures["mean_absolute_error"] == pytest.approx(7 / 4)
    assert evaluation.figures["median_absolute_error"] == pytest.approx(1.5)
    assert (evaluation.coverage, evaluation.promised_coverage) == (0.75, 0.8)
    assert evaluation.calibration is None
    assert evaluation.to_json()["baseline_loss"] == 10.0


def test_guessing_knows_shares_and_the_median():
    y = np.array(["a", "b", "b", "b"])

    [shares, _] = constant_prediction(y, ("a", "b", "c"), 2)

    assert shares.tolist() == pytest.approx([0.25 / 1.125, 0.75 / 1.125, 0.125 / 1.125])  # c keeps a share
    assert constant_prediction(np.array([1.0, 2.0, 9.0]), (), 2).tolist() == [2.0, 2.0]


def test_the_metric_of_the_spec_is_the_one_that_is_chosen():
    evaluation = evaluate(honest(400), NO_MORE, 0, Asked(METRICS["auc"], DecisionSpec(threshold=0.3, set_by="Anna")))

    assert (evaluation.metric.name, evaluation.metric.better) == ("auc", "higher")
    assert evaluation.metric.value == evaluation.figures["auc"]
    assert (evaluation.metric.low, evaluation.metric.high) == evaluation.intervals["auc"]
    assert evaluation.metric.baseline == 0.5
    assert evaluation.metric.gain_low > 0


def test_without_a_choice_it_is_the_proper_score():
    chosen = [evaluate(judged, NO_MORE, 0).metric.name for judged in (honest(60), three_classes(60), estimates(60))]

    assert chosen == ["log_loss", "log_loss", "mean_absolute_error"]


@pytest.mark.parametrize("judged", [honest(80), three_classes(80), estimates(80)], ids=lambda judged: judged.task)
def test_as_json_it_is_short_and_says_where_the_threshold_comes_from(judged):
    document = evaluate(judged, NO_MORE, 0).to_json()

    text = json.dumps(document, allow_nan=False)
    assert max(map(len, re.findall(r"\d+\.\d+", text))) <= 12
    assert document["learning_curve"] == []
    assert document["more_rows"] is None
    if judged.is_binary:
        assert document["threshold"]["from"] == "nobody"
        assert document["gain"][-1]["found"] > 0.9


def test_no_single_row_s_error_is_stored():
    judged = estimates(51)
    document = evaluate(judged, NO_MORE, 0).to_json()

    numbers = {part for line in document["residuals"] for part in line.values()} | set(document["figures"].values())
    assert not numbers & set(judged.losses.tolist())
