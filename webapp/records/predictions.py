"""Predictions as they are kept: written once, followed by whoever asks the same again, found again next year."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Insert, Select, bindparam, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from webapp import clock
from webapp.errors import RecordsUnavailable
from webapp.prediction.values import CareFlag, Prediction, Reason
from webapp.records.actors import Actor
from webapp.records.column_types import as_stored
from webapp.records.database import AWAY, Database
from webapp.records.identifiers import new_prediction_id, new_reference, normalise_reference
from webapp.records.tables import predictions

# Answers that somebody asked for; examples, simulations and shadow answers are none.
ASKED_FOR = ("form", "api", "batch")
REFERENCE_DRAWS = 5  # 35 random bits: among a million predictions one in 34,000 new references is taken
MAX_FOUND = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One answered case about to be written down; `decision_id` names the words that were shown with it."""

    model: str
    manifest_sha: str
    decision_id: int | None
    who: Actor
    channel: str  # "form", "api", "batch", "shadow", "simulated" or "example"
    row: Mapping[str, Any]
    answers: Mapping[str, Any]
    prediction: Prediction
    business_key: str = ""
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionRecord:
    """One row of the table; `reasons` and `warnings` are dictionaries, as they were stored then."""

    id: str
    reference: str
    model: str
    version: str
    manifest_sha: str
    decision_id: int | None
    at: datetime
    who: Actor
    channel: str
    business_key: str
    row: dict[str, Any]
    answers: dict[str, Any]
    answer: str
    label: str
    probability: float | None
    probabilities: dict[str, float] | None
    value: float | None
    low: float | None
    high: float | None
    coverage: float | None
    reference_value: float
    reasons: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    light: str
    idempotency_key: str | None

    @property
    def interval(self) -> dict[str, float] | None:
        if self.low is None or self.high is None or self.coverage is None:
            return None
        return {"low": self.low, "high": self.high, "coverage": self.coverage}


def record_prediction(connection: Connection, case: Case) -> PredictionRecord:
    """Write the case down, or return what an earlier request wrote under the same idempotency key."""
    return _insert_or_follow(connection, case)[0]


def record_or_follow(database: Database, case: Case) -> tuple[PredictionRecord, bool]:
    """The record of the case, durable on return, and whether this call made it.

    Of several simultaneous calls with one idempotency key the first writes; the others wait for it and follow.
    """
    return database.run(lambda connection: _insert_or_follow(connection, case))


def prediction_by_id(connection: Connection, prediction_id: str) -> PredictionRecord | None:
    return _first(connection, _BY_ID, prediction_id)


def prediction_by_reference(connection: Connection, text: str) -> PredictionRecord | None:
    """By the short reference, as somebody typed it."""
    reference = normalise_reference(text)
    return _first(connection, _BY_REFERENCE, reference) if reference else None


def find(connection: Connection, model: str | None, text: str) -> list[PredictionRecord]:
    """The newest predictions whose reference or business key is `text`, of one model or of all."""
    key = text.strip()
    if not key:
        return []
    reference = normalise_reference(key)
    wanted = predictions.c.business_key == key
    query = select(*RECORDED).where(or_(wanted, predictions.c.reference == reference) if reference else wanted)
    return _newest(connection, _of_model(query, model), MAX_FOUND)


def latest(connection: Connection, model: str | None = None, limit: int = MAX_FOUND) -> list[PredictionRecord]:
    """The newest predictions that somebody asked for."""
    return _newest(connection, _of_model(select(*RECORDED).where(predictions.c.channel.in_(ASKED_FOR)), model), limit)


def counts_since(connection: Connection, since: datetime, models: Collection[str]) -> dict[str, int]:
    """How many predictions somebody asked for, of those of the models that were asked at all."""
    query = (
        select(predictions.c.model, func.count())  # models by name, or every answer that there ever was is looked at
        .where(predictions.c.model.in_(models), predictions.c.at >= since, predictions.c.channel.in_(ASKED_FOR))
        .group_by(predictions.c.model)
        .order_by(predictions.c.model)
    )
    return dict(tuple(row) for row in connection.execute(query))


