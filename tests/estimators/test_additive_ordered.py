"""Categories on a scale: neighbours resemble each other, and each level may still be its own."""

import numpy as np
import pytest

from webapp.estimators.additive import AdditiveClassifier, AdditiveRegressor
from webapp.estimators.bins import ordered_steps
from webapp.estimators.boosting import BoostingRegressor

LEVELS = 30


def scale(rows, seed, levels=LEVELS):
    random = np.random.default_rng(seed)
    codes = random.integers(0, levels, rows).astype(float)
    return codes[:, None], np.sin(codes / 6.0) + 0.5 * random.normal(size=rows)


def error(model, rows=150):
    Z, y = scale(rows, 0)
    levels = np.arange(LEVELS, dtype=float)[:, None]
    return np.abs(model.fit(Z, y).predict(levels) - np.sin(levels[:, 0] / 6.0)).mean()


def test_neighbours_on_a_scale_tell_of_each_other():
    on_scale = error(AdditiveRegressor([0], ordered_features=[0]))

    assert on_scale < 0.8 * error(AdditiveRegressor([0]))


def test_a_level_may_be_unlike_its_neighbours():
    Z, y = scale(3000, 1)
    y[Z[:, 0] == 12] += 5.0
    levels = np.array([[11.0], [12.0], [13.0]])

    before, own, after = AdditiveRegressor([0], ordered_features=[0]).fit(Z, y).predict(levels)

    assert own - before == pytest.approx(5.0, abs=0.5)
    assert own - after == pytest.approx(5.0, abs=0.5)


@pytest.mark.parametrize("kind", [AdditiveRegressor, BoostingRegressor])
def test_a_level_without_rows_is_like_its_neighbours_and_an_unknown_one_like_none(kind):
    Z, y = scale(2000, 2)
    y += Z[:, 0]
    kept = Z[:, 0] != 20
    model = kind([0], ordered_features=[0]).fit(Z[kept], y[kept])

    below, unseen, above, unknown, missing = model.predict([[19.0], [20.0], [21.0], [-1.0], [np.nan]])

    assert below <= unseen <= above
    assert unknown == pytest.approx(y[kept].mean(), abs=1.0) or kind is BoostingRegressor
    assert unknown == pytest.approx(missing) or kind is AdditiveRegressor


def test_missing_and_unknown_have_effects_of_their_own_where_they_were_seen():
    Z, y = scale(2000, 3)
    Z[:200], y[:200] = np.nan, 7.0
    Z[200:400], y[200:400] = -1.0, -7.0

    missing, unknown = AdditiveRegressor([0], ordered_features=[0]).fit(Z, y).predict([[np.nan], [-1.0]])

    assert missing == pytest.approx(7.0, abs=0.3)
    assert unknown == pytest.approx(-7.0, abs=0.3)


def test_levels_with_few_rows_join_their_neighbours():
    values = np.repeat([0.0, 1.0, 2.0, 3.0], [50, 2, 1, 50])

    steps = ordered_steps(values, limit=256, min_rows=3)

    assert steps.codes(np.array([0.0, 1.0, 2.0, 3.0, -1.0, np.nan])).tolist() == [0, 1, 1, 2, 3, 4]


def test_a_scale_without_a_known_level_is_no_obstacle():
    Z = np.full((40, 1), np.nan)
    Z[:20] = -1.0
    y = np.arange(40) % 2

    assert AdditiveClassifier([0], ordered_features=[0]).fit(Z, y).predict_proba(Z)[0, 1] == pytest.approx(0.5)


def test_a_column_on_a_scale_must_exist():
    with pytest.raises(ValueError, match="ordered_features names columns outside 0 to 0"):
        AdditiveRegressor(ordered_features=[1]).fit(np.zeros((4, 1)), np.zeros(4))
