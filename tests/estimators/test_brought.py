"""Estimators and pipelines that somebody brought: asked in their own way, explained by trying them out."""

import time
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, clone
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder

from webapp.estimators.brought import BroughtClassifier, BroughtRegressor, class_text
from webapp.estimators.frames import as_frame
from webapp.estimators.permutations import contributions, mixed_rows, random_orders
from webapp.parsing.answers import OTHER

ROWS = 400
LEVELS = ("hill", "lake", "wood")
COLUMNS = (("size", "number", 0, ()), ("rooms", "whole", 1, ()), ("place", "level", 2, LEVELS))


def encoded(rows=ROWS, seed=0):
    """A number with gaps, a whole number and a code."""
    random = np.random.default_rng(seed)
    Z = np.column_stack(
        [random.normal(size=rows), random.integers(1, 9, rows).astype(float), random.integers(0, 3, rows).astype(float)]
    )
    Z[::11, 0] = np.nan
    return Z


def value_of(Z):
    return 3.0 * np.nan_to_num(Z[:, 0]) + 0.5 * Z[:, 1] + 2.0 * (Z[:, 2] == 1)


def by_columns(estimator, unknown="ignore"):
    texts = OneHotEncoder(handle_unknown=unknown)
    columns = ColumnTransformer([("n", SimpleImputer(), ["size", "rooms"]), ("t", texts, ["place"])])
    return Pipeline([("columns", columns), ("model", estimator)])


@pytest.fixture(scope="module")
def classifier():
    Z = encoded()
    y = np.where(value_of(Z) + np.random.default_rng(1).normal(size=ROWS) > 3, "yes", "no")
    model = BroughtClassifier(by_columns(LogisticRegression()), columns=COLUMNS, categorical_features=[2])
    return model.fit(Z, y), Z, y


def test_a_frame_has_the_values_that_pandas_would_read():
    Z = np.array([[1.5, 2, 0, 1, 2024, 2, 3, 19754], [np.nan, 3, -1, 0, 2024, 2, 3, np.nan]])
    columns = (
        ("size", "number", 0, ()), ("rooms", "whole", 1, ()), ("place", "level", 2, LEVELS),
        ("flag", "flag", 3, (False, True)), ("day", "date", 4, ()), ("text", "date_text", 4, ()),
    )  # fmt: skip

    frame = as_frame(Z, columns)

    assert frame["rooms"].tolist() == [2, 3] and frame["rooms"].dtype == np.int64
    assert frame["place"].tolist() == ["hill", OTHER]
    assert frame["flag"].tolist() == [True, False] and frame["flag"].dtype == bool
    assert frame["day"][0] == pd.Timestamp("2024-02-01") and frame["day"].isna().tolist() == [False, True]
    assert frame["text"][0] == "2024-02-01"
    assert frame.isna().to_numpy()[1].tolist() == [True, False, False, False, True, True]


def test_answers_are_those_of_the_pipeline_itself(classifier):
    model, Z, _ = classifier

    own = model.estimator_.predict_proba(as_frame(Z, COLUMNS))

    assert np.allclose(model.predict_proba(Z), own, atol=1e-12)
    assert model.classes_.tolist() == ["no", "yes"]


def test_reasons_add_up_exactly_and_say_that_they_are_estimates(classifier):
    model, Z, _ = classifier

    scores, parts = model.explain(Z[:20])

    assert np.abs(scores - model.reference_score_ - parts.sum(axis=1)).max() < 1e-9
    assert model.is_exact_ is False
    assert np.allclose(model.link_inverse(model.reference_score_[None])[0], model.reference_)


def test_one_row_is_explained_as_in_its_batch(classifier):
    model, Z, _ = classifier

    assert np.allclose(model.explain(Z[3:4])[1][0], model.explain(Z[:8])[1][3], atol=1e-12)


def test_reasons_of_a_sum_are_its_summands():
    Z = encoded()
    Z[:, 0] = np.nan_to_num(Z[:, 0])
    y = value_of(Z)
    features = np.column_stack([Z, Z[:, 2] == 1])

    class Sum(RegressorMixin, BaseEstimator):
        def fit(self, X, y):
            self.line_ = LinearRegression().fit(features, y)
            return self

        def predict(self, X):
            return self.line_.predict(np.column_stack([X, X[:, 2] == 1]))

    model = BroughtRegressor(Sum(), categorical_features=[2]).fit(Z, y)
    _, parts = model.explain(Z)
    centred = parts[:, :, 0] - parts[:, :, 0].mean(axis=0)
    wanted = np.column_stack([3.0 * Z[:, 0], 0.5 * Z[:, 1], 2.0 * (Z[:, 2] == 1)])

    assert np.abs(centred - (wanted - wanted.mean(axis=0))).mean() < 0.2 * np.abs(centred).mean()


