"""
python -m benchmarks.shadow [--rounds N]: whether a challenger in the shadow slows answers, and how soon it has scored.

The service runs as the Procfile says. Forms are sent in rounds, by turns while a process scores tens of thousands of
earlier cases without a pause and while nothing is scored; then the real worker is started and waited for.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import contextlib
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import func, insert, select

from benchmarks.process import Service, running
from benchmarks.requests import FORM, form_bodies, hidden_fields
from benchmarks.trained import MODEL, Workshop, another_version, set_up
from webapp.clock import now
from webapp.commands.promotion import Workplace, last_seq
from webapp.config import PROJECT_ROOT, Config
from webapp.lifecycle import shadow
from webapp.lifecycle.retiring import Archive
from webapp.records.actors import SYSTEM
from webapp.records.database import Database
from webapp.records.decisions import Decision, decide
from webapp.records.identifiers import new_prediction_id, new_reference
from webapp.records.tables import predictions, shadow_answers

ROUNDS, A_ROUND = 16, 150
EARLIER = 30_000  # cases to score, so that there is always one more
WRITTEN_AT_ONCE = 2_000
WAITED_FOR, APART_S = 12, 1.7  # answers whose score is waited for, and seconds between them
PATIENCE_S = 90.0


@dataclass(frozen=True)
class Sender:
    """A connection with a filled form."""

    connection: HTTPConnection
    headers: dict[str, str]
    bodies: Iterator[bytes]

    def send(self) -> float:
        """Milliseconds until the answer is recorded and the reply has arrived."""
        body, began = next(self.bodies), time.perf_counter()
        self.connection.request("POST", f"/models/{MODEL}", body, self.headers)
        reply = self.connection.getresponse()
        reply.read()
        if reply.status != 303:
            raise SystemExit(f"The service answered {reply.status} to a filled form")
        return 1000 * (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shadow", description=__doc__.splitlines()[1])
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help="each of 150 forms without and 150 with a challenger"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workshop = set_up(Path(folder))
        _challenge(workshop)
        with running(workshop.settings, workshop.folder / "service.log", 2) as service:
            sender = _sender(service, workshop)
            for _ in range(A_ROUND):
                sender.send()
            _fill(workshop)
            print(f"{EARLIER:,} earlier cases to score", flush=True)
            _report_speed(*_by_turns(workshop, sender, given.rounds))
            _report_delays(workshop, sender)


def _challenge(workshop: Workshop) -> None:
    place = Workplace.from_config(workshop.config)
    stored = another_version(workshop, place)
    decision = Decision(model=MODEL, action="challenge", version=stored.version, who=SYSTEM, why="To be measured")
    decide(place.database, decision, last_seq(place, MODEL))
    place.database.dispose()


def _sender(service: Service, workshop: Workshop) -> Sender:
    page = service.fetch("GET", f"/models/{MODEL}")
    bodies = form_bodies(hidden_fields(page.text), workshop.predictor.schema)
    return Sender(HTTPConnection("127.0.0.1", service.port), {"Cookie": page.cookie, "Content-Type": FORM}, bodies)


def _fill(workshop: Workshop) -> None:
    """Copies of what was asked just now, some weeks ago."""
    database = Database(workshop.settings["DATABASE_URL"])
    with database.reading() as connection:
        rows = [dict(row) for row in connection.execute(select(predictions)).mappings()]
    for start in range(0, EARLIER, WRITTEN_AT_ONCE):
        part = [_copy(rows[at % len(rows)], at) for at in range(start, start + WRITTEN_AT_ONCE)]
        database.run(lambda connection, part=part: connection.execute(insert(predictions), part))
    database.dispose()


def _copy(row: dict[str, Any], place: int) -> dict[str, Any]:
    at = row["at"] - timedelta(days=40) + timedelta(seconds=place)
    reference = new_reference() + new_reference()
    return {**row, "id": new_prediction_id(), "reference": reference, "idempotency_key": None, "at": at}


def _by_turns(workshop: Workshop, sender: Sender, rounds: int) -> tuple[list[list[float]], list[list[float]], int]:
    mine, theirs = multiprocessing.Pipe()
    scorer = multiprocessing.get_context("spawn").Process(target=_score, args=(workshop.settings, theirs), daemon=True)
    scorer.start()
    mine.recv()
    without, during, scored = [], [], 0
    for _ in range(rounds):
        without.append([sender.send() for _ in range(A_ROUND)])
        mine.send("score")
        time.sleep(0.1)
        during.append([sender.send() for _ in range(A_ROUND)])
        mine.send("pause")
        scored += mine.recv()
    scorer.kill()
    return without, during, scored


def _score(settings: dict[str, str], orders: Connection) -> None:
    """As the worker does, but without its pauses."""
    shadow.TURN_S = 0.0  # one transaction at a time
    place = Workplace.from_config(Config.for_service(settings, root=Path(settings["MODEL_STORE"]).parent))
    archive = Archive(place.database, place.store, lambda: place.trusted_keys)
    orders.send("ready")
    while orders.recv() == "score":
        scored = 0
        while not orders.poll():
            scored += shadow.score_challengers(archive, now()).get(MODEL, 0)
        orders.recv()
        orders.send(scored)


def _report_speed(without: list[list[float]], during: list[list[float]], scored: int) -> None:
    for name, rounds in (("nothing is scored", without), ("a challenger scores", during)):
        times = np.concatenate(rounds)
        ends = " ".join(f"p{part} {np.percentile(times, part):.1f} ms" for part in (50, 95, 99))
        print(f"{name}: {len(times):,} forms, {ends}")
    apart = [np.percentile(one, 95) - np.percentile(other, 95) for one, other in zip(during, without, strict=True)]
    print(f"p95 of a round later by {statistics.median(apart):.2f} ms (median); {scored:,} cases scored meanwhile")


def _report_delays(workshop: Workshop, sender: Sender) -> None:
    """How long the newest answers wait for the real worker while earlier ones lack their score too."""
    with _worker(workshop):
        database = Database(workshop.settings["DATABASE_URL"])
        waiting, delays, asked = {}, [], 0
        until = time.monotonic() + PATIENCE_S
        while (waiting or asked < WAITED_FOR) and time.monotonic() < until:
            if asked < WAITED_FOR:
                sender.send()
                asked += 1
                waiting[_newest(database)] = time.monotonic()
            time.sleep(APART_S)
            for one in _scored_of(database, list(waiting)):
                delays.append(time.monotonic() - waiting.pop(one))
        left = _without_score(database)
        database.dispose()
    print(f"{len(delays)} of {asked} answers scored by the worker, the last after {max(delays):.1f} s at most")
    print(f"earlier cases without a score at the end: {left:,}")


@contextlib.contextmanager
def _worker(workshop: Workshop) -> Iterator[None]:
    command = [sys.executable, "-m", "webapp", "worker"]
    log = (workshop.folder / "worker.log").open("w")
    process = subprocess.Popen(
        command, cwd=PROJECT_ROOT, env={**os.environ, **workshop.settings}, stdout=log, stderr=log
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        log.close()


def _newest(database: Database) -> str:
    with database.reading() as connection:
        return connection.execute(select(predictions.c.id).order_by(predictions.c.at.desc()).limit(1)).scalar()


def _scored_of(database: Database, waiting: list[str]) -> list[str]:
    query = select(shadow_answers.c.prediction_id).where(shadow_answers.c.prediction_id.in_(waiting))
    with database.reading() as connection:
        return list(connection.execute(query).scalars())


def _without_score(database: Database) -> int:
    with database.reading() as connection:
        asked, scored = (
            connection.execute(select(func.count()).select_from(table)).scalar()
            for table in (predictions, shadow_answers)
        )
    return asked - scored


if __name__ == "__main__":
    main()
