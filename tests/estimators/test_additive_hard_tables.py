"""Tables nobody would choose are learned from all the same, and every number stays finite."""

import time

import numpy as np
import pytest

from webapp.estimators.additive import AdditiveClassifier, AdditiveRegressor

RANDOM = np.random.default_rng(2)
ROWS = 120
NORMAL = RANDOM.normal(size=(ROWS, 2))
TABLES = {
    "constant": np.ones((ROWS, 2)),
    "all missing": np.full((ROWS, 2), np.nan),
    "half missing": np.where(RANDOM.random((ROWS, 2)) < 0.5, np.nan, NORMAL),
    "huge": NORMAL * 1e300,
    "a few huge": np.where(RANDOM.random((ROWS, 2)) < 0.05, 1e300, NORMAL),
    "tiny": NORMAL * 1e-310,
    "large and close together": 1e15 + RANDOM.integers(0, 5, (ROWS, 2)),
    "two identical columns": NORMAL[:, [0, 0]],
}
TARGETS = {
    "ordinary": NORMAL[:, 0],
    "huge": NORMAL[:, 0] * 1e300,
    "tiny": NORMAL[:, 0] * 1e-300,
    "over many magnitudes": np.exp(NORMAL[:, 0] * 100),
    "constant": np.full(ROWS, 0.1),
    "zero": np.zeros(ROWS),
    "exactly the input": np.linspace(1.0, 2.0, ROWS),
}


def assert_sound(model, X):
    scores, contributions = model.explain(X)
    answer = model.predict_proba(X) if hasattr(model, "classes_") else model.predict(X)
    reference = model.link_inverse(model.reference_score_[None, :]).ravel()

    assert np.isfinite(scores).all()
    assert np.isfinite(contributions).all()
    assert np.isfinite(answer).all()
    np.testing.assert_allclose(reference, model.reference_, rtol=1e-9)
    size = max(1.0, np.abs(contributions).max())
    np.testing.assert_allclose(
        (model.reference_score_ / size + (contributions / size).sum(axis=1)), scores / size, atol=1e-9
    )


@pytest.mark.parametrize("X", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("classes", [2, 3])
def test_classes_are_learned_from_any_table(X, classes):
    y = np.arange(ROWS) % classes
    assert_sound(AdditiveClassifier().fit(X, y), X)


@pytest.mark.parametrize("X", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("y", TARGETS.values(), ids=TARGETS)
def test_values_are_learned_from_any_table(X, y):
    assert_sound(AdditiveRegressor().fit(X, y), X)
    if y.min() > 0.0:
        assert_sound(AdditiveRegressor(log_target=True).fit(X, y), X)


@pytest.mark.parametrize("rows", [2, 3, 10])
def test_a_handful_of_rows_is_enough(rows):
    X = RANDOM.normal(size=(rows, 3))

    assert_sound(AdditiveClassifier().fit(X, np.arange(rows) % 2), X)
    assert_sound(AdditiveRegressor().fit(X, np.arange(1.0, rows + 1)), X)


def test_classes_that_never_overlap_do_not_drive_the_scores_to_infinity():
    X = np.linspace(-1.0, 1.0, 1000)[:, None]
    probabilities = AdditiveClassifier().fit(X, X[:, 0] > 0).predict_proba(X)

    assert ((probabilities[:, 1] > 0.5) == (X[:, 0] > 0)).all()
    assert 0.0 < probabilities.min() < 1e-3


def test_a_column_without_any_training_value_says_nothing():
    X = np.column_stack([np.full(ROWS, np.nan), NORMAL[:, 0]])
    model = AdditiveRegressor().fit(X, NORMAL[:, 0])

    assert model.explain(np.array([[5.0, 0.0], [np.nan, 0.0]]))[1][:, 0].tolist() == [[0.0], [0.0]]


def test_a_category_with_thousands_of_levels_costs_seconds_at_most():
    codes = RANDOM.integers(0, 5000, size=(20_000, 1)).astype(float)
    y = RANDOM.random(20_000) < 0.5
    start = time.process_time()
    model = AdditiveClassifier(categorical_features=[0]).fit(codes, y)

    assert time.process_time() - start < 10.0
    assert len(model.table_) < 1300
    assert_sound(model, codes)


def test_a_target_that_a_column_gives_away_is_followed_exactly():
    X = np.repeat(np.arange(12.0), 10)[:, None]
    y = X[:, 0] ** 2

    assert AdditiveRegressor(log_target=False).fit(X, y).predict(X) == pytest.approx(y, abs=0.1)
