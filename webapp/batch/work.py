"""Work on one part of a file: check it, or answer it and write down what came of it, once."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

from webapp import clock
from webapp.batch.results import result_cells
from webapp.batch.rows import Part, understood
from webapp.batch.tally import added
from webapp.chores import Workshop
from webapp.errors import ClaimLost, FormcastError, ModelTakenAway, RecordsUnavailable, ToldToEnd
from webapp.forms.example import answers_saying
from webapp.lifecycle.criteria import stopped_text
from webapp.recording import Asked, cases_of
from webapp.records.decisions import decision_by_id
from webapp.records.job_parts import PROBLEMS, RESULTS, ROWS, packed, read_part, write_parts
from webapp.records.job_queue import Step, claim, fail, finish_part, put_back
from webapp.records.jobs import ANSWERING, CHECKED, CHECKING, DONE, Job
from webapp.records.many_predictions import record_all
from webapp.serving import Champion

LEASE_S = 30.0
SLICE = 250  # rows between two looks at whether to end
CHANNEL = "batch"
TAKEN_OUT = "The model was taken out of use. The file and what was answered are kept; go on once it is in use again."
KEPT = "The file is kept. Mend that, then go on."

logger = logging.getLogger("formcast.batch")

GoOn = Callable[[], None]  # raises ToldToEnd


def work_on_a_part(shop: Workshop, hold: Callable[[Job | None], None], go_on: GoOn, lease_s: float = LEASE_S) -> bool:
    """Whether there was something to do; `hold` hears which claim has to be renewed meanwhile."""
    job = claim(shop.database, lease_s)
    if job is None:
        return False
    hold(job)
    try:
        _work(shop, job, go_on)
    except ClaimLost:
        logger.info("A part of a file was stopped or taken over")
    except (ToldToEnd, RecordsUnavailable):
        with suppress(RecordsUnavailable):  # it lapses by itself
            put_back(shop.database, job)
        raise
    except FormcastError as problem:
        fail(shop.database, job, str(problem) if isinstance(problem, ModelTakenAway) else f"{problem}. {KEPT}")
    except Exception:
        logger.exception("A part of a file could not be worked on; trying again")
        put_back(shop.database, job, tried=True)
        raise
    finally:
        hold(None)
    return True


def _work(shop: Workshop, job: Job, go_on: GoOn) -> None:
    began = time.monotonic()
    champion = _champion(shop, job)
    with shop.database.reading() as connection:
        rows = read_part(connection, job.id, ROWS, job.cursor)
    go_on()
    part = understood(rows, job.file, champion.predictor.schema)
    if job.state == CHECKING:
        _finish_checking(shop, job, part)
    else:
        _answer(shop, job, part, champion, go_on, began)


def _finish_checking(shop: Workshop, job: Job, part: Part) -> None:
    problems = [problem for of_row in part.problems.values() for problem in of_row]
    wrong_rows = job.wrong_rows + len(part.problems)
    step = Step(wrong_rows=len(part.problems), **(_next(job, wrong_rows) if job.is_last_part else {}))

    def work(connection) -> None:
        finish_part(connection, job, step)
        if problems:
            told = [[problem.row, problem.column, problem.found, problem.what] for problem in problems]
            write_parts(connection, job.id, PROBLEMS, [packed(told)], job.cursor)

    shop.database.run(work)


def _next(job: Job, wrong_rows: int) -> dict:
    """On to the answers where nobody wants to be asked first."""
    goes_on = {"ask": False, "if_all_good": wrong_rows == 0, "good_rows": wrong_rows < job.row_count}
    if not goes_on[job.when_checked]:
        return {"next_state": CHECKED}
    return {"next_state": ANSWERING, "changes": {"began_at": clock.now()}}


def _answer(shop: Workshop, job: Job, part: Part, champion: Champion, go_on: GoOn, began: float) -> None:
    cases = []
    for start in range(0, len(part.good), SLICE):
        go_on()
        cases += cases_of(champion, _asked(job, part, champion, slice(start, start + SLICE)), job.who)
    go_on()
    predictions = [case.prediction for case in cases]

    def work(connection) -> None:
        tally = added(job.tally, predictions, champion.predictor.schema.target, champion.words)
        tally["seconds"] = job.tally.get("seconds", 0.0) + time.monotonic() - began
        last = {"next_state": DONE, "changes": {"finished_at": clock.now()}} if job.is_last_part else {}
        finish_part(connection, job, Step(answered_rows=len(cases), tally=tally, **last))
        cells = result_cells(part, predictions, record_all(connection, cases), champion.words)
        write_parts(connection, job.id, RESULTS, [packed(cells)], job.cursor)

    shop.database.run(work)


def _asked(job: Job, part: Part, champion: Champion, here: slice) -> list[Asked]:
    schema = champion.predictor.schema
    rows = zip(part.good[here], part.values[here].tolist(), part.keys[here], strict=True)
    return [
        Asked(values, answers_saying(schema, values), key, CHANNEL, f"batch {job.id} {part.rows[place][0]}")
        for place, values, key in rows
    ]


def _champion(shop: Workshop, job: Job) -> Champion:
    """The version with which the file was sent, so that one file has answers of one version. Raises ModelTakenAway."""
    picture = shop.follower.picture
    paused = picture.paused.get(job.model)
    if paused is not None and paused.is_retired:
        raise ModelTakenAway(TAKEN_OUT)
    if paused is not None and paused.is_stopped:
        raise ModelTakenAway(f"{stopped_text(paused.standing.stop)} The file is kept.")
    present = picture.champions.get(job.model)
    if present is not None and present.decision_id == job.decision_id:
        return present
    return _earlier(shop.follower, shop.database, job.decision_id)


@lru_cache(maxsize=1)
def _earlier(follower, database, decision_id: int) -> Champion:
    with database.reading() as connection:
        decision = decision_by_id(connection, decision_id)
    return follower.champion_by(decision)
