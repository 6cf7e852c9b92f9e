"""
The queue of files of cases: nothing in it is lost, and nothing is done twice.

Whoever works claims one part of a file for a while, by the database's clock; several may work on parts of one file at
once. What comes of a part and that it is done are written in one transaction, and only by whoever still holds its
claim; a worker that dies lets it lapse. Whoever locks a claim and its file locks the claim first, unless it would have
to wait for it: so nobody waits for somebody who waits for them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, or_, select, update

from webapp import clock
from webapp.errors import ClaimLost
from webapp.records.database import Database
from webapp.records.database_time import database_time
from webapp.records.identifiers import new_token
from webapp.records.job_parts import ROWS, read_part
from webapp.records.job_tables import job_claims, jobs
from webapp.records.jobs import FAILED, WORKED_ON, Job, change, job_by_id, job_under_lock

MOST_ATTEMPTS = 5  # at one part: whatever ends five workers there will end a sixth
ENDED_TOO_OFTEN = (
    f"The work on it ended {MOST_ATTEMPTS} times without a result, the last time at row {{row}}. The file is kept: try "
    "again later, or leave out the rows from there on and send the file anew."
)
SOMEBODY_ELSE = "Somebody else works on this part of the file, or nobody should any more"

Changes = Callable[[Job], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Claim:
    """One part of a file, its number counted from 0; `job` is how the file was when the part was claimed."""

    job: Job
    seq: int
    token: str


def claim(database: Database, seconds: float, worker_id: str = "") -> Claim | None:
    """The next part of the file that has waited longest, for so long; None where there is nothing to do."""
    with database.reading() as connection:
        if connection.execute(select(jobs.c.id).where(_has_free_part(connection)).limit(1)).first() is None:
            return None
    return database.run(lambda connection: _claim(connection, seconds, worker_id))


def renew(database: Database, held: Claim, seconds: float) -> bool:
    """Whether the claim still held, and now holds longer."""

    def work(connection: Connection) -> bool:
        longer = update(job_claims).where(_is_mine(held)).values(lease_until=_until(connection, seconds))
        return connection.execute(longer).rowcount == 1

    return database.run(work)


def put_back(database: Database, held: Claim, *, tried: bool = False) -> None:
    """Let the next one work on the part, as if it had never been claimed unless it was tried in vain."""
    database.run(lambda connection: _put_back(connection, held, tried))


def hold(connection: Connection, held: Claim) -> None:
    """
    First in the transaction of what came of a part: nobody else claims it until the end. Raises ClaimLost.
    """
    mine = select(job_claims.c.seq).where(_is_mine(held)).with_for_update()
    if connection.execute(mine).first() is None:
        raise ClaimLost(SOMEBODY_ELSE)


def finish_part(connection: Connection, held: Claim, changes: Changes) -> None:
    """
    Last in that transaction, since whoever else finishes a part of the file waits from here on.

    `changes` says what is new about the file, from how it is now. Raises ClaimLost, and nothing of it may stay.
    """
    gone = connection.execute(delete(job_claims).where(_is_mine(held))).rowcount
    job = job_under_lock(connection, held.job.id, held.job.state)
    if gone != 1 or job is None:
        raise ClaimLost(SOMEBODY_ELSE)
    connection.execute(update(jobs).where(jobs.c.id == job.id).values(dict(changes(job))))


def fail(database: Database, held: Claim, problem: str) -> None:
    """Nothing more can be done by itself; `problem` says why and how to go on."""

    def work(connection: Connection) -> None:
        if _put_back(connection, held, tried=False):
            _give_up(connection, held.job.id, problem)

    database.run(work)


def at_work_on(connection: Connection, job_id: str) -> int:
    """How many parts of the file are worked on at this moment."""
    held = job_claims.c.lease_until > database_time(connection)
    query = select(func.count()).select_from(job_claims).where(job_claims.c.job_id == job_id, held)
    return connection.execute(query).scalar_one()


def parts_waiting(connection: Connection) -> int:
    """Of all files that are being checked or answered: those that nobody has begun, or that were put back."""
    untouched = select(func.coalesce(func.sum(jobs.c.part_count - jobs.c.cursor), 0)).where(jobs.c.state.in_(WORKED_ON))
    of_these = and_(jobs.c.id == job_claims.c.job_id, jobs.c.state.in_(WORKED_ON))
    left = select(func.count()).select_from(job_claims.join(jobs, of_these)).where(_is_lapsed(connection))
    return connection.execute(untouched).scalar_one() + connection.execute(left).scalar_one()


def _claim(connection: Connection, seconds: float, worker_id: str) -> Claim | None:
    waiting = select(jobs.c.id).where(_has_free_part(connection)).order_by(jobs.c.turn_at, jobs.c.id).limit(1)
    while (job_id := connection.execute(waiting.with_for_update(of=jobs)).scalar()) is not None:
        lapsed = connection.execute(_lapsed_part(connection, job_id)).first()
        if lapsed is not None and lapsed.attempts >= MOST_ATTEMPTS:
            rows = read_part(connection, job_id, ROWS, lapsed.seq)
            _give_up(connection, job_id, ENDED_TOO_OFTEN.format(row=rows[0][0]))
            continue
        token, until = new_token(), _until(connection, seconds)
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(turn_at=database_time(connection)))
        seq = _begin_next(connection, job_id) if lapsed is None else lapsed.seq
        if seq is None:  # the part that was free is being finished after all
            return None
        taken = {"worker_id": worker_id, "lease": token, "lease_until": until, "attempts": job_claims.c.attempts + 1}
        connection.execute(update(job_claims).where(*_is_part(job_id, seq)).values(taken))
        return Claim(job_by_id(connection, job_id), seq, token)
    return None


def _begin_next(connection: Connection, job_id: str) -> int | None:
    """The number of the first part that was never claimed in the present state."""
    job = job_by_id(connection, job_id)
    if job.cursor >= job.part_count:
        return None
    blank = {"job_id": job_id, "seq": job.cursor, "worker_id": "", "lease": "", "attempts": 0}
    connection.execute(insert(job_claims).values(blank))
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(cursor=job.cursor + 1))
    return job.cursor


def _put_back(connection: Connection, held: Claim, tried: bool) -> bool:
    attempts = job_claims.c.attempts - (0 if tried else 1)
    free = update(job_claims).where(_is_mine(held)).values(worker_id="", lease="", lease_until=None, attempts=attempts)
    return connection.execute(free).rowcount == 1


def _give_up(connection: Connection, job_id: str, problem: str) -> None:
    change(connection, job_id, WORKED_ON, {"state": FAILED, "problem": problem, "finished_at": clock.now()})


def _has_free_part(connection: Connection) -> ColumnElement[bool]:
    lapsed = select(job_claims.c.seq).where(job_claims.c.job_id == jobs.c.id, _is_lapsed(connection)).exists()
    return and_(jobs.c.state.in_(WORKED_ON), or_(jobs.c.cursor < jobs.c.part_count, lapsed))


def _lapsed_part(connection: Connection, job_id: str) -> Select:
    of_job = select(job_claims.c.seq, job_claims.c.attempts).where(job_claims.c.job_id == job_id)
    first = of_job.where(_is_lapsed(connection)).order_by(job_claims.c.seq).limit(1)
    return first.with_for_update(skip_locked=True)


def _is_lapsed(connection: Connection) -> ColumnElement[bool]:
    return or_(job_claims.c.lease_until.is_(None), job_claims.c.lease_until <= database_time(connection))


def _is_mine(held: Claim) -> ColumnElement[bool]:
    return and_(*_is_part(held.job.id, held.seq), job_claims.c.lease == held.token)


def _is_part(job_id: str, seq: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return job_claims.c.job_id == job_id, job_claims.c.seq == seq


def _until(connection: Connection, seconds: float) -> Any:
    return database_time(connection) + timedelta(seconds=seconds)
