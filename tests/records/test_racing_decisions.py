"""Eight processes that decide about one model at the same moment, in every way there is: one of them is followed."""

import os
import random
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.records.cases import ADA, BEN, decision
from tests.records.people import trail
from tests.records.racing import FORKING
from webapp.errors import DecisionRefused
from webapp.lifecycle.promotion import promote_or_ask
from webapp.records.database import Database
from webapp.records.decisions import decide, history, retire, rollback, standing_of
from webapp.records.standing import fold

PROCESSES = 8
ROUNDS = 200 if os.environ.get("FORMCAST_ATTACK") == "full" else 4
REFUSED = [{"name": "beats_baseline", "verdict": "refuse"}]
OVERTAKEN = "Review and try again."
NOT_NOW = ("is retired. Reinstate it", "no earlier champion", "a second person has to agree")


@dataclass(frozen=True)
class Tried:
    """What one process did in one round: the action that was followed, or the sentence by which it was refused."""

    number: int
    action: str = ""
    seq: int = 0
    refused: str = ""


def act(database: Database, number: int, turn: int, seq: int) -> Any:
    """Three promote, the others challenge, ask to pass over a gate or confirm that, roll back, and retire."""
    if number < 3:
        return decide(database, decision(f"v{turn}-{number}", words={"number": turn}), seq)
    if number == 3:
        return decide(database, decision(f"c{turn}", action="challenge"), seq)
    if number in (4, 5):
        return promote_or_ask(
            database, decision("doubtful", who=(ADA, BEN)[number - 4], gate_report=REFUSED), seq, is_alone=False
        )
    return (rollback, retire)[number - 6](database, "churn", BEN, "A race", seq)


def race(url, number, start, seq, reports):
    database, hurry = Database(url), random.Random(number)
    for turn in range(ROUNDS):
        start.wait(60)
        time.sleep(hurry.random() / 30)  # who reads first would else always come second
        try:
            row = act(database, number, turn, seq.value)
            reports.put(Tried(number, row.action, row.seq))
        except DecisionRefused as refused:
            reports.put(Tried(number, refused=str(refused)))
    database.dispose()


def rows_of(database):
    with database.reading() as connection:
        return history(connection, "churn")


def test_of_eight_processes_that_decide_at_once_one_is_followed(database, url, record_property):
    decide(database, decision("first"), 0)
    start, seq, reports = FORKING.Barrier(PROCESSES + 1), FORKING.Value("i", 1), FORKING.Queue()
    processes = [
        FORKING.Process(target=race, args=(url, number, start, seq, reports), daemon=True)
        for number in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    followed = Counter()
    for _ in range(ROUNDS):
        start.wait(60)
        tried = [reports.get(timeout=60) for _ in processes]
        [won] = [one for one in tried if one.action]
        followed[won.action] += 1
        sentences = [one.refused for one in tried if not one.action]
        assert all(said.endswith(OVERTAKEN) or any(part in said for part in NOT_NOW) for said in sentences), sentences
        with database.reading() as connection:
            latest = standing_of(connection, "churn").latest
        assert (latest.seq, latest.action) == (won.seq, won.action) == (seq.value + 1, won.action)
        seq.value = latest.seq
    for process in processes:
        process.join(10)

    rows = rows_of(database)[::-1]
    assert [row.seq for row in rows] == list(range(1, ROUNDS + 2))
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    assert [row.previous_version for row in rows[1:]] == [fold(rows[:seq]).version for seq in range(1, ROUNDS + 1)]
    assert Counter(row.action for row in rows[1:]) == followed
    assert len(trail(database, subject="model churn")) == ROUNDS + 1
    agreed = [row for row in rows if row.details.get("passed_over")]
    assert all(row.details["asked_by"]["id"] != row.who.id for row in agreed)
    record_property("followed", f"{dict(followed)}, {len(agreed)} over a gate")
