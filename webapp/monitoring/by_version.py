"""Is it still right, version by version? Each beside what was measured when it was tried, old enough outcomes only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from webapp.monitoring import performance
from webapp.monitoring.days import Day, summed
from webapp.monitoring.findings import FEW, GOOD, worst
from webapp.monitoring.groups import FEWEST, wilson
from webapp.monitoring.measures import Yardstick
from webapp.monitoring.watched import Watched
from webapp.records.standing import version_name

VERSIONS = "versions"  # the question that this answers
SURE = 2.58  # standard errors: 99 of 100


@dataclass(frozen=True)
class Versioned:
    """
    What one version answered from `first` to `last`: `share` of its `known` answers proved right (of ranges: held the
    real value), between `low` and `high` allowing for chance; `expected` is what it reached on rows kept back, in so
    many cases. `figure` is that of its `ruler`.
    """

    version: str
    name: str
    answers: bool
    first: date
    last: date
    cases: int
    known: int
    share: float
    low: float
    high: float
    expected: tuple[float, float] | None
    ruler: Yardstick | None
    figure: float
    status: str


def by_version(watched: Sequence[tuple[Watched, Sequence[Day]]], champion: str, today: date) -> tuple[Versioned, ...]:
    """Of each version with its days, in that order."""
    return tuple(_versioned(one, days, one.version == champion, today) for one, days in watched if days)


def _versioned(watched: Watched, days: Sequence[Day], answers: bool, today: date) -> Versioned:
    until = performance.matured_until(watched, days, today)
    matured = [one for one in days if until is not None and one.day <= until]
    sums = summed(matured, "known").get("known") or {}
    hits, known = _hits(watched, sums)
    low, high = wilson(hits, known) if known else (0.0, 1.0)
    judged = performance.performance(watched, days, until)
    status = FEW
    if judged.is_enough:
        found = performance.findings(watched, judged)
        status = worst((one.status for one in found if one.code in performance.OF_ANSWERS), GOOD)
    return Versioned(
        version=watched.version,
        name=version_name(watched.facts if watched.facts.get("number") else watched.words, watched.version),
        answers=answers,
        first=days[0].day,
        last=days[-1].day,
        cases=sum(one.cases for one in days),
        known=known,
        share=hits / known if known else float("nan"),
        low=low,
        high=high,
        expected=expected_share(watched, known),
        ruler=judged.yardstick,
        figure=judged.yardstick.of(sums) if judged.yardstick and known >= FEWEST else float("nan"),
        status=status,
    )


def _hits(watched: Watched, sums: Mapping[str, int]) -> tuple[int, int]:
    if watched.task == "number":
        return sums.get("covered", 0), sums.get("ranged", 0)
    return sums.get("right", 0), sums.get("rows", 0)


def expected_share(watched: Watched, known: int) -> tuple[float, float] | None:
    """Between what the share of so many answers should lie, from the rows kept back; None where that is not known."""
    evaluation = watched.evaluation
    name = "promised_coverage" if watched.task == "number" else "accuracy"
    share = (evaluation if watched.task == "number" else evaluation.get("figures") or {}).get(name)
    if share is None or not known:
        return None
    half = SURE * float(np.sqrt(share * (1 - share) * (1 / known + 1 / max(evaluation.get("holdout_rows") or 0, 1))))
    return max(share - half, 0.0), min(share + half, 1.0)
