"""Tables of what was answered against what was true: counts, each class, who is found first, errors by size."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from webapp.parsing.shown import round_outward
from webapp.training.evaluation.rounded_edges import rounded_edges
from webapp.training.metrics.bootstrap import CERTAINTY, Resamples, range_of
from webapp.training.metrics.judged import Judged
from webapp.training.metrics.of_ranking import share_found

SHARES = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])
FEWEST_ROWS = 10  # no group of fewer rows shows what happened in it
RANGES = 5
RANGE_ROWS = 20  # fewer ranges where they would hold fewer rows
FIGURES = 3  # of an error that may be one row's own


@dataclass(frozen=True, slots=True)
class Confusion:
    """`counts[true][answered]` in the order of `classes`; two classes are answered at `threshold`."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class OneClass:
    """How a class fares: of its rows the share answered so, of the answers the share that is right."""

    name: str
    rows: int
    answered: int
    recall: float | None
    precision: float | None


@dataclass(frozen=True, slots=True)
class Gain:
    """Looking at the `share` of cases with the highest chance finds so much of all positive ones, with its range."""

    share: float
    found: float
    low: float
    high: float
    lift: float


@dataclass(frozen=True, slots=True)
class Residuals:
    """
    Rows whose estimate lies from `least` to `most`: how far estimates are too high on average (negative: too low) with
    its range, how far off they are half of the time, and how often the range held the real value.
    """

    least: float
    most: float
    rows: int
    error: float
    low: float
    high: float
    typical: float
    mean_absolute: float
    coverage: float | None = None
    coverage_low: float | None = None
    coverage_high: float | None = None
    width: float | None = None


def confusion_of(judged: Judged) -> Confusion:
    counts = np.zeros((len(judged.classes), len(judged.classes)), dtype=int)
    np.add.at(counts, (judged.codes, judged.answered), 1)
    lines = tuple(tuple(line) for line in counts.tolist())
    return Confusion(judged.classes, lines, judged.threshold if judged.is_binary else None)


def each_class(confusion: Confusion) -> tuple[OneClass, ...]:
    """Classes with too few rows are only counted."""
    counts = np.array(confusion.counts)
    found = []
    for at, name in enumerate(confusion.classes):
        rows, answered, right = int(counts[at].sum()), int(counts[:, at].sum()), int(counts[at, at])
        recall = right / rows if rows >= FEWEST_ROWS else None
        precision = right / answered if answered >= FEWEST_ROWS else None
        found.append(OneClass(name, rows, answered, recall, precision))
    return tuple(found)


def gain_table(judged: Judged, resamples: Resamples) -> tuple[Gain, ...]:
    """Nothing where only one class was true."""
    if not 0 < judged.happened.sum() < len(judged):
        return ()
    shares = SHARES[SHARES * len(judged) >= FEWEST_ROWS]
    figure = share_found(judged.happened, judged.chance, shares)
    found = figure(np.ones((1, len(judged))))[0]
    [drawn] = resamples.drawn(figure)
    ranges = [range_of(column) or (0.0, 1.0) for column in drawn.T]
    return tuple(
        Gain(float(share), float(value), low, high, float(value / share))
        for share, value, (low, high) in zip(shares, found, ranges, strict=True)
    )


def residual_table(judged: Judged) -> tuple[Residuals, ...]:
    """By ranges of the estimate, of about equal counts."""
    ranges = int(np.clip(len(judged) // RANGE_ROWS, 1, RANGES))
    edges = rounded_edges(judged.predicted, ranges)
    places = np.searchsorted(edges, judged.predicted, side="right")
    ends = [_outer(judged.predicted, -1), *edges, _outer(judged.predicted, 1)]
    found = [(place, np.flatnonzero(places == place)) for place in range(len(edges) + 1)]
    return tuple(
        _residuals(judged, rows, (float(ends[place]), float(ends[place + 1])))
        for place, rows in found
        if len(rows) >= FEWEST_ROWS
    )


def _residuals(judged: Judged, rows: np.ndarray, ends: tuple[float, float]) -> Residuals:
    errors = judged.predicted[rows] - judged.truth[rows]
    margin = stats.t.ppf((1.0 + CERTAINTY) / 2.0, len(rows) - 1) * errors.std(ddof=1) / np.sqrt(len(rows))
    known = {}
    if judged.interval is not None:
        held = int(judged.covered[rows].sum())
        band = stats.binomtest(held, len(rows)).proportion_ci(CERTAINTY, method="wilson")
        known = {
            "coverage": held / len(rows),
            "coverage_low": float(band.low),
            "coverage_high": float(band.high),
            "width": float(np.diff(judged.interval[rows], axis=1).mean()),
        }
    mean = float(errors.mean())
    return Residuals(
        *ends,
        rows=len(rows),
        error=mean,
        low=mean - float(margin),
        high=mean + float(margin),
        typical=float(f"{np.median(np.abs(errors)):.{FIGURES}g}"),
        mean_absolute=float(np.abs(errors).mean()),
        **known,
    )


def _outer(values: np.ndarray, side: int) -> float:
    """The end of the values, rounded away from them to two figures."""
    low, high = round_outward(float(values.min()), float(values.max()))
    return low if side < 0 else high
