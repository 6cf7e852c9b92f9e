"""
What can be said before outcomes arrive? How right the answers themselves lead one to expect them to be.

From calibrated chances follows how often they will prove right (confidence-based performance estimation); from the
widths of ranges, which were learned, how large errors will be. Both see other cases and not another world: where the
same case comes to another end than before, the estimate stays as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from webapp.monitoring.chance import two_sided
from webapp.monitoring.days import Period
from webapp.monitoring.drift import SURE
from webapp.monitoring.findings import LOOK, Finding
from webapp.monitoring.measures import NOT_EXPECTED, Sums, Yardstick
from webapp.monitoring.performance import FEWEST
from webapp.monitoring.watched import Watched

BEFORE = "before"  # the question that this answers
LOST_LOOK = 0.25  # of what it was better than guessing
FEWEST_CASES = 100
WITHIN = 2.0  # standard errors


@dataclass(frozen=True, slots=True)
class Point:
    """One period: what was estimated of all its cases, and what came of those whose outcome is known."""

    first: date
    cases: int
    known: int
    estimated: float
    realised: float
    estimated_of_known: float
    matured: bool

    @property
    def counts(self) -> bool:
        return self.known >= FEWEST


@dataclass(frozen=True, slots=True)
class Honesty:
    """Of `judged` matured periods the estimate was within chance in `within`; how far off on average."""

    judged: int
    within: int
    off: float
    off_if_unchanged: float


@dataclass(frozen=True)
class Estimate:
    yardstick: Yardstick | None
    points: tuple[Point, ...]
    now: float
    cases: int
    honesty: Honesty | None


def estimate(ruler: Yardstick | None, shown: Sequence[Period], recent: Sums) -> Estimate:
    """`recent` are the sums of what is expected of the newest cases."""
    if ruler is None or ruler.name in NOT_EXPECTED:
        return Estimate(None, (), float("nan"), 0, None)
    points = tuple(
        Point(
            one.first,
            one.cases,
            one.known,
            ruler.of(one.counts["expected"]),
            ruler.of(one.counts["known"]),
            ruler.of(one.counts["expected_of_known"]),
            one.matured,
        )
        for one in shown
    )
    return Estimate(ruler, points, ruler.of(recent), recent.get("rows", 0), _honesty(ruler, points))


def _honesty(ruler: Yardstick, points: Sequence[Point]) -> Honesty | None:
    """How far estimates were from what came, beside keeping to what was measured when it was tried."""
    judged = [
        one for one in points if one.matured and one.counts and np.isfinite(one.realised - one.estimated_of_known)
    ]
    if not judged:
        return None
    off = [abs(one.realised - one.estimated_of_known) for one in judged]
    within = [away <= WITHIN * ruler.error(one.known) for away, one in zip(off, judged, strict=True)]
    unchanged = [abs(one.realised - ruler.holdout) for one in judged]
    return Honesty(len(judged), sum(within), float(np.mean(off)), float(np.mean(unchanged)))


def findings(watched: Watched, found: Estimate) -> list[Finding]:
    ruler = found.yardstick
    if ruler is None or found.cases < FEWEST_CASES or not np.isfinite(found.now):
        return []
    by, lost = ruler.worse_by(found.now), ruler.lost(found.now)
    if by <= 0 or lost < LOST_LOOK or two_sided(by / max(ruler.error(found.cases), 1e-12)) >= SURE:
        return []
    return [
        Finding(
            code="expected_worse",
            status=LOOK,
            sentence=f"By its own chances more mistakes are to be expected: recent {watched.cases} are harder to tell "
            "apart than those it was tried on",
            to_do=f"Look at what has changed in the {watched.cases}, and record outcomes as soon as they are known.",
            question=BEFORE,
            weight=5.0 + lost,
        )
    ]
