"""Who works on the files that people send: whether they are alive, on what they are, how much waits."""

from flask import Blueprint, render_template

from webapp.records.job_queue import parts_waiting
from webapp.records.workers import HeardOf, workers_heard_of
from webapp.views.access import requires
from webapp.views.services import services
from webapp.wording.at_work import NOBODY_THERE, ago_text, waiting_text, work_text
from webapp.wording.dates import date_text
from webapp.wording.quoting import shown

bp = Blueprint("workers_page", __name__)

ALIVE, LOST = ("good", "Alive"), ("bad", "Lost")


@bp.get("/admin/workers")
@requires("administer")
def index() -> str:
    with services().database.reading() as connection:
        heard_of, waiting = workers_heard_of(connection), parts_waiting(connection)
    is_anybody_there = any(worker.is_alive for worker in heard_of)
    return render_template(
        "pages/workers_page/index.html",
        workers=[_line(worker) for worker in heard_of],
        nobody="" if is_anybody_there else NOBODY_THERE,
        waiting=waiting_text(waiting),
    )


def _line(worker: HeardOf) -> dict:
    return {
        "name": shown(worker.name),
        "state": ALIVE if worker.is_alive else LOST,
        "work": work_text(worker),
        "heard": ago_text(worker.silent),
        "since": date_text(worker.began_at),
    }
