"""Out-of-fold answers come from fits that had not seen the row."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from webapp.estimators.additive import AdditiveClassifier, AdditiveRegressor
from webapp.training.out_of_fold import cross_fitted_predictions

Z = np.arange(40.0)[:, None]


def test_a_value_is_not_answered_by_its_own_row():
    answers = cross_fitted_predictions(KNeighborsRegressor(1), Z, Z[:, 0])

    assert (np.abs(answers - Z[:, 0]) >= 1).all()


def test_classes_are_answered_with_probabilities():
    y = np.where(Z[:, 0] < 20, "low", "high")

    answers = cross_fitted_predictions(KNeighborsClassifier(3), Z, y)

    assert answers.shape == (40, 2)
    assert answers.sum(axis=1) == pytest.approx(1.0)
    assert answers[0].tolist() == [0.0, 1.0]


def test_candidates_are_answered_on_the_same_folds():
    first, again = (cross_fitted_predictions(AdditiveRegressor(), Z, Z[:, 0] ** 2, random_state=3) for _ in range(2))

    assert np.array_equal(first, again)


def test_a_rare_class_makes_fewer_folds():
    y = np.where(np.arange(40) % 20 == 0, "rare", "usual")

    assert cross_fitted_predictions(AdditiveClassifier(), Z, y).shape == (40, 2)


def test_a_tiny_table_makes_fewer_folds():
    assert cross_fitted_predictions(AdditiveRegressor(), Z[:4], np.arange(4.0)).shape == (4,)
