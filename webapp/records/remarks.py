"""What people say about an answer: notes, whether it was of use, problems. Added to, never rewritten."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from webapp import clock
from webapp.records.actors import Actor
from webapp.records.audit import about_prediction, note
from webapp.records.database import Database
from webapp.records.tables import remarks
from webapp.records.turns import take_turn

NOTE, USEFUL, NOT_USEFUL, PROBLEM = "note", "useful", "not_useful", "problem"
FEEDBACK = (USEFUL, NOT_USEFUL, PROBLEM)
ACTIONS = {NOTE: "noted", USEFUL: "feedback_given", NOT_USEFUL: "feedback_given", PROBLEM: "problem_reported"}
LONGEST_TEXT = 1000
MOST = 100  # about one answer: whoever has a link could otherwise fill the disk


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    prediction_id: str
    seq: int
    kind: str  # NOTE or one of FEEDBACK
    text: str
    at: datetime
    who: Actor


@dataclass(frozen=True, slots=True)
class Said:
    """A remark about to be kept; `idempotency_key` belongs to the page it was typed on."""

    record: Any
    kind: str
    text: str = ""
    idempotency_key: str = ""


def remarks_about(connection: Connection, prediction_id: str) -> list[Remark]:
    """The first first."""
    return [_remark(row) for row in connection.execute(_ABOUT, {"wanted": prediction_id})]


def remark(database: Database, said: Said, who: Actor) -> bool:
    """Keep it, durable on return, and once however often it is sent; False when there is no room for more."""

    def work(connection: Connection) -> bool:
        take_turn(connection, [said.record.id])
        rows = connection.execute(_ABOUT, {"wanted": said.record.id}).all()
        if any(_is_same(row, said, who) for row in rows):
            return True
        if len(rows) >= MOST:
            return False
        connection.execute(insert(remarks).values(_row(said, who, rows[-1].seq + 1 if rows else 1)))
        about = about_prediction(said.record.reference)
        note(connection, who, ACTIONS[said.kind], about, after={"kind": said.kind.replace("_", " ")})
        return True

    return database.run(work)


def _is_same(row: Row, said: Said, who: Actor) -> bool:
    """A note by its page, since two may read alike on different days; anything else by what it says."""
    if row.kind != said.kind or row.text != said.text or row.who["id"] != who.id:
        return False
    return said.kind != NOTE or row.idempotency_key == said.idempotency_key


def _row(said: Said, who: Actor, seq: int) -> dict[str, Any]:
    return {
        "prediction_id": said.record.id,
        "seq": seq,
        "kind": said.kind,
        "text": said.text,
        "at": clock.now(),
        "who": who.to_json(),
        "idempotency_key": said.idempotency_key,
    }


def _remark(row: Row) -> Remark:
    return Remark(
        prediction_id=row.prediction_id,
        seq=row.seq,
        kind=row.kind,
        text=row.text,
        at=row.at,
        who=Actor.from_json(row.who),
    )


_ABOUT = (
    select(remarks)
    .where(remarks.c.prediction_id == bindparam("wanted", type_=remarks.c.prediction_id.type))
    .order_by(remarks.c.seq)
)
