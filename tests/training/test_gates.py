"""Each verdict of each gate, from figures made up for it; and what the page may then say."""

from dataclasses import replace

import pytest

from webapp.training.evaluation import Calibration, Evaluation
from webapp.training.gates import (
    Gate,
    beats_baseline,
    check_gates,
    covers,
    enough_rows,
    gate_names,
    is_calibrated,
    is_refused,
)
from webapp.training.words import LEAST_BAND, quality_words

CLASSES = Evaluation(
    task="binary",
    holdout_rows=1000,
    loss_name="log loss",
    loss=0.41,
    baseline_loss=0.56,
    gain_over_baseline=0.15,
    gain_error=0.01,
    figures={"accuracy": 0.8, "baseline_accuracy": 0.7, "precision": 0.6, "recall": 0.5, "auc": 0.85},
    calibration=Calibration(error=0.02, by_chance=0.015, at_most_by_chance=0.03, worst_decile=0.04),
)
NUMBER = Evaluation(
    task="number",
    holdout_rows=1000,
    loss_name="mean absolute error",
    loss=3.27,
    baseline_loss=150.0,
    gain_over_baseline=146.7,
    gain_error=2.0,
    figures={"mean_absolute_error": 3.27, "median_absolute_error": 2.5, "r2": 0.9},
    coverage=0.81,
    promised_coverage=0.8,
)


def off_by(error, by_chance=0.015, at_most=0.03, worst=0.0, rows=1000):
    return replace(CLASSES, calibration=Calibration(error, by_chance, at_most, worst), holdout_rows=rows)


def held(coverage, rows=1000):
    return replace(NUMBER, coverage=coverage, holdout_rows=rows)


@pytest.mark.parametrize(
    ("gain", "error", "verdict"),
    [
        (0.15, 0.01, "pass"),
        (0.0165, 0.01, "pass"),
        (0.0164, 0.01, "refuse"),
        (0.0, 0.0, "refuse"),
        (-0.1, 0.01, "refuse"),
    ],
)
def test_a_version_must_beat_guessing_by_more_than_chance(gain, error, verdict):
    gate = beats_baseline(replace(CLASSES, gain_over_baseline=gain, gain_error=error))

    assert gate.verdict == verdict
    assert ("not better" in gate.reason) == (verdict == "refuse")


def test_the_reason_names_both_figures():
    assert beats_baseline(NUMBER) == Gate(
        "beats_baseline", "pass", "mean absolute error 3.27, guessing gives 150: better"
    )


@pytest.mark.parametrize(("rows", "verdict"), [(6, "warn"), (99, "warn"), (100, "pass")])
def test_few_rows_to_judge_on_warn(rows, verdict):
    assert enough_rows(replace(CLASSES, holdout_rows=rows)).verdict == verdict


@pytest.mark.parametrize(
    ("evaluation", "verdict"),
    [
        (off_by(0.02), "pass"),
        (off_by(0.064), "pass"),  # chance accounts for a part of it
        (off_by(0.066), "warn"),
        (off_by(0.02, worst=0.101), "warn"),
        (off_by(0.079), "warn"),  # the most that chance alone shows is allowed for
        (off_by(0.081), "refuse"),
        (off_by(0.18, by_chance=0.12, at_most=0.2, rows=20), "warn"),  # at so few rows nothing is proved
    ],
)
def test_chances_must_be_kept(evaluation, verdict):
    assert is_calibrated(evaluation).verdict == verdict


@pytest.mark.parametrize(
    ("evaluation", "verdict"),
    [
        (held(0.81), "pass"),
        (held(1.0), "pass"),  # too wide harms nobody
        (held(0.781), "pass"),
        (held(0.77), "warn"),
        (held(0.70), "refuse"),
        (held(0.70, rows=20), "warn"),
        (held(0.30, rows=20), "refuse"),
    ],
)
def test_ranges_must_hold_what_they_promise(evaluation, verdict):
    assert covers(evaluation).verdict == verdict


def test_the_gates_of_each_kind_of_target_are_those_announced():
    for evaluation, kind in ((CLASSES, "classes"), (NUMBER, "number")):
        gates = check_gates(evaluation)

        assert tuple(gate.name for gate in gates) == gate_names(kind)
        assert not is_refused(gates)
        assert all(gate.to_json() == {"name": gate.name, "verdict": "pass", "reason": gate.reason} for gate in gates)


def test_one_refusal_refuses_the_version():
    assert is_refused(check_gates(off_by(0.3)))
    assert not is_refused(check_gates(off_by(0.066, rows=50)))


def words(evaluation):
    return quality_words(evaluation, check_gates(evaluation))


def test_a_page_may_call_chances_calibrated_only_when_the_gate_passed():
    assert words(off_by(0.02))["calibrated"] is True
    assert words(off_by(0.066))["calibrated"] is False
    assert words(off_by(0.02))["band_points"] == LEAST_BAND
    assert words(off_by(0.09))["band_points"] == 9
    assert "calibrated" not in words(NUMBER)


def test_a_page_may_name_the_share_of_ranges_only_when_the_rows_defend_it():
    assert words(held(0.81)) == {
        "holdout_rows": 1000,
        "is_rough": False,
        "median_error": 2.5,
        "coverage": 0.81,
        "interval_coverage_nominal": 0.8,
        "coverage_defended": True,
    }
    assert words(held(0.77))["coverage_defended"] is False
    assert "coverage" not in words(CLASSES)


def test_figures_from_few_rows_are_marked_as_rough():
    assert words(replace(CLASSES, holdout_rows=99))["is_rough"] is True
    assert words(CLASSES)["precision"] == 0.6
