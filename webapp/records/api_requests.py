"""
Answers that are asked for by programs: all rows of a request in one transaction, and once under one key.

A key is claimed before its answers are written, so that whoever sends the same meanwhile hears that it is under way
instead of waiting. What fails gives its claim back; a process that dies lets it lapse.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from webapp import clock
from webapp.errors import AnswersGone, KeyUsed, RecordsUnavailable, RequestUnderWay
from webapp.records.actors import Actor
from webapp.records.database import Database
from webapp.records.identifiers import new_token
from webapp.records.predictions import Case, PredictionRecord, prediction_by_id, record_prediction
from webapp.records.purging import purge_hourly
from webapp.records.tables import api_requests

LEASE = timedelta(seconds=30)  # no request is worked on for so long

KEY_USED = "This Idempotency-Key was sent before with something else; use a new key for a new request"
UNDER_WAY = "The same request is being answered; send it again in a moment"
GONE = "What this request was answered with has been deleted since"

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Sent:
    """A request under a key: `id` stands for who sent it and the key, `fingerprint` for what was sent and where."""

    id: str
    fingerprint: str

    @classmethod
    def of(cls, who: Actor, key: str, address: str, content: bytes) -> "Sent":
        whose = json.dumps([who.kind, who.id, key])
        return cls(_digest(whose.encode()), _digest(address.encode() + b"\n" + content))


@dataclass(frozen=True, slots=True)
class _Earlier:
    fingerprint: str
    claim: str
    claimed_at: datetime
    prediction_ids: list[str] | None

    @property
    def has_lapsed(self) -> bool:
        return self.prediction_ids is None and clock.now() - self.claimed_at >= LEASE


def write_all(database: Database, cases: Sequence[Case]) -> list[PredictionRecord]:
    """Every case written down, or none; durable on return."""
    return database.run(lambda connection: _records(connection, cases))


def earlier_answer(database: Database, sent: Sent) -> list[PredictionRecord] | None:
    """What the request was answered with before; None where it is new. Raises RequestRefused."""
    with database.reading() as connection:
        earlier = _find(connection, sent)
        return None if earlier is None or _is_free(earlier, sent) else _followed(connection, earlier)


def write_once(database: Database, sent: Sent, cases: Sequence[Case]) -> tuple[list[PredictionRecord], bool]:
    """The records of the request and whether this call wrote them. Raises RequestRefused."""
    claim = database.run(lambda connection: _claim(connection, sent))
    if claim is None:
        records = earlier_answer(database, sent)
        if records is None:  # given back between two looks
            raise RequestUnderWay(UNDER_WAY)
        return records, False
    try:
        return database.run(lambda connection: _write_and_finish(connection, sent, claim, cases)), True
    except BaseException:
        _give_back(database, sent, claim)
        raise


def _records(connection: Connection, cases: Sequence[Case]) -> list[PredictionRecord]:
    return [record_prediction(connection, case) for case in cases]


def _claim(connection: Connection, sent: Sent) -> str | None:
    """A token for whoever may answer the request; None where somebody else does or did."""
    purge_hourly(connection)
    token, now = new_token(), clock.now()
    row = {"id": sent.id, "fingerprint": sent.fingerprint, "claim": token, "claimed_at": now}
    if connection.execute(_careful_insert(connection), row).rowcount == 1:
        return token
    earlier = _find(connection, sent)
    if earlier is None or not _is_free(earlier, sent):
        return None
    mine = (api_requests.c.id == sent.id, api_requests.c.claim == earlier.claim)
    taken = update(api_requests).where(*mine).values(claim=token, claimed_at=now)
    return token if connection.execute(taken).rowcount == 1 else None


def _write_and_finish(connection: Connection, sent: Sent, claim: str, cases: Sequence[Case]) -> list[PredictionRecord]:
    records = _records(connection, cases)
    mine = (api_requests.c.id == sent.id, api_requests.c.claim == claim)
    done = update(api_requests).where(*mine).values(prediction_ids=[record.id for record in records])
    if connection.execute(done).rowcount != 1:  # it took so long that somebody else took over
        raise RequestUnderWay(UNDER_WAY)
    return records


def _give_back(database: Database, sent: Sent, claim: str) -> None:
    mine = (api_requests.c.id == sent.id, api_requests.c.claim == claim, api_requests.c.prediction_ids.is_(None))
    with suppress(RecordsUnavailable):  # it lapses by itself
        database.run(lambda connection: connection.execute(delete(api_requests).where(*mine)))


def _find(connection: Connection, sent: Sent) -> _Earlier | None:
    query = select(*(api_requests.c[name] for name in _Earlier.__slots__)).where(api_requests.c.id == sent.id)
    row = connection.execute(query).first()
    return None if row is None else _Earlier(*row)


def _is_free(earlier: _Earlier, sent: Sent) -> bool:
    """Whether nobody answers it any more. Raises KeyUsed for another request under the same key."""
    if earlier.fingerprint != sent.fingerprint:
        raise KeyUsed(KEY_USED)
    return earlier.has_lapsed


def _followed(connection: Connection, earlier: _Earlier) -> list[PredictionRecord]:
    if earlier.prediction_ids is None:
        raise RequestUnderWay(UNDER_WAY)
    records = [prediction_by_id(connection, prediction_id) for prediction_id in earlier.prediction_ids]
    if None in records:
        raise AnswersGone(GONE)
    return records


def _careful_insert(connection: Connection):
    """Writes nothing where the key is taken."""
    statement = _INSERTS[connection.dialect.name](api_requests).on_conflict_do_nothing()
    return statement.execution_options(preserve_rowcount=True)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
