"""What is true in a table is found, and what is not is shrunk away."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score, cross_validate

from webapp.estimators.additive import AdditiveClassifier, AdditiveRegressor


@pytest.fixture
def random():
    return np.random.default_rng(5)


def effect(model, column, values):
    """Return the contributions of one column's values, the other columns missing."""
    Z = np.full((len(values), model.n_features_in_), np.nan)
    Z[:, column] = values
    return model.explain(Z)[1][:, column, 0]


def test_a_step_is_found_where_it_is(random):
    X = random.uniform(0.0, 1.0, size=(4000, 2))
    y = np.where(X[:, 0] > 0.3, 2.0, 0.0) + random.normal(size=4000) * 0.1
    model = AdditiveRegressor().fit(X, y)

    below, just_below, just_above, above = effect(model, 0, [0.05, 0.28, 0.32, 0.95])
    assert just_above - just_below == pytest.approx(2.0, abs=0.1)
    assert above - just_above == pytest.approx(0.0, abs=0.1)
    assert just_below - below == pytest.approx(0.0, abs=0.1)
    assert np.ptp(effect(model, 1, np.linspace(0.0, 1.0, 50))) < 0.05


def test_a_curve_is_found(random):
    X = random.uniform(-2.0, 2.0, size=(4000, 1))
    y = random.random(4000) < expit(np.sin(2.0 * X[:, 0]) * 2.0)
    places = np.linspace(-1.8, 1.8, 40)
    found = effect(AdditiveClassifier().fit(X, y), 0, places)

    assert np.abs(found - found.mean() - 2.0 * np.sin(2.0 * places)).max() < 0.6


def test_log_odds_are_found_in_their_own_unit(random):
    X = random.integers(0, 2, size=(20_000, 2)).astype(float)
    y = random.random(20_000) < expit(-1.0 + 1.5 * X[:, 0])
    model = AdditiveClassifier().fit(X, y)

    assert np.diff(effect(model, 0, [0.0, 1.0]))[0] == pytest.approx(1.5, abs=0.1)
    assert np.diff(effect(model, 1, [0.0, 1.0]))[0] == pytest.approx(0.0, abs=0.05)


def test_a_level_with_few_rows_is_shrunk_more_than_one_with_many(random):
    codes = np.concatenate([np.repeat(np.arange(8.0), 200), np.full(4, 8.0), np.full(400, 9.0)])
    truth = np.where(codes >= 8, 2.0, random.normal(size=8)[np.minimum(codes, 7).astype(int)] * 0.5)
    y = truth + random.normal(size=len(codes)) * 2.0
    y[codes == 8] += 2.0 - y[codes == 8].mean()
    y[codes == 9] += 2.0 - y[codes == 9].mean()
    model = AdditiveRegressor(categorical_features=[0]).fit(codes[:, None], y)

    few, many = effect(model, 0, [8.0, 9.0]) + model.reference_score_
    assert 0.0 < few < 0.85 * many
    assert many == pytest.approx(2.0, abs=0.25)


def test_missing_has_an_effect_of_its_own(random):
    X = random.normal(size=(3000, 1))
    X[random.random(3000) < 0.2] = np.nan
    y = np.where(np.isnan(X[:, 0]), 3.0, 0.0) + random.normal(size=3000) * 0.2
    model = AdditiveRegressor().fit(X, y)

    assert model.predict([[np.nan], [0.0]]) == pytest.approx([3.0, 0.0], abs=0.1)


def test_missing_without_an_example_is_the_average(random):
    X = random.normal(size=(500, 1))
    y = X[:, 0] + 7.0
    model = AdditiveRegressor(log_target=False).fit(X, y)

    assert model.predict([[np.nan]])[0] == pytest.approx(y.mean(), abs=0.01)


def test_a_missing_category_is_a_level(random):
    X = random.integers(0, 2, size=(1000, 1)).astype(float)
    X[::4] = np.nan
    y = np.isnan(X[:, 0]) * 5.0 + random.normal(size=1000) * 0.1
    model = AdditiveRegressor(categorical_features=[0]).fit(X, y)

    assert model.predict([[np.nan], [1.0], [-1.0]]) == pytest.approx([5.0, 0.0, y.mean()], abs=0.1)


def test_noise_alone_changes_nothing_much(random):
    X = random.normal(size=(1500, 4))
    model = AdditiveClassifier().fit(X, random.random(1500) < 0.3)

    assert np.ptp(model.predict_proba(X)[:, 1]) < 0.15


@pytest.mark.parametrize(("target", "logged"), [(np.exp, True), (lambda scores: scores + 50.0, False)])
def test_the_logarithm_is_taken_where_effects_multiply(random, target, logged):
    X = random.normal(size=(600, 2))
    y = target(X[:, 0] + np.sin(X[:, 1]) + random.normal(size=600) * 0.3)

    assert AdditiveRegressor().fit(X, y).log_target_ is logged


def test_the_logarithm_is_never_taken_of_values_that_are_not_positive(random):
    X = random.normal(size=(100, 1))

    assert AdditiveRegressor().fit(X, np.maximum(np.exp(X[:, 0]) - 1.0, 0.0)).log_target_ is False


def test_training_twice_gives_the_same_tables(random):
    X, y = random.normal(size=(300, 3)), random.exponential(size=300)
    first, second = (AdditiveRegressor().fit(X, y) for _ in range(2))

    assert first.table_.tobytes() == second.table_.tobytes()


@pytest.mark.parametrize("load", [load_breast_cancer, load_wine])
def test_medical_and_chemical_classes_are_told_apart(load):
    X, y = load(return_X_y=True)
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    scores = cross_validate(AdditiveClassifier(), X, y, cv=folds, scoring=["neg_log_loss", "accuracy"])

    assert scores["test_accuracy"].mean() > 0.95
    assert scores["test_neg_log_loss"].mean() > -0.13


def test_the_course_of_a_disease_is_predicted_better_than_its_median():
    X, y = load_diabetes(return_X_y=True)
    folds = KFold(5, shuffle=True, random_state=0)
    ours = -cross_val_score(AdditiveRegressor(), X, y, cv=folds, scoring="neg_mean_absolute_error").mean()

    assert ours < 0.7 * np.abs(y - np.median(y)).mean()
