"""Out-of-fold answers come from fits that had not seen the row."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from tests.training.asked import effort, question
from webapp.estimators.additive import AdditiveClassifier, AdditiveRegressor
from webapp.training.candidates.out_of_fold import cross_fit, folds_of, inner_folds


class Remembers(RegressorMixin, BaseEstimator):
    """Answers with the target of the same row where it has seen it, else with -1."""

    def fit(self, X, y):
        self.known_ = dict(zip(X[:, 0].tolist(), y.tolist(), strict=True))
        return self

    def predict(self, X):
        return np.array([self.known_.get(value, -1.0) for value in X[:, 0].tolist()])


class Shares(ClassifierMixin, BaseEstimator):
    """Knows the classes in the opposite order, and how many rows of each there were."""

    def fit(self, X, y):
        self.classes_, counts = np.unique(y, return_counts=True)
        self.classes_, counts = self.classes_[::-1], counts[::-1]
        self.shares_ = counts / counts.sum()
        return self

    def predict_proba(self, X):
        return np.tile(self.shares_, (len(X), 1))

    def decision_function(self, X):
        return self.predict_proba(X)


def test_a_value_is_not_answered_by_its_own_row():
    found = cross_fit(Remembers(), question("number", rows=40), effort())

    assert found.answers.tolist() == [-1.0] * 40


def test_chances_stand_in_the_order_of_the_classes():
    asked = question("many", rows=200)

    found = cross_fit(Shares(), asked, effort())

    shares = [np.mean(asked.y == name) for name in asked.classes]
    assert found.answers.mean(axis=0) == pytest.approx(shares, abs=0.02)


def test_scores_and_answers_belong_together():
    asked = question(rows=150)

    found = cross_fit(AdditiveClassifier(), asked, effort())

    assert found.answers[:, 1] == pytest.approx(1 / (1 + np.exp(-found.scores[:, 0])))
    assert found.fit_seconds > 0


def test_candidates_are_answered_on_the_same_folds():
    first, again = (cross_fit(AdditiveRegressor(), question("number", rows=60), effort()) for _ in range(2))

    assert np.array_equal(first.answers, again.answers)


def test_a_deadline_that_has_passed_leaves_nothing():
    assert cross_fit(AdditiveRegressor(), question("number", rows=60), effort(), deadline=0.0) is None


def test_a_rare_class_makes_fewer_folds():
    y = np.where(np.arange(40) % 20 == 0, "rare", "usual")

    assert len(inner_folds(y, 5, 0, classes=True)) == 2


def test_a_tiny_table_makes_fewer_folds():
    assert len(inner_folds(np.arange(4.0), 5, 0, classes=False)) == 4


@pytest.mark.parametrize("task", ["binary", "many", "number"])
def test_rows_of_one_group_stay_in_one_fold(task):
    groups = np.random.default_rng(0).integers(0, 60, 300)
    folds = folds_of(replace(question(task), groups=groups))

    held_out = np.concatenate([held for _, held in folds])
    assert sorted(held_out) == list(range(300))
    for learned, held in folds:
        assert not set(groups[learned]) & set(groups[held])


def test_a_class_is_never_missing_because_its_rows_stay_together():
    y = np.array(["rare"] * 6 + ["usual"] * 60)
    groups = np.concatenate([np.zeros(6, dtype=int), 1 + np.arange(60) // 2])

    for learned, _ in inner_folds(y, 5, 0, classes=True, groups=groups):
        assert set(y[learned]) == {"rare", "usual"}


def test_what_an_input_is_worth_shows_when_it_is_shuffled():
    found = cross_fit(AdditiveClassifier([2]), question(rows=400, selection=True), effort())

    useful, useless, little = found.grown.mean(axis=0)
    assert useful > 0.2 > little > useless
    assert abs(useless) < 0.01
