"""Files of cases: what was sent, how far it has come, and what a person may still do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Insert, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from webapp import clock
from webapp.errors import RequestUnderWay
from webapp.records import lifetimes
from webapp.records.actors import Actor
from webapp.records.api_requests import UNDER_WAY
from webapp.records.database_time import database_time
from webapp.records.identifiers import new_prediction_id
from webapp.records.job_parts import PROBLEMS, ROWS, write_parts
from webapp.records.job_tables import job_claims, job_parts, jobs

PART_ROWS = 2_000  # rows that are claimed, answered and written at once
CHECKING, CHECKED, ANSWERING, DONE, STOPPED, FAILED = "checking", "checked", "answering", "done", "stopped", "failed"
_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
WORKED_ON = (CHECKING, ANSWERING)
# See job_tables: what a file says to workers of a release that would work on it in another way.
_HELD_FOR_EARLIER_RELEASES = {"attempts": 0, "lease": "", "lease_until": datetime(9999, 12, 31, tzinfo=UTC)}
_COLUMNS = tuple(column for column in jobs.columns if column.name not in _HELD_FOR_EARLIER_RELEASES)
FROM_THE_START = {"cursor": 0, "rows_done": 0}
NOT_OVER = (CHECKING, CHECKED, ANSWERING)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A file that was read; `file` says how, `when_checked` is "ask", "if_all_good" or "good_rows"."""

    model: str
    owner_id: str
    who: Actor
    file: Mapping[str, Any]
    row_count: int
    decision_id: int | None
    when_checked: str = "ask"
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One file; `rows_done` counts the rows that the present state has seen to, `cursor` the parts given out for it."""

    id: str
    model: str
    owner_id: str
    who: Actor
    made_at: datetime
    expires_at: datetime
    file: dict[str, Any]
    row_count: int
    part_count: int
    when_checked: str
    state: str
    cursor: int
    wrong_rows: int
    answered_rows: int
    decision_id: int | None
    tally: dict[str, Any]
    problem: str
    turn_at: datetime
    began_at: datetime | None
    finished_at: datetime | None
    idempotency_key: str | None
    rows_done: int


def add_job(connection: Connection, new: NewJob, parts: list[bytes]) -> str:
    """The identifier of the job, which waits to be checked. Raises RequestUnderWay where its key is taken."""
    job_id, now = new_prediction_id(), clock.now()
    row = {
        "id": job_id,
        "model": new.model,
        "owner_id": new.owner_id,
        "who": new.who.to_json(),
        "made_at": now,
        "expires_at": now + lifetimes.BATCH,
        "file": dict(new.file),
        "row_count": new.row_count,
        "part_count": len(parts),
        "when_checked": new.when_checked,
        "state": CHECKING,
        "decision_id": new.decision_id,
        **dict.fromkeys(("cursor", "rows_done", "wrong_rows", "answered_rows"), 0),
        "tally": {},
        "problem": "",
        "turn_at": database_time(connection),
        **_HELD_FOR_EARLIER_RELEASES,
        "idempotency_key": new.idempotency_key,
    }
    written = connection.execute(_careful_insert(connection), row)
    if written.rowcount != 1:
        raise RequestUnderWay(UNDER_WAY)
    write_parts(connection, job_id, ROWS, parts)
    return job_id


def row_key(job_id: str, row: int) -> str:
    """The key under which the answer to a row of a file is there once."""
    return f"batch {job_id} {row}"


def job_of_key(key: str) -> str:
    """The identifier of the file, from the key of one of its rows."""
    return key.split(" ")[1]


def job_by_id(connection: Connection, job_id: str) -> Job | None:
    row = connection.execute(select(*_COLUMNS).where(jobs.c.id == job_id)).mappings().first()
    return None if row is None else _job(row)


def job_under_key(connection: Connection, key: str) -> Job | None:
    row = connection.execute(select(*_COLUMNS).where(jobs.c.idempotency_key == key)).mappings().first()
    return None if row is None else _job(row)


def jobs_of(connection: Connection, model: str, owner_id: str, limit: int) -> list[Job]:
    """Those of one person about one model, the newest first."""
    mine = (jobs.c.model == model, jobs.c.owner_id == owner_id)
    query = select(*_COLUMNS).where(*mine).order_by(jobs.c.made_at.desc(), jobs.c.id).limit(limit)
    return [_job(row) for row in connection.execute(query).mappings()]


def every_job(connection: Connection) -> list[Job]:
    """All that are kept, whoever sent them."""
    return [_job(row) for row in connection.execute(select(*_COLUMNS).order_by(jobs.c.made_at, jobs.c.id)).mappings()]


def begin_answering(connection: Connection, job_id: str) -> bool:
    """Answer the good rows; False where that is no question any more."""
    return change(connection, job_id, (CHECKED,), {"state": ANSWERING, **FROM_THE_START, "began_at": clock.now()})


def check_again(connection: Connection, job_id: str, decision_id: int) -> bool:
    """The model was decided on anew since the file was checked: its rows are looked at as the present version does."""
    values = {"state": CHECKING, **FROM_THE_START, "wrong_rows": 0, "decision_id": decision_id}
    if not change(connection, job_id, (CHECKED,), values):
        return False
    connection.execute(delete(job_parts).where(job_parts.c.job_id == job_id, job_parts.c.kind == PROBLEMS))
    return True


def stop(connection: Connection, job_id: str) -> bool:
    """What is answered stays; whoever works on a part of it writes nothing more."""
    values = {"state": STOPPED, "finished_at": clock.now()}
    return change(connection, job_id, NOT_OVER, values)


def try_again(connection: Connection, job: Job) -> bool:
    """Go on where the work failed or was stopped."""
    state = CHECKING if job.began_at is None else ANSWERING
    connection.execute(update(job_claims).where(job_claims.c.job_id == job.id).values(attempts=0))
    values = {"state": state, "problem": "", "finished_at": None}
    return change(connection, job.id, (FAILED, STOPPED), values)


def delete_job(connection: Connection, job_id: str) -> None:
    """The file and its results; the answers themselves are records, and stay."""
    for table in (job_claims, job_parts):  # the claims first, as whoever finishes a part does
        connection.execute(delete(table).where(table.c.job_id == job_id))
    connection.execute(delete(jobs).where(jobs.c.id == job_id))


def _careful_insert(connection: Connection) -> Insert:
    """Writes nothing where the key is taken."""
    statement = _INSERTS[connection.dialect.name](jobs).on_conflict_do_nothing()
    return statement.execution_options(preserve_rowcount=True)


def change(connection: Connection, job_id: str, states: tuple[str, ...], values: Mapping[str, Any]) -> bool:
    """Whether the job was in one of these states, and so has these values now."""
    changed = update(jobs).where(jobs.c.id == job_id, jobs.c.state.in_(states)).values(values)
    return connection.execute(changed).rowcount == 1


def job_under_lock(connection: Connection, job_id: str, state: str) -> Job | None:
    """The file as nobody else changes it before the end of the transaction; None where it is in another state."""
    query = select(*_COLUMNS).where(jobs.c.id == job_id, jobs.c.state == state).with_for_update()
    row = connection.execute(query).mappings().first()
    return None if row is None else _job(row)


def _job(row: Mapping[str, Any]) -> Job:
    return Job(**{**row, "who": Actor.from_json(row["who"])})
