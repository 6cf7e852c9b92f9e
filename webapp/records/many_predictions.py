"""
Many predictions written down at once, in the transaction of whatever they belong to.

What is written is what `record_prediction` would write, value for value. All of it is made ready before the transaction
begins, so that on SQLite, where one writes at a time, nobody waits for it; what many rows have in common is made once.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Dialect, select

from webapp.errors import RecordsUnavailable
from webapp.prediction.values import CareFlag
from webapp.records.column_types import Document, json_text, stored_text
from webapp.records.database import AWAY
from webapp.records.identifiers import new_reference
from webapp.records.predictions import REFERENCE_DRAWS, Case, plain_values, reason_document, warnings_of
from webapp.records.tables import predictions

ALIKE = 20_000  # texts that are kept


@dataclass(frozen=True, slots=True)
class Records:
    """The references of the cases in their order, and their rows as the driver of the database takes them."""

    references: list[str]
    rows: list[tuple]


def records_of(connection: Connection, cases: Sequence[Case]) -> Records:
    """The cases under references that nobody has yet."""
    rows = [_row(case) for case in cases]
    _draw_free_references(connection, rows)
    columns = [_bound(column, [row[column.name] for row in rows], connection.dialect) for column in predictions.columns]
    return Records([row["reference"] for row in rows], list(zip(*columns, strict=True)))


def write_records(connection: Connection, records: Records) -> None:
    """
    Nothing is followed here: an idempotency key that is taken refuses the whole transaction.

    By the driver itself: what SQLAlchemy does for each value of 50,000 rows takes as long as writing them.
    """
    if records.rows:
        connection.exec_driver_sql(_INSERTS[connection.dialect.name], records.rows)


def _row(case: Case) -> dict[str, Any]:
    prediction = case.prediction
    return {
        **plain_values(case),
        "who_id": case.who.id,
        "who": _who_text(case.who),
        "row": stored_text(dict(case.row)),
        "answers": stored_text(dict(case.answers)),
        "probabilities": None if prediction.probabilities is None else stored_text(prediction.probabilities),
        "reasons": json_text([reason_document(reason) for reason in prediction.reasons]),
        "warnings": _warnings_text(prediction.warnings),
    }


@lru_cache(maxsize=ALIKE)
def _warnings_text(flags: tuple[CareFlag, ...]) -> str:
    return json_text(warnings_of(flags))


@lru_cache(maxsize=64)
def _who_text(who: Any) -> str:
    return stored_text(who.to_json())


def _draw_free_references(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Among many thousands some short reference is taken already; one that is drawn elsewhere meanwhile is rarer."""
    for _ in range(REFERENCE_DRAWS):
        drawn = Counter(row["reference"] for row in rows)
        query = select(predictions.c.reference).where(predictions.c.reference.in_(list(drawn)))
        taken = {reference for reference, times in drawn.items() if times > 1}.union(
            connection.execute(query).scalars()
        )
        clashing = [row for row in rows if row["reference"] in taken]
        if not clashing:
            return
        for row in clashing:
            row["reference"] = new_reference()
    raise RecordsUnavailable(AWAY)


def _bound(column: Column, values: list[Any], dialect: Dialect) -> list[Any]:
    """The values as the driver takes them; documents come as texts already."""
    bind = None if isinstance(column.type, Document) else column.type.dialect_impl(dialect).bind_processor(dialect)
    if bind is None:
        return values
    known = {value: bind(value) for value in set(values)}
    return [known[value] for value in values]


def _insert(mark: str) -> str:
    names = ", ".join(f'"{column.name}"' for column in predictions.columns)
    return f"INSERT INTO predictions ({names}) VALUES ({', '.join([mark] * len(predictions.columns))})"


_INSERTS = {"sqlite": _insert("?"), "postgresql": _insert("%s")}
