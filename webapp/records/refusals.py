"""How often a form was sent back, and because of which questions: counted by day, without anybody's answers."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from webapp import clock
from webapp.records.watch_tables import refusals

ALL = ""  # counts the times
_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def note_refusal(connection: Connection, model: str, fields: Collection[str]) -> None:
    """Once for the form, and once for each question that it was sent back for."""
    insert = _INSERTS[connection.dialect.name](refusals)
    insert = insert.on_conflict_do_update(
        index_elements=["model", "day", "field"], set_={"times": refusals.c.times + 1}
    )
    day = clock.now().date()
    # In one order for everybody, so that no two wait for each other.
    for field in sorted({ALL, *fields}):
        connection.execute(insert, {"model": model, "day": day, "field": field, "times": 1})


def refused_since(connection: Connection, model: str, first: date) -> tuple[int, dict[str, int]]:
    """How often since that day, and how often for each question."""
    query = (
        select(refusals.c.field, func.sum(refusals.c.times))
        .where(refusals.c.model == model, refusals.c.day >= first)
        .group_by(refusals.c.field)
    )
    found = {field: int(times) for field, times in connection.execute(query)}
    return found.pop(ALL, 0), found
