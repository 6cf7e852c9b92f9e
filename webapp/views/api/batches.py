"""Files of cases as programs send them: taken at once, answered by a worker, asked after and fetched."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from webapp.errors import KeyUsed, UnusableTable
from webapp.records.api_requests import KEY_USED
from webapp.records.jobs import FAILED, Job
from webapp.views.access import requires
from webapp.views.api.answering import answering
from webapp.views.api.documents import sent_under_key
from webapp.views.api.replies import MOST_FAULTS, look_after, refuse, replied
from webapp.views.batch_files import (
    add,
    first_problems,
    job_or_stop,
    job_sent_before,
    read,
    rejected_file,
    results_file,
)
from webapp.views.uploads import takes_upload

bp = Blueprint("batch_api", __name__, url_prefix="/api/v1")
look_after(bp)

CSV = "text/csv"
WRONG_ROWS = {"wait": "if_all_good", "leave_out": "good_rows"}
NOT_CSV = f"This address takes the file itself, as {CSV}; say so in Content-Type"
UNKNOWN_WISH = "wrong_rows must be wait or leave_out"
LOCATED = "batch_api.show"


@bp.post("/models/<model>/batches")
@requires("record")
@takes_upload
def send(model: str) -> Response:
    """202 with what is known of the file; the same file under the same key is the first one again."""
    if request.mimetype != CSV:
        refuse(415, NOT_CSV)
    wish = WRONG_ROWS.get(request.args.get("wrong_rows", "wait")) or refuse(400, UNKNOWN_WISH)
    sent = sent_under_key()
    earlier = job_sent_before(sent) if sent else None
    if earlier is not None:
        if earlier.file.get("fingerprint") != sent.fingerprint:
            raise KeyUsed(KEY_USED)
        return _told(earlier, 202, {"Idempotent-Replayed": "true"})
    champion = answering(model)
    try:
        upload = read(champion, "", request.get_data())
    except UnusableTable as problem:
        refuse(400, str(problem))
    return _told(job_or_stop(add(champion, upload, wish, sent)), 202)


@bp.get("/batches/<job_id>")
@requires("view")
def show(job_id: str) -> Response:
    return _told(job_or_stop(job_id))


@bp.get("/batches/<job_id>/results")
@requires("view")
def results(job_id: str) -> Response:
    """Of the rows that are answered so far."""
    return results_file(job_or_stop(job_id))


@bp.get("/batches/<job_id>/rejected")
@requires("view")
def rejected(job_id: str) -> Response:
    return rejected_file(job_or_stop(job_id))


def _told(job: Job, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    response = replied(_document(job), status)
    response.headers.extend(headers or {})
    if status != 200:
        response.headers["Location"] = url_for(LOCATED, job_id=job.id)
    return response


def _document(job: Job) -> dict[str, Any]:
    """How far the file has come; `problems` are the first ones."""
    return {
        "id": job.id,
        "model": job.model,
        "state": job.state,
        "rows": job.row_count,
        "rows_seen": job.rows_done,
        "rows_answered": job.answered_rows,
        "rows_rejected": job.wrong_rows,
        "problems": [
            {"row": row, "column": column, "found": found, "detail": what}
            for row, column, found, what in first_problems(job, MOST_FAULTS)
        ],
        "failed": job.problem if job.state == FAILED else None,
        "deleted_at": job.expires_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "page": url_for("batches.show", job_id=job.id),
        "results": url_for("batch_api.results", job_id=job.id) if job.answered_rows else None,
        "rejected": url_for("batch_api.rejected", job_id=job.id) if job.wrong_rows else None,
    }
