"""Who is at work on files of cases: everybody who was heard of a moment ago."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, exists, insert, select, update

from webapp.records.database_time import database_time
from webapp.records.job_tables import job_claims, jobs, workers

SILENT = timedelta(seconds=30)  # whoever was not heard of for so long is not at work any more
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Worker:
    """`name` is the machine and the process, for whoever looks for it there."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class HeardOf:
    """A worker, alive or lost, how long ago it was heard of, and the part of a file that it holds, counted from 0."""

    name: str
    began_at: datetime
    silent: timedelta
    model: str | None
    state: str | None
    seq: int | None
    parts: int | None

    @property
    def is_alive(self) -> bool:
        return self.silent < SILENT


def say_alive(connection: Connection, worker: Worker) -> None:
    now = database_time(connection)
    seen = update(workers).where(workers.c.id == worker.id).values(seen_at=now)
    if connection.execute(seen).rowcount == 0:
        connection.execute(delete(workers).where(workers.c.seen_at <= now - FORGOTTEN))
        connection.execute(insert(workers).values(id=worker.id, name=worker.name, began_at=now, seen_at=now))


def say_goodbye(connection: Connection, worker: Worker) -> None:
    connection.execute(delete(workers).where(workers.c.id == worker.id))


def is_anybody_alive(connection: Connection) -> bool:
    heard = workers.c.seen_at > database_time(connection) - SILENT
    return connection.execute(select(exists().where(heard))).scalar_one()


def workers_heard_of(connection: Connection) -> list[HeardOf]:
    """All of the last day that did not say goodbye, those alive first; what they work on without whose file it is."""
    now = database_time(connection)
    held = and_(job_claims.c.worker_id == workers.c.id, job_claims.c.lease_until > now)
    query = (
        select(
            *(workers.c.name, workers.c.began_at, workers.c.seen_at),
            *(jobs.c.model, jobs.c.state, job_claims.c.seq, jobs.c.part_count),
        )
        .select_from(workers.outerjoin(job_claims, held).outerjoin(jobs, jobs.c.id == job_claims.c.job_id))
        .where(workers.c.seen_at > now - FORGOTTEN)
        .order_by(workers.c.name, job_claims.c.seq)
    )
    rows = connection.execute(query)
    found = [HeardOf(name, began_at, now - seen_at, *held_part) for name, began_at, seen_at, *held_part in rows]
    return sorted(found, key=lambda one: not one.is_alive)
