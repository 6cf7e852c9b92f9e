"""From which chance on something is done: who says so, what it weighs, and whether these rows agree."""

from dataclasses import dataclass

import numpy as np

from webapp.training.metrics.bootstrap import Band, range_of
from webapp.training.metrics.judged import HALF, Judged
from webapp.training.spec.file import DecisionSpec

GRID = np.arange(1, 100) / 100  # thresholds tried: whole points, so that none is one row's own chance
HALVES = 400  # times that the rows are divided by chance
FEWEST_ROWS = 10  # in each half


@dataclass(frozen=True, slots=True)
class CostCheck:
    """
    What acting at the threshold costs a row of the holdout, and what at `best`, the cheapest whole point on it.

    `saved` is what a best point picked on one half of the rows saves against the threshold on the other half, with its
    range over many halves: how much of the difference is more than picking the luckiest point.
    """

    cost: float
    best: float
    cost_of_best: float
    cost_of_never: float
    cost_of_always: float
    saved: Band | None


@dataclass(frozen=True, slots=True)
class Threshold:
    """
    `origin`: 'costs', 'spec', or 'nobody' for one half. `missed_weighs`: how many false alarms one missed case
    weighs at this threshold.
    """

    value: float
    origin: str
    missed_weighs: float
    set_by: str = ""
    set_on: str = ""
    false_alarm_cost: float | None = None
    missed_cost: float | None = None
    check: CostCheck | None = None


def threshold_in(decision: DecisionSpec) -> float | None:
    """
    The stated threshold or, from costs, the chance at which acting and leaving it cost the same (Elkan 2001).

    Acting on a case costs a false alarm with chance 1 - p; leaving it costs a missed one with chance p.
    """
    if not decision.costs:
        return decision.threshold
    return decision.costs["false_alarm"] / (decision.costs["false_alarm"] + decision.costs["missed"])


def threshold_of_run(decision: DecisionSpec, judged: Judged, seed: int) -> Threshold:
    """The threshold that the figures are counted at."""
    value = threshold_in(decision)
    origin = "nobody" if value is None else "costs" if decision.costs else "spec"
    value = HALF if value is None else value
    return Threshold(
        value=value,
        origin=origin,
        missed_weighs=(1.0 - value) / value,
        set_by=decision.set_by,
        set_on=decision.set_on,
        false_alarm_cost=decision.costs.get("false_alarm"),
        missed_cost=decision.costs.get("missed"),
        check=_check(decision, judged, value, seed) if decision.costs else None,
    )


@dataclass(frozen=True)
class _Tried:
    """
    The rows by how many of the `thresholds` they pass: (2, thresholds + 1) counts of rows that were not, and were, of
    the positive class. That is all it takes to know what each threshold costs.
    """

    thresholds: np.ndarray
    counts: np.ndarray
    false_alarm: float
    missed: float

    @classmethod
    def of(cls, decision: DecisionSpec, judged: Judged, threshold: float) -> "_Tried":
        thresholds = np.unique([*GRID, threshold])
        passed = np.searchsorted(thresholds, judged.chance, side="right")
        counts = [
            np.bincount(passed[judged.happened == is_so], minlength=len(thresholds) + 1) for is_so in (False, True)
        ]
        return cls(thresholds, np.array(counts), decision.costs["false_alarm"], decision.costs["missed"])

    def cost(self, counts: np.ndarray) -> np.ndarray:
        """The cost a row at every threshold, of counts (..., 2, thresholds + 1)."""
        others, cases = counts[..., 0, :], counts[..., 1, :]
        alarms = others.sum(axis=-1, keepdims=True) - np.cumsum(others, axis=-1)
        costs = self.false_alarm * alarms + self.missed * np.cumsum(cases, axis=-1)
        return costs[..., :-1] / counts.sum(axis=(-2, -1))[..., None]


def _check(decision: DecisionSpec, judged: Judged, threshold: float, seed: int) -> CostCheck:
    tried = _Tried.of(decision, judged, threshold)
    costs = tried.cost(tried.counts)
    on_grid = np.flatnonzero(np.isin(tried.thresholds, GRID))
    own, best = int(np.searchsorted(tried.thresholds, threshold)), on_grid[costs[on_grid].argmin()]
    return CostCheck(
        cost=float(costs[own]),
        best=float(tried.thresholds[best]),
        cost_of_best=float(costs[best]),
        cost_of_never=decision.costs["missed"] * float(judged.happened.mean()),
        cost_of_always=decision.costs["false_alarm"] * float(1.0 - judged.happened.mean()),
        saved=_saved(tried, own, np.random.default_rng(seed)),
    )


def _saved(tried: _Tried, own: int, random: np.random.Generator) -> Band | None:
    """The best threshold is picked on one half of the rows, and what it saves is counted on the other half."""
    rows = int(tried.counts.sum())
    if rows < 2 * FEWEST_ROWS:
        return None
    drawn = random.multivariate_hypergeometric(tried.counts.ravel(), rows // 2, size=HALVES, method="marginals")
    half = drawn.reshape(HALVES, *tried.counts.shape)
    costs = tried.cost(tried.counts - half)
    picked = tried.cost(half).argmin(axis=1)
    saved = costs[:, own] - np.take_along_axis(costs, picked[:, None], axis=1)[:, 0]
    return Band(float(saved.mean()), *range_of(saved))
