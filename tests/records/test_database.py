"""A database that is away, full, locked or slow is one polite error; everything else stays a bug."""

import multiprocessing
import socket
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import exc, func, insert, select, text

from tests.records.cases import ADA, case
from webapp import clock
from webapp.errors import ConfigError, InvalidValue, RecordsUnavailable
from webapp.records import engines, postgres_driver
from webapp.records.database import Database
from webapp.records.predictions import prediction_by_id, record_or_follow
from webapp.records.tables import audit, predictions

AUDIT = {"who": ADA.to_json(), "action": "a", "subject": "s", "from_where": "test"}


def row_count(database):
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(predictions)).scalar()


@contextmanager
def opened(url):
    database = Database(url)
    try:
        yield database
    finally:
        database.dispose()


def other_process(path):
    return closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False))


def raise_in_postgres(connection, sqlstate):
    connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '{sqlstate}'; END $$"))


def test_what_is_written_is_seen_and_what_fails_is_not(database):
    record, _ = record_or_follow(database, case())
    with pytest.raises(KeyError), database.writing() as connection:
        connection.execute(text("DELETE FROM predictions"))
        raise KeyError

    assert row_count(database) == 1
    with database.reading() as connection:
        connection.execute(text("DELETE FROM predictions"))
    assert row_count(database) == 1
    assert record.id
    database.check()


def test_many_threads_may_write(database):
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: record_or_follow(database, case()), range(200)))

    assert row_count(database) == 200


def test_a_wrong_statement_stays_a_bug(database):
    with pytest.raises(exc.DBAPIError), database.reading() as connection:
        connection.execute(text("SELEC 1"))


def test_a_time_without_a_time_zone_is_refused(database):
    with pytest.raises(InvalidValue), database.writing() as connection:
        connection.execute(insert(audit).values(at=clock.now().replace(tzinfo=None), **AUDIT))


def test_a_value_that_is_no_json_stays_a_bug(database):
    with pytest.raises(exc.StatementError if database.is_sqlite else TypeError):
        record_or_follow(database, case(row={"a": object()}))


def test_an_absent_column_value_is_null_and_not_a_json_null(database):
    with database.writing() as connection:
        connection.execute(insert(audit).values(at=clock.now(), before=None, after={"a": 1}, **AUDIT))

    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit WHERE before IS NULL")).scalar() == 1
        assert connection.execute(select(audit.c.before, audit.c.after)).one() == (None, {"a": 1})


