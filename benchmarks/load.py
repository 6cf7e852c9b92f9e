"""
python -m benchmarks.load [--ends N]: the service as the Procfile starts it, under load, slow senders and its own end.

Ten requests a second as one organisation sends them; as many as it can answer; 400 senders that never finish; 10,000
answers in a row; and SIGTERM in the middle of all that, again and again. A benchmark is no test: the exit code is 0.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import random
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measuring import Figure
from benchmarks.process import Service, pss_mb, running
from benchmarks.run import as_table
from benchmarks.trained import Workshop, set_up
from benchmarks.visitors import Visitors, failed, slow_senders, within_ms

WORKERS = 2
A_SECOND, USUAL_S = 10.0, 60.0
CROWD, CROWDED_S = 24, 20.0
SLOW, SLOW_S = 400, 60.0
ANSWERS, LOOKS = 10_000, 10
ENDS, ENDING_S, BUSY_A_SECOND = 100, 2.0, 20.0
UNDER_WAY_S = 0.05  # a request that began so long before the end was told of had been taken up


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__.splitlines()[1])
    parser.add_argument("--ends", type=int, default=ENDS, help=f"how often it is told to end; {ENDS} without it")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workshop = set_up(Path(folder))
        figures = []
        for measure in (usual_load, more_than_it_can, slow_people, many_answers):
            with running(workshop.settings, workshop.folder / "service.log", WORKERS) as service:
                figures += measure(service, workshop)
        figures += ends(workshop, given.ends)
    print(as_table(figures))


def usual_load(service: Service, workshop: Workshop) -> Iterator[Figure]:
    asked = Visitors(service, workshop).come(A_SECOND, USUAL_S)
    name = f"{A_SECOND:g} requests a second"
    yield Figure(f"{name}: requests", len(asked), "")
    yield Figure(f"{name}: failed", len(failed(asked)), "", limit=0)
    for kind, limit in (("form", 150.0), ("answer", 500.0), ("result", 150.0)):
        yield Figure(f"{name}: {kind}, 95 of 100 within", within_ms(asked, kind, 95), "ms", limit=limit)
        yield Figure(f"{name}: {kind}, 99 of 100 within", within_ms(asked, kind, 99), "ms", limit=1000.0)


def more_than_it_can(service: Service, workshop: Workshop) -> Iterator[Figure]:
    asked = Visitors(service, workshop).crowd(CROWD, CROWDED_S)
    name = f"{CROWD} people who never pause"
    yield Figure(f"{name}: requests a second", len(asked) / CROWDED_S, "")
    yield Figure(f"{name}: failed", len(failed(asked)), "", limit=0)
    yield Figure(f"{name}: answer, 95 of 100 within", within_ms(asked, "answer", 95), "ms", limit=2000.0)


def slow_people(service: Service, workshop: Workshop) -> Iterator[Figure]:
    """Each of them sends another byte every few seconds, so that nobody can tell them from a bad line."""
    senders, over = [], threading.Event()
    for beginning in slow_senders(service.port, SLOW):
        senders.append(socket.create_connection(("127.0.0.1", service.port)))
        senders[-1].sendall(beginning)

    def drip() -> None:
        while not over.wait(3.0):
            for sender in senders:
                try:
                    sender.sendall(b"X")
                except OSError:
                    continue  # the service has had enough of that one

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    asked = Visitors(service, workshop).come(A_SECOND, SLOW_S)
    over.set()
    thread.join()
    for sender in senders:
        sender.close()
    name = f"{SLOW} senders that never finish, {A_SECOND:g} requests a second beside them"
    yield Figure(f"{name}: failed", len(failed(asked)), "", limit=0)
    yield Figure(f"{name}: answer, 95 of 100 within", within_ms(asked, "answer", 95), "ms", limit=1000.0)


def many_answers(service: Service, workshop: Workshop) -> Iterator[Figure]:
    visitors, memory = Visitors(service, workshop), []
    for look in range(1, LOOKS + 1):
        while len(visitors.asked) < 3 * ANSWERS * look / LOOKS:
            visitors.crowd(4, 1.0)
        memory.append(sum(map(pss_mb, service.processes)))
    name = f"{ANSWERS:,} answers"
    yield Figure(f"{name}: failed", len(failed(visitors.asked)), "", limit=0)
    yield Figure(f"{name}: memory (PSS) of all processes at most", max(memory), "MB", limit=400.0)
    yield Figure(
        f"{name}: growth over the second half", 100 * (memory[-1] / memory[LOOKS // 2 - 1] - 1), "%", limit=2.0
    )


def ends(workshop: Workshop, times: int) -> list[Figure]:
    """It is told to end while people ask; whoever had been taken up before that must get an answer."""
    draw, lost, counted, slowest = random.Random(0), 0, 0, 0.0
    for _ in range(times):
        with running(workshop.settings, workshop.folder / "service.log", WORKERS) as service:
            visitors = Visitors(service, workshop)
            people = threading.Thread(target=visitors.come, args=(BUSY_A_SECOND, ENDING_S), daemon=True)
            people.start()
            time.sleep(draw.uniform(0.3, ENDING_S - 0.3))
            told_at = time.monotonic()
            os.kill(service.pid, signal.SIGTERM)
            while Path(f"/proc/{service.pid}/task/{service.pid}/children").exists() and not _is_over(service.pid):
                time.sleep(0.01)
            slowest = max(slowest, time.monotonic() - told_at)
            people.join()
        before = [one for one in visitors.asked if one.began < told_at - UNDER_WAY_S]
        counted, lost = counted + len(before), lost + len(failed(before))
    name = f"told to end {times} times at {BUSY_A_SECOND:g} requests a second"
    return [
        Figure(f"{name}: requests under way or before", counted, ""),
        Figure(f"{name}: of these without an answer", lost, "", limit=0),
        Figure(f"{name}: longest end", slowest, "s", limit=25.0),
    ]


def _is_over(pid: int) -> bool:
    """Ended, and not yet asked after by whoever started it."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"


if __name__ == "__main__":
    main()
