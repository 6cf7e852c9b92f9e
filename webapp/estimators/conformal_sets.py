"""Sets of classes that hold the real one as often as promised, from chances of rows the model had not seen."""

from math import ceil

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from webapp.estimators.boosting import without_reasons
from webapp.parsing.shown import round_outward

FIGURES = 3  # of the least chance, rounded down, for it is that of one row


class ConformalClassifier(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """
    A classifier whose `predict_set` holds the real class of the stated share of new cases like the training rows.

    A set has every class whose chance is at least `least_chance_`, chosen so that the real class of that share of rows
    in `cv` held-out folds reached it. The most probable class is always in the set, so a classifier that is right more
    often than `coverage` covers more.
    """

    def __init__(self, classifier, coverage: float = 0.9, cv: int = 5, random_state: int = 0):
        self.classifier = classifier
        self.coverage = coverage
        self.cv = cv
        self.random_state = random_state

    def fit(self, X, y, held_out_scores=None):
        """`held_out_scores` (rows, scores) of the same classifier without calibration save `cv` fits."""
        if not 0.0 < self.coverage < 1.0:
            raise ValueError(f"coverage is {self.coverage}; it must lie between 0 and 1")
        X, y = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan", ensure_min_samples=2)
        check_classification_targets(y)
        if held_out_scores is None:
            held_out_scores = self._held_out(X, y)
        known = {"held_out_scores": held_out_scores} if hasattr(self.classifier, "calibration") else {}
        self.classifier_ = clone(self.classifier).fit(X, y, **known)
        self.classes_ = self.classifier_.classes_
        codes = np.searchsorted(self.classes_, y)
        chances = self.classifier_.link_inverse(self.classifier_.calibrated(held_out_scores))
        own = chances[np.arange(len(codes)), codes]
        self.least_chance_ = _reached_by(own, self.coverage)
        self.covered_ = float(np.mean(own >= self.least_chance_))
        self.several_ = round(float(np.mean(self.sets_of(chances).sum(axis=1) > 1)), FIGURES)
        return self

    def predict(self, X) -> np.ndarray:
        check_is_fitted(self)
        return self.classifier_.predict(X)

    def predict_proba(self, X) -> np.ndarray:
        check_is_fitted(self)
        return self.classifier_.predict_proba(X)

    def decision_function(self, X) -> np.ndarray:
        check_is_fitted(self)
        return self.classifier_.decision_function(X)

    def predict_set(self, X) -> np.ndarray:
        """Return for each row which classes the set holds (rows, classes)."""
        return self.sets_of(self.predict_proba(X))

    def sets_of(self, chances: np.ndarray) -> np.ndarray:
        """The sets that belong to chances (rows, classes)."""
        return (chances >= self.least_chance_) | (chances == chances.max(axis=1, keepdims=True))

    def explain(self, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return scores and contributions of the classifier."""
        check_is_fitted(self)
        return self.classifier_.explain(Z)

    def link_inverse(self, scores: np.ndarray) -> np.ndarray:
        """Return the probability of each class."""
        return self.classifier_.link_inverse(scores)

    @property
    def reference_(self) -> np.ndarray:
        return self.classifier_.reference_

    @property
    def reference_score_(self) -> np.ndarray:
        return self.classifier_.reference_score_

    @property
    def is_exact_(self) -> bool:
        return self.classifier_.is_exact_

    @property
    def pairs_(self) -> tuple[tuple[int, int], ...]:
        return self.classifier_.pairs_

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _held_out(self, X: np.ndarray, y: np.ndarray) -> np.ndarray:
        classifier = without_reasons(self.classifier)
        if hasattr(classifier, "calibration"):
            classifier.set_params(calibration="none")
        rarest = int(np.unique(y, return_counts=True)[1].min())
        if rarest < 2:  # no fold can be held out: what the rows themselves give is all there is
            scores = classifier.fit(X, y).decision_function(X)
        else:
            folds = StratifiedKFold(min(self.cv, rarest), shuffle=True, random_state=self.random_state)
            scores = cross_val_predict(classifier, X, y, cv=folds, method="decision_function")
        return scores.reshape(len(y), -1)


def _reached_by(chances: np.ndarray, coverage: float) -> float:
    """Return the chance that a further case's real class reaches with this probability; 0 where rows are too few."""
    rank = ceil((len(chances) + 1) * coverage)
    if rank > len(chances):
        return 0.0
    place = len(chances) - rank
    return round_outward(float(np.partition(chances, place)[place]), 1.0, FIGURES)[0]
