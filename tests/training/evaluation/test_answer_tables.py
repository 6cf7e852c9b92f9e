"""Counts, gains, errors by size and the calibration table, against a plain count."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, precision_score, recall_score

from tests.training.judged_rows import PLACES, estimates, honest, three_classes, two_classes
from webapp.training.evaluation.answer_tables import confusion_of, each_class, gain_table, residual_table
from webapp.training.evaluation.calibration import calibration_table
from webapp.training.evaluation.rounded_edges import rounded_edges
from webapp.training.evaluation.set_figures import set_figures
from webapp.training.metrics.bootstrap import Resamples


def test_two_classes_are_counted_at_the_threshold():
    judged = honest(300, threshold=0.3)
    confusion = confusion_of(judged)

    said = np.where(judged.chance >= 0.3, "yes", "no")
    assert confusion.counts == tuple(map(tuple, confusion_matrix(judged.truth, said).tolist()))
    assert (confusion.classes, confusion.threshold) == (("no", "yes"), 0.3)


def test_several_classes_are_counted_by_the_most_probable_one():
    judged = three_classes(300)
    said = np.array(PLACES)[judged.predicted.argmax(axis=1)]
    confusion = confusion_of(judged)

    assert confusion.counts == tuple(map(tuple, confusion_matrix(judged.truth, said).tolist()))
    assert confusion.threshold is None
    each = each_class(confusion)
    assert [one.recall for one in each] == pytest.approx(recall_score(judged.truth, said, average=None))
    assert [one.precision for one in each] == pytest.approx(precision_score(judged.truth, said, average=None))


def test_a_class_with_few_rows_is_only_counted():
    judged = two_classes([0.9] * 40 + [0.1] * 4, [True] * 40 + [False] * 4)
    no, yes = each_class(confusion_of(judged))

    assert (no.rows, no.recall, no.precision) == (4, None, None)
    assert (yes.rows, yes.recall, yes.precision) == (40, 1.0, 1.0)


def test_the_gain_is_what_looking_from_the_top_finds():
    judged = honest(1000)
    order = np.argsort(-judged.chance)
    table = gain_table(judged, Resamples(1000))

    for line in table:
        top = judged.happened[order[: round(1000 * line.share)]]
        assert line.found == pytest.approx(top.sum() / judged.happened.sum())
        assert line.lift == pytest.approx(top.mean() / judged.happened.mean())
        assert line.low <= line.found <= line.high
    assert [line.share for line in table][:3] == [0.05, 0.1, 0.2]


def test_equal_chances_find_no_more_than_their_share():
    table = gain_table(two_classes([0.3] * 200, [True, False] * 100), Resamples(200))

    assert [line.found for line in table] == pytest.approx([line.share for line in table])


def test_a_small_holdout_shows_no_group_of_a_few_rows():
    assert [line.share for line in gain_table(honest(60), Resamples(60))][0] == 0.2
    assert gain_table(two_classes([0.1] * 20, [False] * 20), Resamples(20)) == ()


def test_bins_of_the_calibration_table_are_those_of_scikit_learn():
    judged = honest(1000)
    table = calibration_table(judged)
    happened, predicted = calibration_curve(judged.happened, judged.chance, n_bins=10, strategy="quantile")

    assert [line.happened for line in table] == pytest.approx(happened, abs=0.012)  # their borders are not rounded
    assert [line.predicted for line in table] == pytest.approx(predicted, abs=0.005)
    assert sum(line.rows for line in table) == 1000
    assert (table[0].least, table[-1].most) == (0.0, 1.0)


def test_true_chances_lie_within_the_range_of_nearly_every_bin():
    lines = [line for seed in range(20) for line in calibration_table(honest(1000, seed))]
    held = np.mean([line.low <= line.predicted <= line.high for line in lines])

    assert held == pytest.approx(0.95, abs=0.04)


def test_a_model_that_is_too_sure_shows_it_at_both_ends():
    judged = honest(3000)
    log_odds = 3 * np.log(judged.chance / (1 - judged.chance))
    table = calibration_table(two_classes(1 / (1 + np.exp(-log_odds)), judged.happened))

    assert table[0].low > table[0].predicted  # said less often than it happened
    assert table[-1].high < table[-1].predicted


def test_equal_chances_share_a_bin():
    table = calibration_table(two_classes([0.2] * 100 + [0.7] * 100, [True] * 200))

    assert [(line.rows, line.predicted) for line in table] == [(100, pytest.approx(0.2)), (100, pytest.approx(0.7))]


def test_few_rows_make_few_bins():
    assert len(calibration_table(honest(45))) == 2
    assert len(calibration_table(honest(12))) == 1


def test_errors_by_size_are_those_of_their_rows():
    judged = estimates(500)
    table = residual_table(replace(judged, predicted=judged.predicted + 0.5))
    inner = judged.predicted + 0.5

    assert len(table) == 5
    for line in table:
        rows = (inner >= line.least) & (inner < line.most)
        errors = (inner - judged.truth)[rows]
        assert line.rows == rows.sum()
        assert line.error == pytest.approx(errors.mean())
        assert line.typical == pytest.approx(np.median(np.abs(errors)), rel=0.01)
        assert line.coverage == pytest.approx(judged.covered[rows].mean())
        assert line.low < line.error < line.high
    assert all(line.low > 0 for line in table)  # half a unit too high everywhere


def test_a_range_that_is_too_narrow_for_large_values_shows_it():
    judged = estimates(2000)
    spread = judged.predicted / judged.predicted.mean()
    wilder = replace(judged, truth=judged.predicted + (judged.truth - judged.predicted) * spread)
    table = residual_table(wilder)

    assert table[0].coverage > 0.9
    assert table[-1].coverage_high < 0.75


def test_without_ranges_there_is_no_coverage():
    line = residual_table(replace(estimates(100), interval=None, promised=None))[0]

    assert (line.coverage, line.width) == (None, None)


@pytest.mark.parametrize(
    ("values", "groups", "edges"),
    [
        (np.arange(100.0), 3, [33, 66]),
        (np.arange(100.0) * 1000 + 0.123, 3, [33000, 66000]),
        (np.r_[np.zeros(90), np.arange(10.0)], 3, [1.4]),
        (np.zeros(50), 3, []),
        (np.r_[np.nan, np.full(5, np.nan)], 3, []),
        (np.r_[np.zeros(60), np.ones(60)], 3, [1]),
        (np.arange(100.0), 1, []),
    ],
)
def test_borders_are_round_and_cut_something_off(values, groups, edges):
    assert rounded_edges(values, groups).tolist() == edges


def test_sets_are_counted_by_whether_they_hold_the_real_class():
    judged = three_classes(50)
    sets = judged.predicted >= 0.25
    held = [sets[row, PLACES.index(name)] for row, name in enumerate(judged.truth)]

    found = set_figures(judged, sets, 0.9)

    assert found.coverage == pytest.approx(np.mean(held))
    assert found.low < found.coverage < found.high
    assert found.one == pytest.approx(np.mean([line.sum() == 1 for line in sets]))
    assert (found.size, found.promised) == (pytest.approx(sets.sum() / 50), 0.9)
