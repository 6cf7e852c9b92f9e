"""Keeping the counts of days: only days that are no longer as they were counted are counted again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
from sqlalchemy import Connection

from webapp.monitoring.cases import Cases
from webapp.monitoring.counting import count
from webapp.monitoring.watched import Watched
from webapp.records.database import Database
from webapp.records.day_cases import DayCases, cases_of_day, thresholds
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
WRITTEN_AT_ONCE = 50  # days in a transaction

Knows = Callable[[str, str], Watched | None]  # by model and version


@dataclass(frozen=True, slots=True)
class Kept:
    """Days that were counted, and days that are left for another time."""

    counted: int
    left: int


def keep_counts(
    database: Database, knows: Knows, now: datetime, models: Sequence[str] = (), most_cases: int | None = None
) -> Kept:
    """
    Of all models, or of those. After it every day is as a full count would make it, but for days `left` where only so
    many cases were to be counted: the newest days come first then.
    """
    knows = cache(knows)
    counted = left = 0
    _mark_news(database)
    with database.reading() as connection:
        wanted = list(models) or models_asked(connection)
    for model in wanted:
        stale, gone = _stale(database, model, knows)
        now_counted = _affordable(stale, most_cases)
        for start in range(0, len(now_counted), WRITTEN_AT_ONCE):
            part = now_counted[start : start + WRITTEN_AT_ONCE]
            _keep(database, [_counted(database, named, state, knows) for named, state in part], now)
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


def _affordable(stale: list[tuple[Named, DayState]], most_cases: int | None) -> list[tuple[Named, DayState]]:
    if most_cases is None:
        return stale
    cases, kept = 0, []
    for named, state in sorted(stale, key=lambda one: one[0][2], reverse=True):
        cases += state.cases
        if kept and cases > most_cases:
            break
        kept.append((named, state))
    return kept


def _keep(database: Database, days: list[tuple[Named, DayState, dict[str, Any]]], now: datetime) -> None:
    database.run(lambda connection: keep_days(connection, days, now))


def _stale(database: Database, model: str, knows: Knows) -> tuple[list[tuple[Named, DayState]], list[Named]]:
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


def _counted(database: Database, named: Named, state: DayState, knows: Knows) -> tuple[Named, DayState, dict[str, Any]]:
    model, version, day = named
    watched = knows(model, version)
    if watched is None:
        return named, state, {}
    with database.reading() as connection:
        found = cases_of_day(connection, model, version, day, with_chances=watched.task == "many")
        cases = _cases(connection, watched, found)
    state = DayState(len(cases), state.first_at, state.last_at, RULE if watched.profile else 0)
    return named, state, count(watched, cases)


def _cases(connection: Connection, watched: Watched, found: DayCases) -> Cases:
    columns = found.columns
    ids, answered = columns["id"], columns["answer"]
    by_decision = thresholds(connection, columns["decision_id"])
    own = (watched.words.get("decision") or {}).get("threshold")
    limits = _numbers([by_decision.get(one, own) for one in columns["decision_id"]])
    probability = _numbers(columns["probability"])
    return Cases(
        rows=found.rows,
        channels=columns["channel"],
        lights=_lights(watched, columns["light"], found),
        answered=answered,
        decided=_decided(watched, answered, probability, limits),
        thresholds=limits,
        probability=probability,
        value=_numbers(columns["value"]),
        low=_numbers(columns["low"]),
        high=_numbers(columns["high"]),
        happened=[found.happened[one][0] if one in found.happened else None for one in ids],
        delays=np.array(
            [
                (found.happened[one][1] - at).total_seconds() / 86_400 if one in found.happened else np.nan
                for one, at in zip(ids, columns["at"], strict=True)
            ]
        ),
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


def _numbers(column: Sequence[Any]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in column], dtype=float)
