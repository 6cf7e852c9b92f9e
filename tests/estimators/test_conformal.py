"""Intervals cover what they promise, are wider where cases are harder, and hold the answer."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.utils.estimator_checks import parametrize_with_checks

from webapp.estimators.additive import AdditiveRegressor
from webapp.estimators.boosting import BoostingRegressor
from webapp.estimators.conformal import ConformalRegressor


@parametrize_with_checks([ConformalRegressor(AdditiveRegressor(max_iter=3), cv=3)])
def test_scikit_learn_accepts_the_estimator(estimator, check):
    check(estimator)


def harder_on_the_right(rows, seed, noise=1.0):
    rng = np.random.default_rng(seed)
    Z = rng.uniform(size=(rows, 2))
    return Z, 50.0 + 3.0 * Z[:, 0] + noise * (0.2 + 3.0 * Z[:, 0]) * rng.normal(size=rows)


def covered(model, Z, y):
    low, high = model.predict_interval(Z).T
    return (low <= y) & (y <= high)


@pytest.mark.parametrize(
    "regressor", [AdditiveRegressor(), BoostingRegressor(max_iter=30)], ids=["additive", "boosting"]
)
@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.95])
def test_unseen_cases_are_covered_as_promised(regressor, coverage):
    model = ConformalRegressor(regressor, coverage=coverage).fit(*harder_on_the_right(1500, 0))

    assert covered(model, *harder_on_the_right(3000, 1)).mean() == pytest.approx(coverage, abs=0.04)


def test_small_tables_of_many_columns_are_covered_as_promised():
    shares = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        Z = rng.normal(size=(1_080, 12))
        y = 50 + 3 * Z[:, 0] - 2 * Z[:, 1] + Z[:, 2] + 2 * rng.normal(size=len(Z))
        model = ConformalRegressor(AdditiveRegressor()).fit(Z[:80], y[:80])
        shares.append(covered(model, Z[80:], y[80:]).mean())

    assert np.mean(shares) == pytest.approx(0.8, abs=0.05)


def test_the_width_is_nobody_s_own_ratio():
    width = ConformalRegressor(AdditiveRegressor()).fit(*harder_on_the_right(333, 0)).width_

    assert width == float(f"{width:.3g}")


def test_harder_cases_get_wider_intervals_and_are_covered_too():
    model = ConformalRegressor(AdditiveRegressor()).fit(*harder_on_the_right(1500, 0))
    Z, y = harder_on_the_right(3000, 1)
    hard = Z[:, 0] > 0.8

    widths = np.diff(model.predict_interval(Z), axis=1)[:, 0]

    assert np.median(widths[hard]) > 3 * np.median(widths[Z[:, 0] < 0.2])
    assert covered(model, Z, y)[hard].mean() > 0.7


def test_on_a_logarithmic_target_widths_grow_with_the_value():
    rng = np.random.default_rng(0)
    Z = rng.uniform(0, 4, size=(800, 1))
    y = np.exp(Z[:, 0] + 0.2 * rng.normal(size=800))
    model = ConformalRegressor(AdditiveRegressor(log_target=True)).fit(Z, y)

    low, high = model.predict_interval([[0.5], [3.5]]).T

    assert model.log_target_
    assert (high / low) == pytest.approx([1.67, 1.67], rel=0.15)


@pytest.mark.parametrize("log_target", [False, True])
def test_the_interval_holds_the_prediction(log_target):
    Z, y = load_diabetes(return_X_y=True)
    model = ConformalRegressor(AdditiveRegressor(log_target=log_target)).fit(Z, y)
    unusual = np.concatenate([Z, 50 * Z])

    low, high = model.predict_interval(unusual).T

    assert (low <= model.predict(unusual)).all()
    assert (model.predict(unusual) <= high).all()


def counts(lowest):
    rng = np.random.default_rng(0)
    Z = rng.uniform(-1, 1, size=(300, 1))
    return Z, np.maximum(10 * Z[:, 0] + rng.normal(size=300), lowest)


def test_a_target_that_was_never_below_zero_is_never_predicted_there():
    Z, y = counts(lowest=0.0)
    model = ConformalRegressor(AdditiveRegressor(log_target=False)).fit(Z, y)

    assert model.predict_interval(Z).min() == 0.0
    assert model.predict([[-5.0]]) >= 0.0
    assert model.link_inverse(np.array([[-3.0], [3.0]])).tolist() == [0.0, 3.0]


def test_a_target_below_zero_stays_below_zero():
    Z, y = counts(lowest=-np.inf)

    assert ConformalRegressor(AdditiveRegressor()).fit(Z, y).predict([[-0.9]]) < -5


def test_answers_and_reasons_are_those_of_the_regressor():
    Z, y = load_diabetes(return_X_y=True)
    model = ConformalRegressor(AdditiveRegressor(log_target=True)).fit(Z, y)
    alone = AdditiveRegressor(log_target=True).fit(Z, y)

    scores, contributions = model.explain(Z[:9])

    assert np.array_equal(contributions, alone.explain(Z[:9])[1])
    assert np.array_equal(model.link_inverse(scores), model.predict(Z[:9]))
    assert np.array_equal(model.predict(Z[:9]), alone.predict(Z[:9]))
    assert model.reference_ == pytest.approx(y.mean())
    assert model.link_inverse(model.reference_score_[None]) == pytest.approx(y.mean())
    assert model.is_exact_


def test_few_rows_share_one_width():
    Z, y = harder_on_the_right(30, 0)
    model = ConformalRegressor(AdditiveRegressor(log_target=False)).fit(Z, y)

    assert np.ptp(np.diff(model.predict_interval(Z), axis=1)) == pytest.approx(0.0, abs=1e-9)


def test_a_target_known_exactly_has_no_width():
    Z = np.repeat([[0.0], [1.0]], 60, axis=0)
    model = ConformalRegressor(BoostingRegressor(max_iter=1)).fit(Z, np.full(120, 4.0))

    assert model.predict_interval(Z[:1]).tolist() == [[4.0, 4.0]]


def test_category_columns_are_known_to_the_width_too():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 3, 900)
    y = rng.normal(size=900) * np.array([0.1, 5.0, 0.1])[codes]
    Z = codes[:, None].astype(float)
    model = ConformalRegressor(AdditiveRegressor(categorical_features=[0])).fit(Z, y)

    steady, wild, as_steady = np.diff(model.predict_interval(np.array([[0.0], [1.0], [2.0]])), axis=1)[:, 0]

    assert wild > 10 * max(steady, as_steady)


def test_no_array_is_as_long_as_the_table():
    Z, y = harder_on_the_right(333, 0)
    model = ConformalRegressor(AdditiveRegressor()).fit(Z, y)

    arrays = [value for value in vars(model).values() if isinstance(value, np.ndarray)]
    assert all(array.size <= 2 for array in arrays)


@pytest.mark.parametrize("coverage", [0.0, 1.0, 80])
def test_a_coverage_that_cannot_be_is_refused(coverage):
    with pytest.raises(ValueError, match="between 0 and 1"):
        ConformalRegressor(AdditiveRegressor(), coverage=coverage).fit(*harder_on_the_right(30, 0))
