"""Sets, ranges and calibrated chances are those of MAPIE and scikit-learn from the same held-out rows."""

import numpy as np
import pytest
from mapie.classification import SplitConformalClassifier
from mapie.conformity_scores import ResidualNormalisedScore
from mapie.regression import SplitConformalRegressor
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_diabetes, load_wine
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict

from webapp.estimators.additive import AdditiveClassifier, AdditiveRegressor
from webapp.estimators.conformal import ConformalRegressor
from webapp.estimators.conformal_sets import ConformalClassifier
from webapp.estimators.score_calibration import fit_line

ROUNDED = 0.01  # our limits keep three figures


class SaidChances(ClassifierMixin, BaseEstimator):
    """Fitted elsewhere: its rows are the chances themselves."""

    def __init__(self, classes=()):
        self.classes = classes

    def __sklearn_is_fitted__(self):
        return True

    @property
    def classes_(self):
        return np.array(self.classes)

    def predict_proba(self, X):
        return np.asarray(X)

    def predict(self, X):
        return self.classes_[np.argmax(X, axis=1)]


class SaidValues(RegressorMixin, BaseEstimator):
    """Fitted elsewhere: its rows are the values themselves."""

    fitted_ = True

    def fit(self, X, y):
        return self

    def __sklearn_is_fitted__(self):
        return True

    def predict(self, X):
        return np.asarray(X)[:, 0]


@pytest.mark.parametrize("coverage", [0.8, 0.9])
def test_sets_are_those_of_mapie(coverage):
    Z, y = load_wine(return_X_y=True)
    Z, classes = Z[:, :3], (0, 1, 2)  # of three columns many sets hold two classes
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    scores = cross_val_predict(AdditiveClassifier(), Z, y, cv=folds, method="decision_function")
    model = ConformalClassifier(AdditiveClassifier(), coverage=coverage).fit(Z, y, held_out_scores=scores)
    held_out, new = model.link_inverse(scores), model.predict_proba(Z)

    oracle = SplitConformalClassifier(SaidChances(classes), confidence_level=coverage, conformity_score="lac")
    sets = oracle.conformalize(held_out, y).predict_set(new)[1][:, :, 0]

    clear = np.abs(new - model.least_chance_) > ROUNDED * model.least_chance_
    clear &= new < new.max(axis=1, keepdims=True)  # ours always hold the most probable class
    assert clear.mean() > 0.6
    assert np.array_equal(model.sets_of(new)[clear], sets[clear])
    assert model.sets_of(new)[clear].any()


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.9])
def test_ranges_of_one_width_are_those_of_mapie(coverage):
    Z, y = (part[:45] for part in load_diabetes(return_X_y=True))  # too few rows to learn who is harder
    held_out = cross_val_predict(AdditiveRegressor(log_target=False), Z, y, cv=KFold(5, shuffle=True, random_state=0))
    model = ConformalRegressor(AdditiveRegressor(log_target=False), coverage=coverage).fit(Z, y, held_out=held_out)

    oracle = SplitConformalRegressor(SaidValues(), confidence_level=coverage)
    oracle.conformalize(held_out[:, None], y)
    limits = oracle.predict_interval(model.predict(Z)[:, None])[1][:, :, 0]

    in_reach = np.maximum(limits, 0.0)  # ours know that no value was ever below zero
    assert model.predict_interval(Z) == pytest.approx(in_reach, abs=ROUNDED * np.ptp(limits, axis=1).max())


def harder_on_the_right(rows, seed):
    rng = np.random.default_rng(seed)
    Z = rng.uniform(size=(rows, 2))
    return Z, 50.0 + 3.0 * Z[:, 0] + (0.2 + 3.0 * Z[:, 0]) * rng.normal(size=rows)


def test_ranges_that_differ_by_row_are_as_wide_as_those_of_mapie():
    """MAPIE learns sizes of errors from a quarter of its own held-out rows, so it is given more of them."""
    settings = {"log_target": False, "max_bins": 32}
    model = ConformalRegressor(AdditiveRegressor(**settings)).fit(*harder_on_the_right(2000, 0))
    score = ResidualNormalisedScore(AdditiveRegressor(**settings), random_state=0)
    fitted = AdditiveRegressor(**settings).fit(*harder_on_the_right(2000, 0))
    oracle = SplitConformalRegressor(fitted, confidence_level=0.8, conformity_score=score)
    new = harder_on_the_right(2000, 2)[0]

    limits = oracle.conformalize(*harder_on_the_right(8000, 1)).predict_interval(new)[1][:, :, 0]

    widths, others = (np.diff(found, axis=1)[:, 0] for found in (model.predict_interval(new), limits))
    thirds = np.digitize(new[:, 0], [1 / 3, 2 / 3])
    for third in range(3):
        assert np.median(widths[thirds == third]) == pytest.approx(np.median(others[thirds == third]), rel=0.12)


@pytest.mark.parametrize("sure", [0.5, 2.0, 3.0])
def test_the_line_of_calibration_is_that_of_scikit_learn(sure):
    rng = np.random.default_rng(0)
    honest = rng.normal(size=4000)
    y = (rng.random(4000) < expit(honest)).astype(int)
    scores = sure * honest + 0.7

    line = fit_line(scores[:, None], y)

    said = np.column_stack([1 - expit(scores), expit(scores)])
    frozen = FrozenEstimator(_Scored((0, 1)).fit(said, y))
    oracle = CalibratedClassifierCV(frozen, method="sigmoid", ensemble=False).fit(said, y)
    assert expit(line.slope * scores + line.offset) == pytest.approx(oracle.predict_proba(said)[:, 1], abs=0.005)


class _Scored(SaidChances):
    def fit(self, X, y):
        return self

    def decision_function(self, X):
        return logit(np.asarray(X)[:, 1])
