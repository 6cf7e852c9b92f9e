"""The page of one answer: rendered from its record alone, with what became of its model beside it."""

import re
from datetime import datetime
from functools import lru_cache
from itertools import takewhile

from flask import Blueprint, abort, render_template, url_for

from webapp.records.database import Database
from webapp.records.decisions import history
from webapp.records.predictions import PredictionRecord, prediction_by_id
from webapp.result_page.page import result_page
from webapp.views.access import requires
from webapp.views.champion import tabs, title_of, words_of
from webapp.views.services import services
from webapp.wording.dates import day_text
from webapp.wording.quoting import shown

bp = Blueprint("results", __name__)

DECISIONS_KEPT = 256  # days that stay in memory; a decision never changes

is_prediction_id = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII).fullmatch


@bp.get("/predictions/<prediction_id>")
@requires("view")
def show(prediction_id: str) -> str:
    record = record_or_stop(prediction_id)
    words = words_of(record)
    return render_template(
        "pages/predict/result.html",
        page=result_page(record, words, url_for("results.show", prediction_id=record.id, _external=True)),
        since=since(record),
        model_title=title_of(record.model, words),
        tabs=tabs(record.model),
    )


def record_or_stop(prediction_id: str) -> PredictionRecord:
    """The record, or 404 as for one that never was."""
    if not is_prediction_id(prediction_id):
        abort(404)
    with services().database.reading() as connection:
        record = prediction_by_id(connection, prediction_id)
    if record is None:
        abort(404)
    return record


def since(record: PredictionRecord) -> list[str]:
    """What happened to the model after this answer."""
    picture = services().follower.picture
    paused = picture.paused.get(record.model)
    if paused is not None and paused.is_retired:
        last = paused.standing.last
        by = f" by {shown(last.who.name)}" if last.who.name else ""
        why = f": {shown(last.why)}" if last.why else ""
        return [f"This model was taken out of use on {day_text(last.at)}{by}{why}"]
    champion = picture.champions.get(record.model)
    if champion is None or champion.version == record.version:
        return []
    number = champion.words.get("number")
    name = f"Version {number}" if number else "Another version"
    day = day_text(_in_place_since(services().database, champion.model, champion.decision_id))
    return [f"{name} of this model has answered since {day}. This answer stays as it was."]


@lru_cache(maxsize=DECISIONS_KEPT)
def _in_place_since(database: Database, model: str, decision_id: int) -> datetime:
    """When the version of that decision came into use: later decisions may only have reworded what it says."""
    with database.reading() as connection:
        rows = [row for row in history(connection, model) if row.id <= decision_id]
    version = rows[0].version
    return list(takewhile(lambda row: row.version == version and row.action != "retire", rows))[-1].at
