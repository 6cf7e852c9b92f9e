"""The threshold from costs: the exact rule, what it costs here, and whether another one would have cost less."""

import numpy as np
import pytest

from tests.training.judged_rows import honest, two_classes
from webapp.training.evaluation.thresholds import threshold_in, threshold_of_run
from webapp.training.spec.file import DecisionSpec

DEAR_MISSES = DecisionSpec(costs={"false_alarm": 1.0, "missed": 4.0}, set_by="Sales", set_on="2026-10-03")


def test_the_rule_is_where_acting_and_leaving_it_cost_the_same():
    threshold = threshold_in(DEAR_MISSES)

    assert threshold == pytest.approx(0.2)
    assert 1.0 * (1 - threshold) == pytest.approx(4.0 * threshold)


def test_costs_are_those_counted_row_by_row():
    judged = two_classes([0.05, 0.1, 0.25, 0.3, 0.8] * 8, [False, True, False, True, True] * 8)

    check = threshold_of_run(DEAR_MISSES, judged, seed=0).check

    assert check.cost == pytest.approx((0 + 4 + 1 + 0 + 0) / 5)
    assert check.cost_of_best == pytest.approx((0 + 0 + 1 + 0 + 0) / 5)
    assert 0.05 < check.best <= 0.1
    assert (check.cost_of_never, check.cost_of_always) == pytest.approx((12 / 5, 2 / 5))


def test_the_best_point_is_the_one_that_trying_all_of_them_finds():
    judged = honest(500, seed=4)
    flagged = judged.chance[:, None] >= np.arange(1, 100) / 100
    happened = judged.happened[:, None]
    costs = (1.0 * (flagged & ~happened) + 4.0 * (~flagged & happened)).mean(axis=0)

    check = threshold_of_run(DEAR_MISSES, judged, seed=0).check

    assert check.cost_of_best == pytest.approx(costs.min())
    assert check.best == pytest.approx((costs.argmin() + 1) / 100)


def test_with_honest_chances_no_other_point_saves_anything_beyond_chance():
    saved = [threshold_of_run(DEAR_MISSES, honest(2000, seed), seed).check.saved for seed in range(8)]

    assert all(band.low <= 0 for band in saved)
    assert np.mean([band.value for band in saved]) < 0  # a point picked on other rows is rather worse


def test_with_chances_far_too_low_another_point_saves_money():
    judged = honest(2000)
    check = threshold_of_run(DEAR_MISSES, two_classes(judged.chance / 6, judged.happened), 0).check

    assert check.saved.low > 0
    assert check.best < 0.1


@pytest.mark.parametrize(
    ("said", "value", "origin", "weighs"),
    [
        (DEAR_MISSES, 0.2, "costs", 4.0),
        (DecisionSpec(threshold=0.4, set_by="Sales"), 0.4, "spec", 1.5),
        (DecisionSpec(), 0.5, "nobody", 1.0),
    ],
)
def test_it_is_said_where_the_threshold_comes_from_and_what_it_weighs(said, value, origin, weighs):
    threshold = threshold_of_run(said, honest(60), 0)

    assert (threshold.value, threshold.missed_weighs) == pytest.approx((value, weighs))
    assert (threshold.origin, threshold.set_by) == (origin, said.set_by)


def test_too_few_rows_to_divide_are_not_divided():
    assert threshold_of_run(DEAR_MISSES, honest(15), 0).check.saved is None
