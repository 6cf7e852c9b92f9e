"""Is it still right? What happened beside what was answered, only of cases old enough for all outcomes to be in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from webapp.monitoring.chance import two_sided
from webapp.monitoring.days import Day, delay_of, latest, summed
from webapp.monitoring.drift import SURE
from webapp.monitoring.findings import ACT, LOOK, SEVERITY, Finding, worst
from webapp.monitoring.measures import Yardstick, yardstick
from webapp.monitoring.watched import Watched
from webapp.wording.chances import of_hundred_text
from webapp.wording.numbers import count_text

RIGHT = "right"  # the question that this answers
LOST_LOOK, LOST_ACT = 0.2, 0.5  # of what it was better than guessing
STRETCHES = (1, 5)  # times the outcomes needed: the newest, which show a fall soon, and more, which show a slow one
OFF_LOOK, OFF_ACT = 0.05, 0.15  # of a chance
COVERAGE_LOOK, COVERAGE_ACT = 0.05, 0.15
KNOWN_ENOUGH = 0.5  # of the cases that are old enough
FEWEST = 30  # of a point that counts
OF_ANSWERS = ("worse", "chances_off", "coverage")  # codes: of what is about answers, and not about outcomes that lack


@dataclass(frozen=True)
class Performance:
    """
    The newest matured cases with enough known outcomes: `figure` of the yardstick's metric with what is expected of
    so many, `right` of 100 answers, `covered` of 100 ranges. `known` of `matured` outcomes are there; `needed`: for a
    verdict.
    """

    yardstick: Yardstick | None
    needed: int
    known: int
    matured: int
    cases: int
    all_known: int
    first: date | None
    last: date | None
    sums: Mapping[str, Any]
    expected: Mapping[str, Any]

    @property
    def is_enough(self) -> bool:
        return self.judged >= self.needed

    @property
    def judged(self) -> int:
        return self.sums.get("rows", 0)

    @property
    def figure(self) -> float:
        return self.yardstick.of(self.sums) if self.yardstick else float("nan")

    @property
    def right(self) -> float | None:
        return self.sums["right"] / self.judged if self.judged and "right" in self.sums else None

    @property
    def covered(self) -> float | None:
        return self.sums["covered"] / self.sums["ranged"] if self.sums.get("ranged") else None


def outcome_days(watched: Watched, days: Sequence[Day]) -> int | None:
    """After how many days outcomes are known: as the spec says, or as those that came had come."""
    said = watched.settings.outcome_days
    return delay_of(days) if said is None else said


def matured_until(watched: Watched, days: Sequence[Day], today: date) -> date | None:
    """The last day of which all outcomes should be known."""
    delay = outcome_days(watched, days)
    return None if delay is None else today - timedelta(days=delay + 1)


def performance(watched: Watched, days: Sequence[Day], until: date | None) -> Performance:
    """Of the days up to then; `days` in their order."""
    needed = watched.settings.min_outcomes
    matured = [one for one in days if until is not None and one.day <= until]
    ruler = yardstick(watched)
    found = []
    for times in STRETCHES:
        recent = latest(matured, times * needed, lambda one: one.known)
        counted = summed(recent, "known", "expected_of_known")
        stretch = Performance(
            yardstick=ruler,
            needed=needed,
            known=sum(one.known for one in matured),
            matured=sum(one.cases for one in matured),
            cases=sum(one.cases for one in days),
            all_known=sum(one.known for one in days),
            first=recent[0].day if recent else None,
            last=recent[-1].day if recent else None,
            sums=counted.get("known", {}),
            expected=counted.get("expected_of_known", {}),
        )
        found.append(stretch)
    # That of which there is most to say; of those with nothing to say the longest, which says it with most right.
    return min(reversed(found), key=lambda one: SEVERITY.index(worst(f.status for f in findings(watched, one))))


def findings(watched: Watched, found: Performance) -> list[Finding]:
    if not found.is_enough:
        return _missing(watched, found)
    return [*_worse(watched, found), *_off(watched, found), *_coverage(watched, found), *_missing(watched, found)]


def _worse(watched: Watched, found: Performance) -> list[Finding]:
    ruler = found.yardstick
    if ruler is None or not np.isfinite(found.figure):
        return []
    lost = ruler.lost(found.figure)
    if lost < LOST_LOOK or min(_by_chance(ruler, found), _surprise(found)) * 2 * len(STRETCHES) >= SURE:
        return []
    left = "nothing" if lost >= 1 else f"{of_hundred_text(1 - lost)} in 100"
    return [
        Finding(
            code="worse",
            status=ACT if lost >= LOST_ACT else LOOK,
            sentence=f"Its answers are worse than when it was tried: of what it was better than guessing, "
            f"{left} is left, over {count_text(found.judged)} {watched.cases}",
            to_do=f"Train again on recent {watched.cases}, or go back to the version before.",
            question=RIGHT,
            since=found.first,
            weight=10.0 + lost,
        )
    ]


def _by_chance(ruler: Yardstick, found: Performance) -> float:
    """How likely such a figure is, if it were still as it was on the rows kept back."""
    return two_sided(max(ruler.worse_by(found.figure), 0.0) / max(ruler.error(found.judged), 1e-12))


def _surprise(found: Performance) -> float:
    """How likely what happened is, if its chances came true as often as they say: needs no rows kept back."""
    if "log_loss_variance" not in found.expected:
        return 1.0
    excess = found.sums["log_loss"] - found.expected["log_loss"]
    return two_sided(max(excess, 0.0) / max(float(np.sqrt(found.expected["log_loss_variance"])), 1e-12))


def _off(watched: Watched, found: Performance) -> list[Finding]:
    """Chances that come true more or less often than they say, all together."""
    if watched.task != "binary":
        return []
    came, said = (float(np.sum(sums["positive"])) / found.judged for sums in (found.sums, found.expected))
    variance = found.expected["brier"]  # the sum of p(1 - p)
    off = came - said
    sure = two_sided(off * found.judged / max(np.sqrt(variance), 1e-12)) * len(STRETCHES) < SURE
    if not sure or abs(off) < OFF_LOOK:
        return []
    what = "more" if off > 0 else "less"
    return [
        Finding(
            code="chances_off",
            status=ACT if abs(off) >= OFF_ACT else LOOK,
            sentence=f"What it gives chances of happens {what} often than it says: to {of_hundred_text(came)} in 100 "
            f"{watched.cases}, where it said {of_hundred_text(said)}",
            to_do=f"Do not rely on the size of its chances until it is trained again on recent {watched.cases}.",
            question=RIGHT,
            since=found.first,
            weight=9.0 + abs(off),
        )
    ]


def _coverage(watched: Watched, found: Performance) -> list[Finding]:
    promised = watched.evaluation.get("promised_coverage")
    if found.covered is None or not promised:
        return []
    promised = min(promised, watched.evaluation.get("coverage") or promised)
    short = promised - found.covered
    error = np.sqrt(promised * (1 - promised) * (1 / found.sums["ranged"] + 1 / watched.evaluation["holdout_rows"]))
    if short < COVERAGE_LOOK or two_sided(short / error) * len(STRETCHES) >= SURE:
        return []
    return [
        Finding(
            code="coverage",
            status=ACT if short >= COVERAGE_ACT else LOOK,
            sentence=f"Its ranges hold the real value in {of_hundred_text(found.covered)} of 100 {watched.cases}; "
            f"{of_hundred_text(promised)} were expected",
            to_do=f"Do not rely on its ranges until it is trained again on recent {watched.cases}.",
            question=RIGHT,
            since=found.first,
            weight=9.0 + short,
        )
    ]


def _missing(watched: Watched, found: Performance) -> list[Finding]:
    if found.matured < found.needed or found.known >= KNOWN_ENOUGH * found.matured:
        return []
    return [
        Finding(
            code="outcomes_missing",
            status=LOOK,
            sentence=f"Outcomes are known for only {count_text(found.known)} of {count_text(found.matured)} "
            f"{watched.cases} that are old enough",
            to_do="Record the outcomes that are overdue: those that are known may not be like the others.",
            question=RIGHT,
            weight=1.0,
        )
    ]
