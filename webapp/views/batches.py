"""Many cases at once: a file is sent, checked, answered by a worker, and fetched with its answers."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy import Connection

from webapp.batch.template import guide, template_lines
from webapp.batch.upload import NO_FILE, Upload
from webapp.errors import UnusableTable
from webapp.records import jobs
from webapp.records.audit import about_model, note
from webapp.records.job_parts import ROWS, read_part
from webapp.records.job_queue import at_work_on
from webapp.records.jobs import Job
from webapp.records.workers import is_anybody_alive
from webapp.serving import Champion
from webapp.views.access import current_actor, requires
from webapp.views.batch_files import (
    add,
    as_file,
    first_problems,
    job_or_stop,
    owner_id,
    read,
    rejected_file,
    results_file,
    words_of_job,
)
from webapp.views.batch_page import SHOWN_PROBLEMS, Hands, file_lines, file_page
from webapp.views.champion import champion_of, tabs, title_of
from webapp.views.errors import problem
from webapp.views.quotas import FILES, used_up
from webapp.views.services import services
from webapp.views.uploads import takes_upload

bp = Blueprint("batches", __name__)

LISTED = 50
TAB = "Many at once"


@bp.get("/models/<model>/template.csv")
@requires("view")
def template(model: str) -> Response:
    return as_file(template_lines(champion_of(model).predictor.schema), f"{model}-template.csv")


@bp.get("/models/<model>/batches")
@requires("record")
def index(model: str) -> Response:
    return sending_page(champion_of(model))


@bp.post("/models/<model>/batches")
@requires("record")
@takes_upload
def send(model: str) -> Response:
    champion = champion_of(model)
    retry = used_up(FILES)
    if retry is not None:
        response = problem(429)
        response.headers["Retry-After"] = str(retry.after_s)
        return response
    try:
        upload = _sent_file(champion)
    except UnusableTable as error:
        return sending_page(champion, str(error), 422)
    return redirect(url_for("batches.show", job_id=add(champion, upload)), code=303)


@bp.get("/batches/<job_id>")
@requires("record")
def show(job_id: str) -> Response:
    job = job_or_stop(job_id)
    with services().database.reading() as connection:
        words = words_of_job(connection, job)
        hands = Hands(is_anybody_alive(connection), at_work_on(connection, job.id))
        first = read_part(connection, job.id, ROWS, 0)
    page = file_page(job, words, first_problems(job, SHOWN_PROBLEMS), first, hands)
    return make_response(
        render_template(
            "pages/batches/show.html",
            model_title=title_of(job.model, words),
            tabs=tabs(job.model, TAB),
            page=page,
            index_url=url_for("batches.index", model=job.model),
        )
    )


@bp.post("/batches/<job_id>/go-on")
@requires("record")
def go_on(job_id: str) -> Response:
    """Answer the good rows; by a version that has come into use meanwhile only once it has checked them as well."""
    job = job_or_stop(job_id)
    champion = champion_of(job.model)
    if champion.decision_id == job.decision_id:
        services().database.run(lambda connection: jobs.begin_answering(connection, job.id))
    else:
        services().database.run(lambda connection: jobs.check_again(connection, job.id, champion.decision_id))
    return _back(job)


@bp.post("/batches/<job_id>/stop")
@requires("record")
def stop(job_id: str) -> Response:
    job = job_or_stop(job_id)
    services().database.run(lambda connection: jobs.stop(connection, job.id))
    return _back(job)


@bp.post("/batches/<job_id>/again")
@requires("record")
def again(job_id: str) -> Response:
    job = job_or_stop(job_id)
    services().database.run(lambda connection: jobs.try_again(connection, job))
    return _back(job)


@bp.post("/batches/<job_id>/delete")
@requires("record")
def delete(job_id: str) -> Response:
    job = job_or_stop(job_id)

    def work(connection: Connection) -> None:
        jobs.delete_job(connection, job.id)
        note(connection, current_actor(), "file_deleted", about_model(job.model), before={"rows": job.row_count})

    services().database.run(work)
    return redirect(url_for("batches.index", model=job.model), code=303)


@bp.get("/batches/<job_id>/results.csv")
@requires("record")
def results(job_id: str) -> Response:
    return results_file(job_or_stop(job_id))


@bp.get("/batches/<job_id>/rejected.csv")
@requires("record")
def rejected(job_id: str) -> Response:
    return rejected_file(job_or_stop(job_id))


def sending_page(champion: Champion, wrong: str = "", status: int = 200) -> Response:
    with services().database.reading() as connection:
        earlier = jobs.jobs_of(connection, champion.model, owner_id(), LISTED)
        is_anybody_there = is_anybody_alive(connection)
    page = render_template(
        "pages/batches/index.html",
        model_title=title_of(champion.model, champion.words),
        tabs=tabs(champion.model, TAB),
        cases=champion.words.get("cases") or "cases",
        guide=guide(champion.predictor.schema),
        wrong=wrong,
        lines=file_lines(earlier, champion.words.get("timezone") or "UTC"),
        is_anybody_there=is_anybody_there,
        template_url=url_for("batches.template", model=champion.model),
        send_url=url_for("batches.send", model=champion.model),
    )
    return make_response(page, status)


def _sent_file(champion: Champion) -> Upload:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise UnusableTable(NO_FILE)
    return read(champion, sent.filename, sent.stream.read())


def _back(job: Job) -> Response:
    return redirect(url_for("batches.show", job_id=job.id), code=303)
