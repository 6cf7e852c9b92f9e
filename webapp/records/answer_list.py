"""
The answers of one model in a list: filtered, in an order, one page after the other.

A page begins behind the last answer of the page before, wherever that stands, so the thousandth costs what the first
does. Everything that is filtered and sorted by stands in one index (docs/decisions/0016): which answers belong on a
page is found there alone, and only those are then read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Row,
    Select,
    func,
    literal,
    select,
    tuple_,
    type_coerce,
    union_all,
)

from webapp.records.column_types import Number
from webapp.records.database import Database
from webapp.records.identifiers import normalise_reference
from webapp.records.predictions import ASKED_FOR, RECORDED, PredictionRecord, record_of
from webapp.records.standing import PUTS_IN_PLACE
from webapp.records.tables import decisions, outcomes, predictions

# What an answer says as a number: the value itself or a chance.
FIGURE = func.coalesce(predictions.c.value, predictions.c.probability, type_=Number())
ORDERS: Mapping[str, tuple[ColumnElement, bool]] = {
    "newest": (predictions.c.at, True),
    "oldest": (predictions.c.at, False),
    "highest": (FIGURE, True),
    "lowest": (FIGURE, False),
}
READ_AT_ONCE = 500
# What really happened, as far as anybody said so: the last word holds, and a blank one takes back what stood before.
_HAPPENED = func.coalesce(
    select(outcomes.c.value)
    .where(outcomes.c.prediction_id == predictions.c.id)
    .order_by(outcomes.c.seq.desc())
    .limit(1)
    .scalar_subquery(),
    "",
)
# What a file says of an answer; its reasons, warnings and typed texts need not be read for it.
FILED = tuple(
    predictions.c[name]
    for name in (
        *("reference", "business_key", "at", "who", "channel", "version", "answer"),
        *("probability", "value", "low", "high", "light", "row"),
    )
)
# What it takes to put a row to another version, and to say what was answered then.
ASKED_AGAIN = tuple(
    predictions.c[name]
    for name in (
        *("id", "reference", "at", "version", "decision_id", "row"),
        *("answer", "probability", "value", "low", "high"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which answers of a model, in which order; what is left empty is not looked at.

    `named` is a reference or a business key as somebody typed it. Without a channel: what somebody asked for. `known`:
    whether it was recorded what really happened.
    """

    model: str
    named: str = ""
    since: datetime | None = None
    until: datetime | None = None
    answer: str = ""
    light: str = ""
    channel: str = ""
    version: str = ""
    who_id: str = ""
    known: bool | None = None
    order: str = "newest"


def page_of_answers(
    connection: Connection, wanted: Wanted, after: str = "", limit: int = READ_AT_ONCE
) -> list[PredictionRecord]:
    """The answers that follow the one with the reference `after`; the first ones where there is none such."""
    return [record_of(row) for row in connection.execute(_page(connection, wanted, after, limit, RECORDED))]


def all_answers(database: Database, wanted: Wanted, limit: int) -> Iterator[Row]:
    """
    What a file says (FILED) of the first `limit` answers.

    A few hundred are in memory at a time, and whoever reads slowly holds no connection meanwhile.
    """
    after, left = "", limit
    while left > 0:
        with database.reading() as connection:
            part = connection.execute(_page(connection, wanted, after, min(READ_AT_ONCE, left), FILED)).all()
        yield from part
        if len(part) < READ_AT_ONCE:
            return
        after, left = part[-1].reference, left - len(part)


def answers_to_ask_again(connection: Connection, wanted: Wanted, limit: int) -> Sequence[Row]:
    """What it takes (ASKED_AGAIN) of the first answers that are wanted."""
    return connection.execute(_page(connection, wanted, "", limit, ASKED_AGAIN)).all()


def are_more_than(connection: Connection, wanted: Wanted, count: int) -> bool:
    return connection.execute(_found(connection, wanted).limit(1).offset(count)).first() is not None


def answers_by_reference(connection: Connection, model: str, references: list[str]) -> list[PredictionRecord]:
    """Those of them that are answers of the model, in the order in which they are named."""
    named = [reference for text in references if (reference := normalise_reference(text))]
    if not named:
        return []
    query = select(*RECORDED).where(predictions.c.reference.in_(named), predictions.c.model == model)
    found = {record.reference: record for record in map(record_of, connection.execute(query))}
    return [found[reference] for reference in dict.fromkeys(named) if reference in found]


def versions_that_answered(connection: Connection, model: str) -> dict[str, int | None]:
    """Every version that was ever in charge and its running number, the latest first."""
    number = type_coerce(decisions.c.words, JSON)["number"].as_integer()
    query = (
        select(decisions.c.version, number)
        .where(decisions.c.model == model, decisions.c.action.in_(PUTS_IN_PLACE))
        .order_by(decisions.c.seq.desc())
    )
    return dict(tuple(row) for row in connection.execute(query))


def _page(connection: Connection, wanted: Wanted, after: str, limit: int, columns: Sequence[ColumnElement]) -> Select:
    ids = _found(connection, wanted)
    column, is_descending = ORDERS[wanted.order]
    ends = _values_of(connection, wanted.model, after, column)
    if ends is not None:
        here = tuple_(column, predictions.c.id)
        there = tuple_(literal(ends[0], column.type), literal(ends[1], predictions.c.id.type))
        ids = ids.where(here < there if is_descending else here > there)
    order = [part.desc() if is_descending else part for part in (column, predictions.c.id)]
    return select(*columns).where(predictions.c.id.in_(ids.order_by(*order).limit(limit))).order_by(*order)


def _found(connection: Connection, wanted: Wanted) -> Select:
    channels = (wanted.channel,) if wanted.channel else ASKED_FOR
    query = select(predictions.c.id).where(predictions.c.model == wanted.model, predictions.c.channel.in_(channels))
    exact = {"answer": wanted.answer, "light": wanted.light, "version": wanted.version, "who_id": wanted.who_id}
    query = query.where(*(predictions.c[name] == value for name, value in exact.items() if value))
    if wanted.known is not None:
        query = query.where((_HAPPENED != "") if wanted.known else (_HAPPENED == ""))
    if wanted.since is not None:
        query = query.where(predictions.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(predictions.c.at < wanted.until)
    return query.where(_is_named(connection, wanted)) if wanted.named else query


def _is_named(connection: Connection, wanted: Wanted) -> ColumnElement[bool]:
    """By its business key, or by the reference where an answer has this very one; by either where both are found."""
    by_key = predictions.c.business_key == wanted.named
    found = answers_by_reference(connection, wanted.model, [wanted.named])
    if not found:
        return by_key
    by_reference = predictions.c.id == found[0].id
    keyed = select(predictions.c.id).where(by_key, predictions.c.model == wanted.model)
    if connection.execute(keyed.limit(1)).first() is None:
        return by_reference
    # With "or" between them neither index would be used.
    return predictions.c.id.in_(union_all(keyed, select(predictions.c.id).where(by_reference)))


def _values_of(
    connection: Connection, model: str, reference: str, column: ColumnElement
) -> tuple[datetime | float, str] | None:
    wanted = normalise_reference(reference) if reference else ""
    if not wanted:
        return None
    query = select(column, predictions.c.id).where(predictions.c.reference == wanted, predictions.c.model == model)
    row = connection.execute(query).first()
    return None if row is None else tuple(row)
