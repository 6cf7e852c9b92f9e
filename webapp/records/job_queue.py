"""
The queue of files of cases: nothing in it is lost, and nothing is done twice.

Whoever works claims one part of a file for a while, by the database's clock. What comes of the part and that it is done
are written in one transaction, and only by whoever still holds the claim; a worker that dies lets it lapse.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from webapp import clock
from webapp.errors import ClaimLost
from webapp.records.database import Database
from webapp.records.database_time import database_time
from webapp.records.identifiers import new_token
from webapp.records.job_tables import jobs
from webapp.records.jobs import FAILED, WORKED_ON, Job, change, job_by_id

MOST_ATTEMPTS = 5  # at one part: whatever ends five workers there will end a sixth
ENDED_TOO_OFTEN = (
    f"The work on it ended {MOST_ATTEMPTS} times without a result, the last time at row {{row}}. The file is kept: try "
    "again later, or leave out the rows from there on and send the file anew."
)
SOMEBODY_ELSE = "Somebody else works on this part of the file, or nobody should any more"


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a part: counts to add, what else changes of the job, the state it goes on in."""

    wrong_rows: int = 0
    answered_rows: int = 0
    tally: Mapping[str, Any] | None = None
    next_state: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)


def claim(database: Database, seconds: float) -> Job | None:
    """The next part of the file that has waited longest, for so long; None where there is nothing to do."""
    with database.reading() as connection:
        if connection.execute(select(jobs.c.id).where(_is_free(connection)).limit(1)).first() is None:
            return None
    return database.run(lambda connection: _claim(connection, seconds))


def renew(database: Database, job: Job, seconds: float) -> bool:
    """Whether the claim still held, and now holds longer."""

    def work(connection: Connection) -> bool:
        longer = update(jobs).where(_is_mine(job)).values(lease_until=database_time(connection) + _span(seconds))
        return connection.execute(longer).rowcount == 1

    return database.run(work)


def put_back(database: Database, job: Job, *, tried: bool = False) -> None:
    """Let the next one work on the part, as if it had never been claimed unless it was tried in vain."""
    attempts = jobs.c.attempts - (0 if tried else 1)
    free = update(jobs).where(_is_mine(job)).values(lease="", lease_until=None, attempts=attempts)
    database.run(lambda connection: connection.execute(free))


def finish_part(connection: Connection, job: Job, step: Step) -> None:
    """First in the transaction of what came of the part. Raises ClaimLost, and nothing of it may stay."""
    values = {
        "cursor": 0 if step.next_state else job.cursor + 1,
        "wrong_rows": jobs.c.wrong_rows + step.wrong_rows,
        "answered_rows": jobs.c.answered_rows + step.answered_rows,
        "attempts": 0,
        "lease": "",
        "lease_until": None,
        "state": step.next_state or job.state,
        **({} if step.tally is None else {"tally": dict(step.tally)}),
        **step.changes,
    }
    done = update(jobs).where(_is_mine(job), jobs.c.cursor == job.cursor, jobs.c.state == job.state).values(values)
    if connection.execute(done).rowcount != 1:
        raise ClaimLost(SOMEBODY_ELSE)


def fail(database: Database, job: Job, problem: str) -> None:
    """Nothing more can be done by itself; `problem` says why and how to go on."""
    values = {"state": FAILED, "problem": problem, "lease": "", "lease_until": None, "finished_at": clock.now()}
    database.run(lambda connection: connection.execute(update(jobs).where(_is_mine(job)).values(values)))


def _claim(connection: Connection, seconds: float) -> Job | None:
    waiting = select(jobs.c.id, jobs.c.attempts).where(_is_free(connection)).order_by(jobs.c.turn_at, jobs.c.id)
    while (found := connection.execute(waiting.limit(1).with_for_update(skip_locked=True)).first()) is not None:
        if found.attempts < MOST_ATTEMPTS:
            now = database_time(connection)
            lease = {"lease": new_token(), "lease_until": now + _span(seconds), "turn_at": now}
            taken = update(jobs).where(jobs.c.id == found.id).values(attempts=found.attempts + 1, **lease)
            connection.execute(taken)
            return job_by_id(connection, found.id)
        _give_up(connection, job_by_id(connection, found.id))
    return None


def _give_up(connection: Connection, job: Job) -> None:
    """Whatever ended every worker at this part would end them at this part for ever."""
    problem = ENDED_TOO_OFTEN.format(row=job.rows_gone + 2)  # as a spreadsheet counts, below the header
    values = {"state": FAILED, "problem": problem, "lease": "", "lease_until": None, "finished_at": clock.now()}
    change(connection, job.id, WORKED_ON, values)


def _is_free(connection: Connection) -> ColumnElement[bool]:
    lapsed = or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= database_time(connection))
    return and_(jobs.c.state.in_(WORKED_ON), lapsed)


def _is_mine(job: Job) -> ColumnElement[bool]:
    return and_(jobs.c.id == job.id, jobs.c.lease == job.lease)


def _span(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)
