"""What each term of a model has moved an answer, in the points that people are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.prediction.reasons import shares_of_answered_class, shares_of_scores
from webapp.schema import Target


@dataclass(frozen=True)
class Points:
    """
    Of one model: `in_order` has its place of each class of the schema, None for a number. `positive` is the class whose
    chance is always shown, None where it is that of the answer.
    """

    model: Any
    in_order: Sequence[int] | None
    positive: int | None

    def of(self, contributions: np.ndarray, answered: Sequence[int] | None) -> np.ndarray:
        """(n, terms) of contributions (n, terms, K); `answered` are the answers' places among the schema's classes."""
        if self.in_order is None:
            return self._of_scores(contributions)
        if self.positive is not None:
            points = self._of_scores(contributions)
            return 100.0 * (points if self.in_order[self.positive] == 1 else -points)
        start, link = self.model.reference_score_, self.model.link_inverse
        shares = [
            shares_of_answered_class(of_row, start, link, self.in_order[place])
            for of_row, place in zip(contributions, answered, strict=True)
        ]
        return 100.0 * np.array(shares).reshape(len(contributions), -1)

    def _of_scores(self, contributions: np.ndarray) -> np.ndarray:
        return shares_of_scores(contributions[:, :, 0], float(self.model.reference_score_[0]), self._link_of_one)

    def _link_of_one(self, scores: np.ndarray) -> np.ndarray:
        """(n,) scores to the values, or to the chances of the second class."""
        linked = self.model.link_inverse(scores[:, None])
        return linked if self.in_order is None else np.ascontiguousarray(linked[:, 1])


def positive_place(target: Target) -> int | None:
    return target.classes.index(target.positive) if len(target.classes) == 2 else None


def largest_first(points: np.ndarray) -> np.ndarray:
    """The terms of each row from the largest down."""
    return np.argsort(-np.abs(points), axis=1, kind="stable")
