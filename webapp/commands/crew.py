"""A worker in several processes, looked after by the one that was started."""

import gc
import logging
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from webapp.scoring.local_workers import CAN_COPY, processors

MB = 1_000_000
# What the first process takes together with the one that looks after it, and each one more. Measured with one model of
# 19 questions: 185 and 105; the rest is for more of them and larger ones.
FIRST_MB, EACH_MB = 220, 170
DYNO_MB = 512  # the smallest that is offered, for platforms that do not say
LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
LOOK_S = 0.2  # between two looks whether to end
RESTART_S = 1.0  # before a process that has died is replaced

logger = logging.getLogger("formcast.worker")


def sensible_number(on_dyno: bool) -> int:
    """One process for each processor, and no more than fit into the memory."""
    return max(1, min(processors(), 1 + (_memory_mb(on_dyno) - FIRST_MB) // EACH_MB)) if CAN_COPY else 1


def work_in_processes(count: int, work: Callable[[], None], ending: threading.Event) -> None:
    """
    `work` in so many copies of this process, until `ending` is set and they have ended as well.

    A copy that dies is replaced. One whose parent dies is told to end, as if it were asked to politely.
    """
    gc.collect()
    gc.freeze()  # so that looking for rubbish leaves untouched, and shared, what was loaded before
    running: list[BaseProcess] = []
    while not ending.is_set():
        running += [_started(work, ending) for _ in range(count - len(running))]
        wait([process.sentinel for process in running], LOOK_S)
        gone = [process for process in running if not process.is_alive()]
        running = [process for process in running if process.is_alive()]
        if gone and not ending.is_set():
            logger.warning("%d of %d processes of this worker died; starting others", len(gone), count)
            ending.wait(RESTART_S)
    for process in running:
        process.terminate()
    for process in running:
        process.join()


def _started(work: Callable[[], None], ending: threading.Event) -> BaseProcess:
    process = get_context("fork").Process(target=_copy, args=(work, ending))
    process.start()
    return process


def _copy(work: Callable[[], None], ending: threading.Event) -> None:
    """What signals mean, and `ending`, are inherited: each copy has its own from here on."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    work()


def _end_with_parent() -> None:
    parent_process().join()
    os.kill(os.getpid(), signal.SIGTERM)


def _memory_mb(on_dyno: bool) -> int:
    """What all processes together may take."""
    said = [_limit(Path(path)) for path in LIMITS]
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [limit for limit in said if limit is not None and limit < machine]
    return DYNO_MB if on_dyno and not limits else min([*limits, machine]) // MB


def _limit(path: Path) -> int | None:
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
