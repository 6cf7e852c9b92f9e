"""What boosting learns: from categories, from gaps, from huge numbers, and how honest its chances are."""

from time import perf_counter

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import log_loss

from webapp.estimators.boosting import BoostingClassifier, BoostingRegressor
from webapp.estimators.level_order import learn_level_order
from webapp.estimators.score_calibration import Line, fit_line

WORTH = np.array([5.0, -5.0, 3.0, -3.0, 1.0, -1.0])


def with_a_category(rows=600, seed=0):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, len(WORTH), rows)
    Z = np.column_stack([rng.normal(size=rows), codes])
    return Z, WORTH[codes] + 0.1 * Z[:, 0]


def test_levels_are_put_in_order_of_their_mean():
    Z, y = with_a_category()

    order = learn_level_order(Z, y[:, None], [1])

    assert order.apply(Z)[:, 1].tolist() == np.argsort(np.argsort(WORTH))[Z[:, 1].astype(int)].tolist()
    assert order.apply(Z)[:, 0].tolist() == Z[:, 0].tolist()


def test_a_level_seen_once_stays_near_the_middle():
    codes = np.repeat([0.0, 1.0, 2.0], [50, 50, 1])
    y = np.repeat([0.0, 1.0, 9.0], [50, 50, 1])

    order = learn_level_order(codes[:, None], np.minimum(y, 1.5)[:, None], [0])

    assert order.apply(np.array([[0.0], [2.0], [1.0]])).ravel().tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("code", [-1.0, np.nan, 6.0, 1e300])
def test_a_level_never_learned_is_missing(code):
    Z, y = with_a_category()

    assert np.isnan(learn_level_order(Z, y[:, None], [1]).apply(np.array([[0.0, code]]))[0, 1])


def test_a_code_skipped_in_training_is_missing():
    Z, y = with_a_category()
    present = Z[:, 1] != 2

    order = learn_level_order(Z[present], y[present, None], [1])

    assert np.isnan(order.apply(np.array([[0.0, 2.0]]))[0, 1])


def test_a_category_without_any_known_level_is_missing_throughout():
    order = learn_level_order(np.full((5, 1), -1.0), np.zeros((5, 1)), [0])

    assert np.isnan(order.apply(np.array([[0.0], [-1.0]]))).all()


def test_several_classes_order_levels_along_their_main_difference():
    codes = np.repeat(np.arange(3.0), 60)
    half_and_half = np.where(np.arange(60) % 2 == 0, 0, 2)
    classes = np.concatenate([np.zeros(60, dtype=int), np.full(60, 2), half_and_half])

    ranks = learn_level_order(codes[:, None], np.eye(3)[classes], [0]).apply(np.arange(3.0)[:, None]).ravel()

    assert sorted(ranks.tolist()) == [0.0, 1.0, 2.0]
    assert ranks[2] == 1.0


@pytest.mark.parametrize("log_target", [False, True])
def test_levels_are_learned_well(log_target):
    Z, y = with_a_category()
    model = BoostingRegressor(categorical_features=[1], log_target=log_target, max_iter=100).fit(Z, y + 10)

    assert np.abs(model.predict(Z) - y - 10).mean() < 0.3


def test_an_unknown_level_and_a_gap_are_answered_alike():
    Z, y = with_a_category()
    model = BoostingRegressor(categorical_features=[1]).fit(Z, y)

    assert model.predict([[0.0, -1.0]]) == model.predict([[0.0, np.nan]])


def test_a_column_that_says_nothing_has_no_reason():
    Z, y = with_a_category()
    silent = np.column_stack([Z, np.ones(len(Z)), np.full(len(Z), np.nan)])
    model = BoostingRegressor(categorical_features=[1]).fit(silent, y)

    _, contributions = model.explain(silent[:20])

    assert not contributions[:, 2:].any()


@pytest.mark.parametrize("huge", [1e15, 1e300])
def test_huge_values_are_learned_and_explained(huge):
    Z, y = with_a_category()
    Z[:, 0] = np.where(Z[:, 0] > 0, huge, -huge)
    model = BoostingRegressor(categorical_features=[1]).fit(Z, y)

    scores, contributions = model.explain(Z[:20])

    assert np.isfinite(contributions).all()
    assert np.abs(model.reference_score_ + contributions.sum(axis=1) - scores).max() < 1e-9


