"""Several classes are learned together: one score each, and their softmax is the chance."""

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.multiclass import OneVsRestClassifier

from webapp.estimators.additive import AdditiveClassifier
from webapp.estimators.design import BinningRule, build_design
from webapp.estimators.penalties import fit_softmax

ROWS = 500


def table(rows=ROWS, seed=0):
    """Four classes of which the scores, not one against the rest, are additive."""
    random = np.random.default_rng(seed)
    Z = random.normal(size=(rows, 4))
    scores = np.column_stack(
        [1.5 * Z[:, 0], np.sin(2 * Z[:, 1]) * 2 + Z[:, 0], Z[:, 2] + Z[:, 3] ** 2 - 1, 0 * Z[:, 0]]
    )
    chances = softmax(scores, axis=1)
    return Z, np.array([random.choice(4, p=row) for row in chances]), chances


def test_with_the_penalty_fixed_it_is_scikit_learns_logistic_regression(monkeypatch):
    monkeypatch.setattr("webapp.estimators.penalties.PENALTY_LIMITS", (10.0, 10.0))
    monkeypatch.setattr("webapp.estimators.penalties.SETTLED_AFTER", 200)
    Z, codes, _ = table(200)
    _, design = build_design(np.round(Z[:, :2]), BinningRule(frozenset(), 256, 5, 3))
    long = np.hstack([block.matrix[block.codes] for block in design.blocks])

    fits = fit_softmax(design, codes, max_iter=200)
    oracle = LogisticRegression(C=1.0 / 10.0, tol=1e-10, max_iter=10_000).fit(long, codes)

    ours = softmax(np.column_stack([one.coefficients[0] + long @ one.coefficients[1:] for one in fits]), axis=1)
    np.testing.assert_allclose(ours, oracle.predict_proba(long), atol=2e-4)


def test_chances_are_nearer_to_the_truth_than_one_class_against_the_rest():
    Z, codes, _ = table(1500)
    new, _, truth = table(3000, seed=1)

    together = AdditiveClassifier().fit(Z, codes).predict_proba(new)
    apart = OneVsRestClassifier(AdditiveClassifier()).fit(Z, codes).predict_proba(new)

    assert np.abs(together - truth).mean() < 0.95 * np.abs(apart - truth).mean()


def test_two_classes_are_the_same_as_two_of_several():
    """The softmax of two scores is a logistic curve of their difference."""
    Z, _, _ = table()
    codes = (Z[:, 0] + np.random.default_rng(2).normal(size=ROWS) > 0).astype(int)
    _, design = build_design(Z, BinningRule(frozenset(), 256, 5, 3))

    fits = fit_softmax(design, codes, max_iter=12)
    two = AdditiveClassifier().fit(Z, codes).decision_function(Z)

    scores = [one.coefficients[0] + design.total(one.coefficients[1:]) for one in fits]
    assert np.corrcoef(scores[1] - scores[0], two)[0, 1] > 0.99


@pytest.mark.parametrize("order", [[2, 0, 3, 1], [3, 2, 1, 0]])
def test_the_names_of_the_classes_change_nothing(order):
    Z, codes, _ = table()
    names = np.array(["a", "b", "c", "d"])
    first = AdditiveClassifier().fit(Z, names[codes])
    renamed = AdditiveClassifier().fit(Z, names[np.array(order)][codes])

    np.testing.assert_allclose(renamed.predict_proba(Z)[:, order], first.predict_proba(Z), atol=0.02)


def test_chances_sum_to_one_and_none_is_ever_nothing():
    Z, codes, _ = table()
    chances = AdditiveClassifier().fit(Z, codes).predict_proba(1e6 * Z)

    assert chances.sum(axis=1) == pytest.approx(1.0)
    assert (chances > 0).all()


def test_the_average_case_has_the_shares_of_the_classes():
    Z, codes, _ = table()
    model = AdditiveClassifier().fit(Z, codes)

    assert model.link_inverse(model.reference_score_[None])[0] == pytest.approx(np.bincount(codes) / ROWS)


def test_columns_that_say_the_same_share_their_effect_when_asked_to():
    """Eight noisy readings of one thing: alone each is weak, and the mean of all is what counts."""
    random = np.random.default_rng(5)
    truth = random.normal(size=160)
    Z = truth[:, None] + 0.6 * random.normal(size=(160, 8))
    y = truth > 0
    folds = StratifiedKFold(5, shuffle=True, random_state=0)

    own, shared = (
        cross_val_predict(AdditiveClassifier(spread=spread), Z, y, cv=folds, method="decision_function")
        for spread in (False, True)
    )

    loss_own, loss_shared = (np.logaddexp(0.0, np.where(y, -scores, scores)).mean() for scores in (own, shared))
    assert loss_shared < loss_own
