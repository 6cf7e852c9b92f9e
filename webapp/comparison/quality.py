"""How close both versions come to what really happened, on the same rows: losses, and whether chances are honest."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.comparison.answers import Answers
from webapp.comparison.rows import Rows
from webapp.comparison.sides import Side
from webapp.metrics import absolute_errors, calibration_error, log_losses

FEWEST_ROWS = 30
BEYOND_NOISE = 2.58  # two-sided 1 %
NOTABLE = 0.02  # of the loss; a smaller difference matters to nobody, however sure it is
BINS = 10
DRAWS = 200


@dataclass(frozen=True)
class Quality:
    """
    Mean losses, their paired difference (after less before) with its standard error, and calibration of both.

    `calibration` holds a line for each bin: mean chance and frequency, before and after; {} for numbers.
    """

    rows: int
    loss_name: str
    before: float
    after: float
    difference: float
    error: float
    calibration_error: tuple[float, float] | None = None
    calibration_noise: float = 0.0
    calibration: tuple[dict[str, Any], ...] = ()

    @property
    def is_other(self) -> bool:
        """Whether one is closer to what happened, beyond chance and by enough to matter."""
        is_sure = abs(self.difference) > BEYOND_NOISE * self.error
        return is_sure and abs(self.difference) > NOTABLE * max(self.before, self.after)

    @property
    def less_honest(self) -> bool:
        """Whether the chances of the later version are further off than those of the earlier one, beyond chance."""
        if self.calibration_error is None:
            return False
        before, after = self.calibration_error
        return after - before > self.calibration_noise


def quality_of(a: Side, b: Side, rows: Rows, answers: Answers, seed: int) -> Quality | None:
    """None where outcomes are not known, or not in words that both versions know."""
    if rows.truth is None:
        return None
    truth = b.outcomes(rows.truth[answers.kept], rows.decimal)
    if not answers.classes:
        return _of_numbers(truth.astype(float), answers)
    if set(a.schema.target.classes) != set(b.schema.target.classes):
        return None
    return _of_classes(truth, answers, seed)


def _of_numbers(truth: np.ndarray, answers: Answers) -> Quality | None:
    known = ~np.isnan(truth)
    if known.sum() < FEWEST_ROWS:
        return None
    losses = [absolute_errors(truth[known], side[known, 0]) for side in (answers.before, answers.after)]
    return Quality(**_paired(*losses), loss_name="mean absolute error")


def _of_classes(truth: np.ndarray, answers: Answers, seed: int) -> Quality | None:
    codes = np.array([-1 if name is None else answers.classes.index(name) for name in truth])
    known = codes >= 0
    if known.sum() < FEWEST_ROWS:
        return None
    codes, before, after = codes[known], answers.before[known], answers.after[known]
    chances = [_shown(side, before) for side in (before, after)]
    happened = [_happened(side, before, codes) for side in (before, after)]
    errors = tuple(calibration_error(was, chance) for was, chance in zip(happened, chances, strict=True))
    return Quality(
        **_paired(log_losses(codes, before), log_losses(codes, after)),
        loss_name="log loss",
        calibration_error=errors,
        calibration_noise=_noise(happened, chances, seed),
        calibration=_table(happened, chances),
    )


def _paired(before: np.ndarray, after: np.ndarray) -> dict[str, Any]:
    difference = after - before
    return {
        "rows": len(difference),
        "before": float(before.mean()),
        "after": float(after.mean()),
        "difference": float(difference.mean()),
        "error": float(difference.std(ddof=1) / np.sqrt(len(difference))),
    }


def _shown(answers: np.ndarray, first: np.ndarray) -> np.ndarray:
    """The chance of the last of two classes, or of the class that the earlier version answers with."""
    return answers[:, -1] if answers.shape[1] == 2 else answers[np.arange(len(first)), first.argmax(axis=1)]


def _happened(answers: np.ndarray, first: np.ndarray, codes: np.ndarray) -> np.ndarray:
    return codes == 1 if answers.shape[1] == 2 else codes == first.argmax(axis=1)


def _noise(happened: list[np.ndarray], chances: list[np.ndarray], seed: int) -> float:
    """What the difference of the two errors hardly exceeds by chance: over rows drawn again."""
    random = np.random.default_rng(seed)
    drawn = []
    for _ in range(DRAWS):
        chosen = random.integers(len(chances[0]), size=len(chances[0]))
        one, other = (
            calibration_error(was[chosen], chance[chosen]) for was, chance in zip(happened, chances, strict=True)
        )
        drawn.append(other - one)
    return float(BEYOND_NOISE * np.std(drawn))


def _table(happened: list[np.ndarray], chances: list[np.ndarray]) -> tuple[dict[str, Any], ...]:
    """Rows cut into tenths by each version's own chance."""
    sides = []
    for was, chance in zip(happened, chances, strict=True):
        bins = np.array_split(np.argsort(chance, kind="stable"), min(BINS, len(chance)))
        sides.append([(float(chance[rows].mean()), float(was[rows].mean()), len(rows)) for rows in bins])
    return tuple(
        {
            "chance_before": before[0],
            "happened_before": before[1],
            "chance_after": after[0],
            "happened_after": after[1],
            "rows": before[2],
        }
        for before, after in zip(*sides, strict=True)
    )
