"""Bring the tables up to date: forward only, once, however many processes ask at the same moment."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from webapp.errors import RecordsUnavailable
from webapp.records.database import Database

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
PATIENCE_S = 3600.0
LOCK_NUMBER = 4_207_233_145  # any number, as long as nobody else's advisory lock has it


def migrate(database: Database) -> None:
    """Create or upgrade the tables; nothing happens to a database that a newer release has upgraded."""
    with _file_lock(database.path), database.writing() as connection:
        if not database.is_sqlite:
            _wait_for_turn(connection)
        if _is_current(connection):
            return
        from webapp.records.upgrade import upgrade  # noqa: PLC0415 - with all of alembic, hardly ever needed

        upgrade(connection, MIGRATIONS)


def is_migrated(database: Database) -> bool:
    """Whether the tables are at least what this code expects; a newer release only ever adds to them."""
    with database.reading() as connection:
        return _is_current(connection)


def _is_current(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    present = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return present is not None and present not in _older_revisions()


@cache
def _older_revisions() -> frozenset[str]:
    """Every file of a migration is named by its revision, and they follow one another in the order of their names."""
    *older, _newest = sorted(file.name.split("_")[0] for file in MIGRATIONS.glob("versions/[0-9]*_*.py"))
    return frozenset(older)


def _wait_for_turn(connection: Connection) -> None:
    """Let one process at a time migrate a Postgres database, for as long as that takes."""
    connection.detach()  # not to be lent to a request afterwards, patient as it is now
    connection.connection.dbapi_connection.silence_limit_s = PATIENCE_S
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})


@contextmanager
def _file_lock(path: Path | None) -> Iterator[None]:
    """Let one process at a time create or migrate a SQLite file, which only its owner may read."""
    if path is None:
        yield
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.with_name(path.name + ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():  # closing a file gives up what this process has locked of it, SQLite's locks among it
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            yield
    except OSError as error:
        raise RecordsUnavailable(f"The database file {path} cannot be created or written to") from error
