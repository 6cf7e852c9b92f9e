"""Both boosting estimators keep scikit-learn's contract and the product's own."""

import pickle
import pickletools

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from webapp.estimators.boosting import BoostingClassifier, BoostingRegressor


@parametrize_with_checks(
    [
        BoostingClassifier(max_iter=8),
        BoostingClassifier(max_iter=8, calibration="sigmoid"),
        BoostingRegressor(max_iter=20),
    ]
)
def test_scikit_learn_accepts_the_estimator(estimator, check):
    check(estimator)


def two_classes():
    X, y = load_breast_cancer(return_X_y=True)
    return BoostingClassifier(max_iter=30, calibration="sigmoid").fit(X, y), X, y


def three_classes():
    X, y = load_wine(return_X_y=True)
    return BoostingClassifier(max_iter=30, calibration="sigmoid").fit(X, np.array(["a", "b", "c"])[y]), X, y


def values():
    X, y = load_diabetes(return_X_y=True)
    return BoostingRegressor(max_iter=30).fit(X, y), X, y


def logarithms():
    X, y = load_diabetes(return_X_y=True)
    return BoostingRegressor(max_iter=30, log_target=True).fit(X, y), X, y


@pytest.fixture(scope="module", params=[two_classes, three_classes, values, logarithms], ids=lambda make: make.__name__)
def fitted(request):
    return request.param()


def answers(model, X):
    return model.predict_proba(X) if hasattr(model, "predict_proba") else model.predict(X)


def test_contributions_and_reference_add_up_to_the_score(fitted):
    model, X, _ = fitted

    scores, contributions = model.explain(X[:60])

    assert contributions.shape == (60, X.shape[1], len(model.reference_score_))
    assert np.abs(model.reference_score_ + contributions.sum(axis=1) - scores).max() < 1e-9


def test_answers_are_those_of_the_explained_scores(fitted):
    model, X, _ = fitted

    scores, _ = model.explain(X[:60])

    assert np.array_equal(model.link_inverse(scores), answers(model, X[:60]))


def test_one_row_equals_its_batch(fitted):
    model, X, _ = fitted
    batch_scores, batch = model.explain(X[:10])

    for i in range(10):
        scores, contributions = model.explain(X[i : i + 1])
        assert np.array_equal(scores[0], batch_scores[i])
        assert np.array_equal(contributions[0], batch[i])
        assert np.abs(answers(model, X[i : i + 1])[0] - answers(model, X)[i]).max() < 1e-12


def test_the_reference_case_scores_the_average(fitted):
    model, _, y = fitted
    average = np.bincount(y) / len(y) if hasattr(model, "classes_") else [y.mean()]

    assert model.reference_ == pytest.approx(average)
    assert np.ravel(model.link_inverse(model.reference_score_[None])) == pytest.approx(average)


def test_training_rows_are_on_average_near_the_reference_case(fitted):
    model, X, _ = fitted

    _, contributions = model.explain(X)

    spread = contributions.std(axis=0).max()
    assert np.abs(contributions.mean(axis=0)).max() < spread


def test_the_same_seed_learns_the_same(fitted):
    model, X, y = fitted
    again = clone(model).fit(X, y)

    assert np.array_equal(again.explain(X[:20])[0], model.explain(X[:20])[0])
    assert np.array_equal(again.explain(X[:20])[1], model.explain(X[:20])[1])


def test_a_fitted_estimator_is_pickled_without_a_class_of_scikit_learn(fitted):
    model, X, _ = fitted
    stored = pickle.dumps(model, protocol=4)
    names = [arg for op, arg, _ in pickletools.genops(stored) if op.name == "SHORT_BINUNICODE"]

    assert not [name for name in names if name.startswith("sklearn")]
    assert np.array_equal(pickle.loads(stored).explain(X[:5])[1], model.explain(X[:5])[1])


def test_no_row_and_no_value_of_a_number_is_stored():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 3))
    model = BoostingRegressor(max_iter=20).fit(X, X[:, 0] * X[:, 1])

    kept = {**vars(model.trees_), **vars(model.games_), **vars(model.order_), **vars(model)}
    arrays = [np.ravel(value) for value in kept.values() if isinstance(value, np.ndarray) and value.dtype == float]
    assert np.intersect1d(np.concatenate(arrays), X).size == 0


def test_an_unfitted_estimator_says_so():
    with pytest.raises(NotFittedError):
        BoostingRegressor().explain(np.zeros((1, 2)))


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"calibration": "isotonic"}, "calibration is 'isotonic'"),
        ({"max_leaf_nodes": 65}, "from 2 to 64"),
        ({"categorical_features": [2]}, "outside 0 to 1"),
        ({"categorical_features": [-1]}, "outside 0 to 1"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(settings, complaint):
    with pytest.raises(ValueError, match=complaint):
        BoostingClassifier(**settings).fit(np.zeros((4, 2)), [0, 1, 0, 1])


def test_a_log_target_that_is_not_positive_is_refused():
    with pytest.raises(ValueError, match="positive"):
        BoostingRegressor(log_target=True).fit(np.zeros((3, 1)), [1.0, 2.0, 0.0])


@pytest.mark.parametrize(
    "bad", [np.zeros((1, 2)), np.zeros(3), np.full((1, 3), np.inf), np.zeros((0, 3)), np.array([["a", "b", "c"]])]
)
def test_explain_complains_about_the_same_input_as_predict(bad):
    model = BoostingRegressor(max_iter=2).fit(np.arange(12.0).reshape(4, 3), [1.0, 2.0, 3.0, 4.0])

    with pytest.raises(ValueError) as complaint:
        model.explain(bad)
    with pytest.raises(ValueError) as expected:
        model.predict(bad)
    assert str(complaint.value) == str(expected.value)
