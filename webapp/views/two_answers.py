"""Two answers of one model beside each other."""

from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for

from webapp.records.predictions import PredictionRecord
from webapp.result_page.two_cases import Told, two_cases
from webapp.views.access import may, requires
from webapp.views.champion import tabs, title_of, words_of
from webapp.views.results import record_or_stop

bp = Blueprint("two_answers", __name__)


@bp.get("/predictions/<first_id>/compare/<second_id>")
@requires("view")
def show(first_id: str, second_id: str) -> Response:
    """Whoever has both links may compare them, provided that one model answered both."""
    first, second = record_or_stop(first_id), record_or_stop(second_id)
    if first.model != second.model:
        abort(404)
    if first.id == second.id:
        return redirect(url_for("results.show", prediction_id=first.id), code=303)
    page = render_template(
        "pages/two_answers/show.html",
        page=two_cases(_told(first), _told(second)),
        model_title=title_of(first.model, words_of(first)),
        tabs=tabs(first.model),
        turned_url=url_for("two_answers.show", first_id=second.id, second_id=first.id),
        list_url=url_for("history.index", model=first.model) if may("list") else "",
    )
    return make_response(page)


def _told(record: PredictionRecord) -> Told:
    return record, words_of(record), url_for("results.show", prediction_id=record.id)