@pytest.mark.parametrize("size", [1e-200, 1e12, 1e300])
def test_a_target_of_any_size_is_learned_alike(size):
    Z, y = with_a_category()
    plain = BoostingRegressor(categorical_features=[1]).fit(Z, y)
    sized = BoostingRegressor(categorical_features=[1]).fit(Z, y * size)

    assert sized.predict(Z) / size == pytest.approx(plain.predict(Z), abs=1e-3)
    assert (sized.explain(Z[:9])[1] / size) == pytest.approx(plain.explain(Z[:9])[1], abs=1e-3)


def test_a_target_that_never_changes_is_answered_with_itself():
    Z, y = with_a_category()
    model = BoostingRegressor(log_target=True).fit(Z, np.full_like(y, 7.25))

    assert model.predict(Z) == pytest.approx(7.25)
    assert np.abs(model.explain(Z[:5])[1]).max() < 1e-12


def noisy_classes(rows, seed):
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(rows, 8))
    return Z, rng.random(rows) < expit(Z[:, 0])


def test_calibration_makes_overfitted_chances_honest():
    Z, y = noisy_classes(300, 0)
    unseen, outcomes = noisy_classes(3000, 1)
    overfitted = {"max_iter": 30, "learning_rate": 0.5, "max_leaf_nodes": 31, "min_samples_leaf": 5}

    raw = BoostingClassifier(**overfitted).fit(Z, y)
    calibrated = BoostingClassifier(calibration="sigmoid", **overfitted).fit(Z, y)

    assert log_loss(outcomes, calibrated.predict_proba(unseen)) < log_loss(outcomes, raw.predict_proba(unseen)) - 0.2
    order = np.argsort(raw.decision_function(unseen))
    assert (np.diff(calibrated.decision_function(unseen)[order]) >= -1e-12).all()


def test_a_class_seen_once_leaves_chances_uncalibrated():
    Z, y = with_a_category(60)
    y = np.where(np.arange(60) == 7, "rare", "usual")

    raw, calibrated = (BoostingClassifier(calibration=how).fit(Z, y) for how in ("none", "sigmoid"))

    assert np.array_equal(raw.predict_proba(Z), calibrated.predict_proba(Z))


def test_scores_that_are_right_keep_their_line():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(5000, 1))

    assert fit_line(scores, (rng.random(5000) < expit(scores[:, 0])).astype(int)) == Line()


def test_scores_twice_too_sure_are_halved():
    rng = np.random.default_rng(0)
    honest = rng.normal(size=(5000, 1))
    outcomes = (rng.random(5000) < expit(honest[:, 0])).astype(int)

    line = fit_line(2.0 * honest + 1.0, outcomes)

    assert line.slope == pytest.approx(0.5, abs=0.05)
    assert line.offset == pytest.approx(-0.5, abs=0.1)


def test_scores_that_point_the_wrong_way_are_flattened_not_turned():
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(2000, 1))

    assert 0.0 < fit_line(-2.0 * scores, (rng.random(2000) < expit(scores[:, 0])).astype(int)).slope < 0.1


def test_several_classes_share_one_temperature():
    rng = np.random.default_rng(0)
    honest = rng.normal(size=(5000, 3))
    drawn = (honest + rng.gumbel(size=honest.shape)).argmax(axis=1)

    line = fit_line(3.0 * honest, drawn)

    assert line.slope == pytest.approx(1 / 3, abs=0.03)
    assert line.offset == 0.0


def test_the_reasons_of_one_row_take_milliseconds():
    rng = np.random.default_rng(0)
    Z = rng.normal(size=(1000, 20))
    model = BoostingRegressor(max_iter=200).fit(Z, Z[:, 0] * Z[:, 1] + Z[:, 2:6].sum(axis=1))
    took = []
    for i in range(10):
        start = perf_counter()
        model.explain(Z[i : i + 1])
        took.append(perf_counter() - start)

    assert min(took) < 0.030
