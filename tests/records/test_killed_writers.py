"""Whatever was acknowledged survives the death of its writer; races between processes have one winner."""

import os
import random
import signal
import time

import pytest
from sqlalchemy import func, select, text

from tests.records.cases import case, decision
from tests.records.racing import FORKING, in_processes
from webapp.errors import DecisionRefused
from webapp.records.database import Database
from webapp.records.decisions import champions, decide, history
from webapp.records.predictions import record_or_follow
from webapp.records.tables import predictions

KILLS = 10
ROUNDS = 20


def write_until_killed(url, acknowledge, run):
    database = Database(url)
    number = 0
    while True:
        record, _ = record_or_follow(database, case(business_key=f"{run}-{number}", idempotency_key=f"{run}-{number}"))
        os.write(acknowledge, f"{record.id} {run}-{number}\n".encode())
        number += 1


def acknowledged_before_the_kill(url, run):
    """Start a writer, let it write a while, kill it; what it had acknowledged by then."""
    reader, writer = os.pipe()
    process = FORKING.Process(target=write_until_killed, args=(url, writer, run))
    process.start()
    os.close(writer)
    time.sleep(random.uniform(0.05, 0.25))
    os.kill(process.pid, signal.SIGKILL)
    process.join(10)
    with os.fdopen(reader, "rb") as pipe:
        return [tuple(line.decode().split()) for line in pipe.read().splitlines()]


def test_every_acknowledged_prediction_survives_the_kill_of_its_writer(url):
    acknowledged = [pair for run in range(KILLS) for pair in acknowledged_before_the_kill(url, run)]

    database = Database(url)
    with database.reading() as connection:
        kept = dict(connection.execute(select(predictions.c.id, predictions.c.business_key)).all())
        if database.is_sqlite:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    assert len(acknowledged) > KILLS
    assert [pair for pair in acknowledged if kept.get(pair[0]) != pair[1]] == []
    assert len(kept) <= len(acknowledged) + KILLS
    _, last_key = acknowledged[-1]
    assert not record_or_follow(database, case(idempotency_key=last_key))[1]
    database.dispose()


def follow_or_write(url, start, report):
    database = Database(url)
    start.wait()
    record, created = record_or_follow(database, case(idempotency_key="one"))
    report.put((record.id, created))
    database.dispose()


def test_processes_with_the_same_key_share_one_record(url):
    answers = in_processes(6, follow_or_write, url)

    assert len({identifier for identifier, _ in answers}) == 1
    assert sum(created for _, created in answers) == 1
    database = Database(url)
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(predictions)).scalar() == 1
    database.dispose()


def promote_every_round(url, start, report):
    database = Database(url)
    won = 0
    for seq in range(ROUNDS):
        start.wait()
        try:
            decide(database, decision(f"v{seq}-{os.getpid()}"), seq)
            won += 1
        except DecisionRefused:
            pass
    report.put(won)
    database.dispose()


@pytest.mark.parametrize("promoters", [2, 4])
def test_of_racing_processes_exactly_one_wins_every_round(url, promoters):
    wins = in_processes(promoters, promote_every_round, url)

    assert sum(wins) == ROUNDS
    database = Database(url)
    with database.reading() as connection:
        rows = history(connection, "churn")
        assert champions(connection)["churn"].version == rows[0].version
    assert [row.seq for row in rows] == list(range(ROUNDS, 0, -1))
    database.dispose()