def test_antithetic_orders_miss_nothing_of_the_sum():
    rng = np.random.RandomState(0)
    background, case = rng.normal(size=(20, 4)), rng.normal(size=4)

    def scores(Z):
        return (Z[:, 0] * Z[:, 1] + np.exp(Z[:, 2]) + Z[:, 3])[:, None]

    game = (random_orders(4, 20, rng), background, np.arange(4))
    found = contributions(case, np.ones(4, dtype=bool), game, scores)

    assert found.sum() == pytest.approx(float((scores(case[None])[0] - scores(background).mean(axis=0))[0]))


def test_made_up_rows_hold_no_row():
    Z = np.random.default_rng(0).normal(size=(100, 3))
    mixed = mixed_rows(Z, [(0,), (1, 2)], np.random.RandomState(0))

    assert not {tuple(row) for row in mixed.tolist()} & {tuple(row) for row in Z.tolist()}
    assert {tuple(pair) for pair in mixed[:, 1:].tolist()} <= {tuple(pair) for pair in Z[:, 1:].tolist()}


def test_a_value_that_the_pipeline_refuses_is_answered_by_an_average_case():
    Z = np.nan_to_num(encoded())
    y = np.where(value_of(Z) > 3, "yes", "no")
    strict = by_columns(LogisticRegression(), unknown="error")
    model = BroughtClassifier(strict, columns=COLUMNS, categorical_features=[2], permutations=50).fit(Z, y)
    case = np.array([[0.2, 4.0, -1.0]])

    known = np.concatenate([model.predict_proba(np.array([[0.2, 4.0, code]])) for code in (0.0, 1.0, 2.0)])
    chance = model.predict_proba(case)[0, 1]
    _, parts = model.explain(case)

    assert known[:, 1].min() < chance < known[:, 1].max()
    assert abs(parts[0, 2, 0]) < 0.5 * np.abs(parts[0]).max()


def test_one_that_came_fitted_stays_as_it_is(classifier):
    model, Z, y = classifier
    fitted = BroughtClassifier(model.estimator_, columns=COLUMNS, categorical_features=[2], fitted=True)

    again = clone(fitted).fit(Z[:50], y[:50])

    assert again.estimator_ is model.estimator_
    assert np.allclose(again.predict_proba(Z), model.predict_proba(Z))


def test_classes_are_found_by_name_in_whatever_order_they_stand():
    class Reversed(ClassifierMixin, BaseEstimator):
        def fit(self, X, y):
            self.classes_ = np.array([1, 0])
            return self

        def predict_proba(self, X):
            return np.tile([0.9, 0.1], (len(X), 1))

    Z = encoded()
    brought = Reversed().fit(None, None)
    model = BroughtClassifier(brought, fitted=True, class_names=("0", "1")).fit(Z, np.array(["0", "1"] * (ROWS // 2)))

    assert model.predict_proba(Z[:1])[0] == pytest.approx([0.1, 0.9])
    assert [class_text(name) for name in (True, 1.0, np.int64(3), "a")] == ["True", "1", "3", "a"]


def test_several_classes_keep_their_chances():
    Z = encoded()
    y = np.array(LEVELS)[np.digitize(np.nan_to_num(Z[:, 0]), [-0.5, 0.5])]
    model = BroughtClassifier(make_pipeline(SimpleImputer(), LogisticRegression()), permutations=5).fit(Z, y)

    scores, parts = model.explain(Z[:5])

    assert np.allclose(model.predict_proba(Z), model.estimator_.predict_proba(Z), atol=1e-5)
    assert np.abs(scores - model.reference_score_ - parts.sum(axis=1)).max() < 1e-9


def test_a_wide_table_is_explained_in_bounded_time_and_memory():
    random = np.random.default_rng(0)
    Z = random.normal(size=(200, 150))
    y = np.where(Z[:, 0] > 0, "yes", "no")
    model = BroughtClassifier(RandomForestClassifier(5, random_state=0)).fit(Z, y)

    tracemalloc.start()
    started = time.process_time()
    model.explain(Z[:1])
    taken, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert taken < 10
    assert peak < 300 * 2**20
