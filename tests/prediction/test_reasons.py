"""Reasons add up to the difference and point the right way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from webapp.prediction.reasons import shares_of_answered_class, shares_of_scores

contributions = st.lists(st.floats(-6, 6), min_size=1, max_size=8).map(np.array)
starts = st.floats(-4, 4)


@given(contributions, starts)
def test_reasons_of_one_score_add_up_and_keep_their_sign(contribution, start):
    points = shares_of_scores(contribution[None], start, expit)[0]

    assert points.sum() == pytest.approx(expit(start + contribution.sum()) - expit(start), abs=1e-8)
    assert np.all(points * contribution >= 0)


def test_contributions_that_cancel_are_weighed_by_the_slope_at_the_average():
    points = shares_of_scores(np.array([[1.0, -1.0]]), 0.0, expit)[0]

    assert points == pytest.approx([0.25, -0.25], abs=1e-8)


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@given(st.integers(0, 2), st.integers(0, 10_000))
def test_reasons_for_one_of_several_classes_add_up(answered, seed):
    random = np.random.default_rng(seed)
    contribution, start = random.normal(0, 1.5, (5, 3)), random.normal(0, 1, 3)

    points = shares_of_answered_class(contribution, start, softmax, answered)

    difference = softmax(start[None] + contribution.sum(axis=0)) - softmax(start[None])
    assert points.sum() == pytest.approx(difference[0, answered], abs=1e-4)
