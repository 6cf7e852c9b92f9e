"""How an answer changes over the usual range of each number, everything else as given: one call for all of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from webapp.prediction.allowed_changes import round_numbers, usual_range
from webapp.prediction.predictor import Predictor
from webapp.schema import NUMBERS, Value

MOST_POINTS = 20  # of one curve between its two ends


@dataclass(frozen=True, slots=True)
class Curve:
    """The answers (n,) to one row with field `position` at each of `numbers`."""

    position: int
    numbers: tuple[float, ...]
    answers: tuple[float, ...]

    @property
    def span(self) -> float:
        return max(self.answers) - min(self.answers)


def curves(predictor: Predictor, values: Sequence[Value], column: int) -> list[Curve]:
    """One curve for each number with a usual range; `column` is that of the class whose chance is drawn, or 0."""
    points = {position: _numbers(predictor, position, value) for position, value in enumerate(values)}
    points = {position: numbers for position, numbers in points.items() if len(numbers) > 1}
    if not points:
        return []
    rows = np.empty((sum(map(len, points.values())), len(values)), dtype=object)
    rows[:] = list(values)
    start = 0
    for position, numbers in points.items():
        rows[start : start + len(numbers), position] = numbers
        start += len(numbers)
    answers = iter(predictor.screen(rows)[0][:, column].tolist())
    return [
        Curve(position, tuple(numbers), tuple(next(answers) for _ in numbers)) for position, numbers in points.items()
    ]


def _numbers(predictor: Predictor, position: int, own: Value) -> list[float]:
    """Round numbers, both ends of the usual range, and the case's own where it lies between them."""
    feature = predictor.schema.features[position]
    ends = usual_range(feature) if feature.kind in NUMBERS else None
    if ends is None:
        return []
    low, high = (math.ceil(ends[0]), math.floor(ends[1])) if feature.kind == "integer" else ends
    inside = [own] if own is not None and low <= own <= high else []
    return sorted({float(low), *round_numbers(feature, *ends, MOST_POINTS), float(high), *inside})
