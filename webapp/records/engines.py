"""One engine for SQLite, one for Postgres: what each is told so that it loses nothing and waits for nobody long."""

import sqlite3
from pathlib import Path
from urllib.parse import quote

import orjson
from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url

from webapp.errors import ConfigError
from webapp.records.column_types import json_text

CONNECT_TIMEOUT_S = 3
POOL_TIMEOUT_S = 3
BUSY_TIMEOUT_MS = 5000
# Of 4 kB. A part of a file of cases writes more than the usual 1000, and would be copied at once.
CHECKPOINT_PAGES = 8000
POSTGRES_POOL_SIZE = 4  # times workers, times dynos: small plans allow 20 connections
SQLITE_POOL_SIZE = 16
POOL_RECYCLE_S = 300
POSTGRES_SETTINGS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "timezone": "UTC",
}
BEGIN = "begin_with"  # execution option: how SQLite begins the transaction


def parse_url(text: str) -> URL:
    """The address in SQLAlchemy's words; platforms write postgres:// and mean this driver.

    Raises ConfigError for any database but a SQLite file or Postgres.
    """
    try:
        url = make_url(text)
    except Exception as error:
        raise ConfigError("DATABASE_URL is not an address of a database") from error
    backend = url.drivername.split("+")[0]
    if backend in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite+pysqlite")
    raise ConfigError("DATABASE_URL must name a SQLite file or a Postgres database")


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite database, None for Postgres."""
    if url.get_backend_name() != "sqlite":
        return None
    return Path((url.database or "").removeprefix("file:")).absolute()


def make_engine(url: URL) -> Engine:
    path = sqlite_path(url)
    return _postgres_engine(url) if path is None else _sqlite_engine(url, path)


def _sqlite_engine(url: URL, path: Path) -> Engine:
    # Never create the file on the way: a lost database must be noticed, not replaced by an empty one.
    query = {"mode": "rw", "uri": "true"} | dict(url.query)
    engine = create_engine(
        url.set(database=f"file:{quote(str(path))}", query=query),
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
        pool_size=SQLITE_POOL_SIZE,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_S,
        json_serializer=json_text,
        json_deserializer=orjson.loads,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    # Asked before told: switching takes a lock that several processes may want at once.
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA trusted_schema=OFF")


def _begin_sqlite(connection: Connection) -> None:
    # A writer that begins as a reader may find its snapshot stale, and no waiting helps then.
    statement = f"BEGIN {connection.get_execution_options().get(BEGIN, 'DEFERRED')}"
    try:  # by the driver itself: one SELECT by its key costs hardly more than this by way of SQLAlchemy
        connection.connection.driver_connection.execute(statement)
    except sqlite3.Error as error:
        raise exc.DBAPIError.instance(statement, None, error, sqlite3.Error) from error


def _postgres_engine(url: URL) -> Engine:
    from webapp.records.postgres_driver import connect_impatiently  # noqa: PLC0415 - not to be waited for by SQLite

    settings = " ".join(f"-c {name}={value}" for name, value in POSTGRES_SETTINGS.items())
    engine = create_engine(
        url,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "options": settings},
        pool_size=POSTGRES_POOL_SIZE,
        max_overflow=0,
        pool_pre_ping=True,
        pool_recycle=POOL_RECYCLE_S,
        pool_timeout=POOL_TIMEOUT_S,
        json_serializer=json_text,
        json_deserializer=orjson.loads,
    )
    event.listen(engine, "do_connect", connect_impatiently)
    return engine
