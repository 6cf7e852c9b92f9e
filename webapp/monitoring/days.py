"""The counted days of one version in their order, and the stretches of them that questions are asked about."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from webapp.monitoring.sums import Flat, flat, total

LATEST_CASES = 300  # the shortest tail that a fault of today shows in
WEEKS_SHOWN = 26
WEEK = 7
OF_A_PERIOD = ("cases", "lights", "close", "known", "expected", "expected_of_known")
LATE_SHARE = 0.95  # of the outcomes that came had come by then


@dataclass(frozen=True)
class Day:
    """`counts` as webapp.monitoring.counting makes them."""

    day: date
    counts: Mapping[str, Any]

    @cached_property
    def flat(self) -> Mapping[str, Flat]:
        """Its counts by section, ready to be added to those of other days."""
        return {name: flat(section) for name, section in self.counts.items()}

    @property
    def cases(self) -> int:
        return self.counts["cases"]

    @property
    def known(self) -> int:
        return self.counts["known"]["rows"]


@dataclass(frozen=True, slots=True)
class Period:
    """A week or a month; `counts` of all its days together, but for those of fields and of parts."""

    first: date
    last: date
    counts: Mapping[str, Any]
    matured: bool

    @property
    def cases(self) -> int:
        return self.counts["cases"]

    @property
    def known(self) -> int:
        return self.counts["known"]["rows"]


def since(days: Sequence[Day], first: date) -> list[Day]:
    return [one for one in days if one.day >= first]


def latest(days: Sequence[Day], wanted: int, of: Callable[[Day], int]) -> list[Day]:
    """The shortest tail with so many; all where there are fewer."""
    found = 0
    for place in range(len(days) - 1, -1, -1):
        found += of(days[place])
        if found >= wanted:
            return list(days[place:])
    return list(days)


def summed(days: Iterable[Day], *sections: str) -> dict[str, Any]:
    """Those sections of their counts, or all of them; {} of no days."""
    days = list(days)
    names = sections or dict.fromkeys(name for one in days for name in one.flat)
    return {name: total(one.flat[name] for one in days if name in one.flat) for name in names} if days else {}


def delay_of(days: Iterable[Day]) -> int | None:
    """Days by which nearly all outcomes that are known had come; None where none is known."""
    delays: dict[int, int] = {}
    for one in days:
        for text, count in one.counts["delays"].items():
            delays[int(text)] = delays.get(int(text), 0) + count
    wanted = LATE_SHARE * sum(delays.values())
    reached = 0
    for delay in sorted(delays):
        reached += delays[delay]
        if reached >= wanted:
            return delay
    return None


def periods(days: Sequence[Day], matured_until: date | None) -> list[Period]:
    """Weeks, or months where there are many; matured when all their outcomes should be known."""
    if not days:
        return []
    by_month = (days[-1].day - days[0].day).days > WEEKS_SHOWN * WEEK
    groups: dict[date, list[Day]] = {}
    for one in days:
        first = one.day.replace(day=1) if by_month else one.day - timedelta(days=one.day.weekday())
        groups.setdefault(first, []).append(one)
    return [
        Period(first, last, summed(group, *OF_A_PERIOD), matured_until is not None and last <= matured_until)
        for first, group in sorted(groups.items())
        for last in [_last(first, by_month)]
    ]


def _last(first: date, by_month: bool) -> date:
    if not by_month:
        return first + timedelta(days=WEEK - 1)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
