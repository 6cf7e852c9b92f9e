"""Copies of a SQLite database that are whole, and the way back from one."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from webapp import clock
from webapp.errors import FormcastError
from webapp.records.database import Database
from webapp.records.engines import parse_url, sqlite_path

BUSY_TIMEOUT_S = 5
SIDE_FILES = ("-wal", "-shm")
USE_POSTGRES_TOOLS = (
    "This is a Postgres database. Use its own tools: pg_dump to back it up, pg_restore to bring it back "
    "(on Heroku: heroku pg:backups)."
)


def backup(database: Database, target_path: Path) -> Path:
    """Write a checked copy while the service goes on working; the copy appears whole or not at all."""
    if database.path is None:
        raise FormcastError(USE_POSTGRES_TOOLS)
    _must_exist(database.path)
    with _put_in_place(target_path) as unfinished:
        try:
            with closing(_open(database.path)) as source:
                source.execute("VACUUM INTO ?", (str(unfinished),))
        except sqlite3.Error as error:
            raise FormcastError(f"The database could not be copied to {target_path}: {error}.") from error
        _check_whole(unfinished)
    return target_path


def restore(source_path: Path, database_url: str) -> Path | None:
    """Put a backup in the database's place; returns where the database of before is kept, None if there was none.

    Refused while anybody has the database open, and for a copy that is damaged.
    """
    path = sqlite_path(parse_url(database_url))
    if path is None:
        raise FormcastError(USE_POSTGRES_TOOLS)
    _must_exist(source_path)
    _check_whole(source_path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _put_in_place(path) as unfinished:
        shutil.copyfile(source_path, unfinished)
        _check_whole(unfinished)
        _use_write_ahead_log(unfinished)
        return _set_aside(path)


@contextmanager
def _put_in_place(target: Path) -> Iterator[Path]:
    """A path beside the target, readable by its owner only, that takes the target's place if all goes well."""
    unfinished = target.with_name(f"{target.name}.unfinished-{os.getpid()}")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600))
        yield unfinished
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(unfinished, target)
        _sync_folder(target.parent)
    except OSError as error:
        raise FormcastError(f"{target} could not be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _set_aside(path: Path) -> Path | None:
    if not path.exists():
        return None
    _close_down(path)
    kept = path.with_name(f"{path.name}.before-restore-{clock.now():%Y%m%dT%H%M%SZ}")
    for suffix in ("", *SIDE_FILES):
        side = path.with_name(path.name + suffix)
        if side.exists():
            side.rename(kept.with_name(kept.name + suffix))
    return kept


def _close_down(path: Path) -> None:
    """Bring everything into the one file, which succeeds only if nobody else has it open."""
    try:
        with closing(_open(path)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise FormcastError(f"The database {path} is in use. Stop the service, then restore.") from error
    except sqlite3.DatabaseError:
        return  # damaged, and perhaps the reason for all this: it is kept as it is


def _use_write_ahead_log(path: Path) -> None:
    # So that the processes of a starting service need not fight over the switch.
    with closing(_open(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def _check_whole(path: Path) -> None:
    """Raises FormcastError unless the file is an undamaged database of this product."""
    try:
        with closing(_open(path)) as connection:
            problems = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchone()
            migrated = connection.execute("SELECT count(*) FROM alembic_version").fetchone()[0]
    except sqlite3.Error as error:
        raise FormcastError(f"{path} is not a whole Formcast database: {error}.") from error
    if problems != "ok" or orphans or not migrated:
        raise FormcastError(f"{path} is damaged, so it was not used.")


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)


def _must_exist(path: Path) -> None:
    if not path.is_file():
        raise FormcastError(f"There is no file {path}.")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