@pytest.mark.parametrize("address", ["", "nonsense", "mysql://host/db", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused(address):
    with pytest.raises(ConfigError, match="DATABASE_URL"):
        Database(address)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_platforms_names_for_postgres_are_understood(scheme):
    url = Database(f"{scheme}://u:p@host:5432/db?sslmode=require").url

    assert url.render_as_string(hide_password=False) == "postgresql+psycopg://u:p@host:5432/db?sslmode=require"


def test_sqlite_is_told_to_lose_nothing(sqlite_url):
    expected = {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 5000, "foreign_keys": 1, "trusted_schema": 0}
    with opened(sqlite_url) as database, database.reading() as connection:
        assert {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in expected} == expected


def test_postgres_is_told_not_to_wait_long(postgres_url):
    expected = {"statement_timeout": "5s", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "10s"}
    with opened(postgres_url) as database, database.reading() as connection:
        assert {name: connection.execute(text(f"SHOW {name}")).scalar() for name in expected} == expected
        assert connection.execute(text("SHOW timezone")).scalar() == "UTC"


def test_an_absent_file_is_reported_and_not_created(tmp_path):
    path = tmp_path / "absent.db"
    with opened(f"sqlite:///{path}") as database:
        for attempt in (lambda: record_or_follow(database, case()), database.check, lambda: row_count(database)):
            with pytest.raises(RecordsUnavailable):
                attempt()

    assert not path.exists()


def test_a_read_only_file_can_be_read_but_not_written(sqlite_url):
    with opened(sqlite_url) as database:
        record, _ = record_or_follow(database, case())
        with opened(f"{sqlite_url}?mode=ro") as read_only:
            assert row_count(read_only) == 1
            with pytest.raises(RecordsUnavailable):
                record_or_follow(read_only, case())
            with pytest.raises(RecordsUnavailable):
                read_only.check()
        assert record.id


def test_a_full_disk_leaves_nothing_half_written_and_recovers(sqlite_url, monkeypatch):
    monkeypatch.setattr(engines, "SQLITE_POOL_SIZE", 1)
    with opened(sqlite_url) as database:
        with database.reading() as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar()
            connection.execute(text(f"PRAGMA max_page_count={pages}"))
        with pytest.raises(RecordsUnavailable):
            record_or_follow(database, case(answers={"note": "x" * 100_000}))
        assert row_count(database) == 0

        with database.reading() as connection:
            connection.execute(text("PRAGMA max_page_count=1000000"))
        record_or_follow(database, case(answers={"note": "x" * 100_000}))
        assert row_count(database) == 1


def test_a_file_that_is_no_database_is_reported(tmp_path):
    path = tmp_path / "formcast.db"
    path.write_bytes(b"no database at all" * 100)

    with opened(f"sqlite:///{path}") as database, pytest.raises(RecordsUnavailable):
        row_count(database)


def test_a_writer_waits_for_another_process_and_then_gives_up(sqlite_url, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 300)
    with opened(sqlite_url) as database, other_process(database.path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RecordsUnavailable):
            record_or_follow(database, case())
        assert row_count(database) == 0

        threading.Timer(0.1, other.execute, ["ROLLBACK"]).start()
        record_or_follow(database, case())


def test_postgres_that_refuses_is_reported_at_once():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with opened(f"postgres://nobody@127.0.0.1:{port}/none") as database:
        began = time.monotonic()
        with pytest.raises(RecordsUnavailable):
            database.check()

    assert time.monotonic() - began < 3


def test_postgres_that_never_answers_is_reported_within_the_limit():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        database = Database(f"postgres://nobody@127.0.0.1:{silent.getsockname()[1]}/none?sslmode=disable")
        began = time.monotonic()
        with pytest.raises(RecordsUnavailable):
            database.check()

    assert time.monotonic() - began < 4


def test_a_statement_that_hears_nothing_is_given_up(postgres_url, monkeypatch):
    monkeypatch.setattr(postgres_driver, "SILENCE_LIMIT_S", 0.3)
    with opened(postgres_url) as database:
        with pytest.raises(RecordsUnavailable), database.reading() as connection:
            connection.execute(text("SELECT pg_sleep(3)"))

        assert row_count(database) == 0


def test_a_busy_pool_is_reported_within_the_limit(postgres_url, monkeypatch):
    monkeypatch.setattr(engines, "POOL_TIMEOUT_S", 0.1)
    monkeypatch.setattr(engines, "POSTGRES_POOL_SIZE", 1)
    with opened(postgres_url) as database:
        with database.reading(), pytest.raises(RecordsUnavailable), database.reading():
            pytest.fail("there is only one connection")

        assert row_count(database) == 0


def test_connections_that_the_server_ended_are_replaced_unnoticed(postgres, own_postgres_url):
    with opened(own_postgres_url) as database:
        for _ in range(5):
            record_or_follow(database, case())
            assert postgres.end_all_connections(own_postgres_url) == 1

        assert row_count(database) == 5


def test_a_read_only_postgres_is_reported(postgres, own_postgres_url):
    postgres.make_read_only(own_postgres_url)
    with opened(own_postgres_url) as database:
        assert row_count(database) == 0
        with pytest.raises(RecordsUnavailable):
            record_or_follow(database, case())
        with pytest.raises(RecordsUnavailable):
            database.check()


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_a_conflict_is_tried_again_from_the_start(postgres_url, sqlstate):
    attempts = []

    def work(connection):
        attempts.append(connection.execute(select(func.count()).select_from(predictions)).scalar())
        if len(attempts) < 4:
            raise_in_postgres(connection, sqlstate)
        return "done"

    with opened(postgres_url) as database:
        assert database.run(work) == "done"
        assert attempts == [0, 0, 0, 0]
        attempts.clear()
        with pytest.raises(RecordsUnavailable):
            database.run(lambda connection: attempts.append(1) or raise_in_postgres(connection, sqlstate))
    assert len(attempts) == 4


def test_a_plan_that_takes_writing_away_is_reported(postgres_url):
    with opened(postgres_url) as database, pytest.raises(RecordsUnavailable):
        database.run(lambda connection: raise_in_postgres(connection, "42501"))


def test_a_child_process_opens_connections_of_its_own(database):
    record, _ = record_or_follow(database, case())

    def child(report):
        database.dispose(after_fork=True)
        made, _ = record_or_follow(database, case())
        database.dispose()
        report.put(made.id)

    forking = multiprocessing.get_context("fork")
    report = forking.Queue()
    process = forking.Process(target=child, args=(report,))
    process.start()
    process.join(20)

    made_id = report.get(timeout=5)
    with database.reading() as connection:
        assert prediction_by_id(connection, made_id).id == made_id
        assert prediction_by_id(connection, record.id) == record
