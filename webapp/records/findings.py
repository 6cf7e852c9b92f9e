"""What was found about models in use: from when to when, and whether somebody was told. And the last word on each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from webapp.records.watch_tables import findings, model_checks

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Found(Protocol):
    """What monitoring finds, as far as it is written down."""

    key: str
    status: str
    sentence: str
    to_do: str


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """`found_at` when it was first seen; `over_at` when it was gone."""

    id: int
    model: str
    key: str
    status: str
    sentence: str
    to_do: str
    found_at: datetime
    seen_at: datetime
    told_at: datetime | None
    over_at: datetime | None


@dataclass(frozen=True, slots=True)
class Check:
    """The word that a model stood under when it was last looked at; `figures` by name, for gauges."""

    model: str
    version: str
    status: str
    words: str
    sentence: str
    figures: dict[str, Any]
    at: datetime


def keep_findings(connection: Connection, model: str, found: Sequence[Found], at: datetime) -> None:
    """What is there now: begun, going on in its present words, or over. What grows worse is to be told anew."""
    open_ones = {one.key: one for one in open_findings(connection, model)}
    for one in found:
        known = open_ones.pop(one.key, None)
        words = {"status": one.status, "sentence": one.sentence, "to_do": one.to_do, "seen_at": at}
        if known is None:
            values = {"model": model, "key": one.key, "found_at": at, **words}
            connection.execute(insert(findings).values(values))
            continue
        if known.status == "look" and one.status == "act":
            words["told_at"] = None
        connection.execute(update(findings).where(findings.c.id == known.id).values(words))
    gone = [one.id for one in open_ones.values()]
    if gone:
        connection.execute(update(findings).where(findings.c.id.in_(gone)).values(over_at=at))


def open_findings(connection: Connection, model: str) -> list[KeptFinding]:
    query = select(findings).where(findings.c.model == model, findings.c.over_at.is_(None)).order_by(findings.c.id)
    return [KeptFinding(**row) for row in connection.execute(query).mappings()]


def claim_untold(connection: Connection, at: datetime) -> list[KeptFinding]:
    """Of every model, what lasts and nobody was told of: from now on it counts as told, for whoever else asks."""
    is_untold = (findings.c.told_at.is_(None), findings.c.over_at.is_(None))
    claimed = connection.execute(
        update(findings).where(*is_untold).values(told_at=at).returning(findings.c.id)
    ).scalars()
    query = select(findings).where(findings.c.id.in_(list(claimed))).order_by(findings.c.model, findings.c.id)
    return [KeptFinding(**row) for row in connection.execute(query).mappings()]


def give_back(connection: Connection, ids: Sequence[int]) -> None:
    """Nobody could be told of these after all."""
    connection.execute(update(findings).where(findings.c.id.in_(ids)).values(told_at=None))


def keep_check(connection: Connection, check: Check) -> None:
    values = {name: getattr(check, name) for name in Check.__slots__}
    upsert = _INSERTS[connection.dialect.name](model_checks)
    fresh = {name: upsert.excluded[name] for name in values if name != "model"}
    connection.execute(upsert.on_conflict_do_update(index_elements=["model"], set_=fresh), values)


def last_checks(connection: Connection) -> dict[str, Check]:
    """By model; models that were never looked at are not there."""
    return {row["model"]: Check(**row) for row in connection.execute(select(model_checks)).mappings()}
