"""What the model says about one case: small frozen values that no later stage can change."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Interval:
    """The range that held the real value in `coverage` (a share) of past cases like this one."""

    low: float
    high: float
    coverage: float


class Reason(NamedTuple):
    """
    The part of one input, or of several told as one, in the answer against the average case; of two inputs what they
    say only together.

    `points` are percentage points of the probability, or the target's own unit; `direction` is "up" or "down". A file
    of cases has a million of them, which is why they are tuples: made in a quarter of the time.
    """

    feature: str
    label: str
    value_text: str
    points: float
    direction: str


@dataclass(frozen=True, slots=True)
class CareFlag:
    """Why to treat one estimate with care; `code` as in the list of webapp.prediction.care."""

    code: str
    feature: str
    text: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """
    The answer to one row.

    Classes: `answer` is the most probable class, `probability` that of the positive class where there are two and of
    the answered class otherwise, `reference` the base rate of the same class; the real class is one of `possible` as
    often as the model promises, the answer first, () where that was not worked out. Numbers: `value` with its
    `interval`, `reference` the mean. `light` is green, amber or red. `reasons` hold every input, the largest first;
    their points sum to the difference between the answer and the reference. () where they could not be found out.
    """

    answer: str
    label: str
    probability: float | None
    probabilities: dict[str, float] | None
    value: float | None
    interval: Interval | None
    reference: float
    reasons: tuple[Reason, ...]
    warnings: tuple[CareFlag, ...]
    light: str
    version: str
    possible: tuple[str, ...] = ()
