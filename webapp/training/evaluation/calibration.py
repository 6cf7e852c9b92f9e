"""Whether stated chances come true: one figure with what chance alone would show, and a table by size of chance."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from webapp.metrics import calibration_error
from webapp.training.metrics.bootstrap import CERTAINTY
from webapp.training.metrics.judged import Judged

DRAWS = 200  # simulated holdouts of a perfectly calibrated model
BINS = 10
DECILE_ROWS = 100  # a decile with fewer rows is not judged alone
BIN_ROWS = 20  # fewer bins where they would hold fewer rows


@dataclass(frozen=True)
class Calibration:
    """Errors as shares of 1: found, expected by chance alone, its 99th percentile, and the worst full decile's."""

    error: float
    by_chance: float
    at_most_by_chance: float
    worst_decile: float


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """
    Rows with chances from `least` to `most`: what was said on average, how often it happened, and where that share
    would lie for 95 of 100 other samples of as many rows.
    """

    least: float
    most: float
    rows: int
    predicted: float
    happened: float
    low: float
    high: float


def calibration_of(judged: Judged, seed: int) -> Calibration:
    """For two classes of the positive one's chance, for more of the answered class's."""
    chance = judged.chance
    random = np.random.default_rng(seed)
    simulated = [calibration_error(random.random(len(chance)) < chance, chance) for _ in range(DRAWS)]
    return Calibration(
        error=calibration_error(judged.happened, chance),
        by_chance=float(np.median(simulated)),
        at_most_by_chance=float(np.quantile(simulated, 0.99)),
        worst_decile=_worst_decile(judged),
    )


def calibration_table(judged: Judged) -> tuple[CalibrationBin, ...]:
    """Bins of about equal counts; equal chances share one."""
    order = np.argsort(judged.chance, kind="stable")
    bins = int(np.clip(len(order) // BIN_ROWS, 1, BINS))
    ends = [part[-1] for part in np.array_split(judged.chance[order], bins)]
    borders = np.unique(np.round(ends[:-1], 3))
    places = np.searchsorted(borders, judged.chance)
    found = (_bin(judged, np.flatnonzero(places == place), borders, place) for place in range(len(borders) + 1))
    return tuple(bin_ for bin_ in found if bin_.rows)


def _bin(judged: Judged, rows: np.ndarray, borders: np.ndarray, place: int) -> CalibrationBin:
    least = float(borders[place - 1]) if place else 0.0
    most = float(borders[place]) if place < len(borders) else 1.0
    if not len(rows):
        return CalibrationBin(least, most, 0, 0.0, 0.0, 0.0, 0.0)
    happened = int(judged.happened[rows].sum())
    band = stats.binomtest(happened, len(rows)).proportion_ci(CERTAINTY, method="wilson")
    said = float(judged.chance[rows].mean())
    return CalibrationBin(least, most, len(rows), said, happened / len(rows), float(band.low), float(band.high))


def _worst_decile(judged: Judged) -> float:
    deciles = np.array_split(np.argsort(judged.chance, kind="stable"), BINS)
    gaps = [
        abs(judged.happened[rows].mean() - judged.chance[rows].mean()) for rows in deciles if len(rows) >= DECILE_ROWS
    ]
    return float(max(gaps, default=0.0))
