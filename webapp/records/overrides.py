"""Decisions of people against an answer, each with its reason: added to, never rewritten."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from webapp import clock
from webapp.records.actors import Actor
from webapp.records.audit import about_prediction, note
from webapp.records.database import Database
from webapp.records.tables import overrides
from webapp.records.turns import take_turn

WITHDRAWN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One row; a blank value takes the decision before it back."""

    prediction_id: str
    seq: int
    model: str
    value: str
    why: str
    at: datetime
    who: Actor

    @property
    def is_withdrawn(self) -> bool:
        return self.value == WITHDRAWN


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decides about one case; `record` is its prediction."""

    record: Any
    value: str
    why: str


def override_history(connection: Connection, prediction_id: str) -> list[Override]:
    """The first first; the last one holds."""
    return [_override(row) for row in connection.execute(_HISTORY, {"wanted": prediction_id})]


def override(database: Database, decided: Decided, who: Actor, expected_seq: int) -> Override | None:
    """
    Decide otherwise, or take that back; durable on return. The same decision sent again is kept once.

    None when it was written, or stood there already; else the row of somebody who was quicker.
    """

    def work(connection: Connection) -> Override | None:
        take_turn(connection, [decided.record.id])
        rows = override_history(connection, decided.record.id)
        last = rows[-1] if rows else None
        stands = last.value if last else WITHDRAWN
        if stands == decided.value and (stands == WITHDRAWN or last.why == decided.why):
            return None
        if (last.seq if last else 0) != expected_seq:
            return last
        connection.execute(insert(overrides).values(_row(decided, who, expected_seq + 1)))
        _note(connection, decided, who, stands)
        return None

    return database.run(work)


def _row(decided: Decided, who: Actor, seq: int) -> dict[str, Any]:
    return {
        "prediction_id": decided.record.id,
        "seq": seq,
        "model": decided.record.model,
        "value": decided.value,
        "why": decided.why,
        "at": clock.now(),
        "who": who.to_json(),
    }


def _note(connection: Connection, decided: Decided, who: Actor, stood: str) -> None:
    """Without the reason, which may name people: the trail outlives the case."""
    action = "override_withdrawn" if decided.value == WITHDRAWN else "overridden"
    before = {"decision": stood} if stood else None
    note(connection, who, action, about_prediction(decided.record.reference), before, {"decision": decided.value})


def _override(row: Row) -> Override:
    return Override(**{**row._mapping, "who": Actor.from_json(row.who)})


_HISTORY = (
    select(overrides)
    .where(overrides.c.prediction_id == bindparam("wanted", type_=overrides.c.prediction_id.type))
    .order_by(overrides.c.seq)
)
