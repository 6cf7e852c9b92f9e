"""What really happened to the cases that were answered: added to and corrected, never rewritten."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from webapp import clock
from webapp.records.actors import Actor
from webapp.records.audit import about_model, about_prediction, note
from webapp.records.database import Database
from webapp.records.outcome_rules import NOT_KNOWN, Judgement, OutcomeRule, bucket_of
from webapp.records.predictions import ASKED_FOR
from webapp.records.tables import outcomes
from webapp.records.turns import take_turn

WITHDRAWN = ""
ASKED_AT_ONCE = 500  # identifiers in one question: databases limit them
RECORDED, CORRECTED, TAKEN_BACK, SAME, CONFLICT = "recorded", "corrected", "taken back", "same", "conflict"
WRITTEN = (RECORDED, CORRECTED, TAKEN_BACK)
ACTIONS = {RECORDED: "outcome_recorded", CORRECTED: "outcome_corrected", TAKEN_BACK: "outcome_withdrawn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One row; `at` is when somebody recorded it, `happened_at` when it happened, where they said so."""

    prediction_id: str
    seq: int
    value: str
    at: datetime
    who: Actor
    source: str  # "form", "api" or "file"
    happened_at: datetime | None

    @property
    def is_withdrawn(self) -> bool:
        return self.value == WITHDRAWN


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to one case, about to be recorded; `record` is its prediction, WITHDRAWN takes back what stands."""

    record: Any
    rule: OutcomeRule
    value: str
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class By:
    """Who says so, in which way, and in which file."""

    who: Actor
    source: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of it: one of WRITTEN, SAME or CONFLICT; `before` is the row that was the last."""

    state: str
    before: Outcome | None

    @property
    def is_written(self) -> bool:
        return self.state in WRITTEN


def outcome_history(connection: Connection, prediction_id: str) -> list[Outcome]:
    """Everything that was recorded about it, the first first; the last one holds."""
    return [_outcome(row) for row in connection.execute(_HISTORY, {"wanted": prediction_id})]


def known_outcomes(connection: Connection, prediction_ids: Collection[str]) -> dict[str, str]:
    """What is known to have happened, by prediction; what was taken back is not known."""
    wanted = sorted(prediction_ids)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), ASKED_AT_ONCE):
        part = wanted[start : start + ASKED_AT_ONCE]
        rows = select(outcomes.c.prediction_id, outcomes.c.value).where(outcomes.c.prediction_id.in_(part))
        found |= {row.prediction_id: row.value for row in connection.execute(rows.order_by(outcomes.c.seq))}
    return {prediction_id: value for prediction_id, value in found.items() if value != WITHDRAWN}


def record_outcome(database: Database, happened: Happened, by: By, expected_seq: int) -> Kept:
    """
    Record it, durable on return, provided the last row its maker saw (0 for none) still is the last.

    What stands there already is recorded once; CONFLICT when somebody else said something different meanwhile.
    """

    def work(connection: Connection) -> Kept:
        take_turn(connection, [happened.record.id])
        rows = _rows(connection, [happened.record.id])[happened.record.id]
        kept = _fate(happened, rows, may_correct=(rows[-1].seq if rows else 0) == expected_seq)
        if kept.is_written:
            connection.execute(insert(outcomes).values(_new_row(happened, rows, by)))
            _note(connection, happened, kept, by)
        return kept

    return database.run(work)


def record_outcomes(connection: Connection, many: Sequence[Happened], by: By, *, may_correct: bool) -> list[Kept]:
    """The same for many, each of another prediction; one entry of the audit trail a model says how many."""
    take_turn(connection, [happened.record.id for happened in many])
    fates, before = _fates(connection, many, may_correct=may_correct)
    written = [(happened, kept) for happened, kept in zip(many, fates, strict=True) if kept.is_written]
    if written:
        rows = [_new_row(happened, before[happened.record.id], by) for happened, _ in written]
        connection.execute(insert(outcomes), rows)
        counts = Counter((happened.record.model, kept.state) for happened, kept in written)
        for model in sorted({model for model, _ in counts}):
            after = {state: counts[model, state] for state in WRITTEN if counts[model, state]} | {"from": by.origin}
            note(connection, by.who, "outcomes_imported", about_model(model), after=after)
    return fates


def would_become(connection: Connection, many: Sequence[Happened], *, may_correct: bool) -> list[Kept]:
    """What recording them now would make of each."""
    return _fates(connection, many, may_correct=may_correct)[0]


def _fates(
    connection: Connection, many: Sequence[Happened], *, may_correct: bool
) -> tuple[list[Kept], dict[str, list[Row]]]:
    before = _rows(connection, [happened.record.id for happened in many])
    return [_fate(happened, before[happened.record.id], may_correct=may_correct) for happened in many], before


def _fate(happened: Happened, rows: Sequence[Row], *, may_correct: bool) -> Kept:
    before = _outcome(rows[-1]) if rows else None
    stands = before.value if before else WITHDRAWN
    if stands == happened.value and happened.happened_at in (None, before and before.happened_at):
        return Kept(SAME, before)
    if before is not None and not may_correct:
        return Kept(CONFLICT, before)
    if happened.value == WITHDRAWN:
        return Kept(TAKEN_BACK, before)
    return Kept(CORRECTED if stands else RECORDED, before)


def _new_row(happened: Happened, rows: Sequence[Row], by: By) -> dict[str, Any]:
    record, rule = happened.record, happened.rule
    counts = record.channel in ASKED_FOR
    judged = rule.judged(record, happened.value) if counts else NOT_KNOWN
    stood = Judgement(*(sum(getattr(row, f"{name}_change") for row in rows) for name in Judgement._fields))
    return {
        "prediction_id": record.id,
        "seq": rows[-1].seq + 1 if rows else 1,
        "value": happened.value,
        "at": clock.now(),
        "who": by.who.to_json(),
        "source": by.source,
        "happened_at": happened.happened_at,
        "model": record.model,
        "answered": rule.decided(record),
        "bucket": bucket_of(record.probability),
        **{f"{name}_change": getattr(judged, name) - getattr(stood, name) for name in Judgement._fields},
    }


def _note(connection: Connection, happened: Happened, kept: Kept, by: By) -> None:
    before = {"outcome": kept.before.value} if kept.before else None
    after = {"outcome": happened.value, "source": by.source}
    note(connection, by.who, ACTIONS[kept.state], about_prediction(happened.record.reference), before, after)


def _rows(connection: Connection, ids: Sequence[str]) -> dict[str, list[Row]]:
    query = select(outcomes).where(outcomes.c.prediction_id.in_(ids)).order_by(outcomes.c.seq)
    found: dict[str, list[Row]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.prediction_id].append(row)
    return found


def _outcome(row: Row) -> Outcome:
    return Outcome(
        prediction_id=row.prediction_id,
        seq=row.seq,
        value=row.value,
        at=row.at,
        who=Actor.from_json(row.who),
        source=row.source,
        happened_at=row.happened_at,
    )


_HISTORY = (
    select(outcomes)
    .where(outcomes.c.prediction_id == bindparam("wanted", type_=outcomes.c.prediction_id.type))
    .order_by(outcomes.c.seq)
)
