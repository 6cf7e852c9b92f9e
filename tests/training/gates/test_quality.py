"""Each verdict of the gates that rest on the evaluation; and what the page may then say."""

from dataclasses import replace

import pytest

from webapp.training.evaluation.findings import Calibration, Evaluation
from webapp.training.evaluation.slices import Slice
from webapp.training.gates.examination import gate_names
from webapp.training.gates.quality import (
    FEWEST_SLICE_ROWS,
    Gate,
    beats_baseline,
    covers,
    enough_rows,
    is_calibrated,
    is_refused,
    no_slice_collapses,
    quality_gates,
    softened,
)
from webapp.training.metrics.bootstrap import Band
from webapp.training.spec.gate_limits import QUESTIONS, GateSpec
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
    assert ("The same answer for everybody would be as good" in gate.reason) == (verdict == "refuse")


def test_the_figures_stand_beside_the_reason_which_has_none():
    gate = beats_baseline(NUMBER)

    assert gate.measured == "mean absolute error 3.27, guessing gives 150; better by 150 ± 2"
    assert (
        "worse by 0.01 ± 0.02" in beats_baseline(replace(CLASSES, gain_over_baseline=-0.01, gain_error=0.02)).measured
    )
    assert not any(character.isdigit() for character in gate.reason)


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


def test_each_kind_of_target_has_gates_of_its_own():
    for evaluation, kind, own in ((CLASSES, "classes", "calibration"), (NUMBER, "number", "coverage")):
        gates = quality_gates(evaluation)

        assert [gate.name for gate in gates] == ["beats_baseline", "enough_rows", own]
        assert {gate.name for gate in gates} <= set(gate_names(kind))
        assert not is_refused(gates)


def test_cases_are_announced_where_there_are_some():
    assert "acceptance_cases" not in gate_names("classes")
    assert set(gate_names("classes", has_cases=True)) | {"coverage"} == set(QUESTIONS)


def test_a_gate_is_kept_with_its_question():
    for name, question in QUESTIONS.items():
        document = Gate(name, "pass", "so", "1 of 2").to_json()

        assert document == {"name": name, "verdict": "pass", "reason": "so", "measured": "1 of 2", "question": question}
        assert question.endswith("?")


def test_one_refusal_refuses_the_version():
    assert is_refused(quality_gates(off_by(0.3)))
    assert not is_refused(quality_gates(off_by(0.066, rows=50)))


def test_limits_of_the_spec_are_kept_to():
    assert enough_rows(replace(CLASSES, holdout_rows=300), GateSpec(enough_rows=301)).verdict == "warn"
    assert is_calibrated(off_by(0.081), GateSpec(max_calibration_points=10)).verdict == "pass"
    assert covers(held(0.70), GateSpec(max_coverage_points=15)).verdict == "pass"


def test_a_gate_that_only_warns_says_who_wanted_it_so():
    limits = GateSpec(only_warn={"calibration": "chances only rank the calls"})
    gates = [softened(gate, limits) for gate in quality_gates(off_by(0.3), limits)]

    assert not is_refused(gates)
    assert [gate.verdict for gate in gates] == ["pass", "pass", "warn"]
    assert gates[2].reason.endswith("It only warns, as the spec says: chances only rank the calls")
    assert softened(gates[0], limits) is gates[0]


def words(evaluation):
    return quality_words(evaluation, quality_gates(evaluation))


def test_a_page_may_call_chances_calibrated_only_when_the_gate_passed():
    assert words(off_by(0.02))["calibrated"] is True
    assert words(off_by(0.066))["calibrated"] is False
    assert words(off_by(0.02))["band_points"] == LEAST_BAND
    assert words(off_by(0.09))["band_points"] == 9
    assert "calibrated" not in words(NUMBER)


def test_a_page_may_name_the_share_of_ranges_only_when_the_rows_defend_it():
    expected = {
        "holdout_rows": 1000,
        "is_rough": False,
        "median_error": 2.5,
        "coverage": 0.81,
        "interval_coverage_nominal": 0.8,
        "coverage_defended": True,
    }
    assert words(held(0.81)).items() >= expected.items()
    assert words(held(0.77))["coverage_defended"] is False
    assert "coverage" not in words(CLASSES)


def test_figures_from_few_rows_are_marked_as_rough():
    assert words(replace(CLASSES, holdout_rows=99))["is_rough"] is True
    assert words(CLASSES)["precision"] == 0.6


def slice_of(gain, margin, rows=200, **other):
    return Slice(
        "region",
        "Region",
        "North",
        "Region: North",
        "category",
        False,
        rows,
        over_guessing=Band(gain, gain - margin, gain + margin),
        **other,
    )


def with_slices(*slices, evaluation=CLASSES):
    return replace(evaluation, slices=slices)


@pytest.mark.parametrize(
    ("part", "verdict"),
    [
        (slice_of(0.1, 0.05), "pass"),
        (slice_of(-0.04, 0.05), "pass"),
        (slice_of(-0.06, 0.05), "warn"),  # beyond the 95 % band that is stored, not beyond that of 99 %
        (slice_of(-0.10, 0.05), "refuse"),
        (slice_of(-0.10, 0.05, rows=FEWEST_SLICE_ROWS - 1), "warn"),
        (slice_of(0.1, 0.05, surprise=Band(0.1, 0.01, 0.2)), "warn"),
        (slice_of(0.1, 0.05, surprise=Band(0.1, -0.01, 0.2)), "pass"),
    ],
)
def test_no_group_of_cases_may_be_served_worse_than_by_guessing(part, verdict):
    gate = no_slice_collapses(with_slices(slice_of(0.2, 0.01), part))

    assert gate.verdict == verdict
    assert ("“Region: North”" in gate.reason) == (verdict != "pass")


def test_the_more_groups_are_looked_at_the_more_it_takes_to_refuse():
    doubtful = slice_of(-0.0133, 0.01)

    assert no_slice_collapses(with_slices(doubtful)).verdict == "refuse"
    # The stored band of each of fifty is that much wider for the same standard error.
    assert no_slice_collapses(with_slices(slice_of(-0.0133, 0.0169), *[slice_of(0.2, 0.01)] * 49)).verdict == "warn"


def test_ranges_too_narrow_for_a_group_are_warned_of():
    narrow = slice_of(5.0, 1.0, coverage=Band(0.6, 0.5, 0.7))

    assert no_slice_collapses(with_slices(narrow, evaluation=NUMBER)).verdict == "warn"


def test_groups_too_small_to_tell_are_passed_over():
    unknown = Slice("region", "Region", "North", "Region: North", "category", False, None)

    assert no_slice_collapses(with_slices(unknown)).reason == "No group of cases is large enough to be judged by itself"
