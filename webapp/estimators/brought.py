"""
An estimator or pipeline that somebody brought, behind what every model here can do.

It is asked in the shape that it takes: the encoded columns as they are, or a DataFrame made of them as pandas reads
such columns.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import expit, logit, softmax

from webapp.estimators.explained import OF_BOTH, ExplainedClassifier, ExplainedRegressor, mean_of
from webapp.estimators.frames import FrameColumn
from webapp.estimators.trying_out import TriedOut
from webapp.parsing.shown import typed_text

PERMUTATIONS = 50
LEAST_CHANCE = 1e-12  # whatever an estimator says: the logarithm of nothing is not a number
LEAST_TOLD_APART = 0.01  # of several classes: below it a chance may fall as it likes and is no reason for anything


class BroughtClassifier(TriedOut, ExplainedClassifier):
    """A classifier that gives chances. `fitted` True: it is used as it is, and `fit` only looks at what it says.

    `columns` describe the DataFrame that it takes, None for the encoded columns themselves; `groups` hold the encoded
    columns of each input, None where each is one. `categorical_features` are the columns that hold level codes.
    `class_names` are the classes of one that came fitted, in their order, for a target that holds their numbers.
    """

    def __init__(  # noqa: PLR0913 - scikit-learn wants every setting as a parameter of its own
        self,
        estimator,
        columns: Sequence[FrameColumn] | None = None,
        groups: Sequence[Sequence[int]] | None = None,
        categorical_features: Sequence[int] | None = None,
        fitted: bool = False,
        class_names: Sequence[str] | None = None,
        permutations: int = PERMUTATIONS,
        random_state: int = 0,
    ):
        self.estimator = estimator
        self.columns = columns
        self.groups = groups
        self.categorical_features = categorical_features
        self.fitted = fitted
        self.class_names = class_names
        self.permutations = permutations
        self.random_state = random_state

    def fit(self, X, y):
        X, codes = self._training_codes(X, y)
        self._learn(X, self.classes_[codes])
        own = [class_text(name) for name in self.estimator_.classes_]
        self.places_ = [own.index(self._name_of(name)) for name in self.classes_]
        self.reference_ = np.bincount(codes) / len(codes)
        level = np.log(self.reference_)
        self._look_around(X, level[1:] - level[:1] if len(level) == 2 else level)
        return self

    def _name_of(self, name: Any) -> str:
        return class_text(name) if self.class_names is None or isinstance(name, str) else self.class_names[int(name)]

    def link_inverse(self, scores: np.ndarray) -> np.ndarray:
        """Return the probability of each class."""
        if scores.shape[1] == 1:
            return expit(scores * OF_BOTH)
        return softmax(scores, axis=1)

    def _as_scores(self, given: Any) -> np.ndarray:
        chances = np.asarray(self.estimator_.predict_proba(given), dtype=float)[:, self.places_]
        return self._to_scores(chances)

    def _worth(self, scores: np.ndarray) -> np.ndarray:
        """What reasons are told in: the chance of the second of two classes, or logarithms of several chances."""
        if scores.shape[1] == 1:
            return expit(scores)
        return np.log(np.maximum(softmax(scores, axis=1), LEAST_TOLD_APART))

    def _averaged(self, scores: np.ndarray) -> np.ndarray:
        return self._to_scores(self.link_inverse(scores).mean(axis=0)[None])[0]

    @staticmethod
    def _to_scores(chances: np.ndarray) -> np.ndarray:
        chances = np.clip(chances, LEAST_CHANCE, 1.0 - LEAST_CHANCE)
        return logit(chances[:, 1:]) if chances.shape[1] == 2 else np.log(chances)


class BroughtRegressor(TriedOut, ExplainedRegressor):
    """A regressor; the rest is as in `BroughtClassifier`."""

    log_target_ = False

    def __init__(  # noqa: PLR0913 - scikit-learn wants every setting as a parameter of its own
        self,
        estimator,
        columns: Sequence[FrameColumn] | None = None,
        groups: Sequence[Sequence[int]] | None = None,
        categorical_features: Sequence[int] | None = None,
        fitted: bool = False,
        permutations: int = PERMUTATIONS,
        random_state: int = 0,
    ):
        self.estimator = estimator
        self.columns = columns
        self.groups = groups
        self.categorical_features = categorical_features
        self.fitted = fitted
        self.permutations = permutations
        self.random_state = random_state

    def fit(self, X, y):
        X, y = self._training_values(X, y)
        self._learn(X, y)
        self.reference_ = mean_of(y)
        self._look_around(X, self.reference_)
        return self

    def link_inverse(self, scores: np.ndarray) -> np.ndarray:
        """Return the values that belong to scores."""
        return scores[:, 0].copy()

    def _as_scores(self, given: Any) -> np.ndarray:
        return np.asarray(self.estimator_.predict(given), dtype=float).reshape(-1, 1)

    @staticmethod
    def _worth(scores: np.ndarray) -> np.ndarray:
        return scores

    @staticmethod
    def _averaged(scores: np.ndarray) -> np.ndarray:
        return scores.mean(axis=0)


def class_text(name: Any) -> str:
    """A class as a table has it: 1.0 and 1 are '1', True is 'True'."""
    if isinstance(name, bool | np.bool_ | str):
        return str(name)
    return typed_text(float(name))
