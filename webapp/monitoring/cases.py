"""The cases of one day as columns: what was asked and answered, and what happened, as far as it is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Cases:
    """
    Columns of the same length. `fields` are the values of each field by its name; `decided` is the class that an
    answer came down to; `happened` what really happened, None where that is not known, `delays` days until somebody
    knew.
    """

    fields: Mapping[str, Sequence[Any]]
    channels: Sequence[str]
    lights: Sequence[str]
    answered: Sequence[str]
    decided: Sequence[str]
    thresholds: np.ndarray  # NaN: none
    probability: np.ndarray
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    happened: Sequence[str | None]
    delays: np.ndarray
    overridden: np.ndarray
    probabilities: Sequence[Mapping[str, float] | None] = field(default_factory=tuple)

    def __len__(self) -> int:
        return len(self.channels)

    @property
    def known(self) -> np.ndarray:
        return np.array([what is not None for what in self.happened], dtype=bool)

    def column(self, name: str) -> Sequence[Any]:
        return self.fields[name] if name in self.fields else [None] * len(self)


def as_numbers(column: Sequence[Any]) -> np.ndarray:
    """NaN where there is none, or a text that another version of the model wrote down under this name."""
    try:
        return np.array(column, dtype=float)
    except (TypeError, ValueError):
        return np.array([_number(value) for value in column], dtype=float)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")
