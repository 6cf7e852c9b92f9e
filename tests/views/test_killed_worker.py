"""A worker may be killed at any moment: each row is answered once, and none is lost."""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter

import pytest
from sqlalchemy import select

from tests.records.conftest import migrated_postgres, postgres_url  # noqa: F401 - fixtures of the other database
from tests.views.conftest import config
from tests.views.filing import as_csv, rows
from tests.views.making import promote
from webapp.app import connect
from webapp.batch import upload
from webapp.batch.upload import read_upload
from webapp.batch.work import work_on_a_part
from webapp.chores import Workshop
from webapp.clock import now
from webapp.commands import presence
from webapp.commands.presence import Presence
from webapp.records import job_queue, jobs
from webapp.records.actors import ANYONE
from webapp.records.identifiers import new_token
from webapp.records.job_parts import RESULTS, every_part
from webapp.records.jobs import NewJob, add_job
from webapp.records.tables import predictions
from webapp.records.workers import Worker

FULL = os.environ.get("FORMCAST_ATTACK") == "full"
KILLS, ROWS, PART, WORKERS = (20, 20_000, 500, 4) if FULL else (3, 1_500, 100, 2)
LEASE_S, BEAT_S = 1.2, 0.2  # instead of half a minute, so that a part whose worker died is soon taken up again
PATIENCE_S = 120.0
FORKING = multiprocessing.get_context("fork")


def work_until_killed(parts):
    parts.database.dispose(after_fork=True)
    shop = Workshop(parts.config, parts.database, parts.store, parts.follower, now())
    worker = Worker(new_token(), "to be killed")
    with Presence(parts.database, worker) as present:
        while True:
            if not work_on_a_part(shop, present.hold, lambda: None, worker.id, LEASE_S):
                time.sleep(0.05)


@pytest.fixture(params=["sqlite", "postgres"])
def parts(request, folder, prepared):
    url = {"DATABASE_URL": request.getfixturevalue("postgres_url")} if request.param == "postgres" else {}
    parts = connect(config(folder, **url))
    if url:
        promote(parts.database, parts.store, prepared[1])
        parts.follower.refresh()
    yield parts
    parts.database.dispose()


def queued(parts):
    champion = parts.follower.champions["leaving"]
    sent = read_upload("x.csv", as_csv(rows(ROWS)).encode(), champion.predictor.schema)
    fields = {"model": "leaving", "owner_id": "", "who": ANYONE, "file": sent.file, "row_count": sent.row_count}
    new = NewJob(**fields, decision_id=champion.decision_id, when_checked="good_rows")
    return parts.database.run(lambda connection: add_job(connection, new, sent.parts))


def state_of(parts, job_id):
    with parts.database.reading() as connection:
        return jobs.job_by_id(connection, job_id)


def test_every_row_is_answered_once_however_often_workers_die(parts, monkeypatch):
    monkeypatch.setattr(upload, "PART_ROWS", PART)
    for name, seconds in (("LEASE_S", LEASE_S), ("BEAT_S", BEAT_S)):
        monkeypatch.setattr(presence, name, seconds)
    monkeypatch.setattr(job_queue, "MOST_ATTEMPTS", KILLS + 5)
    job_id = queued(parts)
    running = [FORKING.Process(target=work_until_killed, args=(parts,), daemon=True) for _ in range(WORKERS)]
    for process in running:
        process.start()
    kills, give_up = 0, time.monotonic() + PATIENCE_S
    while state_of(parts, job_id).state != jobs.DONE:
        assert time.monotonic() < give_up, state_of(parts, job_id)
        time.sleep(random.uniform(0.02, 0.2))
        if kills < KILLS:
            victim = random.randrange(WORKERS)
            os.kill(running[victim].pid, signal.SIGKILL)
            running[victim].join()
            running[victim] = FORKING.Process(target=work_until_killed, args=(parts,), daemon=True)
            running[victim].start()
            kills += 1
    for process in running:
        process.kill()
        process.join()

    with parts.database.reading() as connection:
        kept = Counter(connection.execute(select(predictions.c.business_key)).scalars())
    written = [cells for _, part in every_part(parts.database, job_id, RESULTS) for cells in part]
    assert kills == KILLS
    assert kept == Counter(row[0] for row in rows(ROWS))
    assert [cells[0] for cells in written] == list(range(2, ROWS + 2))
    assert state_of(parts, job_id).answered_rows == ROWS
