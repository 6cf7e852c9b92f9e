"""How good the version is, from rows that it did not learn from."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sklearn.metrics import r2_score

from webapp.metrics import absolute_errors, area_under_curve, calibration_error, coverage
from webapp.training.losses import row_losses

DRAWS = 200  # simulated holdouts of a perfectly calibrated model
DECILE_ROWS = 100  # a decile with fewer rows is not judged alone


@dataclass(frozen=True)
class Calibration:
    """Errors as shares of 1: found, expected by chance alone, its 99th percentile, and the worst full decile's."""

    error: float
    by_chance: float
    at_most_by_chance: float
    worst_decile: float


@dataclass(frozen=True)
class Evaluation:
    """
    Holdout figures. `gain_over_baseline` and its standard error are in units of the loss, from out-of-fold and holdout
    rows together. `figures` are the named scores shown to people.
    """

    task: str
    holdout_rows: int
    loss_name: str
    loss: float
    baseline_loss: float
    gain_over_baseline: float
    gain_error: float
    figures: dict[str, float]
    calibration: Calibration | None = None
    coverage: float | None = None
    promised_coverage: float | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Judged:
    """What was said about the holdout rows (n,) and what was true; `predicted` is (n, K) for classes, (n,) else."""

    task: str
    truth: np.ndarray
    predicted: np.ndarray
    baseline: np.ndarray
    classes: tuple[str, ...] = ()
    positive: str = ""
    threshold: float = 0.5
    interval: np.ndarray | None = None
    promised: float | None = None


def evaluate(judged: Judged, out_of_fold_gain: np.ndarray, seed: int) -> Evaluation:
    """Judge the holdout; `out_of_fold_gain` (m,) is the loss of the baseline less the candidate's on training rows."""
    own = row_losses(judged.truth, judged.predicted, judged.classes)
    guessed = row_losses(judged.truth, judged.baseline, judged.classes)
    gain = np.concatenate([out_of_fold_gain, guessed - own])
    is_number = judged.task == "number"
    covered = None if judged.interval is None else coverage(judged.truth, judged.interval)
    return Evaluation(
        task=judged.task,
        holdout_rows=len(judged.truth),
        loss_name="mean absolute error" if is_number else "log loss",
        loss=float(own.mean()),
        baseline_loss=float(guessed.mean()),
        gain_over_baseline=float(gain.mean()),
        gain_error=float(gain.std(ddof=1) / np.sqrt(len(gain))),
        figures=_number_figures(judged) if is_number else _class_figures(judged),
        calibration=None if is_number else _calibration(judged, seed),
        coverage=covered,
        promised_coverage=None if covered is None else judged.promised,
    )


def _number_figures(judged: Judged) -> dict[str, float]:
    errors = absolute_errors(judged.truth, judged.predicted)
    return {
        "mean_absolute_error": float(errors.mean()),
        "median_absolute_error": float(np.median(errors)),
        "r2": float(r2_score(judged.truth, judged.predicted)) if len(errors) > 1 else 0.0,
    }


def _class_figures(judged: Judged) -> dict[str, float]:
    classes = np.array(judged.classes)
    answered = classes[judged.predicted.argmax(axis=1)]
    common = classes[judged.baseline.argmax(axis=1)]
    figures = {
        "accuracy": float(np.mean(answered == judged.truth)),
        "baseline_accuracy": float(np.mean(common == judged.truth)),
    }
    if judged.task == "binary":
        figures |= _binary_figures(judged)
    return figures


def _binary_figures(judged: Judged) -> dict[str, float]:
    is_positive = judged.truth == judged.positive
    probability = judged.predicted[:, judged.classes.index(judged.positive)]
    flagged = probability >= judged.threshold
    both = float(np.sum(flagged & is_positive))
    figures = {"flagged_share": float(flagged.mean()), "base_rate": float(is_positive.mean())}
    if flagged.any():
        figures["precision"] = both / float(flagged.sum())
    if is_positive.any():
        figures["recall"] = both / float(is_positive.sum())
    if is_positive.any() and not is_positive.all():
        figures["auc"] = area_under_curve(is_positive, probability)
    return figures


def _calibration(judged: Judged, seed: int) -> Calibration:
    """For two classes of the positive one's chance, for more of the answered class's."""
    if judged.task == "binary":
        probability = judged.predicted[:, judged.classes.index(judged.positive)]
        happened = judged.truth == judged.positive
    else:
        probability = judged.predicted.max(axis=1)
        happened = judged.truth == np.array(judged.classes)[judged.predicted.argmax(axis=1)]
    random = np.random.default_rng(seed)
    chance = [calibration_error(random.random(len(probability)) < probability, probability) for _ in range(DRAWS)]
    return Calibration(
        error=calibration_error(happened, probability),
        by_chance=float(np.median(chance)),
        at_most_by_chance=float(np.quantile(chance, 0.99)),
        worst_decile=_worst_decile(happened, probability),
    )


def _worst_decile(happened: np.ndarray, probability: np.ndarray) -> float:
    deciles = np.array_split(np.argsort(probability, kind="stable"), 10)
    gaps = [abs(happened[rows].mean() - probability[rows].mean()) for rows in deciles if len(rows) >= DECILE_ROWS]
    return float(max(gaps, default=0.0))
