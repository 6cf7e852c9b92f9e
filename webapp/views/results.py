"""The page of one answer: rendered from its record alone, with what became of its model beside it."""

import re
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, abort, render_template, url_for
from sqlalchemy import Connection

from webapp.records.answered import answer_by_id
from webapp.records.predictions import PredictionRecord, prediction_by_id
from webapp.result_page.page import OPEN_TO_ALL, result_page
from webapp.views.access import requires
from webapp.views.champion import tabs, title_of, words_of
from webapp.views.services import services
from webapp.views.since import next_steps, printed_by, since

Found = TypeVar("Found")

bp = Blueprint("results", __name__)

MEMBERS_ONLY = "Everybody who may sign in here can open this link."

is_prediction_id = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII).fullmatch


@bp.get("/predictions/<prediction_id>")
@requires("view")
def show(prediction_id: str) -> str:
    record, has_later = _found(prediction_id, answer_by_id)
    words = words_of(record)
    return render_template(
        "pages/predict/result.html",
        page=result_page(record, words, url_for("results.show", prediction_id=record.id, _external=True), audience()),
        since=since(record, words, has_later),
        next=next_steps(record),
        printed_by=printed_by(words),
        model_title=title_of(record.model, words),
        tabs=tabs(record.model),
    )


def audience() -> str:
    """Who can open the link."""
    return OPEN_TO_ALL if services().config.access == "open" else MEMBERS_ONLY


def record_or_stop(prediction_id: str) -> PredictionRecord:
    """The record, or 404 as for one that never was."""
    return _found(prediction_id, prediction_by_id)


def _found(prediction_id: str, look: Callable[[Connection, str], Found | None]) -> Found:
    if not is_prediction_id(prediction_id):
        abort(404)
    with services().database.reading() as connection:
        found = look(connection, prediction_id)
    if found is None:
        abort(404)
    return found
