"""Tables that may only rise, or only fall: pushed there while they are fitted, and made exactly so at the end."""

from dataclasses import dataclass

import numpy as np
from sklearn.isotonic import isotonic_regression

from webapp.estimators.design import Design

STRENGTH = 1e4  # times the weight of all rows: a wrong step is pressed flat, and the equations stay well posed

Pressure = list[tuple[slice, np.ndarray]]


@dataclass(frozen=True, slots=True)
class Fence:
    """The steps of the tables that have a direction, per design column; a negative product is a wrong step."""

    steps: tuple[tuple[slice, np.ndarray], ...]

    @classmethod
    def around(cls, design: Design) -> "Fence":
        parts = design.slices()
        steps = []
        for number, direction in design.directions.items():
            block, part = design.blocks[number], parts[number]
            rises = direction * np.diff(block.matrix[: block.in_order], axis=0)
            if rises.size:
                steps.append((slice(part.start + 1, part.stop + 1), rises))
        return cls(tuple(steps))

    def pressure(self, coefficients: np.ndarray, weight: float) -> Pressure:
        """Return what to add to the equations so that the wrong steps of these coefficients become flat."""
        found: Pressure = []
        for part, rises in self.steps:
            wrong = rises[rises @ coefficients[part] < 0.0]
            if len(wrong):
                found.append((part, STRENGTH * weight * wrong.T @ wrong))
        return found


def in_direction(table: np.ndarray, counts: np.ndarray, in_order: int, direction: int) -> np.ndarray:
    """Return the nearest table (bins,) whose first `in_order` entries never go the wrong way."""
    nearest = table.copy()
    weights = np.maximum(counts[:in_order], 1.0).astype(float)
    ordered = isotonic_regression(table[:in_order], sample_weight=weights, increasing=direction > 0)
    # The last bits too: means of neighbouring stretches may come out in the wrong order by rounding.
    step = np.maximum if direction > 0 else np.minimum
    nearest[:in_order] = step.accumulate(ordered)
    return nearest
