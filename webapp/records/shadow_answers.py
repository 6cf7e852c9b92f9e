"""What challengers said in the shadow: beside each answer, never in its place, and shown to nobody who asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, Select, and_, func, select

from webapp.records.predictions import ASKED_FOR
from webapp.records.tables import outcomes, predictions, shadow_answers
from webapp.records.turns import is_last

FEW = 2_000  # cases that are looked through one by one
OVERLAP = timedelta(minutes=10)  # an answer may be committed this much after the moment that it bears
COLUMNS = tuple(predictions.c[name] for name in ("id", "at", "row"))
_HAPPENED = select(outcomes.c.prediction_id, outcomes.c.value).where(outcomes.c.value != "", is_last(outcomes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a challenger says to one recorded case; `problem` where it cannot be asked that."""

    prediction_id: str
    asked_at: datetime
    probability: float | None = None
    probabilities: Mapping[str, float] | None = None
    value: float | None = None
    problem: str = ""


def not_scored(connection: Connection, model: str, version: str, limit: int) -> Sequence[Row]:
    """The newest cases that this version has not scored. What lies between its first and its last is not looked at."""
    first, last = _ends(connection, model, version)
    query = _lacking(model, version)
    if first is None:
        return connection.execute(query.limit(limit)).all()
    newer = connection.execute(query.where(predictions.c.at >= last - OVERLAP).limit(limit)).all()
    if len(newer) == limit:
        return newer
    older = connection.execute(query.where(predictions.c.at <= first).limit(limit - len(newer))).all()
    return [*newer, *(row for row in older if row.id not in {one.id for one in newer})]


def left_out(connection: Connection, model: str, version: str, limit: int) -> Sequence[Row]:
    """
    The newest cases between its first and its last that it has not scored: of hours in which no worker was there.

    Where they lie is found by counting, half by half, since counts need no rows.
    """
    after, until = _ends(connection, model, version)
    if after is None:
        return []
    until += timedelta(microseconds=1)
    while True:
        asked, scored = _counts(connection, model, version, after, until)
        if asked <= scored:
            return []
        if asked <= FEW or until - after <= timedelta(seconds=1):
            break
        middle = after + (until - after) / 2
        asked, scored = _counts(connection, model, version, middle, until)
        after, until = (middle, until) if asked > scored else (after, middle)
    query = _lacking(model, version).where(predictions.c.at >= after, predictions.c.at < until)
    return connection.execute(query.limit(limit)).all()


def keep_scores(connection: Connection, named: tuple[str, str, str], scores: Sequence[Scored], now: datetime) -> None:
    """Of the model, version and manifest named; what another worker was quicker with stays as it is."""
    model, version, manifest_sha = named
    known = set(
        connection.execute(
            select(shadow_answers.c.prediction_id).where(
                shadow_answers.c.version == version,
                shadow_answers.c.prediction_id.in_([one.prediction_id for one in scores]),
            )
        ).scalars()
    )
    rows = [
        {
            "prediction_id": one.prediction_id,
            "model": model,
            "version": version,
            "manifest_sha": manifest_sha,
            "asked_at": one.asked_at,
            "at": now,
            "probability": one.probability,
            "probabilities": one.probabilities,
            "value": one.value,
            "problem": one.problem,
        }
        for one in scores
        if one.prediction_id not in known
    ]
    if rows:
        connection.execute(shadow_answers.insert(), rows)


def in_the_shadow(connection: Connection, model: str, champion: str, challenger: str, limit: int) -> Sequence[Row]:
    """The newest cases that the one answered and the other scored; `happened` is None where that is not known."""
    mine, happened = shadow_answers.c, _HAPPENED.subquery()
    query = (
        select(
            *(predictions.c[name] for name in ("id", "reference", "at", "decision_id", "answer")),
            *(predictions.c[name] for name in ("probability", "value", "low", "high")),
            mine.probability.label("other_probability"),
            mine.probabilities.label("other_probabilities"),
            mine.value.label("other_value"),
            mine.problem,
            happened.c.value.label("happened"),
        )
        .join(predictions, predictions.c.id == mine.prediction_id)
        .outerjoin(happened, happened.c.prediction_id == predictions.c.id)
        .where(mine.model == model, mine.version == challenger, predictions.c.version == champion)
        .order_by(mine.asked_at.desc())
        .limit(limit)
    )
    return connection.execute(query).all()


def last_challenger(connection: Connection, model: str) -> str:
    """The version that scored last; "" where none ever did."""
    query = select(shadow_answers.c.version).where(shadow_answers.c.model == model)
    return connection.execute(query.order_by(shadow_answers.c.at.desc()).limit(1)).scalar() or ""


def _ends(connection: Connection, model: str, version: str) -> tuple[datetime | None, datetime | None]:
    """When the first and the last case that it has scored were asked."""
    mine = shadow_answers.c
    query = select(func.min(mine.asked_at), func.max(mine.asked_at))
    return tuple(connection.execute(query.where(mine.model == model, mine.version == version)).one())


def _counts(connection: Connection, model: str, version: str, after: datetime, until: datetime) -> tuple[int, int]:
    """How many cases were asked about within that time, and how many of them it has scored."""
    asked, mine = predictions.c, shadow_answers.c
    there = select(func.count()).where(
        asked.model == model, asked.channel.in_(ASKED_FOR), asked.at >= after, asked.at < until
    )
    scored = select(func.count()).where(
        mine.model == model, mine.version == version, mine.asked_at >= after, mine.asked_at < until
    )
    return connection.execute(there).scalar(), connection.execute(scored).scalar()


def _lacking(model: str, version: str) -> Select:
    mine = shadow_answers.c
    scored = and_(mine.prediction_id == predictions.c.id, mine.version == version)
    return (
        select(*COLUMNS)
        .outerjoin(shadow_answers, scored)
        .where(predictions.c.model == model, predictions.c.channel.in_(ASKED_FOR), mine.prediction_id.is_(None))
        .order_by(predictions.c.at.desc())
    )
