"""Files of cases, one's own alone: found, added, and handed out with what came of them."""

from collections.abc import Iterator
from itertools import chain, islice

from flask import Response, abort
from sqlalchemy import Connection

from webapp.batch.results import rejected_as_csv, results_as_csv
from webapp.batch.upload import Upload, read_upload
from webapp.clock import now
from webapp.records import jobs
from webapp.records.api_requests import Sent
from webapp.records.audit import about_model, note
from webapp.records.database import Database
from webapp.records.decisions import decision_by_id
from webapp.records.job_parts import PROBLEMS, RESULTS, ROWS, every_part, read_part
from webapp.records.jobs import Job, NewJob
from webapp.schema import Schema
from webapp.serving import Champion
from webapp.views.access import current_actor
from webapp.views.champion import learned_from
from webapp.views.results import is_prediction_id
from webapp.views.services import services
from webapp.views.visitors import visitor


def job_or_stop(job_id: str) -> Job:
    """The file of whoever is asking; 404 for another one's, as for one that never was."""
    if not is_prediction_id(job_id):
        abort(404)
    with services().database.reading() as connection:
        job = jobs.job_by_id(connection, job_id)
    if job is None or job.owner_id != owner_id():
        abort(404)
    return job


def owner_id() -> str:
    """Of the person, also where one of their keys is asking; blank where nobody has to say who they are."""
    user = visitor().user
    return user.id if user else ""


def read(champion: Champion, name: str, content: bytes) -> Upload:
    """What was sent, under the name that the browser gives it. Raises UnusableTable in a whole sentence."""
    estimator = champion.words.get("estimator") or ""
    return read_upload(name, content, champion.predictor.schema, learned_from(champion), estimator)


def add(champion: Champion, upload: Upload, when_checked: str = "ask", sent: Sent | None = None) -> str:
    """The identifier under which the file is found. Raises RequestUnderWay for one that is being sent twice at once."""
    new = NewJob(
        model=champion.model,
        owner_id=owner_id(),
        who=current_actor(),
        file={**upload.file, **({"fingerprint": sent.fingerprint} if sent else {})},
        row_count=upload.row_count,
        decision_id=champion.decision_id,
        when_checked=when_checked,
        idempotency_key=sent.id if sent else None,
    )

    def work(connection: Connection) -> str:
        job_id = jobs.add_job(connection, new, upload.parts)
        note(connection, current_actor(), "file_sent", about_model(champion.model), after={"rows": upload.row_count})
        return job_id

    return services().database.run(work)


def job_sent_before(sent: Sent) -> Job | None:
    """The file that was sent under the same key."""
    with services().database.reading() as connection:
        return jobs.job_under_key(connection, sent.id)


def words_of_job(connection: Connection, job: Job) -> dict:
    """The words of the decision under which the file is answered, with their schema as a Schema."""
    words = decision_by_id(connection, job.decision_id).words
    return {**words, "schema": Schema.from_json(words["schema"])}


def results_file(job: Job) -> Response:
    database = services().database
    with database.reading() as connection:
        words = words_of_job(connection, job)
    parts = ((_rows(database, job, seq), cells) for seq, cells in every_part(database, job.id, RESULTS))
    return as_file(results_as_csv(job.file, words, parts), f"{job.model}-answers-{now():%Y%m%dT%H%M%SZ}.csv")


def rejected_file(job: Job) -> Response:
    database = services().database
    with database.reading() as connection:
        schema = words_of_job(connection, job)["schema"]
    lines = rejected_as_csv(job.file, schema, _rejected(database, job))
    return as_file(lines, f"{job.model}-to-correct-{now():%Y%m%dT%H%M%SZ}.csv")


def first_problems(job: Job, most: int) -> list[list]:
    """[row, column, found, what to do] of as many as are shown."""
    parts = every_part(services().database, job.id, PROBLEMS) if job.wrong_rows else ()
    return list(islice(chain.from_iterable(problems for _, problems in parts), most))


def as_file(lines: Iterator[str], name: str) -> Response:
    """Line by line; whoever reads slowly makes nobody wait."""
    response = Response(lines, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _rejected(database: Database, job: Job) -> Iterator[tuple[list, str]]:
    """The rows with something wrong, each with all that is to be done."""
    for seq, problems in every_part(database, job.id, PROBLEMS):
        told: dict[int, list[str]] = {}
        for number, _column, _found, what in problems:
            told.setdefault(number, []).append(what)
        yield from ((row, ". ".join(told[row[0]])) for row in _rows(database, job, seq) if row[0] in told)


def _rows(database: Database, job: Job, seq: int) -> list[list]:
    with database.reading() as connection:
        return read_part(connection, job.id, ROWS, seq)
