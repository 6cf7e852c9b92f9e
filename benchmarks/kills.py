"""
python -m benchmarks.kills [--rounds N] [--postgres]: whether an answer that was seen is ever lost, or there twice.

Eight people send forms without a pause, and send one again until they are led to its answer. Meanwhile workers of the
service are killed (SIGKILL) at random, and at the end of each round the whole service. Then every form that was sent is
looked for: its answer is there once, under the address that was given, and says what the pipeline says.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import contextlib
import random
import signal
import tempfile
import threading
import time
from contextlib import nullcontext
from http.client import HTTPException
from pathlib import Path

import numpy as np
from sqlalchemy import func, select

from benchmarks import churn_like
from benchmarks.process import Service, running
from benchmarks.requests import DIFFERENT_ROWS, FORM, form_bodies, hidden_fields
from benchmarks.trained import MODEL, Workshop, set_up
from webapp.preprocessing import typed_table
from webapp.records.database import Database
from webapp.records.tables import predictions
from webapp.schema import Door

ROUNDS, KILLS = 50, 10  # whole services that are killed, and workers before each
PEOPLE, WORKERS = 8, 2
BETWEEN_S = (0.1, 0.9)  # two kills
GIVE_UP_S = 60.0


class Form:
    """What people send, and where each of these forms was answered."""

    def __init__(self, service: Service, workshop: Workshop):
        page = service.fetch("GET", f"/models/{MODEL}")
        self._bodies = enumerate(form_bodies(hidden_fields(page.text), workshop.predictor.schema))
        self._turn = threading.Lock()
        self.headers = {"Cookie": page.cookie, "Content-Type": FORM}
        self.port = service.port
        self.answered: dict[int, str] = {}
        self.problems: list[str] = []

    def send_until(self, over: threading.Event) -> None:
        """Forms until then; whoever has begun one goes on until it is answered."""
        while not over.is_set():
            with self._turn:
                number, body = next(self._bodies)
            until = time.monotonic() + GIVE_UP_S
            while not (where := self._sent(body)) and time.monotonic() < until:
                time.sleep(0.02)
            if where:
                self.answered[number] = where.rsplit("/", 1)[1].partition("?")[0]
            else:
                self.problems.append(f"Form {number} was not answered within {GIVE_UP_S:g} s")

    def _sent(self, body: bytes) -> str:
        """The address of the answer; blank where there is no reply."""
        with contextlib.suppress(OSError, HTTPException):
            reply = Service(self.port, 0, 0.0, 0.0).fetch("POST", f"/models/{MODEL}", body, self.headers)
            if reply.status not in (303, 503):
                self.problems.append(f"A form was answered with {reply.status}")
            return reply.headers.get("Location", "") if reply.status == 303 else ""
        return ""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__.splitlines()[1])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"of {KILLS} killed workers each")
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _server(given.postgres) as server:
        workshop = set_up(Path(folder), server.create_database() if server else "")
        form = _attacked(workshop, given.rounds)
        _report(workshop, form, given.rounds)


def _server(is_postgres: bool):
    if not is_postgres:
        return nullcontext()
    from tests.postgres import running_server  # noqa: PLC0415 - brings a server that only this needs

    return running_server()


def _attacked(workshop: Workshop, rounds: int) -> Form:
    draw, form, over, people = random.Random(0), None, threading.Event(), []
    for _ in range(rounds):
        with running(workshop.settings, workshop.folder / "service.log", WORKERS) as service:
            if form is None:
                form = Form(service, workshop)
                people = [threading.Thread(target=form.send_until, args=(over,)) for _ in range(PEOPLE)]
                for person in people:
                    person.start()
            form.port = service.port
            for _ in range(KILLS):
                time.sleep(draw.uniform(*BETWEEN_S))
                _kill(draw.choice(service.processes[1:] or [service.pid]))
            for pid in service.processes:
                _kill(pid)
    with running(workshop.settings, workshop.folder / "service.log", WORKERS) as service:
        form.port = service.port
        over.set()
        for person in people:
            person.join()
    return form


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _report(workshop: Workshop, form: Form, rounds: int) -> None:
    database = Database(workshop.settings["DATABASE_URL"])
    expected = _chances(workshop)
    lost = wrong = 0
    with database.reading() as connection:
        rows = connection.execute(select(func.count()).select_from(predictions)).scalar_one()
        kept = dict(connection.execute(select(predictions.c.id, predictions.c.probability)).all())
    for number, answer in form.answered.items():
        lost += answer not in kept
        wrong += answer in kept and abs(kept[answer] - expected[number % DIFFERENT_ROWS]) > 1e-12
    database.dispose()
    print("\n".join(form.problems), end="\n" if form.problems else "")
    print(f"{rounds * KILLS} workers and {rounds} whole services killed")
    print(f"{len(form.answered):,} forms answered: {lost} lost, {wrong} wrong, {rows - len(form.answered)} there twice")


def _chances(workshop: Workshop) -> list[float]:
    """What the pipeline says to each of the rows that are sent in turn."""
    sent = churn_like.rows(DIFFERENT_ROWS, seed=1)
    schema = workshop.predictor.schema
    columns = {one.name: np.array([row[one.name] for row in sent], dtype=object) for one in schema.features}
    typed, _ = typed_table(columns, schema, Door.FILE)
    return [one.probability for one in workshop.predictor.predict(typed)]


if __name__ == "__main__":
    main()
