"""The one way to the database: connections that read, transactions that write, a polite error when it is away."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, exc, text

from webapp.errors import FormcastError, RecordsUnavailable
from webapp.records.engines import BEGIN, make_engine, parse_url, sqlite_path

AWAY = "The database cannot be reached or written to at the moment. Please try again in a few seconds."
NOT_MIGRATED = "The database is not migrated. Run: python -m webapp release"

RETRIES = 3
RETRY_PAUSE_S = 0.05
RETRYABLE = {"40001", "40P01"}  # serialization failure, deadlock
UNDEFINED_TABLE_OR_COLUMN = {"42P01", "42703"}
NO_PRIVILEGE = "42501"  # platforms take INSERT away from a database that is over its plan

Result = TypeVar("Result")


class Database:
    """A SQLite file or a Postgres database; nothing is opened before the first question."""

    def __init__(self, url: str):
        self.url = parse_url(url)
        self.path = sqlite_path(self.url)
        self.engine = make_engine(self.url)
        self._writer = self.engine.execution_options(**{BEGIN: "IMMEDIATE"})
        self._inherited: list[object] = []

    @property
    def is_sqlite(self) -> bool:
        return self.path is not None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for questions only; nothing it changes is kept."""
        with _politely(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: committed, and on the disk, when the block ends."""
        with _politely(), self._writer.begin() as connection:
            yield connection

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """`work` in a transaction of its own, again from the start when the database asks for that."""
        with _politely():
            for attempt in range(RETRIES):
                try:
                    with self._writer.begin() as connection:
                        return work(connection)
                except exc.DBAPIError as error:
                    if _sqlstate(error) not in RETRYABLE:
                        raise
                time.sleep(RETRY_PAUSE_S * 2**attempt * random.random())
            with self._writer.begin() as connection:
                return work(connection)

    def check(self) -> None:
        """Raise RecordsUnavailable unless the tables are there and a write would succeed."""
        with self.writing() as connection:
            connection.execute(text("INSERT INTO alembic_version SELECT version_num FROM alembic_version WHERE 1 = 0"))
            if self.is_sqlite:
                # Writes one page and nothing else, so that a full or read-only disk shows.
                connection.execute(text("PRAGMA user_version = 1"))

    def dispose(self, *, after_fork: bool = False) -> None:
        """Close all connections; after a fork only forget them, for they are the parent's."""
        if after_fork:
            self._inherited.append(self.engine.pool)
        self.engine.dispose(close=not after_fork)


@contextmanager
def _politely() -> Iterator[None]:
    """Turn what the drivers raise when a database is away into RecordsUnavailable."""
    try:
        yield
    except exc.TimeoutError as error:
        raise RecordsUnavailable(AWAY) from error
    except exc.StatementError as error:
        if isinstance(error.orig, FormcastError):  # a column type refused the value
            raise error.orig from None
        sentence = _sentence(error)
        if not sentence:
            raise
        raise RecordsUnavailable(sentence) from error


def _sentence(error: exc.StatementError) -> str:
    """What to tell people, or "" when the statement itself is at fault."""
    if _sqlstate(error) in UNDEFINED_TABLE_OR_COLUMN:
        return NOT_MIGRATED
    if getattr(error.orig, "sqlite_errorname", "") == "SQLITE_ERROR":  # by SQLite's lights a wrong statement
        return NOT_MIGRATED if "no such" in str(error.orig) else ""
    if _sqlstate(error) == NO_PRIVILEGE or type(error) is exc.DatabaseError:
        return AWAY
    return AWAY if isinstance(error, exc.OperationalError | exc.InternalError | exc.InterfaceError) else ""


def _sqlstate(error: exc.StatementError) -> str | None:
    return getattr(error.orig, "sqlstate", None)
