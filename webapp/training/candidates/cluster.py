"""Folds and fits on a Dask cluster, by way of joblib: the same tasks as here, with the same answers."""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import joblib

from webapp.errors import WorkLost
from webapp.training.sources.extras import first_line

INSTALLING = "pip install -r requirements-scale.txt"
CONNECT_S, WORKERS_S = 10, 30

Task = Callable[[], Any]


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the scheduler; None without an address. Raises WorkLost in a sentence."""
    if not address:
        yield None
        return
    client = _client(address)
    try:
        yield client
    finally:
        client.close(timeout=CONNECT_S)


def _client(address: str) -> Any:
    try:
        import distributed  # noqa: PLC0415 - an extra
    except ImportError as problem:
        raise WorkLost(
            f"A Dask cluster needs the package distributed, which is not installed: {INSTALLING}"
        ) from problem
    try:
        client = distributed.Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise WorkLost(f"There is no Dask scheduler at {address}: {first_line(problem)}") from problem
    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
    except TimeoutError as problem:
        client.close(timeout=CONNECT_S)
        raise WorkLost(
            f"The Dask cluster at {address} has no workers. Start some, or leave out --scheduler"
        ) from problem
    return client


def run_there(client: Any, tasks: Sequence[Task], deadline: float, done: Callable[[int], None]) -> list[Any]:
    """
    What each task returned, None for those not finished at the deadline (of time.monotonic()).

    What a task raises is raised here. Workers need the same release of this product where Python finds it.
    """
    found: queue.Queue[tuple[bool, Any]] = queue.Queue()
    threading.Thread(target=_carry, args=(client, tasks, found), daemon=True).start()
    results: list[Any] = [None] * len(tasks)
    for number in range(len(tasks)):
        try:
            succeeded, answer = found.get(timeout=None if deadline == float("inf") else _left(deadline))
        except queue.Empty:
            break
        if not succeeded:
            raise answer
        results[number] = answer
        done(number + 1)
    return results


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.0)


def _carry(client: Any, tasks: Sequence[Task], found: queue.Queue) -> None:
    """In a thread of its own, which may be left behind at a deadline."""
    try:
        with joblib.parallel_config(backend="dask", client=client):
            answers = joblib.Parallel(n_jobs=-1, batch_size=1, return_as="generator")(map(joblib.delayed(_do), tasks))
            for answer in answers:
                found.put((True, answer))
    except Exception as problem:  # whatever it was, it is raised again where it can be told
        found.put((False, problem))


def _do(task: Task) -> Any:
    return task()
