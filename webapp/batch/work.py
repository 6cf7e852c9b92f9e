"""Work on one part of a file: check it, or answer it and write down what came of it, once."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from webapp import clock
from webapp.batch.results import result_cells
from webapp.batch.rows import Part, understood
from webapp.batch.tally import counted, together
from webapp.chores import Workshop
from webapp.errors import ClaimLost, FormcastError, ModelTakenAway, RecordsUnavailable, ToldToEnd
from webapp.forms.example import answers_of_rows
from webapp.lifecycle.criteria import stopped_text
from webapp.recording import Asked, cases_of
from webapp.records.decisions import decision_by_id
from webapp.records.job_parts import PROBLEMS, RESULTS, ROWS, packed, read_part, write_parts
from webapp.records.job_queue import Claim, claim, fail, finish_part, hold, put_back
from webapp.records.jobs import ANSWERING, CHECKED, CHECKING, DONE, FROM_THE_START, Job, row_key
from webapp.records.many_predictions import records_of, write_records
from webapp.serving import Champion

LEASE_S = 30.0
SLICE = 250  # rows between two looks at whether to end
CHANNEL = "batch"
TAKEN_OUT = "The model was taken out of use. The file and what was answered are kept; go on once it is in use again."
KEPT = "The file is kept. Mend that, then go on."

logger = logging.getLogger("formcast.batch")

GoOn = Callable[[], None]  # raises ToldToEnd


def work_on_a_part(
    shop: Workshop, keep: Callable[[Claim | None], None], go_on: GoOn, worker_id: str = "", lease_s: float = LEASE_S
) -> bool:
    """Whether there was something to do; `keep` hears which claim has to be renewed meanwhile."""
    held = claim(shop.database, lease_s, worker_id)
    if held is None:
        return False
    keep(held)
    try:
        _work(shop, held, go_on)
    except ClaimLost:
        logger.info("A part of a file was stopped or taken over")
        put_back(shop.database, held)  # it may still be held where somebody stopped the file
    except (ToldToEnd, RecordsUnavailable):
        with suppress(RecordsUnavailable):  # it lapses by itself
            put_back(shop.database, held)
        raise
    except FormcastError as problem:
        fail(shop.database, held, str(problem) if isinstance(problem, ModelTakenAway) else f"{problem}. {KEPT}")
    except Exception:
        logger.exception("A part of a file could not be worked on; trying again")
        put_back(shop.database, held, tried=True)
        raise
    finally:
        keep(None)
    return True


def _work(shop: Workshop, held: Claim, go_on: GoOn) -> None:
    began = time.monotonic()
    champion = _champion(shop, held.job)
    with shop.database.reading() as connection:
        rows = read_part(connection, held.job.id, ROWS, held.seq)
    go_on()
    part = understood(rows, held.job.file, champion.predictor.schema)
    if held.job.state == CHECKING:
        _finish_checking(shop, held, part)
    else:
        _answer(shop, held, part, champion, go_on, began)


def _finish_checking(shop: Workshop, held: Claim, part: Part) -> None:
    problems = [problem for of_row in part.problems.values() for problem in of_row]
    told = packed([[problem.row, problem.column, problem.found, problem.what] for problem in problems])

    def changes(job: Job) -> dict[str, Any]:
        wrong_rows = job.wrong_rows + len(part.problems)
        seen = {"rows_done": job.rows_done + len(part.rows), "wrong_rows": wrong_rows}
        return {**seen, **_next(job, wrong_rows)} if seen["rows_done"] == job.row_count else seen

    def work(connection: Connection) -> None:
        hold(connection, held)
        if problems:
            write_parts(connection, held.job.id, PROBLEMS, [told], held.seq)
        finish_part(connection, held, changes)

    shop.database.run(work)


def _next(job: Job, wrong_rows: int) -> dict[str, Any]:
    """On to the answers where nobody wants to be asked first."""
    goes_on = {"ask": False, "if_all_good": wrong_rows == 0, "good_rows": wrong_rows < job.row_count}
    if not goes_on[job.when_checked]:
        return {"state": CHECKED}
    return {"state": ANSWERING, "began_at": clock.now(), **FROM_THE_START}


def _answer(shop: Workshop, held: Claim, part: Part, champion: Champion, go_on: GoOn, began: float) -> None:
    cases = []
    for start in range(0, len(part.good), SLICE):
        go_on()
        cases += cases_of(champion, _asked(held.job, part, champion, slice(start, start + SLICE)), held.job.who)
    go_on()
    predictions = [case.prediction for case in cases]
    counts = counted(predictions, champion.predictor.schema.target, champion.words)
    with shop.database.reading() as connection:
        records = records_of(connection, cases)
    results = packed(result_cells(part, predictions, records.references, champion.words))

    def changes(job: Job) -> dict[str, Any]:
        rows_done = job.rows_done + len(part.rows)
        tally = together(job.tally, {**counts, "seconds": time.monotonic() - began})
        over = {"state": DONE, "finished_at": clock.now()} if rows_done == job.row_count else {}
        return {"rows_done": rows_done, "answered_rows": job.answered_rows + len(cases), "tally": tally, **over}

    def work(connection: Connection) -> None:
        hold(connection, held)
        write_records(connection, records)
        write_parts(connection, held.job.id, RESULTS, [results], held.seq)
        finish_part(connection, held, changes)

    shop.database.run(work)


def _asked(job: Job, part: Part, champion: Champion, here: slice) -> list[Asked]:
    values = part.values[here].tolist()
    answers = answers_of_rows(champion.predictor.schema, values)
    rows = zip(part.good[here], values, answers, part.keys[here], strict=True)
    return [Asked(typed, said, key, CHANNEL, row_key(job.id, part.rows[place][0])) for place, typed, said, key in rows]


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
