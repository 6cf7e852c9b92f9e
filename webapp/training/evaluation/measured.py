"""All named figures of the holdout with their ranges, and the chosen one beside guessing."""

from dataclasses import dataclass

import numpy as np

from webapp.training.metrics.bootstrap import Drawn, Resamples, range_of
from webapp.training.metrics.judged import Judged
from webapp.training.metrics.named import Metric, metrics_of

MIDDLE_FIGURES = 3  # kept of a median, which may be one row's own error
MIDDLES = ("median_absolute_error",)


@dataclass(frozen=True, slots=True)
class Measured:
    """
    The chosen metric with its range; `baseline` is what the same guess for everybody scores. `gain` is how much better
    than that it is, with the range of the difference on the same rows: positive is better, whichever way the metric
    goes. None where these rows do not have it.
    """

    name: str
    label: str
    words: str
    better: str
    value: float | None
    low: float | None = None
    high: float | None = None
    baseline: float | None = None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None


@dataclass(frozen=True)
class MeasuredFigures:
    figures: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    chosen: Measured


def measured_figures(judged: Judged, metric: Metric, resamples: Resamples) -> MeasuredFigures:
    """Every figure of the task that these rows have; all from the same draws."""
    drawing = _figures_of(judged)
    everyone = np.ones((1, len(judged)))
    values = {name: float(figure(everyone)[0]) for name, figure in drawing.items()}
    known = [name for name, value in values.items() if np.isfinite(value)]
    drawn = resamples.drawn(*(drawing[name] for name in known)) if known else []
    ranges = {name: range_of(of_figure) for name, of_figure in zip(known, drawn, strict=True)}
    return MeasuredFigures(
        figures={name: _kept(name, values[name]) for name in known},
        intervals={name: found for name, found in ranges.items() if found is not None},
        chosen=_chosen(judged, metric, resamples),
    )


def _figures_of(judged: Judged) -> dict[str, Drawn]:
    figures = {metric.name: metric.of(judged) for metric in metrics_of(judged.task)}
    if judged.is_number:
        return figures if judged.interval is not None else _without(figures, "pinball")
    common = judged.baseline.argmax(axis=1)
    figures["baseline_accuracy"] = _share(common == judged.codes)
    if judged.is_binary:
        figures |= {"flagged_share": _share(judged.flagged), "base_rate": _share(judged.happened)}
    return figures


def _without(figures: dict[str, Drawn], name: str) -> dict[str, Drawn]:
    return {other: figure for other, figure in figures.items() if other != name}


def _share(rows: np.ndarray) -> Drawn:
    return lambda weights: weights @ rows / weights.sum(axis=1)


def _kept(name: str, value: float) -> float:
    return float(f"{value:.{MIDDLE_FIGURES}g}") if name in MIDDLES else value


def _chosen(judged: Judged, metric: Metric, resamples: Resamples) -> Measured:
    own, guessing = metric.of(judged), metric.of(judged.guessing)
    everyone = np.ones((1, len(judged)))
    value, baseline = (float(figure(everyone)[0]) for figure in (own, guessing))
    if not np.isfinite(value):
        return Measured(metric.name, metric.label, metric.words, metric.better, None)
    few = Resamples(resamples.rows, resamples.seed, metric.draws) if metric.draws < resamples.draws else resamples
    drawn, guessed = few.drawn(own, guessing)
    sign = 1.0 if metric.better == "higher" else -1.0
    low, high = range_of(drawn) or (None, None)
    has_baseline = bool(np.isfinite(baseline))
    gain_low, gain_high = (range_of(sign * (drawn - guessed)) if has_baseline else None) or (None, None)
    return Measured(
        metric.name, metric.label, metric.words, metric.better, _kept(metric.name, value), low, high,
        baseline=baseline if has_baseline else None,
        gain=sign * (value - baseline) if has_baseline else None,
        gain_low=gain_low,
        gain_high=gain_high,
    )  # fmt: skip
