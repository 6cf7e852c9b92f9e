"""The measures agree with scikit-learn's, and with what can be counted by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss, roc_auc_score

from webapp.metrics import absolute_errors, area_under_curve, calibration_error, coverage, log_losses


@pytest.fixture
def random():
    return np.random.default_rng(7)


def test_the_mean_of_the_row_losses_is_the_log_loss(random):
    probabilities = random.dirichlet([1.0, 2.0, 3.0], size=50)
    codes = np.append(random.integers(0, 3, size=47), [0, 1, 2])

    assert log_losses(codes, probabilities).mean() == pytest.approx(log_loss(codes, probabilities), rel=1e-12)


def test_a_certain_mistake_costs_much_but_not_everything():
    losses = log_losses(np.array([1, 0]), np.array([[1.0, 0.0], [1.0, 0.0]]))

    assert losses.tolist() == [pytest.approx(-math.log(1e-15)), 0.0]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2))
def test_the_area_under_the_curve_counts_ties_half(rows):
    scores, positive = np.array([row[0] for row in rows], dtype=float), np.array([row[1] for row in rows])
    area = area_under_curve(positive, scores)

    if positive.all() or not positive.any():
        assert math.isnan(area)
    else:
        assert area == pytest.approx(roc_auc_score(positive, scores), abs=1e-12)


def test_chances_that_come_true_have_no_calibration_error():
    probabilities = np.repeat([0.1, 0.5, 0.9], 10)
    positive = np.concatenate([np.arange(10) < 1, np.arange(10) < 5, np.arange(10) < 9])

    assert calibration_error(positive, probabilities, bins=3) == pytest.approx(0.0, abs=1e-12)


def test_the_calibration_error_is_the_mean_gap_of_bins_with_equal_counts():
    probabilities = np.array([0.1, 0.2, 0.3, 0.8])
    positive = np.array([False, True, True, True])

    assert calibration_error(positive, probabilities, bins=2) == pytest.approx((abs(0.15 - 0.5) + abs(0.55 - 1.0)) / 2)


def test_the_calibration_error_does_not_depend_on_the_order_of_the_rows(random):
    probabilities = random.integers(0, 4, size=97) / 4
    positive = random.random(97) < 0.5
    order = random.permutation(97)
    error = calibration_error(positive, probabilities)

    assert calibration_error(positive[order], probabilities[order]) == pytest.approx(error, abs=1e-12)


def test_fewer_rows_than_bins_are_no_problem():
    assert calibration_error(np.array([True]), np.array([0.25])) == 0.75


def test_an_absolute_error_has_no_sign():
    assert absolute_errors(np.array([1, 5]), np.array([3.0, 4.0])).tolist() == [2.0, 1.0]


def test_a_value_at_the_limit_of_its_interval_is_covered():
    intervals = np.array([[0.0, 1.0], [0.0, 1.0], [2.0, 3.0], [2.0, 3.0]])

    assert coverage(np.array([0.0, 1.0, 1.9, 3.1]), intervals) == 0.5
