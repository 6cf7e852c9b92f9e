"""The reference case is near the average case and scores exactly what it is asked to."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.estimators.reference_case import shift_to

NUMBERS = st.floats(-100.0, 100.0)


@settings(deadline=None)
@given(
    st.lists(st.tuples(NUMBERS, st.floats(0.0, 100.0)), min_size=1, max_size=8),
    st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=3),
)
def test_the_moved_contributions_give_the_target_score(columns, scores):
    mean = np.array([[column[0]] * len(scores) for column in columns])
    variance = np.array([[column[1]] * len(scores) for column in columns])
    start, target = np.array(scores).T
    moved = shift_to(mean, variance, start, target)

    assert moved.shape == mean.shape
    np.testing.assert_allclose(start + (moved - mean).sum(axis=0), target, atol=1e-9)


def test_columns_that_vary_more_carry_more():
    moved = shift_to(np.zeros((2, 1)), np.array([[3.0], [1.0]]), np.array([1.0]), np.array([2.0]))

    assert moved.tolist() == [[0.75], [0.25]]


def test_a_column_that_never_varies_stays_where_it_is():
    moved = shift_to(np.array([[5.0], [1.0]]), np.array([[0.0], [1.0]]), np.array([6.0]), np.array([7.0]))

    assert moved.tolist() == [[5.0], [2.0]]


def test_when_nothing_varies_all_columns_carry_the_same():
    moved = shift_to(np.zeros((4, 1)), np.zeros((4, 1)), np.array([0.0]), np.array([1.0]))

    assert moved.tolist() == [[0.25]] * 4
