"""What was said about the rows kept back, and what was true of them."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from webapp.training.metrics.losses import row_losses

HALF = 0.5


@dataclass(frozen=True)
class Judged:
    """
    The holdout rows (n,): `truth`, what was predicted, and what the same guess for everybody would have been.

    `predicted` and `baseline` are (n, K) for classes, in the order of `classes`, and (n,) for a number. `interval` is
    (n, 2), meant to hold the share `promised` of the values.
    """

    task: str
    truth: np.ndarray
    predicted: np.ndarray
    baseline: np.ndarray
    classes: tuple[str, ...] = ()
    positive: str = ""
    threshold: float = HALF
    interval: np.ndarray | None = None
    promised: float | None = None

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def is_number(self) -> bool:
        return self.task == "number"

    @property
    def is_binary(self) -> bool:
        return self.task == "binary"

    @cached_property
    def codes(self) -> np.ndarray:
        """The position of each true class in `classes`."""
        order = np.argsort(np.array(self.classes), kind="stable")
        return order[np.searchsorted(np.array(self.classes)[order], self.truth)]

    @cached_property
    def answered(self) -> np.ndarray:
        """The position of the most probable class; with two classes the one that the threshold decides for."""
        if not self.is_binary:
            return self.predicted.argmax(axis=1)
        at = self.classes.index(self.positive)
        return np.where(self.flagged, at, 1 - at)

    @cached_property
    def happened(self) -> np.ndarray:
        """Of two classes: whether the positive one was true. Of several: whether the most probable one was."""
        if self.is_binary:
            return self.truth == self.positive
        return self.codes == self.predicted.argmax(axis=1)

    @cached_property
    def chance(self) -> np.ndarray:
        """The chance of what `happened` counts."""
        if self.is_binary:
            return self.predicted[:, self.classes.index(self.positive)]
        return self.predicted.max(axis=1)

    @cached_property
    def flagged(self) -> np.ndarray:
        return self.chance >= self.threshold

    @cached_property
    def losses(self) -> np.ndarray:
        return row_losses(self.truth, self.predicted, self.classes)

    @cached_property
    def baseline_losses(self) -> np.ndarray:
        return row_losses(self.truth, self.baseline, self.classes)

    @cached_property
    def covered(self) -> np.ndarray:
        """Whether the range held the value; only where there are ranges."""
        return (self.interval[:, 0] <= self.truth) & (self.truth <= self.interval[:, 1])

    @cached_property
    def guessing(self) -> "Judged":
        """The same rows, judged as if everybody had got the same guess."""
        return replace(self, predicted=self.baseline, interval=None, promised=None)

    def only(self, rows: np.ndarray) -> "Judged":
        """A part of the rows, by their positions or as a mask."""
        return replace(
            self,
            truth=self.truth[rows],
            predicted=self.predicted[rows],
            baseline=self.baseline[rows],
            interval=None if self.interval is None else self.interval[rows],
        )
