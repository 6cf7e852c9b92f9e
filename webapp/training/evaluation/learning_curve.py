"""Would more rows help? The chosen estimator learned again from a quarter and from half of the rows."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier

from webapp.training.metrics.losses import row_losses

QUARTERS = 4
MANY_ROWS = 10_000  # from here on one part of each size is enough: another one would say the same
FEWEST_ROWS = 40  # of all training rows
FEWEST_OF_CLASS = 8  # so that each quarter has two rows of every class
FITS_OF_ALL, FITS_OF_ONE_EACH = 2.0, 0.75  # in fits of all rows
NO_TIME = "Whether more rows would help was not tried: no time was left"
BEYOND = 1.96
WORTH_IT = 0.01  # of the loss: what doubling the rows must save to be worth collecting them
AT_MOST = 0.03  # of the loss: where not even this much is possible, more rows help little
SHRINKS = (0.25, 1.0)  # the next doubling saves this share of the last one, at least and at most


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The loss on the holdout after learning from so many rows, with its range."""

    rows: int
    loss: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MoreRows:
    """
    verdict: 'help', 'little', 'no' or 'unknown'. `saved` is what the last doubling took off the loss, as a share of it,
    with its range, and `next` what another one may.
    """

    verdict: str
    sentence: str
    saved: float | None = None
    low: float | None = None
    high: float | None = None
    next: float | None = None


@dataclass(frozen=True)
class LearningCurve:
    points: tuple[CurvePoint, ...]
    more_rows: MoreRows


@dataclass(frozen=True)
class Lesson:
    """
    What is learned from, Z (n, e) and y (n,), and the rows of the holdout that judge it; `fit_s` is about how long
    learning from all rows takes.
    """

    estimator: Any
    Z: np.ndarray
    y: np.ndarray
    held_Z: np.ndarray
    held_y: np.ndarray
    classes: tuple[str, ...]
    seed: int
    fit_s: float = 0.0

    def losses(self, rows: np.ndarray) -> np.ndarray:
        """Of each row of the holdout, after learning from these rows only."""
        fitted = plain_copy(self.estimator).fit(self.Z[rows], self.y[rows])
        answer = fitted.predict_proba if is_classifier(fitted) else fitted.predict
        return row_losses(self.held_y, answer(self.held_Z), self.classes)


def plain_copy(estimator: Any) -> Any:
    """An unfitted copy without what costs time and hardly moves the loss: tables of reasons, a calibrator."""
    copied = clone(estimator)
    known = copied.get_params()
    spared = {"explained": False, "calibration": "none"}
    return copied.set_params(**{name: value for name, value in spared.items() if name in known})


def learning_curve(lesson: Lesson, whole: np.ndarray, allowed_s: float) -> LearningCurve:
    """`whole` (m,) are the losses after learning from all rows; sizes that the time does not allow are left out."""
    left = _left_out(lesson, allowed_s)
    if left:
        return LearningCurve((), MoreRows("unknown", left))
    parts = _quarters(lesson)
    started, plan = time.monotonic(), _plan(lesson, allowed_s)
    of_size: list[np.ndarray] = []
    for sizes in plan:
        if of_size and 2 * (time.monotonic() - started) > allowed_s:
            return LearningCurve((), MoreRows("unknown", NO_TIME))
        of_size.append(np.stack([lesson.losses(np.concatenate([parts[place] for place in size])) for size in sizes]))
    rows = [sum(len(parts[place]) for place in sizes[0]) for sizes in plan] + [len(lesson.y)]
    whole = whole if _is_plain(lesson.estimator) else lesson.losses(np.arange(len(lesson.y)))
    points = [_point(count, losses) for count, losses in zip(rows, [*of_size, whole[None]], strict=True)]
    return LearningCurve(tuple(points), _more_rows(points, of_size[-1], whole))


