"""Pieces scored by copies of this process, each of which has the model already."""

import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from webapp.errors import ScoringFailed
from webapp.scoring.piece import Piece, Scored
from webapp.scoring.scorer import Scorer
from webapp.training.candidates.workers import end_with_parent

CAN_COPY = sys.platform == "linux"
AHEAD = 2  # pieces that wait, so that nobody waits for one
KILLED = (
    "A process that was scoring was ended from outside, most likely because memory ran out. Run the same command "
    "again: it goes on where this one stopped. --jobs 1 takes the least memory"
)

_scorer: Scorer | None = None


def processors() -> int:
    return len(os.sched_getaffinity(0)) if CAN_COPY else os.cpu_count() or 1


def score_here(scorer: Scorer, pieces: Iterator[Piece], jobs: int) -> Iterator[tuple[Piece, Scored]]:
    """Every piece with what became of it, as they are finished. Raises ScoringFailed."""
    first = list(itertools.islice(pieces, 2))
    pieces = itertools.chain(first, pieces)
    if jobs < 2 or len(first) < 2 or not CAN_COPY:
        for piece in pieces:
            yield piece, scorer(piece)
        return
    pool = ProcessPoolExecutor(jobs, get_context("fork"), initializer=_begin, initargs=(scorer,))
    try:
        yield from through(lambda piece: pool.submit(_score, piece), pieces, jobs + AHEAD)
    except BrokenProcessPool as problem:
        raise ScoringFailed(KILLED) from problem
    finally:
        _end(pool)


def through(submit: Callable[[Piece], Future], pieces: Iterator[Piece], most: int) -> Iterator[tuple[Piece, Scored]]:
    """Hand out the pieces, no more than `most` of them at once."""
    running: dict[Future, Piece] = {}
    for piece in pieces:
        running[submit(piece)] = piece
        if len(running) >= most:
            yield from _finished(running)
    while running:
        yield from _finished(running)


def _finished(running: dict[Future, Piece]) -> Iterator[tuple[Piece, Scored]]:
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        yield running.pop(future), future.result()


def _end(pool: ProcessPoolExecutor) -> None:
    """At once: whatever is not handed over is scored again by the next run."""
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.kill()
        process.join()


def _begin(scorer: Scorer) -> None:
    """In the copy: what Ctrl-C means is decided by the process that was copied."""
    global _scorer
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=end_with_parent, daemon=True).start()
    _scorer = scorer


def _score(piece: Piece) -> Scored:
    return _scorer(piece)
