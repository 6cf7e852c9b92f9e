"""Everything that is kept about a case: to be handed out, and to be deleted for good."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select

from webapp.parsing.texts import normal
from webapp.records.actors import Actor
from webapp.records.audit import about_model, note
from webapp.records.database import Database
from webapp.records.identifiers import normalise_reference
from webapp.records.jobs import job_of_key
from webapp.records.predictions import document, prediction_by_id
from webapp.records.shadow_table import shadow_answers
from webapp.records.tables import drafts, outcomes, overrides, predictions, remarks

AT_ONCE = 1000  # answers deleted in one transaction: others must be able to write in between
# What belongs to an answer and goes with it, and the columns of it that say something.
BELONGS = {
    "outcomes": (outcomes, ("value", "at", "who", "source", "happened_at")),
    "overrides": (overrides, ("value", "why", "at", "who")),
    "remarks": (remarks, ("kind", "text", "at", "who")),
    "in_the_shadow": (shadow_answers, ("version", "at", "probability", "probabilities", "value")),
}


def answers_about(connection: Connection, text: str, model: str = "") -> list[str]:
    """The identifiers of all answers under that number of a case, or of the one with that reference, in their order."""
    key, reference = normal(text), normalise_reference(text)
    if not key:
        return []
    is_named = predictions.c.business_key == key
    if reference:
        is_named = or_(is_named, predictions.c.reference == reference)
    query = select(predictions.c.id).where(is_named).order_by(predictions.c.at, predictions.c.id)
    return list(connection.execute(query.where(predictions.c.model == model) if model else query).scalars())


def files_answered(connection: Connection, ids: Sequence[str]) -> set[str]:
    """The identifiers of the files of cases that these answers came by."""
    found: set[str] = set()
    for start in range(0, len(ids), AT_ONCE):
        by_file = (predictions.c.id.in_(ids[start : start + AT_ONCE]), predictions.c.channel == "batch")
        keys = connection.execute(select(predictions.c.idempotency_key).where(*by_file)).scalars()
        found.update(job_of_key(key) for key in keys if key)
    return found


def kept_about(connection: Connection, prediction_id: str) -> dict[str, Any]:
    """The answer, what was asked, and all that was added to it later."""
    record = prediction_by_id(connection, prediction_id)
    said = {
        "business_key": record.business_key,
        "channel": record.channel,
        "who": record.who.to_json(),
        "row": record.row,
        "answers": record.answers,
    }
    return {**document(record), **said, **{name: _rows(connection, name, prediction_id) for name in BELONGS}}


def forget_answers(connection: Connection, ids: Sequence[str], who: Actor, why: str) -> Counter[str]:
    """
    Delete these and what belongs to them, at most AT_ONCE; how many of each.

    That it was done is written down, and for which model, but not about whom.
    """
    _overwrite_what_is_deleted(connection)
    chosen = predictions.c.id.in_(ids)
    connection.execute(select(predictions.c.id).where(chosen).order_by(predictions.c.id).with_for_update())
    by_model = select(predictions.c.model, func.count()).where(chosen).group_by(predictions.c.model)
    for model, answers in connection.execute(by_model.order_by(predictions.c.model)).all():
        note(connection, who, "forgotten", about_model(model), after={"answers": answers, "why": why})
    counts = Counter[str]()
    for name, (table, _) in BELONGS.items():
        counts[name] = connection.execute(delete(table).where(table.c.prediction_id.in_(ids))).rowcount
    counts["answers"] = connection.execute(delete(predictions).where(chosen)).rowcount
    return counts


def forget_older(database: Database, moment: datetime, who: Actor, why: str) -> int:
    """Every answer given before it, some at a time so that others can write in between; how many."""
    older = select(predictions.c.id).where(predictions.c.at < moment).order_by(predictions.c.at).limit(AT_ONCE)

    def some(connection: Connection) -> int:
        ids = list(connection.execute(older).scalars())
        return forget_answers(connection, ids, who, why)["answers"] if ids else 0

    forgotten = 0
    while deleted := database.run(some):
        forgotten += deleted
    return forgotten


def forget_drafts(connection: Connection, text: str, model: str = "") -> int:
    """Forms that were sent after a session had ended, and name the case."""
    _overwrite_what_is_deleted(connection)
    gone = delete(drafts).where(drafts.c.business_key == normal(text), drafts.c.business_key != "")
    return connection.execute(gone.where(drafts.c.model == model) if model else gone).rowcount


def empty_journal(database: Database) -> bool:
    """
    Whether nothing that was deleted stands in SQLite's journal any more; somebody who reads meanwhile keeps it there.
    """
    if not database.is_sqlite:
        return True
    raw = database.engine.raw_connection()
    try:
        busy, *_ = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        raw.close()
    return busy == 0


def _rows(connection: Connection, name: str, prediction_id: str) -> list[dict[str, Any]]:
    table, columns = BELONGS[name]
    query = select(*(table.c[column] for column in columns)).where(table.c.prediction_id == prediction_id)
    return [dict(row) for row in connection.execute(query.order_by(*table.primary_key.columns)).mappings()]


def _overwrite_what_is_deleted(connection: Connection) -> None:
    """Else SQLite leaves the bytes where they were until something else is written there."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
