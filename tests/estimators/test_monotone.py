"""A direction that is asked for holds everywhere, and what cannot be promised is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from webapp.estimators.additive import AdditiveClassifier, AdditiveRegressor
from webapp.estimators.boosting import BoostingClassifier, BoostingRegressor
from webapp.estimators.monotone import in_direction

PLACES = np.concatenate([[-1e9], np.linspace(-3, 3, 4001), [1e9]])


def against(rows=600, seed=0):
    """A table that goes the wrong way in places: up, down, up again."""
    random = np.random.default_rng(seed)
    Z = random.normal(size=(rows, 2))
    return Z, Z[:, 0] + 2.0 * np.sin(3.0 * Z[:, 0]) + 0.3 * Z[:, 1] + random.normal(size=rows)


def along(model, column=0):
    Z = np.zeros((len(PLACES), 2))
    Z[:, column] = PLACES
    return model.predict_proba(Z)[:, 1] if hasattr(model, "classes_") else model.predict(Z)


MODELS = {
    "additive": AdditiveRegressor(),
    "additive, logarithm": AdditiveRegressor(log_target=True),
    "additive, classes": AdditiveClassifier(),
    "additive, pairs": AdditiveRegressor(pairs=2),
    "boosting": BoostingRegressor(max_iter=40),
    "boosting, classes": BoostingClassifier(max_iter=40, calibration="sigmoid"),
}


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("name", list(MODELS))
def test_the_whole_effect_goes_one_way(name, direction):
    Z, y = against()
    target = {"logarithm": np.exp(y / 4), "classes": y > 0.5}.get(name.rpartition(", ")[2], y)
    model = MODELS[name].set_params(monotonic_cst=[direction, 0]).fit(Z, target)

    assert (direction * np.diff(along(model)) >= 0.0).all()
    assert np.ptp(along(model)) > 0.0 or direction < 0
    assert (np.diff(along(model, column=1)) < 0).any() or "boosting" not in name


def test_contributions_go_one_way_too_bit_by_bit():
    Z, y = against()
    model = AdditiveClassifier(monotonic_cst=[1, -1]).fit(Z, y > 0)

    _, rising = model.explain(np.column_stack([PLACES, np.zeros_like(PLACES)]))
    _, falling = model.explain(np.column_stack([np.zeros_like(PLACES), PLACES]))

    assert (np.diff(rising[:, 0, 0]) >= 0.0).all()
    assert (np.diff(falling[:, 1, 0]) <= 0.0).all()


def test_a_direction_that_the_data_follow_changes_little():
    random = np.random.default_rng(1)
    Z = random.uniform(-2, 2, size=(2000, 2))
    y = random.random(2000) < expit(2 * Z[:, 0])

    free, bound = (AdditiveClassifier(monotonic_cst=cst).fit(Z, y).predict_proba(Z)[:, 1] for cst in (None, [1, 0]))

    assert np.abs(free - bound).mean() < 0.01


def test_a_direction_against_the_data_gives_a_flat_effect_and_leaves_the_rest_to_the_others():
    random = np.random.default_rng(2)
    Z = random.normal(size=(3000, 2))
    y = -Z[:, 0] + Z[:, 1] + 0.1 * random.normal(size=3000)
    model = AdditiveRegressor(monotonic_cst=[1, 0], log_target=False).fit(Z, y)

    assert np.ptp(along(model)) < 0.05
    assert np.ptp(along(model, column=1)[np.abs(PLACES) < 2]) == pytest.approx(4.0, abs=0.4)


def test_the_pressed_fit_is_better_than_pressing_the_free_one_flat():
    """What a column may not say is said by its neighbours where they can."""
    random = np.random.default_rng(3)
    one = random.normal(size=2000)
    Z = np.column_stack([one, one + 0.1 * random.normal(size=2000)])
    y = np.abs(one) + 0.1 * random.normal(size=2000)
    bound = AdditiveRegressor(monotonic_cst=[1, 0], log_target=False).fit(Z, y)

    assert np.abs(bound.predict(Z) - y).mean() < 0.2


def test_a_scale_of_categories_can_have_a_direction():
    random = np.random.default_rng(4)
    Z = random.integers(0, 8, size=(500, 1)).astype(float)
    y = np.where(Z[:, 0] == 3, 9.0, Z[:, 0]) + random.normal(size=500)
    model = AdditiveRegressor([0], ordered_features=[0], monotonic_cst=[1]).fit(Z, y)

    assert (np.diff(model.predict(np.arange(8.0)[:, None])) >= 0.0).all()
    assert np.isfinite(model.predict([[-1.0], [np.nan]])).all()


def test_missing_is_no_part_of_the_direction():
    Z, y = against()
    Z[::3, 0] = np.nan
    y[::3] = -20.0
    model = AdditiveRegressor(monotonic_cst=[1, 0]).fit(Z, y)

    assert model.predict([[np.nan, 0.0]])[0] < model.predict([[-1e9, 0.0]])[0] - 5.0


@pytest.mark.parametrize(
    ("settings", "classes", "message"),
    [
        ({"monotonic_cst": [1]}, 2, "-1, 0 or 1 for each of the 2 columns"),
        ({"monotonic_cst": [2, 0]}, 2, "-1, 0 or 1 for each of the 2 columns"),
        ({"monotonic_cst": [1, 0], "categorical_features": [0]}, 2, "categories that have no order"),
        ({"monotonic_cst": [1, 0]}, 3, "more than two classes"),
    ],
)
@pytest.mark.parametrize("kind", [AdditiveClassifier, BoostingClassifier])
def test_what_cannot_be_promised_is_refused(kind, settings, classes, message):
    Z, y = against(60)
    Z[:, 0] = np.round(np.abs(Z[:, 0]))

    with pytest.raises(ValueError, match=message):
        kind(**settings).fit(Z, np.arange(60) % classes)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1e6, 1e6), st.integers(0, 50)), min_size=2, max_size=20),
    st.sampled_from([1, -1]),
)
def test_the_nearest_table_never_turns_and_keeps_its_mean(entries, direction):
    table, counts = np.array(entries, dtype=float).T
    in_order = len(table) - 1

    nearest = in_direction(table, counts, in_order, direction)

    assert (direction * np.diff(nearest[:in_order]) >= 0.0).all()
    assert nearest[-1] == table[-1]
    weights = np.maximum(counts[:in_order], 1.0)
    assert nearest[:in_order] @ weights == pytest.approx(table[:in_order] @ weights, rel=1e-6, abs=1e-3)
