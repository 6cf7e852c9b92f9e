"""The worker as it is really run: it says that it is there, does each chore once, and ends when it is told to."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from webapp import clock
from webapp.chores import Chore, Workshop
from webapp.commands.worker import Calendar
from webapp.errors import RecordsUnavailable
from webapp.records.database import Database
from webapp.records.migrate import migrate
from webapp.records.workers import workers_alive

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 30.0
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'formcast.db'}")
    migrate(database)
    yield database
    database.dispose()


def alive(database):
    with database.reading() as connection:
        return [worker.name for worker in workers_alive(connection)]


def wait_until(condition):
    give_up = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_a_worker_is_known_while_it_is_there_and_ends_politely(database, tmp_path):
    environ = os.environ | {"DATABASE_URL": f"sqlite:///{database.path}", "MODEL_STORE": str(tmp_path / "store")}
    command = [sys.executable, "-m", "webapp", "worker"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_until(lambda: alive(database) or process.poll() is not None)
    [name] = alive(database)

    process.send_signal(signal.SIGTERM)
    said, log = process.communicate(timeout=PATIENCE_S)

    assert name.endswith(str(process.pid))
    assert (process.returncode, alive(database)) == (0, []), log
    assert "has ended" in said


def shop(database):
    return Workshop(None, database, None, None, clock.now())


def test_a_chore_is_done_by_one_of_all_workers_when_it_is_due(database, monkeypatch):
    done, later = [], timedelta()
    monkeypatch.setattr(clock, "now", lambda: START + later)
    chores = (Chore("count", 60, lambda shop: done.append(shop.now)),)
    for _ in range(3):
        Calendar(chores).do_what_is_due(shop(database))
    later = timedelta(seconds=62)
    Calendar(chores).do_what_is_due(shop(database))

    assert len(done) == 2
    assert (done[1] - done[0]).total_seconds() == 62


def test_a_worker_thinks_of_a_chore_again_when_it_is_due_only(database, monkeypatch):
    done = []
    calendar = Calendar((Chore("count", 3600, done.append),))
    calendar.do_what_is_due(shop(database))
    monkeypatch.setattr(Database, "run", None)

    calendar.do_what_is_due(shop(database))

    assert len(done) == 1


def test_a_chore_that_fails_keeps_no_other_from_being_done(database):
    done = []

    def fail(_shop):
        raise ValueError("a bug")

    Calendar((Chore("broken", 60, fail), Chore("whole", 60, done.append))).do_what_is_due(shop(database))

    assert len(done) == 1


def test_a_database_that_is_away_is_no_fault_of_the_chore(database):
    def away(_shop):
        raise RecordsUnavailable("away")

    with pytest.raises(RecordsUnavailable):
        Calendar((Chore("away", 60, away),)).do_what_is_due(shop(database))