def document(record: PredictionRecord) -> dict[str, Any]:
    """The record as the API shows it."""
    return {
        "id": record.id,
        "reference": record.reference,
        "model": record.model,
        "answer": record.answer,
        "probability": record.probability,
        "probabilities": record.probabilities,
        "value": record.value,
        "interval": record.interval,
        "reasons": record.reasons,
        "warnings": record.warnings,
        "light": record.light,
        "version": record.version,
        "at": record.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }


def _insert_or_follow(connection: Connection, case: Case) -> tuple[PredictionRecord, bool]:
    for _ in range(REFERENCE_DRAWS):
        values = row_values(case)
        if connection.execute(_INSERTS[connection.dialect.name], {**values, "who_id": case.who.id}).rowcount == 1:
            return PredictionRecord(**{**values, "who": case.who}), True
        if case.idempotency_key is None:
            continue
        if (earlier := _first(connection, _BY_IDEMPOTENCY_KEY, case.idempotency_key)) is not None:
            return earlier, False
    raise RecordsUnavailable(AWAY)


def row_values(case: Case) -> dict[str, Any]:
    prediction = case.prediction
    return {
        **plain_values(case),
        "who": case.who.to_json(),
        "row": as_stored(dict(case.row)),
        "answers": as_stored(dict(case.answers)),
        "probabilities": as_stored(prediction.probabilities),
        "reasons": [reason_document(reason) for reason in prediction.reasons],
        "warnings": warnings_of(prediction.warnings),
    }


def plain_values(case: Case) -> dict[str, Any]:
    """All but what is kept as a document, under a new identifier and reference."""
    prediction, interval = case.prediction, case.prediction.interval
    return {
        "id": new_prediction_id(),
        "reference": new_reference(),
        "model": case.model,
        "version": prediction.version,
        "manifest_sha": case.manifest_sha,
        "decision_id": case.decision_id,
        "at": clock.now(),
        "channel": case.channel,
        "business_key": case.business_key,
        "answer": prediction.answer,
        "label": prediction.label,
        "probability": as_stored(prediction.probability),
        "value": as_stored(prediction.value),
        "low": as_stored(interval.low) if interval else None,
        "high": as_stored(interval.high) if interval else None,
        "coverage": interval.coverage if interval else None,
        "reference_value": as_stored(prediction.reference),
        "light": prediction.light,
        "idempotency_key": case.idempotency_key,
    }


def warnings_of(flags: Sequence[CareFlag]) -> list[dict[str, str]]:
    return [{"code": flag.code, "feature": flag.feature, "text": flag.text} for flag in flags]


def reason_document(reason: Reason) -> dict[str, Any]:
    """In the order in which keys come back; asdict() would copy deeply, at ten times the cost."""
    return {
        "direction": reason.direction,
        "feature": reason.feature,
        "label": reason.label,
        "points": as_stored(reason.points),
        "value_text": reason.value_text,
    }


def _careful_insert(dialect: Any) -> Insert:
    """Writes nothing where a key is taken; a plain insert would end the transaction there."""
    return dialect.insert(predictions).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def _one_whose(column: Column) -> Select:
    return select(*RECORDED).where(column == bindparam("wanted", type_=column.type))


RECORDED = tuple(column for column in predictions.columns if column.name != "who_id")
_COLUMNS = tuple(column.name for column in RECORDED)
# Built once: building a statement with two dozen columns takes longer than running it.
_INSERTS = {"sqlite": _careful_insert(sqlite), "postgresql": _careful_insert(postgresql)}
_BY_ID = _one_whose(predictions.c.id)
_BY_REFERENCE = _one_whose(predictions.c.reference)
_BY_IDEMPOTENCY_KEY = _one_whose(predictions.c.idempotency_key)


def _of_model(query: Select, model: str | None) -> Select:
    return query if model is None else query.where(predictions.c.model == model)


def _newest(connection: Connection, query: Select, limit: int) -> list[PredictionRecord]:
    query = query.order_by(predictions.c.at.desc(), predictions.c.id).limit(limit)
    return [record_of(row) for row in connection.execute(query)]


def _first(connection: Connection, query: Select, wanted: str) -> PredictionRecord | None:
    row = connection.execute(query, {"wanted": wanted}).first()
    return None if row is None else record_of(row)


def record_of(row: Sequence[Any]) -> PredictionRecord:
    """The record in the order of the columns."""
    columns = dict(zip(_COLUMNS, row, strict=True))
    columns["who"] = Actor.from_json(columns["who"])
    return PredictionRecord(**columns)
