"""The newest cases of a version whose outcome somebody known recorded: what a version may be judged by."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import JSON, Connection, Row, Select, and_, func, select, type_coerce

from webapp.records.day_counts import WATCHED
from webapp.records.tables import outcomes, predictions
from webapp.records.turns import is_last

COLUMNS = tuple(
    predictions.c[name]
    for name in (
        *("id", "at", "channel", "light", "decision_id"),
        *("answer", "probability", "probabilities", "value", "low", "high"),
    )
)
WHO = type_coerce(outcomes.c.who, JSON)
# Whoever did not sign in has no identifier, and the product itself is nobody.
BY_SOMEBODY_KNOWN = and_(WHO["id"].as_string() != "", WHO["kind"].as_string() != "system")


def judged_cases(connection: Connection, model: str, version: str, until: datetime, limit: int) -> Sequence[Row]:
    """Asked before that moment, the newest first; `happened` is what holds."""
    query = _known(select(*COLUMNS, outcomes.c.value.label("happened")), model)
    query = query.where(predictions.c.version == version, predictions.c.at < until)
    return connection.execute(query.order_by(predictions.c.at.desc()).limit(limit)).all()


def last_outcome_at(connection: Connection, model: str) -> datetime | None:
    """When somebody known last recorded what happened to a case of the model."""
    return connection.execute(_known(select(func.max(outcomes.c.at)), model)).scalar()


def asked_before(connection: Connection, model: str, until: datetime, limit: int) -> int:
    """How many cases were asked about before that moment; `limit` is as good as more."""
    query = select(predictions.c.id).where(
        predictions.c.model == model, predictions.c.at < until, predictions.c.channel.in_(WATCHED)
    )
    return connection.execute(select(func.count()).select_from(query.limit(limit).subquery())).scalar()


def _known(query: Select, model: str) -> Select:
    return query.join(outcomes, outcomes.c.prediction_id == predictions.c.id).where(
        predictions.c.model == model,
        predictions.c.channel.in_(WATCHED),
        outcomes.c.value != "",
        BY_SOMEBODY_KNOWN,
        is_last(outcomes),
    )
