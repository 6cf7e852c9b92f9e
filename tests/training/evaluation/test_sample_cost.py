"""What learning from a sample cost: carried on from the learning curve, and said to be that."""

import pytest

from webapp.training.evaluation.learning_curve import LearningCurve, MoreRows
from webapp.training.evaluation.sample_cost import sample_cost


def curve(**said):
    return LearningCurve((), MoreRows("help", "Nobody tried", **said))


def test_a_curve_that_falls_is_carried_on():
    cost = sample_cost(curve(saved=0.02, low=0.01, high=0.03, next=0.01), 10_000, 80_000)

    assert cost.likely == pytest.approx(0.01 + 0.005 + 0.0025)
    assert cost.most == pytest.approx(0.09)
    assert cost.sentence == (
        "The model learned from a sample of 10,000 of 80,000 rows. By its learning curve twice the rows took 2.0% off "
        "the loss; carried on like that, all rows would take off about 1.8%, and 9.0% at the very most. To learn from "
        "more: --rows"
    )


def test_part_of_a_doubling_counts_as_that():
    half_again = sample_cost(curve(saved=0.02, low=0.01, high=0.03, next=0.02), 10_000, 15_000)

    assert 0.011 < half_again.likely < 0.0125


def test_chance_is_called_chance():
    cost = sample_cost(curve(saved=0.001, low=-0.002, high=0.004, next=0.001), 10_000, 40_000)

    assert "no more than chance does" in cost.sentence
    assert "0.8% at the very most" in cost.sentence
    nothing = sample_cost(curve(saved=-0.01, low=-0.02, high=-0.001, next=0.0), 10_000, 40_000)
    assert "cost nothing that can be seen" in nothing.sentence
    assert (nothing.likely, nothing.most) == (0.0, 0.0)


@pytest.mark.parametrize("known", [None, curve()])
def test_what_nobody_measured_is_not_known(known):
    cost = sample_cost(known, 10_000, 40_000)

    assert cost.likely is None
    assert "is not known" in cost.sentence
