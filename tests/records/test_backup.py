"""A backup is whole or not there; a restore loses neither the backup nor what was there before."""

import sqlite3
import threading
from contextlib import closing

import pytest
from sqlalchemy import select

from tests.records.cases import case
from webapp.errors import FormcastError
from webapp.records.backup import backup, restore
from webapp.records.database import Database
from webapp.records.migrate import is_migrated
from webapp.records.predictions import record_or_follow
from webapp.records.tables import predictions


@pytest.fixture
def sqlite_database(sqlite_url):
    database = Database(sqlite_url)
    yield database
    database.dispose()


def rows_of(database):
    with database.reading() as connection:
        return connection.execute(select(predictions).order_by(predictions.c.id)).all()


def test_what_is_restored_equals_what_was_backed_up(sqlite_database, tmp_path):
    for _ in range(20):
        record_or_follow(sqlite_database, case())
    rows = rows_of(sqlite_database)
    copy = backup(sqlite_database, tmp_path / "copy.db")
    record_or_follow(sqlite_database, case())
    sqlite_database.dispose()

    kept = restore(copy, f"sqlite:///{sqlite_database.path}")

    assert is_migrated(sqlite_database)
    assert rows_of(sqlite_database) == rows
    assert copy.exists()
    assert ".before-restore-" in kept.name
    assert len(rows_of(Database(f"sqlite:///{kept}"))) == 21
    assert oct(copy.stat().st_mode & 0o777) == oct(sqlite_database.path.stat().st_mode & 0o777) == "0o600"
    assert not list(tmp_path.glob("*unfinished*"))


def test_a_backup_is_restored_where_there_is_no_database_yet(sqlite_database, tmp_path):
    record_or_follow(sqlite_database, case())
    copy = backup(sqlite_database, tmp_path / "copy.db")
    elsewhere = f"sqlite:///{tmp_path / 'new folder' / 'formcast.db'}"

    assert restore(copy, elsewhere) is None

    assert rows_of(Database(elsewhere)) == rows_of(sqlite_database)


def test_the_service_goes_on_writing_while_it_is_backed_up(sqlite_database, tmp_path):
    done = threading.Event()

    def write():
        while not done.is_set():
            record_or_follow(sqlite_database, case())

    writer = threading.Thread(target=write)
    writer.start()
    copies = [backup(sqlite_database, tmp_path / f"copy-{number}.db") for number in range(5)]
    done.set()
    writer.join()

    counts = [len(rows_of(Database(f"sqlite:///{copy}"))) for copy in copies]
    assert counts == sorted(counts)


def test_an_open_database_is_not_replaced(sqlite_database, tmp_path):
    copy = backup(sqlite_database, tmp_path / "copy.db")
    record_or_follow(sqlite_database, case())

    with pytest.raises(FormcastError, match="Stop the service"):
        restore(copy, f"sqlite:///{sqlite_database.path}")

    assert len(rows_of(sqlite_database)) == 1


@pytest.mark.parametrize("damage", ["text", "cut", "flipped", "foreign", "absent", "empty"])
def test_a_damaged_copy_is_refused_and_nothing_changes(sqlite_database, tmp_path, damage):
    for _ in range(50):
        record_or_follow(sqlite_database, case())
    rows = rows_of(sqlite_database)
    copy = backup(sqlite_database, tmp_path / "copy.db")
    whole = copy.read_bytes()
    copy.write_bytes(
        {
            "text": b"This is no database",
            "cut": whole[: len(whole) // 2],
            "flipped": whole[:8192] + bytes(byte ^ 255 for byte in whole[8192:40960]) + whole[40960:],
        }.get(damage, b"")
    )
    if damage == "absent":
        copy.unlink()
    if damage == "foreign":
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("CREATE TABLE other (a)")
    sqlite_database.dispose()

    with pytest.raises(FormcastError):
        restore(copy, f"sqlite:///{sqlite_database.path}")

    assert rows_of(sqlite_database) == rows
    assert not list(tmp_path.glob("*before-restore*"))


def test_a_damaged_database_can_be_replaced(sqlite_database, tmp_path):
    record_or_follow(sqlite_database, case())
    rows = rows_of(sqlite_database)
    copy = backup(sqlite_database, tmp_path / "copy.db")
    sqlite_database.dispose()
    sqlite_database.path.write_bytes(b"This was a database once" * 1000)

    kept = restore(copy, f"sqlite:///{sqlite_database.path}")

    assert rows_of(sqlite_database) == rows
    assert kept.read_bytes().startswith(b"This was a database once")


def test_a_backup_that_cannot_be_written_says_so(sqlite_database, tmp_path):
    with pytest.raises(FormcastError, match="could not be written"):
        backup(sqlite_database, tmp_path / "no such folder" / "copy.db")
    with pytest.raises(FormcastError, match="There is no file"):
        backup(Database(f"sqlite:///{tmp_path / 'absent.db'}"), tmp_path / "copy.db")


def test_postgres_is_backed_up_by_its_own_tools(tmp_path):
    address = "postgres://somebody@localhost/formcast"

    with pytest.raises(FormcastError, match="pg_dump"):
        backup(Database(address), tmp_path / "copy.db")
    with pytest.raises(FormcastError, match="pg_restore"):
        restore(tmp_path / "copy.db", address)
