"""Who is at work on files of cases: everybody who was heard of a moment ago."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select, update

from webapp.records.database_time import database_time
from webapp.records.job_tables import workers

SILENT = timedelta(seconds=30)  # whoever was not heard of for so long is not at work any more
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Worker:
    """`name` is the machine and the process, for whoever looks for it there."""

    id: str
    name: str


def say_alive(connection: Connection, worker: Worker) -> None:
    now = database_time(connection)
    seen = update(workers).where(workers.c.id == worker.id).values(seen_at=now)
    if connection.execute(seen).rowcount == 0:
        connection.execute(delete(workers).where(workers.c.seen_at <= now - FORGOTTEN))
        connection.execute(insert(workers).values(id=worker.id, name=worker.name, began_at=now, seen_at=now))


def say_goodbye(connection: Connection, worker: Worker) -> None:
    connection.execute(delete(workers).where(workers.c.id == worker.id))


def workers_alive(connection: Connection) -> list[Worker]:
    """By name."""
    heard = workers.c.seen_at > database_time(connection) - SILENT
    query = select(workers.c.id, workers.c.name).where(heard).order_by(workers.c.name)
    return [Worker(*row) for row in connection.execute(query)]
