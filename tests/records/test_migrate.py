"""Migrations run once, forward only, whoever asks and however often."""

import logging
import multiprocessing
import stat
import threading

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from tests.records.cases import ADA, case
from webapp.errors import RecordsUnavailable
from webapp.records import postgres_driver
from webapp.records.database import Database
from webapp.records.migrate import LOCK_NUMBER, MIGRATIONS, is_migrated, migrate
from webapp.records.predictions import PredictionRecord, prediction_by_id, record_or_follow, row_values
from webapp.records.tables import METADATA, audit, predictions

AUDIT_ROW = "('2026-01-01 00:00:00', '{}', 'signed_in', 'user grace', '')"


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'instance' / 'formcast.db'}"
        return
    server = request.getfixturevalue("postgres")
    url = server.create_database()
    yield url
    server.drop_database(url)


@pytest.fixture
def empty(empty_url):
    database = Database(empty_url)
    yield database
    database.dispose()


def test_migrating_creates_the_tables_once(empty):
    migrate(empty)
    record_or_follow(empty, case())
    migrate(empty)

    assert is_migrated(empty)
    with empty.reading() as connection:
        tables = set(inspect(connection).get_table_names())
        assert connection.execute(text("SELECT count(*) FROM predictions")).scalar() == 1
    assert tables == {"alembic_version", *METADATA.tables}


def test_the_files_of_migrations_are_named_by_their_revisions_in_their_order():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]

    assert revisions == sorted(file.name.split("_")[0] for file in MIGRATIONS.glob("versions/*.py"))


def test_the_migrations_build_what_the_tables_say(database):
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_database_of_an_earlier_release_keeps_what_it_holds(empty, monkeypatch):
    newest, answered = command.upgrade, row_values(case())
    with monkeypatch.context() as patched:
        patched.setattr(command, "upgrade", lambda config, _: newest(config, "0001"))
        migrate(empty)
    with empty.writing() as connection:
        connection.execute(text("INSERT INTO audit (at, who, action, subject, from_where) VALUES " + AUDIT_ROW))
        connection.execute(
            insert(predictions).values(answered)
        )  # as that release did, without the columns of later ones
    assert not is_migrated(empty)

    migrate(empty)

    assert is_migrated(empty)
    with empty.reading() as connection:
        [row] = connection.execute(select(audit)).all()
        assert (row.action, row.who_id) == ("signed_in", "")
        assert prediction_by_id(connection, answered["id"]) == PredictionRecord(**answered | {"who": ADA})
        assert connection.execute(select(predictions.c.who_id)).scalar_one() == ADA.id
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    with pytest.raises(IntegrityError), empty.writing() as connection:
        connection.execute(text("UPDATE predictions SET who_id = ''"))


def migrate_and_report(url, report):
    database = Database(url)
    migrate(database)
    report.put(is_migrated(database))
    database.dispose()


def test_four_processes_may_migrate_at_once(empty_url):
    forking = multiprocessing.get_context("fork")
    report = forking.Queue()
    processes = [forking.Process(target=migrate_and_report, args=(empty_url, report)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)

    assert [process.exitcode for process in processes] == [0] * 4
    assert [report.get(timeout=5) for _ in processes] == [True] * 4


def test_a_migration_waits_for_another_longer_than_a_request_would(postgres, monkeypatch):
    monkeypatch.setattr(postgres_driver, "SILENCE_LIMIT_S", 0.3)
    url = postgres.create_database()
    database = Database(url)
    with psycopg.connect(url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_NUMBER])
        threading.Timer(1, other.commit).start()
        migrate(database)

    assert is_migrated(database)
    database.dispose()
    postgres.drop_database(url)


def test_migrating_is_silent_even_where_everything_is_logged(empty, caplog, capfd):
    with caplog.at_level(logging.INFO):
        migrate(empty)

    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_an_unmigrated_database_says_what_to_run(empty):
    if empty.is_sqlite:
        empty.path.parent.mkdir()
        empty.path.touch()

    assert not is_migrated(empty)
    with pytest.raises(RecordsUnavailable, match="python -m webapp release"):
        record_or_follow(empty, case())
    with pytest.raises(RecordsUnavailable, match="python -m webapp release"):
        empty.check()


def test_a_newer_release_may_have_migrated_before(empty):
    migrate(empty)
    with empty.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    migrate(empty)

    assert is_migrated(empty)
    record_or_follow(empty, case())


def test_a_new_file_belongs_to_its_owner_alone(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'instance' / 'formcast.db'}")
    migrate(database)
    database.dispose()

    assert stat.S_IMODE(database.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(database.path.parent.stat().st_mode) == 0o700


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(RecordsUnavailable, match="file/formcast.db cannot be created"):
        migrate(Database(f"sqlite:///{tmp_path / 'file' / 'formcast.db'}"))
