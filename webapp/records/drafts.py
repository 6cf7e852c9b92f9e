"""Answers of a person whose session ended while they filled in a form, kept until they have signed in again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from webapp import clock
from webapp.records import lifetimes
from webapp.records.identifiers import digest, new_token
from webapp.records.purging import purge_hourly
from webapp.records.tables import drafts


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed into the form of this version; `key` is the person's own reference of the case."""

    model: str
    version: str
    answers: dict[str, Any]
    key: str
    address: str
    made_at: datetime


def keep(
    connection: Connection, model: str, version: str, answers: Mapping[str, Any], key: str = "", address: str = ""
) -> str:
    """The token under which the answers are found again, by whoever holds it and nobody else."""
    purge_hourly(connection)
    token = new_token()
    row = {
        "id": digest(token),
        "model": model,
        "version": version,
        "answers": dict(answers),
        "business_key": key,
        "address": address,
        "made_at": clock.now(),
    }
    connection.execute(insert(drafts).values(row))
    return token


def take(connection: Connection, token: str, model: str) -> Draft | None:
    """The draft, as often as it is asked for within its day: going back in the browser must not lose it."""
    query = select(drafts).where(drafts.c.id == digest(token), drafts.c.model == model)
    row = connection.execute(query.where(drafts.c.made_at > clock.now() - lifetimes.DRAFT)).first()
    if row is None:
        return None
    return Draft(row.model, row.version, row.answers, row.business_key, row.address, row.made_at)
