"""A prediction is a sum of table entries, the same bits for one row as for a million."""

import math
import pickle
import pickletools
from bisect import bisect_right

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.estimators.additive import AdditiveClassifier, AdditiveRegressor

ROWS = 300
CATEGORIES = [1]


def learned(estimator, target):
    random = np.random.default_rng(11)
    X = np.column_stack([random.normal(size=ROWS), random.integers(0, 5, ROWS), random.exponential(size=ROWS)])
    X[random.random(X.shape) < 0.05] = np.nan
    scores = np.nan_to_num(X[:, 0]) + (X[:, 1] == 2) + random.normal(size=ROWS)
    return estimator.set_params(categorical_features=CATEGORIES).fit(X, target(scores))


MODELS = {
    "two classes": learned(AdditiveClassifier(), lambda scores: scores > 0.3),
    "three classes": learned(AdditiveClassifier(), lambda scores: np.digitize(scores, [-0.5, 1.0])),
    "values": learned(AdditiveRegressor(log_target=False), lambda scores: scores),
    "logarithms": learned(AdditiveRegressor(log_target=True), np.exp),
}
CELLS = st.one_of(st.floats(-1e300, 1e300), st.integers(-1, 7).map(float), st.just(math.nan))
TABLES = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=40).map(np.array)


def answers(model, Z):
    return model.predict_proba(Z) if hasattr(model, "classes_") else model.predict(Z)


@pytest.fixture(params=list(MODELS))
def model(request):
    return MODELS[request.param]


@settings(deadline=None, max_examples=60)
@given(Z=TABLES, name=st.sampled_from(list(MODELS)))
def test_one_row_equals_its_batch_bit_for_bit(Z, name):
    model = MODELS[name]
    scores, contributions = model.explain(Z)
    together = answers(model, Z)

    for i in range(len(Z)):
        one_score, one_contribution = model.explain(Z[i : i + 1])
        assert one_score.tobytes() == scores[i].tobytes()
        assert one_contribution.tobytes() == contributions[i].tobytes()
        assert answers(model, Z[i : i + 1]).tobytes() == together[i].tobytes()


@settings(deadline=None, max_examples=30)
@given(Z=TABLES, name=st.sampled_from(list(MODELS)), copies=st.sampled_from([2, 13, 500]))
def test_neither_the_layout_nor_the_size_of_a_table_changes_a_bit(Z, name, copies):
    model = MODELS[name]
    expected = answers(model, Z)
    tiled = np.tile(Z, (copies, 1))
    strided = np.repeat(tiled, 2, axis=0)[::2]

    for same in (tiled, np.asfortranarray(tiled), strided):
        assert answers(model, same)[: len(Z)].tobytes() == expected.tobytes()
    assert model.link_inverse(model.explain(tiled)[0][::-1])[::-1][: len(Z)].tolist() == expected.tolist()


def test_rows_beyond_one_chunk_are_the_same_rows(model):
    Z = np.tile([[0.2, 1.0, 3.0], [math.nan, -1.0, math.nan]], (5000, 1))
    scores, contributions = model.explain(Z)

    assert scores.shape[0] == contributions.shape[0] == 10_000
    assert (scores == np.tile(scores[:2], (5000, 1))).all()
    assert (answers(model, Z)[-2:] == answers(model, Z[:2])).all()


@settings(deadline=None, max_examples=60)
@given(Z=TABLES, name=st.sampled_from(list(MODELS)))
def test_contributions_add_up_to_the_score_and_the_score_gives_the_answer(Z, name):
    model = MODELS[name]
    scores, contributions = model.explain(Z)

    assert contributions.shape == (*Z.shape, scores.shape[1])
    np.testing.assert_allclose(model.reference_score_ + contributions.sum(axis=1), scores, atol=1e-9, rtol=0)
    assert answers(model, Z).tobytes() == model.link_inverse(scores).tobytes()


@settings(deadline=None, max_examples=60)
@given(Z=TABLES, name=st.sampled_from(list(MODELS)))
def test_a_look_up_by_hand_gives_the_same_score(Z, name):
    model = MODELS[name]
    scores, _ = model.explain(Z)

    for row, score in zip(Z.tolist(), scores, strict=True):
        by_hand = None
        for j, (value, (low, high)) in enumerate(zip(row, model.bounds_, strict=True)):
            table = model.table_[low + j : high + j + 1]
            entry = table[-1] if math.isnan(value) else table[bisect_right(model.edges_[low:high], value)]
            by_hand = entry if by_hand is None else by_hand + entry
        assert (by_hand + model.reference_score_).tobytes() == score.tobytes()


def test_the_reference_case_scores_the_average_outcome(model):
    reference = model.link_inverse(model.reference_score_[None, :]).ravel()

    np.testing.assert_allclose(reference, model.reference_, rtol=1e-12)


def test_an_unknown_level_contributes_what_a_rare_one_does(model):
    _, contributions = model.explain(np.array([[0.0, -1.0, 1.0], [0.0, 99.0, 1.0]]))

    assert (contributions[0] == contributions[1]).all()


def test_an_explanation_is_exact(model):
    assert model.is_exact_ is True


def test_the_probabilities_of_a_row_sum_to_one_whatever_the_scores():
    scores = np.array([[-1e4, -1e4, -1e4], [1e4, 0.0, -1e4], [800.0, 800.0, 800.0]])
    probabilities = MODELS["three classes"].link_inverse(scores)

    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    assert np.isfinite(MODELS["logarithms"].link_inverse(np.array([[1e5]]))).all()


def test_the_decision_function_is_the_score():
    Z = np.zeros((4, 3))

    assert MODELS["two classes"].decision_function(Z).shape == (4,)
    assert MODELS["three classes"].decision_function(Z).shape == (4, 3)


def test_a_pickle_is_small_and_holds_nothing_but_plain_data(model):
    packed = pickle.dumps(model)
    words = [arg for op, arg, _ in pickletools.genops(packed) if isinstance(arg, str)]
    modules = {word for word in words if word.split(".")[0] in {"scipy", "sklearn", "webapp", "builtins", "copyreg"}}

    assert len(packed) < 20_000
    assert modules == {"webapp.estimators.additive"}
    assert (answers(pickle.loads(packed), np.zeros((2, 3))) == answers(model, np.zeros((2, 3)))).all()
