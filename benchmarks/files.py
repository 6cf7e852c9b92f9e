"""Files of cases as they are really worked on: sent, then checked and answered by a worker in processes of its own."""

import contextlib
import csv
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import select

from benchmarks import churn_like
from benchmarks.measuring import Figure
from benchmarks.process import PATIENCE_S, cpu_s, descendants, pss_mb
from benchmarks.trained import MODEL, Workshop
from webapp.app import connect
from webapp.batch.upload import MAX_ROWS, read_upload
from webapp.config import PROJECT_ROOT
from webapp.records.actors import ANYONE
from webapp.records.job_tables import jobs
from webapp.records.jobs import DONE, NewJob, add_job
from webapp.records.workers import workers_heard_of
from webapp.views.services import Services

PROCESSES = 2
SMALL = 10_000  # rows of a file that goes before, to see whether memory grows with the file
LIMIT_S = 10.0
LIMIT_MB = 450.0
LOOK_S, WEIGH_S = 0.1, 1.0  # between two looks; weighing the memory of a process holds it up


@dataclass(frozen=True)
class Run:
    """`memory_mb` is the most that all processes of the worker took together, what they share counted once."""

    sent_s: float
    checked_s: float
    took_s: float
    cpu_s: float
    memory_mb: float


def measure_files(workshop: Workshop) -> list[Figure]:
    parts = connect(workshop.config)
    try:
        with _worker(workshop, parts) as pid:
            small = _measured(parts, pid, SMALL)
            full = _measured(parts, pid, MAX_ROWS)
    finally:
        parts.database.dispose()
    name, of_worker = f"a file of {MAX_ROWS:,} rows", f"memory of a worker of {PROCESSES} processes at most"
    return [
        Figure(f"{name}: read and stored", full.sent_s, "s", limit=3.0),
        Figure(f"{name}: checked, {PROCESSES} processes", full.checked_s, "s"),
        Figure(f"{name}: checked and answered", full.took_s, "s", limit=LIMIT_S),
        Figure(f"{name}: time of all processors for that", full.cpu_s, "s"),
        Figure(f"{of_worker}, {SMALL:,} rows", small.memory_mb, "MB", limit=LIMIT_MB),
        Figure(f"{of_worker}, {MAX_ROWS:,} rows", full.memory_mb, "MB", limit=LIMIT_MB),
    ]


@contextlib.contextmanager
def _worker(workshop: Workshop, parts: Services) -> Iterator[int]:
    """The number of the process that looks after the others, all of which are at work."""
    command = [sys.executable, "-m", "webapp", "worker", "--processes", str(PROCESSES)]
    log = (workshop.folder / "worker.log").open("w")
    process = subprocess.Popen(
        command, cwd=PROJECT_ROOT, env={**os.environ, **workshop.settings}, stdout=log, stderr=log
    )
    try:
        _wait_until(lambda: _alive(parts) == PROCESSES)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)
        log.close()


def _measured(parts: Services, pid: int, rows: int) -> Run:
    content = _file(rows)
    began, worked = time.perf_counter(), _cpu_of(pid)
    job_id = _send(parts, content)
    sent, seen = time.perf_counter(), {}

    def is_done() -> bool:
        with parts.database.reading() as connection:
            state = connection.execute(select(jobs.c.state).where(jobs.c.id == job_id)).scalar_one()
        seen.setdefault(state, time.perf_counter())
        if state == DONE or time.perf_counter() - seen.get("weighed", 0.0) > WEIGH_S:
            seen["memory"] = max(seen.get("memory", 0.0), sum(map(pss_mb, descendants(pid))))
            seen["weighed"] = time.perf_counter()
        return state == DONE

    _wait_until(is_done)
    return Run(sent - began, seen["answering"] - sent, seen[DONE] - sent, _cpu_of(pid) - worked, seen["memory"])


def _wait_until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > give_up:
            raise SystemExit("The worker did not do what was expected of it")
        time.sleep(LOOK_S)


def _alive(parts: Services) -> int:
    with parts.database.reading() as connection:
        return sum(worker.is_alive for worker in workers_heard_of(connection))


def _cpu_of(pid: int) -> float:
    return sum(map(cpu_s, descendants(pid)))


def _file(rows: int) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, churn_like.COLUMNS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(churn_like.rows(rows, seed=4))
    return text.getvalue().encode()


def _send(parts: Services, content: bytes) -> str:
    champion = parts.follower.champions[MODEL]
    upload = read_upload("customers.csv", content, champion.predictor.schema)
    fields = {"model": MODEL, "owner_id": "", "who": ANYONE, "file": upload.file, "row_count": upload.row_count}
    new = NewJob(**fields, decision_id=champion.decision_id, when_checked="good_rows")
    return parts.database.run(lambda connection: add_job(connection, new, upload.parts))
