"""Keeping the counts of days: only days that are no longer as they were counted are counted again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import Connection

from webapp.monitoring.cases import Cases, as_numbers
from webapp.monitoring.counting import count
from webapp.monitoring.watched import Watched
from webapp.records.database import Database
from webapp.records.day_cases import DayCases, cases_of_day, happened_of_days, thresholds
from webapp.records.day_counts import (
    DayState,
    Named,
    days_asked,
    days_counted,
    days_with_news,
    forget_days,
    keep_days,
    last_counting,
    mark_days,
    models_asked,
)
from webapp.schema import DATES

RULE = 1  # raise it when days have to be counted anew
OVERLAP = timedelta(minutes=10)  # an outcome may be committed this much after the moment that it bears
WRITTEN_AT_ONCE = 20  # days in a transaction
HELD_AT_ONCE = 200_000  # answers of a part, whose outcomes are read together
NOT_KNOWN = (None, float("nan"))  # what happened, and after how many days somebody said so

Happened = Mapping[str, tuple[str, float]]  # prediction -> what, and after how many days somebody said so
Knows = Callable[[str, str], Watched | None]  # by model and version
Part = list[tuple[Named, DayState]]
AtOnce = Callable[[Database, Callable[[Part], None], list[Part]], None]  # does something to each part


@dataclass(frozen=True, slots=True)
class Kept:
    """Days that were counted, and days that are left for another time."""

    counted: int
    left: int


def one_after_the_other(database: Database, work: Callable[[Part], None], parts: list[Part]) -> None:
    for part in parts:
        work(part)


def keep_counts(
    database: Database, knows: Knows, now: datetime, models: Sequence[str] = (), most_cases: int | None = None,
    at_once: AtOnce = one_after_the_other,
) -> Kept:  # fmt: skip
    """
    Of all models, or of those. After it every day is as a full count would make it, but for days `left` where only so
    many cases were to be counted: the newest days come first then. `at_once` may work on several parts at a time.
    """
    knows = cache(knows)
    counted = left = 0
    _mark_news(database)
    with database.reading() as connection:
        wanted = list(models) or models_asked(connection)
    for model in wanted:
        stale, gone = _stale(database, model, knows)
        now_counted = _affordable(stale, most_cases)
        for version in {named[1] for named, _ in now_counted}:
            knows(model, version)  # read once, and not by everybody who works on a part
        at_once(database, lambda part: _count(database, part, knows, now), _parts(now_counted))
        if gone:
            database.run(lambda connection, gone=gone: forget_days(connection, gone))
        counted += len(now_counted)
        left += len(stale) - len(now_counted)
    return Kept(counted, left)


def _mark_news(database: Database) -> None:
    """Days with news are marked first: whoever is stopped half-way, or looks at one model only, loses none of them."""
    with database.reading() as connection:
        last = last_counting(connection)
        news = days_with_news(connection, last - OVERLAP) if last is not None else set()
    if news:
        database.run(lambda connection: mark_days(connection, sorted(news)))


def _affordable(stale: Part, most_cases: int | None) -> Part:
    if most_cases is None:
        return stale
    cases, kept = 0, []
    for named, state in sorted(stale, key=lambda one: one[0][2], reverse=True):
        cases += state.cases
        if kept and cases > most_cases:
            break
        kept.append((named, state))
    return kept


def _count(database: Database, part: Part, knows: Knows, now: datetime) -> None:
    days = []
    for run in _runs(part):
        with database.reading() as connection:
            happened = happened_of_days(connection, run[0][0], run[-1][0][2])
        days += [_counted(database, named, state, knows, happened) for named, state in run]
    database.run(lambda connection: keep_days(connection, days, now))


def _parts(days: Part) -> list[Part]:
    """In their order, no more than are held and written at once."""
    parts: list[Part] = []
    held = 0
    for named, state in days:
        if not parts or len(parts[-1]) == WRITTEN_AT_ONCE or held + state.cases > HELD_AT_ONCE:
            parts.append([])
            held = 0
        parts[-1].append((named, state))
        held += state.cases
    return parts


def _runs(part: Part) -> list[Part]:
    """Days of one version that follow upon each other."""
    runs: list[Part] = []
    for named, state in sorted(part):
        before = runs[-1][-1][0] if runs else None
        if before is not None and (*before[:2], before[2] + timedelta(days=1)) == named:
            runs[-1].append((named, state))
        else:
            runs.append([(named, state)])
    return runs


def _stale(database: Database, model: str, knows: Knows) -> tuple[Part, list[Named]]:
    with database.reading() as connection:
        asked, kept = days_asked(connection, model), days_counted(connection, model)
    stale = [
        (named, state)
        for named, state in sorted(asked.items())
        if _differs(kept.get(named), state, knows(named[0], named[1]))
    ]
    return stale, sorted(set(kept) - set(asked))


def _differs(kept: DayState | None, now: DayState, watched: Watched | None) -> bool:
    if kept is None:
        return True
    rule = RULE if watched is not None and watched.profile else 0
    return (kept.cases, kept.first_at, kept.last_at, kept.rule) != (now.cases, now.first_at, now.last_at, rule)


def _counted(
    database: Database, named: Named, state: DayState, knows: Knows, happened: Happened
) -> tuple[Named, DayState, dict[str, Any]]:
    watched = knows(*named[:2])
    if watched is None:
        return named, state, {}
    with database.reading() as connection:
        fields = [one.name for one in watched.schema.features]
        found = cases_of_day(connection, named, fields, with_chances=watched.task == "many")
        cases = _cases(connection, watched, found, happened)
    state = DayState(len(cases), state.first_at, state.last_at, RULE if watched.profile else 0)
    return named, state, count(watched, cases)


def _cases(connection: Connection, watched: Watched, found: DayCases, happened: Happened) -> Cases:
    columns = found.columns
    ids, answered = columns["id"], columns["answer"]
    by_decision = thresholds(connection, columns["decision_id"])
    own = (watched.words.get("decision") or {}).get("threshold")
    limits = as_numbers([by_decision.get(one, own) for one in columns["decision_id"]])
    probability = as_numbers(columns["probability"])
    known = [happened.get(one, NOT_KNOWN) for one in ids]
    return Cases(
        fields=found.fields,
        channels=columns["channel"],
        lights=_lights(watched, columns["light"], found),
        answered=answered,
        decided=_decided(watched, answered, probability, limits),
        thresholds=limits,
        probability=probability,
        value=as_numbers(columns["value"]),
        low=as_numbers(columns["low"]),
        high=as_numbers(columns["high"]),
        happened=[what for what, _ in known],
        delays=np.array([days for _, days in known], dtype=float),
        overridden=np.array([one in found.overridden for one in ids], dtype=bool),
        probabilities=found.probabilities,
    )


def _lights(watched: Watched, lights: Sequence[str], found: DayCases) -> list[str]:
    """A date that is later than all that were learned from is no reason for care: time goes on for every case."""
    dates = {one.name for one in watched.schema.features if one.kind in DATES}
    return [
        light if any(flag["feature"] not in dates for flag in flags) else "green"
        for light, flags in zip(lights, found.warnings, strict=True)
    ]


def _decided(watched: Watched, answered: Sequence[str], probability: np.ndarray, limits: np.ndarray) -> Sequence[str]:
    """The class that each answer came down to: by the threshold that stood behind it, where there was one."""
    if watched.task != "binary":
        return answered
    target = watched.schema.target
    other = next(name for name in target.classes if name != target.positive)
    return [
        said if np.isnan(limit) else target.positive if chance >= limit else other
        for said, chance, limit in zip(answered, probability, limits, strict=True)
    ]
