"""Bring the tables up to date: forward only, once, however many processes ask at the same moment."""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from webapp.errors import RecordsUnavailable
from webapp.records.database import Database

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
PATIENCE_S = 3600.0
LOCK_NUMBER = 4_207_233_145  # any number, as long as nobody else's advisory lock has it

logging.getLogger("alembic").setLevel(logging.WARNING)


def migrate(database: Database) -> None:
    """Create or upgrade the tables; nothing happens to a database that a newer release has upgraded."""
    with _file_lock(database.path), database.writing() as connection:
        if not database.is_sqlite:
            _wait_for_turn(connection)
        if _is_current(connection):
            return
        config = _alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_migrated(database: Database) -> bool:
    """Whether the tables are at least what this code expects; a newer release only ever adds to them."""
    with database.reading() as connection:
        return _is_current(connection)


def _is_current(connection: Connection) -> bool:
    present = MigrationContext.configure(connection).get_current_revision()
    older = _older_revisions()
    return present is not None and present not in older


@cache
def _older_revisions() -> frozenset[str]:
    scripts = ScriptDirectory.from_config(_alembic_config())
    head = scripts.get_current_head()
    return frozenset(script.revision for script in scripts.walk_revisions() if script.revision != head)


def _alembic_config() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


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
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            yield
    except OSError as error:
        raise RecordsUnavailable(f"The database file {path} cannot be created or written to") from error
