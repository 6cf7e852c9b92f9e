"""The cases of one day as columns: what was asked and answered, and what happened, as far as it is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Cases:
    """
    Columns of the same length. `rows` hold the values of the fields; `decided` is the class that an answer came down
    to; `happened` what really happened, None where that is not known, `delays` days until somebody knew.
    """

    rows: Sequence[Mapping[str, Any]]
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
        return len(self.rows)

    @property
    def known(self) -> np.ndarray:
        return np.array([what is not None for what in self.happened], dtype=bool)

    def column(self, name: str) -> list[Any]:
        return [row.get(name) for row in self.rows]
