"""The worker as it is really run: it says that it is there, does each chore once, and ends when it is told to."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.records.aftermath import churned, tell
from tests.records.files import queued
from webapp import clock
from webapp.chores import Chore, Workshop
from webapp.commands import crew
from webapp.commands.line import run
from webapp.commands.worker import Calendar, forget_old_answers
from webapp.config import Config
from webapp.errors import RecordsUnavailable
from webapp.records.audit import Filter, entries
from webapp.records.database import Database
from webapp.records.database_time import database_time
from webapp.records.job_queue import claim
from webapp.records.migrate import migrate
from webapp.records.tables import outcomes, predictions, workers
from webapp.records.workers import Worker, say_alive, workers_heard_of

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
        return {int(worker.name.split()[-1]) for worker in workers_heard_of(connection) if worker.is_alive}


def wait_until(condition):
    give_up = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.05)


@pytest.fixture
def worker(database, tmp_path):
    """Two processes and the one that looks after them."""
    environ = os.environ | {"DATABASE_URL": f"sqlite:///{database.path}", "MODEL_STORE": str(tmp_path / "store")}
    command = [sys.executable, "-m", "webapp", "worker", "--processes", "2"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_until(lambda: len(alive(database)) == 2 or process.poll() is not None)
    yield process
    process.kill()
    process.communicate(timeout=PATIENCE_S)


def test_workers_are_known_while_they_are_there_and_end_politely(database, worker):
    before = alive(database)

    worker.send_signal(signal.SIGTERM)
    said, log = worker.communicate(timeout=PATIENCE_S)

    assert len(before) == 2 and worker.pid not in before
    assert (worker.returncode, alive(database)) == (0, set()), log
    assert "2 processes have ended" in said


def test_a_process_that_dies_is_replaced_and_none_outlives_the_one_that_looks_after_them(database, worker):
    killed, other = alive(database)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: len(alive(database)) == 3)  # the killed one was heard of a moment ago

    worker.kill()

    wait_until(lambda: alive(database) == {killed})


def test_as_many_processes_as_there_are_processors_and_memory_for(monkeypatch, tmp_path):
    monkeypatch.setattr(crew, "processors", lambda: 8)
    told = tmp_path / "memory.max"
    numbers = []
    for text, on_dyno in (("512000000\n", False), ("max\n", True), ("100000000\n", True), ("64000000000\n", False)):
        told.write_text(text)
        monkeypatch.setattr(crew, "LIMITS", (str(told), str(tmp_path / "nothing")))
        numbers.append(crew.sensible_number(on_dyno))

    small, unsaid, tiny, large = numbers
    assert (small, tiny) == (unsaid, 1)
    assert 1 < small < large <= 8


def test_the_command_says_who_is_there_what_they_do_and_what_waits(database, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{database.path}")
    monkeypatch.setenv("MODEL_STORE", str(tmp_path / "store"))
    nobody = run(["workers"]), capsys.readouterr().out
    job_id = queued(database)
    busy, idle, lost = (Worker(str(number), f"machine {number}") for number in (1, 2, 3))
    for one in (busy, idle, lost):
        database.run(lambda connection, one=one: say_alive(connection, one))
    claim(database, 30.0, busy.id)
    with database.writing() as connection:
        silent = update(workers).where(workers.c.id == lost.id)
        connection.execute(silent.values(seen_at=database_time(connection) - timedelta(minutes=12)))
    somebody = run(["workers"]), capsys.readouterr().out
    run(["workers", "--json"])
    told = json.loads(capsys.readouterr().out)

    assert nobody == (1, "Nobody is at work on files. Start: python -m webapp worker\nNo file waits\n")
    assert somebody[0] == 0
    assert "works on part 1 of 3 of a file about churn, which is being checked\n" in somebody[1]
    assert "alive  machine 2  heard of 0 seconds ago, works on nothing at the moment\n" in somebody[1]
    assert "lost   machine 3  heard of 12 minutes ago, works on nothing any more; what it had" in somebody[1]
    assert somebody[1].endswith("2 parts of files wait\n")
    assert told["workers"][0]["works_on"] == {"model": "churn", "state": "checking", "part": 1, "of": 3}
    assert (told["parts_waiting"], [one["alive"] for one in told["workers"]]) == (2, [True, True, False])
    assert job_id not in somebody[1]


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


@pytest.mark.parametrize(("setting", "left"), [({"FORMCAST_KEEP_DAYS": "30"}, 1), ({}, 2)])
def test_answers_are_forgotten_once_they_are_as_old_as_was_set(database, monkeypatch, tmp_path, setting, left):
    for age in (timedelta(days=29), timedelta(days=31)):
        monkeypatch.setattr(clock, "now", lambda age=age: START - age)
        tell(database, churned(database), "Yes")
    monkeypatch.setattr(clock, "now", lambda: START)

    forget_old_answers(replace(shop(database), config=Config.from_environment(setting, tmp_path)))

    with database.reading() as connection:
        counted = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (predictions, outcomes)
        ]
        noted = [entry.after for entry in entries(connection, Filter(action="forgotten"))]
    assert counted == [left, left]
    assert noted == ([{"answers": 1, "why": "Kept for 30 days"}] if setting else [])
