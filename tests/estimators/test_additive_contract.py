"""Both additive estimators keep scikit-learn's contract."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from webapp.estimators.additive import AdditiveClassifier, AdditiveRegressor


@parametrize_with_checks([AdditiveClassifier(max_iter=4), AdditiveRegressor(max_iter=4)])
def test_scikit_learn_accepts_the_estimator(estimator, check):
    check(estimator)


@pytest.mark.parametrize("columns", [[2], [-1], [0, 5]])
def test_a_category_column_that_does_not_exist_is_refused(columns):
    with pytest.raises(ValueError, match="outside 0 to 1"):
        AdditiveClassifier(categorical_features=columns).fit(np.zeros((4, 2)), [0, 1, 0, 1])


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="only one class"):
        AdditiveClassifier().fit(np.zeros((4, 2)), ["same"] * 4)


def test_a_log_target_that_is_not_positive_is_refused():
    with pytest.raises(ValueError, match="positive"):
        AdditiveRegressor(log_target=True).fit(np.zeros((3, 1)), [1.0, 2.0, 0.0])


@pytest.mark.parametrize(
    "bad", [np.zeros((1, 2)), np.zeros(3), np.full((1, 3), np.inf), np.zeros((0, 3)), np.array([["a", "b", "c"]])]
)
def test_explain_complains_about_the_same_input_as_predict(bad):
    model = AdditiveRegressor().fit(np.arange(12.0).reshape(4, 3), [1.0, 2.0, 3.0, 4.0])

    with pytest.raises(ValueError) as complaint:
        model.explain(bad)
    with pytest.raises(ValueError) as expected:
        model.predict(bad)
    assert str(complaint.value) == str(expected.value)


def test_explain_takes_whatever_predict_takes():
    X = np.arange(12).reshape(4, 3)
    model = AdditiveRegressor().fit(X, [1.0, 2.0, 3.0, 4.0])

    scores, _ = model.explain(X.tolist())

    assert model.link_inverse(scores).tolist() == model.predict(X).tolist()


def test_the_classes_keep_their_names():
    X = np.repeat([[0.0], [1.0]], 10, axis=0)
    model = AdditiveClassifier().fit(X, np.repeat(["no", "yes"], 10))

    assert model.classes_.tolist() == ["no", "yes"]
    assert model.predict([[0.0], [1.0]]).tolist() == ["no", "yes"]
