"""What is it worth? The two mistakes at what they cost, beside treating all cases alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.monitoring.chance import two_sided
from webapp.monitoring.watched import Watched

WORTH = "worth"  # the question that this answers


@dataclass(frozen=True, slots=True)
class Worth:
    """
    Costs of `cases` with known outcomes: with the model, and had it been acted on all or on none of them.

    `in_alarms`: no costs are stated, so everything is counted in needless alarms, as the threshold weighs them.
    `chance`: how likely a difference so large is, were the answers worth no more than treating all alike.
    """

    cases: int
    with_model: float
    acting_on_all: float
    acting_on_none: float
    missed: int
    false_alarms: int
    missed_cost: float
    alarm_cost: float
    in_alarms: bool
    chance: float

    @property
    def without(self) -> float:
        """Had all been treated alike, in the cheaper way."""
        return min(self.acting_on_all, self.acting_on_none)

    @property
    def all_flagged(self) -> bool:
        return self.acting_on_all < self.acting_on_none

    @property
    def saved_per_100(self) -> float:
        return 100.0 * (self.without - self.with_model) / self.cases


def worth(watched: Watched, known: Mapping[str, Any]) -> Worth | None:
    """None unless there are two classes, a threshold and known outcomes."""
    if watched.task != "binary" or not known.get("rows"):
        return None
    costs = costs_of(watched)
    if costs is None:
        return None
    missed_cost, alarm_cost, in_alarms = costs
    target = watched.schema.target
    at = target.classes.index(target.positive)
    table = np.array(known["confusion"])
    missed, alarms = table[at, 1 - at], table[1 - at, at]
    return Worth(
        cases=known["rows"],
        with_model=float(missed * missed_cost + alarms * alarm_cost),
        acting_on_all=float(table[1 - at].sum() * alarm_cost),
        acting_on_none=float(table[at].sum() * missed_cost),
        missed=int(missed),
        false_alarms=int(alarms),
        missed_cost=missed_cost,
        alarm_cost=alarm_cost,
        in_alarms=in_alarms,
        chance=_chance(table, at, missed_cost, alarm_cost),
    )


def _chance(table: np.ndarray, at: int, missed_cost: float, alarm_cost: float) -> float:
    """Only cases that are decided otherwise than all alike make a difference, each for better or for worse."""
    hits, missed, alarms, passed = table[at, at], table[at, 1 - at], table[1 - at, at], table[1 - at, 1 - at]
    acting_on_all_is_cheaper = (alarms + passed) * alarm_cost < (hits + missed) * missed_cost
    worse, better = (missed, passed) if acting_on_all_is_cheaper else (alarms, hits)
    cost, gain = (missed_cost, alarm_cost) if acting_on_all_is_cheaper else (alarm_cost, missed_cost)
    spread = np.sqrt(worse * cost**2 + better * gain**2)
    return two_sided((worse * cost - better * gain) / spread) if spread else 1.0


def costs_of(watched: Watched) -> tuple[float, float, bool] | None:
    """Of a miss and of a needless alarm, as stated, or as the threshold implies them; None where nobody said either."""
    decision = watched.words.get("decision") or {}
    if stated := decision.get("costs"):
        return stated["missed"], stated["false_alarm"], False
    threshold = decision.get("threshold")
    return ((1.0 - threshold) / threshold, 1.0, True) if threshold else None