def _left_out(lesson: Lesson, allowed_s: float) -> str:
    if lesson.estimator.get_params().get("fitted"):
        return "It was fitted elsewhere, on rows that are not known here, so whether more would help is not known"
    if allowed_s <= FITS_OF_ONE_EACH * lesson.fit_s:
        return NO_TIME
    rarest = int(np.unique(lesson.y, return_counts=True)[1].min()) if lesson.classes else len(lesson.y)
    if len(lesson.y) < FEWEST_ROWS or rarest < FEWEST_OF_CLASS:
        return "There are too few rows to learn from parts of them, so whether more would help is not known"
    return ""


def _quarters(lesson: Lesson) -> list[np.ndarray]:
    """Four parts without a common row, every class in each of them alike."""
    random = np.random.default_rng(lesson.seed)
    shuffled = random.permutation(len(lesson.y))
    if lesson.classes:
        shuffled = shuffled[np.argsort(lesson.y[shuffled], kind="stable")]
    return [np.sort(shuffled[start::QUARTERS]) for start in range(QUARTERS)]


def _plan(lesson: Lesson, allowed_s: float) -> Sequence[Sequence[tuple[int, ...]]]:
    """Which quarters each fit learns from: all quarters and both halves, of many rows or in little time one of each."""
    quarters, halves = ((0,), (1,), (2,), (3,)), ((0, 1), (2, 3))
    one_each = len(lesson.y) > MANY_ROWS or FITS_OF_ALL * lesson.fit_s > allowed_s
    return (quarters[:1], halves[:1]) if one_each else (quarters, halves)


def _is_plain(estimator: Any) -> bool:
    return estimator.get_params().get("calibration", "none") == "none"


def _point(rows: int, losses: np.ndarray) -> CurvePoint:
    mean, error = _mean_and_error(losses)
    return CurvePoint(rows, mean, max(mean - BEYOND * error, 0.0), mean + BEYOND * error)


def _mean_and_error(values: np.ndarray) -> tuple[float, float]:
    """Of values (fits, rows): rows differ, and so do fits."""
    of_rows = values.mean(axis=0).var(ddof=1) / values.shape[1]
    of_fits = values.mean(axis=1).var(ddof=1) / len(values) if len(values) > 1 else 0.0
    return float(values.mean()), float(np.sqrt(of_rows + of_fits))


def _more_rows(points: Sequence[CurvePoint], half: np.ndarray, whole: np.ndarray) -> MoreRows:
    loss = points[-1].loss
    if not loss > 0:
        return MoreRows("no", "It makes no errors on the rows kept back, so more rows would not help")
    mean, error = _mean_and_error(half - whole)
    saved, low, high = (value / loss for value in (mean, mean - BEYOND * error, mean + BEYOND * error))
    before = points[0].loss - points[-2].loss
    shrinks = np.clip(mean / before, *SHRINKS) if before > 0 else SHRINKS[1]
    coming = max(float(saved * shrinks), 0.0)
    verdict = _verdict(low, high, coming)
    doubled = f"Twice the rows, {points[-2].rows:,} to {points[-1].rows:,}, "
    did = f"took {_percent(saved)} off the loss ({_percent(low)} to {_percent(high)})"
    if high < 0:
        did = f"added {_percent(-saved)} to the loss ({_percent(-high)} to {_percent(-low)})"
    elif low <= 0:
        did = f"changed the loss by no more than chance does ({_percent(-high)} to {_percent(-low)})"
    so = _CONCLUSIONS[verdict] if low > 0 or verdict != "little" else "more rows would help little, if at all"
    return MoreRows(verdict, f"{doubled}{did}: {so.format(coming=_percent(coming))}", saved, low, high, coming)


_CONCLUSIONS = {
    "help": "more rows would probably help, twice as many again by about {coming}",
    "little": "more rows would help little, twice as many again by about {coming}",
    "no": "more rows would hardly help",
    "unknown": "these rows cannot tell whether more would help",
}


def _verdict(low: float, high: float, coming: float) -> str:
    if low > 0:
        return "help" if coming >= WORTH_IT else "little"
    return "no" if high < WORTH_IT else "little" if high < AT_MOST else "unknown"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%".replace("-", "\u2212")
