"""The cases of one day as they are counted: only what counting needs, read in columns."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, String, cast, select

from webapp.records.day_counts import WATCHED, midnights
from webapp.records.decisions import decision_by_id
from webapp.records.tables import outcomes, overrides, predictions

COLUMNS = ("id", "at", "channel", "light", "answer", "probability", "value", "low", "high", "decision_id")


@dataclass(frozen=True)
class DayCases:
    """`columns` by name; `rows` and `probabilities` are the documents of each case."""

    columns: dict[str, Sequence[Any]]
    rows: list[dict[str, Any]]
    warnings: list[list[dict[str, str]]]
    probabilities: list[dict[str, float] | None]
    happened: dict[str, tuple[str, datetime]]  # prediction -> what holds, and when somebody first said something
    overridden: frozenset[str]


def cases_of_day(connection: Connection, model: str, version: str, day: date, *, with_chances: bool) -> DayCases:
    """`with_chances`: the chances of all classes, which only a model of several classes needs."""
    documents = (predictions.c.row, predictions.c.warnings, predictions.c.probabilities)
    texts = [cast(one, String) for one in documents[: 3 if with_chances else 2]]
    query = select(*(predictions.c[name] for name in COLUMNS), *texts)
    found = connection.execute(_of_day(query, model, version, day)).all()
    columns = list(zip(*found, strict=True)) or [()] * (len(COLUMNS) + len(texts))
    return DayCases(
        columns=dict(zip(COLUMNS, columns, strict=False)),
        rows=_parsed(columns[len(COLUMNS)]),
        warnings=_parsed(columns[len(COLUMNS) + 1]),
        probabilities=_parsed(columns[-1]) if with_chances else [None] * len(found),
        happened=_happened(connection, model, version, day),
        overridden=_overridden(connection, model, version, day),
    )


def thresholds(connection: Connection, decision_ids: Sequence[int | None]) -> dict[int | None, float | None]:
    """By the decision whose words stood behind an answer: the chance from which on something was to be done."""
    found: dict[int | None, float | None] = {}
    for one in set(decision_ids) - {None}:
        decision = decision_by_id(connection, one)
        found[one] = ((decision.words if decision else {}).get("decision") or {}).get("threshold")
    return found


def _of_day(query: Select, model: str, version: str, day: date) -> Select:
    start, end = midnights(day)
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


def _happened(connection: Connection, model: str, version: str, day: date) -> dict[str, tuple[str, datetime]]:
    own = _of_day(select(predictions.c.id), model, version, day)
    query = (
        select(outcomes.c.prediction_id, outcomes.c.seq, outcomes.c.value, outcomes.c.at)
        .where(outcomes.c.prediction_id.in_(own))
        .order_by(outcomes.c.prediction_id, outcomes.c.seq)
    )
    rows = defaultdict(list)
    for prediction_id, _, value, at in connection.execute(query):
        rows[prediction_id].append((value, at))
    return {one: (told[-1][0], told[0][1]) for one, told in rows.items() if told[-1][0]}


def _overridden(connection: Connection, model: str, version: str, day: date) -> frozenset[str]:
    own = _of_day(select(predictions.c.id), model, version, day)
    query = (
        select(overrides.c.prediction_id, overrides.c.value)
        .where(overrides.c.prediction_id.in_(own))
        .order_by(overrides.c.prediction_id, overrides.c.seq)
    )
    last = dict(tuple(row) for row in connection.execute(query))
    return frozenset(one for one, value in last.items() if value)
