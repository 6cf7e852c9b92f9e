"""
Many predictions written down at once, in the transaction of whatever they belong to.

What is written is what `record_prediction` would write, value for value; texts that many rows have in common are made
once, which takes a third of the time.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Insert, String, bindparam, cast, insert, select
from sqlalchemy.dialects.postgresql import JSONB

from webapp.errors import RecordsUnavailable
from webapp.prediction.values import CareFlag, Reason
from webapp.records.column_types import Document, as_stored, check_text, json_text
from webapp.records.database import AWAY
from webapp.records.identifiers import new_reference
from webapp.records.predictions import REFERENCE_DRAWS, Case, plain_values, warnings_of
from webapp.records.tables import predictions

DOCUMENTS = tuple(column.name for column in predictions.columns if isinstance(column.type, Document))
ALIKE = 20_000  # texts that are kept


def record_all(connection: Connection, cases: Sequence[Case]) -> list[str]:
    """
    The references under which the cases are found from now on, in their order.

    Nothing is followed here: an idempotency key that is taken refuses the whole transaction.
    """
    rows = [_row(case) for case in cases]
    _draw_free_references(connection, rows)
    if rows:
        connection.execute(_INSERTS[connection.dialect.name], rows)
    return [row["reference"] for row in rows]


def _row(case: Case) -> dict[str, Any]:
    prediction = case.prediction
    return {
        **plain_values(case),
        "who_id": case.who.id,
        "who": _who_text(case.who),
        "row": _in_order(case.row),
        "answers": _in_order(case.answers),
        "probabilities": None if prediction.probabilities is None else _in_order(prediction.probabilities),
        "reasons": f"[{','.join(map(_reason_text, prediction.reasons))}]",
        "warnings": _warnings_text(prediction.warnings),
    }


def _in_order(values: Mapping[str, Any]) -> str:
    return json_text({name: _stored(values[name]) for name in sorted(values)})


def _stored(value: Any) -> Any:
    """As `as_stored` has it, which most values need not be asked about."""
    kind = type(value)
    return value if kind is str or value is None else value + 0.0 if kind is float else as_stored(value)


def _reason_text(reason: Reason) -> str:
    return (
        f'{{"direction":"{reason.direction}",{_named(reason.feature, reason.label)},"points":{reason.points + 0.0!r},'
        f'"value_text":{_quoted(reason.value_text)}}}'
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


def _insert(as_document: Any) -> Insert:
    """Documents come as texts already."""
    texts = {name: as_document(bindparam(name, type_=String())) for name in DOCUMENTS}
    others = {column.name: bindparam(column.name) for column in predictions.columns if column.name not in texts}
    return insert(predictions).values({**others, **texts})


_INSERTS = {
    "sqlite": _insert(lambda text: cast(text, String)),
    "postgresql": _insert(lambda text: cast(text, JSONB)),
}
