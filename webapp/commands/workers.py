"""workers: who works on the files that people send, on what, and when they were heard of."""

import argparse

from webapp.commands.answer import Answer
from webapp.commands.promotion import Workplace
from webapp.records.job_queue import parts_waiting
from webapp.records.workers import HeardOf, workers_heard_of
from webapp.wording.at_work import NOBODY_THERE, ago_text, waiting_text, work_text

NOBODY = 1  # exit code


def workers(place: Workplace, given: argparse.Namespace) -> Answer:
    """Exit code 1 where files would wait for ever."""
    with place.database.reading() as connection:
        heard_of, waiting = workers_heard_of(connection), parts_waiting(connection)
    is_anybody_there = any(worker.is_alive for worker in heard_of)
    lines = [_line(worker) for worker in heard_of] + ([] if is_anybody_there else [NOBODY_THERE])
    document = {"workers": [_document(worker) for worker in heard_of], "parts_waiting": waiting}
    return Answer((*lines, waiting_text(waiting)), document, 0 if is_anybody_there else NOBODY)


def _line(worker: HeardOf) -> str:
    state = "alive" if worker.is_alive else "lost "
    return f"{state}  {worker.name}  heard of {ago_text(worker.silent)}, works on {work_text(worker)}"


def _document(worker: HeardOf) -> dict:
    part = {"model": worker.model, "state": worker.state, "part": worker.seq, "of": worker.parts}
    return {
        "name": worker.name,
        "alive": worker.is_alive,
        "since": worker.began_at.isoformat(timespec="seconds"),
        "silent_s": round(worker.silent.total_seconds(), 1),
        "works_on": None if worker.seq is None else {**part, "part": worker.seq + 1},
    }
