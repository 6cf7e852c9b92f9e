"""The counts of days: which days are no longer as they were counted, and what is counted of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, String, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from webapp.records.predictions import ASKED_FOR
from webapp.records.tables import outcomes, overrides, predictions
from webapp.records.watch_tables import day_counts

WATCHED = (*ASKED_FOR, "simulated")  # `simulate` writes only about models that nobody asked
TO_COUNT_AGAIN = -1  # a rule by which nothing is counted
SLICE = timedelta(days=31)  # of one question: a million answers are looked at in parts
_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

Named = tuple[str, str, date]  # model, version and day


@dataclass(frozen=True, slots=True)
class DayState:
    """How many answers there are of a day, the first and the last of them, and by which rule they were counted."""

    cases: int
    first_at: datetime
    last_at: datetime
    rule: int = 0


@dataclass(frozen=True, slots=True)
class CountedDay:
    day: date
    counts: dict[str, Any]


def is_asked(connection: Connection, model: str, channels: Collection[str]) -> bool:
    """Whether there is any answer of the model that came by one of these ways."""
    own = select(predictions.c.id).where(predictions.c.model == model, predictions.c.channel.in_(channels))
    return connection.execute(own.limit(1)).first() is not None


def models_asked(connection: Connection) -> list[str]:
    """Every model that there are answers of."""
    return list(connection.execute(select(predictions.c.model).distinct().order_by(predictions.c.model)).scalars())


def days_asked(connection: Connection, model: str) -> dict[Named, DayState]:
    """Every day with answers that count, as the records are now."""
    ends = select(func.min(predictions.c.at), func.max(predictions.c.at)).where(predictions.c.model == model)
    first, last = connection.execute(ends).one()
    found: dict[Named, DayState] = {}
    start = None if first is None else _midnight(first.date())
    while start is not None and start <= last:
        found |= _days_between(connection, model, start, start + SLICE)
        start += SLICE
    return found


def days_counted(connection: Connection, model: str) -> dict[Named, DayState]:
    """As they were when they were counted."""
    columns = (day_counts.c.version, day_counts.c.day, day_counts.c.cases, day_counts.c.first_at, day_counts.c.last_at,
               day_counts.c.rule)  # fmt: skip
    query = select(*columns).where(day_counts.c.model == model)
    return {(model, row[0], row[1]): DayState(*row[2:]) for row in connection.execute(query)}


def last_counting(connection: Connection) -> datetime | None:
    return connection.execute(select(func.max(day_counts.c.counted_at))).scalar()


def days_with_news(connection: Connection, since: datetime) -> set[Named]:
    """Days of whose cases an outcome or a person's decision was recorded since then."""
    found: set[Named] = set()
    for table in (outcomes, overrides):
        day = _day(connection)
        query = (
            select(predictions.c.model, predictions.c.version, day)
            .join_from(table, predictions, predictions.c.id == table.c.prediction_id)
            .where(table.c.at >= since, predictions.c.channel.in_(WATCHED))
            .distinct()
        )
        found |= {(model, version, _as_date(text)) for model, version, text in connection.execute(query)}
    return found


def keep_days(connection: Connection, counted: Sequence[tuple[Named, DayState, dict[str, Any]]], at: datetime) -> None:
    """Write what was counted at that moment, unless somebody has counted the day later."""
    upsert = _INSERTS[connection.dialect.name](day_counts)
    fresh = ("rule", "cases", "first_at", "last_at", "counts", "counted_at")
    upsert = upsert.on_conflict_do_update(
        index_elements=["model", "version", "day"],
        set_={name: upsert.excluded[name] for name in fresh},
        where=day_counts.c.counted_at <= upsert.excluded.counted_at,
    )
    for (model, version, day), state, counts in counted:
        values = {
            "model": model, "version": version, "day": day, "rule": state.rule, "cases": state.cases,
            "first_at": state.first_at, "last_at": state.last_at, "counts": counts, "counted_at": at,
        }  # fmt: skip
        connection.execute(upsert, values)


def mark_days(connection: Connection, stale: Sequence[Named]) -> None:
    """They are to be counted again, whenever that will be."""
    for model, version, day in stale:
        own = (day_counts.c.model == model, day_counts.c.version == version, day_counts.c.day == day)
        connection.execute(update(day_counts).where(*own).values(rule=TO_COUNT_AGAIN))


def forget_days(connection: Connection, gone: Sequence[Named]) -> None:
    """Days of which no answer is left."""
    for model, version, day in gone:
        own = (day_counts.c.model == model, day_counts.c.version == version, day_counts.c.day == day)
        connection.execute(delete(day_counts).where(*own))


def forget_model_counts(connection: Connection, model: str) -> None:
    """All of them, to be counted anew."""
    connection.execute(delete(day_counts).where(day_counts.c.model == model))


def counted_days(connection: Connection, model: str, version: str) -> list[CountedDay]:
    """In their order."""
    query = select(day_counts.c.day, day_counts.c.counts).where(
        day_counts.c.model == model, day_counts.c.version == version
    )
    return [CountedDay(*row) for row in connection.execute(query.order_by(day_counts.c.day))]


def versions_counted(connection: Connection, model: str) -> list[str]:
    """The one that answered last comes last."""
    query = select(day_counts.c.version).where(day_counts.c.model == model).group_by(day_counts.c.version)
    return list(connection.execute(query.order_by(func.max(day_counts.c.last_at))).scalars())


def midnights(day: date) -> tuple[datetime, datetime]:
    """The first moment of the day and of the next, UTC."""
    return _midnight(day), _midnight(day) + timedelta(days=1)


def _days_between(connection: Connection, model: str, start: datetime, end: datetime) -> dict[Named, DayState]:
    day = _day(connection)
    query = (
        select(predictions.c.version, day, func.count(), func.min(predictions.c.at), func.max(predictions.c.at))
        .where(predictions.c.model == model, predictions.c.at >= start, predictions.c.at < end)
        .where(predictions.c.channel.in_(WATCHED))
        .group_by(predictions.c.version, day)
    )
    rows = connection.execute(query)
    return {(model, row[0], _as_date(row[1])): DayState(row[2], row[3], row[4]) for row in rows}


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _day(connection: Connection) -> ColumnElement[Any]:
    """The day of an answer, UTC: on SQLite as its text begins."""
    if connection.dialect.name == "sqlite":
        return func.substr(predictions.c.at, 1, 10, type_=String)
    return func.date(func.timezone("UTC", predictions.c.at), type_=Date)


def _as_date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day
