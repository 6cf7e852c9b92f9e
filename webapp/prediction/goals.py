"""
What a change should bring about, and how far an answer is on the way there.

A spec may say which outcome is wanted, or whether a number should be higher or lower. Where it does not, two classes
are asked what would bring the case to the other side of the rule, several what would make the answer another one, and
of a number nobody knows which way is better.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from webapp.prediction.values import Prediction
from webapp.schema import Target

HIGHER, LOWER = "higher", "lower"
EVEN = 0.5  # the rule of a model that nobody gave another one
# A change that brings a case nowhere is worth saying from here on. Five points are also what the page calls a close
# call: less than that nobody should act on. Of a number a tenth of its range, which is what one case may be off anyway.
LEAST_POINTS = 0.05
LEAST_OF_RANGE, LEAST_OF_OBSERVED = 0.1, 0.05
SETTLED, UNSAID = "settled", "unsaid"  # why there is no goal


@dataclass(frozen=True, slots=True)
class Goal:
    """
    More (`sign` 1) or less (-1) of column `column` of the answers: a class's chance, or the number.

    It is reached at `limit`; of several classes (`is_many`) when that class is the answer, or is no more. `least` is
    the smallest change worth saying.
    """

    column: int
    sign: int
    present: float
    least: float
    limit: float | None = None
    is_many: bool = False

    def gains(self, answers: np.ndarray) -> np.ndarray:
        """(n,) how far each answer (n, K) is from the present one, more being better."""
        return self.sign * (answers[:, self.column] - self.present)

    def clearly_reached(self, answers: np.ndarray) -> np.ndarray:
        """(n,) whether each is further beyond the limit than a close call is."""
        beyond = 0.0 if self.limit is None else self.sign * (answers[:, self.column] - self.limit) - self.least
        return self.reached(answers) & (beyond >= 0.0)

    def reached(self, answers: np.ndarray) -> np.ndarray:
        """(n,) whether each answer is where it should be."""
        if self.is_many:
            is_answer = answers.argmax(axis=1) == self.column
            return is_answer if self.sign > 0 else ~is_answer
        if self.limit is None:
            return np.zeros(len(answers), dtype=bool)
        at = answers[:, self.column]
        return at >= self.limit if self.sign > 0 else at < self.limit


def goal_for(target: Target, present: Prediction, wanted: str, threshold: float | None) -> Goal | str:
    """The goal of one case, or SETTLED or UNSAID; a `wanted` that this target does not know says nothing."""
    if target.task == "number":
        return _of_number(target, present, wanted)
    if target.task == "many":
        return _of_several(target.classes, present, wanted)
    column = target.classes.index(target.positive)
    limit = EVEN if threshold is None else threshold
    is_above = present.probability >= limit
    if wanted in target.classes and (wanted == target.positive) == is_above:
        return SETTLED
    return Goal(column, -1 if is_above else 1, present.probability, LEAST_POINTS, limit)


def _of_several(classes: Sequence[str], present: Prediction, wanted: str) -> Goal | str:
    if wanted == present.answer:
        return SETTLED
    sought = wanted if wanted in classes else present.answer
    sign = 1 if wanted in classes else -1
    return Goal(classes.index(sought), sign, present.probabilities[sought], LEAST_POINTS, is_many=True)


def _of_number(target: Target, present: Prediction, wanted: str) -> Goal | str:
    if wanted not in (HIGHER, LOWER):
        return UNSAID
    if present.interval is not None:
        least = LEAST_OF_RANGE * (present.interval.high - present.interval.low)
    else:
        low, high = target.observed or (present.value, present.value)
        least = LEAST_OF_OBSERVED * (high - low)
    return Goal(0, 1 if wanted == HIGHER else -1, present.value, least)
