"""How far a figure would move if other rows had been kept back: the same rows drawn again and again, with repeats."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

DRAWS = 1000
FEWEST_DRAWS = 200
CELLS = 40_000_000  # rows times draws: with very many rows fewer draws do, for the figures hardly move
CELLS_AT_ONCE = 300_000  # so that one part stays in the processor's own memory
CERTAINTY = 0.95
MOST_UNDEFINED = 0.1  # of the draws; a figure that more of them do not have gets no range

Drawn = Callable[[np.ndarray], np.ndarray]  # weights (b, n) -> figure of each draw (b,) or (b, k)


@dataclass(frozen=True, slots=True)
class Band:
    """A figure with the range in which it would lie for 95 of 100 other samples of as many rows."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Resamples:
    """How often each of `rows` rows is in each draw; the same for every figure, so that figures can be paired."""

    rows: int
    seed: int = 0
    most: int = DRAWS

    @property
    def draws(self) -> int:
        return int(np.clip(CELLS // max(self.rows, 1), FEWEST_DRAWS, DRAWS).clip(max=self.most))

    @cached_property
    def counts(self) -> np.ndarray:
        """(draws, rows) whole numbers; each line sums to the number of rows."""
        random = np.random.default_rng(self.seed)
        counts = np.empty((self.draws, self.rows), dtype=np.uint8)
        for line in counts:
            line[:] = np.bincount(random.integers(self.rows, size=self.rows), minlength=self.rows)
        return counts

    def weights(self) -> Iterator[np.ndarray]:
        """The counts as floats, a part (b, rows) at a time."""
        step = max(1, CELLS_AT_ONCE // max(self.rows, 1))
        for start in range(0, self.draws, step):
            yield self.counts[start : start + step].astype(np.float64)

    def drawn(self, *figures: Drawn) -> list[np.ndarray]:
        """Each figure in every draw: (draws,) or (draws, k)."""
        parts = [[figure(weights) for figure in figures] for weights in self.weights()]
        return [np.concatenate(of_figure) for of_figure in zip(*parts, strict=True)]


def range_of(drawn: np.ndarray, certainty: float = CERTAINTY) -> tuple[float, float] | None:
    """The middle share of the draws; None where too many of them do not have the figure."""
    known = drawn[np.isfinite(drawn)]
    if len(known) < (1.0 - MOST_UNDEFINED) * len(drawn) or not len(known):
        return None
    low, high = np.quantile(known, [(1.0 - certainty) / 2.0, (1.0 + certainty) / 2.0])
    return float(low), float(high)


def band_of(value: float, drawn: np.ndarray) -> Band | None:
    """The figure with its range; None where it has none."""
    found = range_of(drawn)
    return None if found is None or not np.isfinite(value) else Band(float(value), *found)


def mean_of(values: np.ndarray) -> Drawn:
    """The mean over rows of values (n,)."""
    return lambda weights: weights @ values / weights.sum(axis=1)
