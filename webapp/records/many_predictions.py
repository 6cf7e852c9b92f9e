"""
Many predictions written down at once, in the transaction of whatever they belong to.

What is written is what `record_prediction` would write, value for value. All of it is made ready before the transaction
begins, so that on SQLite, where one writes at a time, nobody waits for it; what many rows have in common is made once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from typing import Any

from sqlalchemy import Column, Connection, Dialect, select

from webapp.errors import RecordsUnavailable
from webapp.prediction.values import CareFlag, Reason
from webapp.records.column_types import Document, as_stored, check_text, json_text
from webapp.records.database import AWAY
from webapp.records.identifiers import new_reference
from webapp.records.predictions import REFERENCE_DRAWS, Case, plain_values, warnings_of
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
        "row": _in_order(case.row),
        "answers": _in_order(case.answers),
        "probabilities": None if prediction.probabilities is None else _numbers_text(prediction.probabilities),
        "reasons": f"[{','.join(map(_reason_text, prediction.reasons))}]",
        "warnings": _warnings_text(prediction.warnings),
    }


def _in_order(values: Mapping[str, Any]) -> str:
    return f"{{{','.join([_cell_text(name, values[name]) for name in _sorted(tuple(values))])}}}"


@lru_cache
def _sorted(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(names))


def _cell_text(name: str, value: Any) -> str:
    kind = type(value)
    if kind is float and isfinite(value):  # as JSON has it; most numbers of a file are there once
        return f"{_quoted(name)}:{value + 0.0!r}"
    return _known_text(name, tuple(value) if kind is list else value)


@lru_cache(maxsize=ALIKE, typed=True)
def _known_text(name: str, value: Any) -> str:
    return f"{_quoted(name)}:{json_text(as_stored(value))}"


def _numbers_text(values: Mapping[str, float]) -> str:
    return json_text({name: values[name] + 0.0 for name in sorted(values)})


def _reason_text(reason: Reason) -> str:
    feature, label, value_text, points, direction = reason
    return (
        f'{{"direction":"{direction}",{_named(feature, label)},"points":{points + 0.0!r},'
        f'"value_text":{_quoted(value_text)}}}'
    )


@lru_cache(maxsize=ALIKE)
def _named(feature: str, label: str) -> str:
    return f'"feature":{json_text(feature)},"label":{json_text(label)}'


@lru_cache(maxsize=ALIKE)
def _quoted(text: str) -> str:
    return json_text(check_text(text))


@lru_cache(maxsize=ALIKE)
def _warnings_text(flags: tuple[CareFlag, ...]) -> str:
    return json_text(warnings_of(flags))


@lru_cache(maxsize=64)
def _who_text(who: Any) -> str:
    return json_text(as_stored(who.to_json()))


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
