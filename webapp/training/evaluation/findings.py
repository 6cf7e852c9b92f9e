"""
How good the version is, from rows that it did not learn from.

This module has the shape of everything that is known and puts it together; each part has a module of its own. Ranges
hold for 95 of 100 other samples of as many rows, unless a part says otherwise.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from webapp.metrics import coverage
from webapp.training.evaluation.answer_tables import (
    Confusion,
    Gain,
    OneClass,
    Residuals,
    confusion_of,
    each_class,
    gain_table,
    residual_table,
)
from webapp.training.evaluation.calibration import Calibration, CalibrationBin, calibration_of, calibration_table
from webapp.training.evaluation.importance import Importance
from webapp.training.evaluation.learning_curve import LearningCurve
from webapp.training.evaluation.measured import Measured, measured_figures
from webapp.training.evaluation.set_figures import SetFigures
from webapp.training.evaluation.slices import Slice
from webapp.training.evaluation.thresholds import Threshold, threshold_of_run
from webapp.training.metrics.bootstrap import Resamples
from webapp.training.metrics.judged import Judged
from webapp.training.metrics.named import Metric, metric_of
from webapp.training.spec.file import DecisionSpec

FIGURES = 6  # kept of every stored number


@dataclass(frozen=True)
class Evaluation:
    """
    Holdout figures. `gain_over_baseline` and its standard error are in units of the loss, from out-of-fold and holdout
    rows together. `figures` are the named scores, `intervals` their ranges, `metric` the one that the spec chose.
    What does not apply to the task, or was not looked at, is None or empty.
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
    metric: Measured | None = None
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)
    threshold: Threshold | None = None
    confusion: Confusion | None = None
    per_class: tuple[OneClass, ...] = ()
    calibration_table: tuple[CalibrationBin, ...] = ()
    gain: tuple[Gain, ...] = ()
    residuals: tuple[Residuals, ...] = ()
    slices: tuple[Slice, ...] = ()
    importance: tuple[Importance, ...] = ()
    group_importance: tuple[Importance, ...] = ()
    learning_curve: LearningCurve | None = None
    sets: SetFigures | None = None

    def to_json(self) -> dict[str, Any]:
        """
        As metadata.json keeps it: numbers to six figures, {"from": ...} for where the threshold comes from, the points
        of the learning curve, and beside them what follows for more rows.
        """
        document = asdict(self)
        curve = document.pop("learning_curve") or {"points": (), "more_rows": None}
        document |= {"learning_curve": curve["points"], "more_rows": curve["more_rows"]}
        if self.threshold is not None:
            document["threshold"]["from"] = document["threshold"].pop("origin")
        return _rounded(document)


@dataclass(frozen=True)
class Asked:
    """What a spec asks of the judging."""

    metric: Metric | None = None
    decision: DecisionSpec = field(default_factory=DecisionSpec)


def evaluate(judged: Judged, out_of_fold_gain: np.ndarray, seed: int, asked: Asked = Asked()) -> Evaluation:
    """Judge the holdout; `out_of_fold_gain` (m,) is the loss of the baseline less the candidate's on training rows."""
    gain = np.concatenate([out_of_fold_gain, judged.baseline_losses - judged.losses])
    resamples = Resamples(len(judged), seed)
    measured = measured_figures(judged, asked.metric or metric_of("", judged.task), resamples)
    parts = _of_number(judged) if judged.is_number else _of_classes(judged, seed)
    if judged.is_binary:
        parts |= {
            "threshold": threshold_of_run(asked.decision, judged, seed),
            "gain": gain_table(judged, resamples),
        }
    return Evaluation(
        task=judged.task,
        holdout_rows=len(judged),
        loss_name="mean absolute error" if judged.is_number else "log loss",
        loss=float(judged.losses.mean()),
        baseline_loss=float(judged.baseline_losses.mean()),
        gain_over_baseline=float(gain.mean()),
        gain_error=float(gain.std(ddof=1) / np.sqrt(len(gain))),
        figures=measured.figures,
        intervals=measured.intervals,
        metric=measured.chosen,
        **parts,
    )


def _of_number(judged: Judged) -> dict[str, Any]:
    has_ranges = judged.interval is not None
    return {
        "residuals": residual_table(judged),
        "coverage": coverage(judged.truth, judged.interval) if has_ranges else None,
        "promised_coverage": judged.promised if has_ranges else None,
    }


def _of_classes(judged: Judged, seed: int) -> dict[str, Any]:
    confusion = confusion_of(judged)
    return {
        "calibration": calibration_of(judged, seed),
        "calibration_table": calibration_table(judged),
        "confusion": confusion,
        "per_class": each_class(confusion),
    }


def _rounded(value: Any) -> Any:
    """Floats to six figures, however deep they lie."""
    if isinstance(value, dict):
        return {key: _rounded(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return float(f"{value:.{FIGURES}g}") if isinstance(value, float) else value
