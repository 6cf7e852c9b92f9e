"""What would change an answer: worked out by the version that gave it, whenever somebody wants to know."""

from flask import Blueprint, Response, make_response, render_template, url_for

from webapp.result_page.changes import changes_page
from webapp.views.access import requires
from webapp.views.champion import tabs, title_of
from webapp.views.errors import problem
from webapp.views.original import Original, original_or_stop
from webapp.views.quotas import WHAT_IFS, used_up

bp = Blueprint("changes", __name__)

GONE = "The version that gave this answer cannot be loaded here any more, so nothing can be tried out with it."


@bp.get("/predictions/<prediction_id>/changes")
@requires("view")
def show(prediction_id: str) -> Response:
    original = original_or_stop(prediction_id)
    retry = used_up(WHAT_IFS)
    if retry is not None:
        response = problem(429, happened="One person may try out 120 changes a minute.")
        response.headers["Retry-After"] = str(retry.after_s)
        return response
    return make_response(_page(original))


def _page(original: Original) -> str:
    record = original.record
    is_away = original.predictor is None
    return render_template(
        "pages/changes/show.html",
        page=None if is_away else changes_page(record, original.words, original.suggestions(), original.version_name),
        gone=GONE if is_away else "",
        problem=original.problem,
        result_url=url_for("results.show", prediction_id=record.id),
        what_if_url=url_for("what_if.show", prediction_id=record.id),
        reference=record.reference,
        model_title=title_of(record.model, original.words),
        tabs=tabs(record.model),
    )
