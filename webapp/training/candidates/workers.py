"""
Several tasks at once, each in a copy of this process, and none of them beyond its deadline.

A copy inherits what it works on, so no table is sent anywhere, and ends by itself when this process does. Where
processes cannot be copied safely (anywhere but on Linux) the tasks run here, one after the other.
"""

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import Any

from webapp.errors import WorkLost

Task = Callable[[], Any]
Done = Callable[[int], None]  # told how many tasks are finished

CAN_COPY = sys.platform == "linux"


def run_tasks(
    tasks: Sequence[Task], jobs: int, deadline: float = float("inf"), done: Done = lambda count: None
) -> list[Any]:
    """
    Return what each task returned, None for those not finished at the deadline (of time.monotonic()).

    `jobs` 0: in this process, where a task that has begun is not cut off. What a task raises is raised here.
    """
    if jobs == 0 or not CAN_COPY:
        return _one_after_the_other(tasks, deadline, done)
    crew = _Crew(tasks, jobs, deadline, done)
    try:
        return crew.work()
    finally:
        crew.stop()


def _one_after_the_other(tasks: Sequence[Task], deadline: float, done: Done) -> list[Any]:
    results: list[Any] = []
    for task in tasks:
        results.append(task() if time.monotonic() < deadline else None)
        done(len(results))
    return results


class _Crew:
    """The running copies, each with the end of a pipe from which its result will come."""

    def __init__(self, tasks: Sequence[Task], jobs: int, deadline: float, done: Done):
        self.tasks, self.jobs, self.deadline, self.done = tasks, jobs, deadline, done
        self.results: list[Any] = [None] * len(tasks)
        self.running: dict[Connection, tuple[int, Any]] = {}

    def work(self) -> list[Any]:
        waiting = list(range(len(self.tasks)))
        finished = 0
        while (waiting or self.running) and time.monotonic() < self.deadline:
            while waiting and len(self.running) < self.jobs:
                self._start(waiting.pop(0))
            left = self.deadline - time.monotonic()
            for end in wait(list(self.running), timeout=None if left == float("inf") else max(left, 0.0)):
                self._take(end)
                finished += 1
                self.done(finished)
        return self.results

    def stop(self) -> None:
        for end, (_, process) in self.running.items():
            process.kill()
            process.join()
            end.close()
        self.running.clear()

    def _start(self, number: int) -> None:
        context = get_context("fork")
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(self.tasks[number], there), daemon=True)
        process.start()
        there.close()
        self.running[here] = (number, process)

    def _take(self, end: Connection) -> None:
        number, process = self.running.pop(end)
        try:
            succeeded, result = end.recv()
        except EOFError as problem:
            raise WorkLost(
                "A process that was learning was ended from outside, most likely because memory ran out. "
                "Try --jobs 1, or fewer rows with --rows"
            ) from problem
        finally:
            process.join()
            end.close()
        if not succeeded:
            raise result
        self.results[number] = result


def _work(task: Task, end: Connection) -> None:
    """In the copy: what Ctrl-C means is said once, by the process that was copied."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    threading.Thread(target=end_with_parent, daemon=True).start()
    try:
        answer = (True, task())
    except Exception as problem:  # whatever it was, it is raised again where it can be told
        answer = (False, problem)
    try:
        end.send(answer)
    except Exception:  # it cannot be sent as it is
        end.send((False, RuntimeError(f"A task could not hand over what it found:\n{traceback.format_exc()}")))
    end.close()


def end_with_parent() -> None:
    """In a thread of a copy: what nobody waits for any more is not worked on."""
    parent_process().join()
    os._exit(1)
