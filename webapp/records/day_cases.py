"""The cases of one day as they are counted: only what counting needs, read in columns."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, String, case, cast, extract, select

from webapp.records.day_counts import WATCHED, Named, midnights
from webapp.records.decisions import decision_by_id
from webapp.records.tables import outcomes, overrides, predictions

COLUMNS = ("id", "channel", "light", "answer", "probability", "value", "low", "high", "decision_id")
DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class DayCases:
    """`columns` by name, `fields` by the field that was asked; `warnings` only of cases whose light is not green."""

    columns: dict[str, Sequence[Any]]
    fields: dict[str, list[Any]]
    warnings: list[list[dict[str, str]]]
    probabilities: list[dict[str, float] | None]
    overridden: frozenset[str]


def cases_of_day(connection: Connection, named: Named, fields: Sequence[str], *, with_chances: bool) -> DayCases:
    """With the values of these fields; `with_chances`: the chances of all classes, which only several classes need."""
    told = case((predictions.c.light == "green", "[]"), else_=cast(predictions.c.warnings, String))
    chances = [cast(predictions.c.probabilities, String)] if with_chances else []
    texts = [cast(predictions.c.row, String), told, *chances]
    query = select(*(predictions.c[name] for name in COLUMNS), *texts)
    found = connection.execute(_of_day(query, named)).all()
    columns = list(zip(*found, strict=True)) or [()] * (len(COLUMNS) + len(texts))
    rows = _parsed(columns[len(COLUMNS)])
    return DayCases(
        columns=dict(zip(COLUMNS, columns, strict=False)),
        fields={name: [row.get(name) for row in rows] for name in fields},
        warnings=_parsed(columns[len(COLUMNS) + 1]),
        probabilities=_parsed(columns[-1]) if with_chances else [None] * len(found),
        overridden=_overridden(connection, named),
    )


def thresholds(connection: Connection, decision_ids: Sequence[int | None]) -> dict[int | None, float | None]:
    """By the decision whose words stood behind an answer: the chance from which on something was to be done."""
    found: dict[int | None, float | None] = {}
    for one in set(decision_ids) - {None}:
        decision = decision_by_id(connection, one)
        found[one] = ((decision.words if decision else {}).get("decision") or {}).get("threshold")
    return found


def _of_day(query: Select, named: Named, last: date | None = None) -> Select:
    """Of the day, or of all days up to the last."""
    model, version, day = named
    start, end = midnights(day)[0], midnights(last or day)[1]
    return query.where(
        predictions.c.model == model,
        predictions.c.at >= start,
        predictions.c.at < end,
        predictions.c.version == version,
        predictions.c.channel.in_(WATCHED),
    )


def _parsed(texts: Sequence[str | None]) -> list[Any]:
    """All of them at once, which takes a third of the time of one by one."""
    return json.loads(f"[{','.join(text or 'null' for text in texts)}]")


def happened_of_days(connection: Connection, first: Named, last: date) -> dict[str, tuple[str, float]]:
    """
    By prediction of the days up to the last what holds, and after how many days somebody said something. Of many days
    at once, because a database then lays both tables side by side instead of looking for each outcome.
    """
    asked, said = (_bare_moment(connection, table.c.at) for table in (predictions, outcomes))
    query = (
        select(outcomes.c.prediction_id, outcomes.c.value, asked, said)
        .join_from(predictions, outcomes, outcomes.c.prediction_id == predictions.c.id)
        .order_by(outcomes.c.seq)
    )
    found = connection.execute(_of_day(query, first, last)).all()
    ids, values, asked, said = list(zip(*found, strict=True)) or [()] * 4
    days = ((_moments(said) - _moments(asked)) / DAY).tolist()
    last = dict(zip(ids, values, strict=True))
    first = dict(zip(reversed(ids), reversed(days), strict=True))
    return {one: (value, first[one]) for one, value in last.items() if value}


def _overridden(connection: Connection, named: Named) -> frozenset[str]:
    query = (
        select(overrides.c.prediction_id, overrides.c.value)
        .join_from(predictions, overrides, overrides.c.prediction_id == predictions.c.id)
        .order_by(overrides.c.seq)
    )
    last = dict(tuple(row) for row in connection.execute(_of_day(query, named)))
    return frozenset(one for one, value in last.items() if value)


def _bare_moment(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """As the database has it, without a value of Python made of each: a text, or microseconds of the epoch."""
    if connection.dialect.name == "sqlite":
        return cast(column, String)
    return cast(extract("epoch", column) * 1_000_000, BigInteger)


def _moments(bare: Sequence[str | int]) -> np.ndarray:
    return np.array(bare, dtype="datetime64[us]")
