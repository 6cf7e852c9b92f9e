"""What a model has answered: looked through, chosen from to compare, and taken out as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from sqlalchemy import Connection

from webapp.clock import now
from webapp.forms.history import HistoryForm, Listable
from webapp.parsing.texts import normal
from webapp.records.answer_list import (
    Wanted,
    answers_by_reference,
    are_more_than,
    page_of_answers,
    versions_that_answered,
)
from webapp.records.audit import about_model, note
from webapp.records.decisions import history
from webapp.records.predictions import PredictionRecord
from webapp.records.users import id_named
from webapp.schema import Schema
from webapp.views.access import current_actor, may, requires
from webapp.views.answer_file import FeatureColumns, answers_as_csv
from webapp.views.answer_lines import answer_lines, heading
from webapp.views.champion import present_picture, tabs, title_of
from webapp.views.errors import problem
from webapp.views.quotas import EXPORTS, used_up
from webapp.views.services import services
from webapp.wording.dates import zone_of
from webapp.wording.numbers import count_text

bp = Blueprint("history", __name__)

SHOWN = 50
MOST_ROWS = 100_000  # of a file
MOST_PICKED = 10  # more are not carried from page to page
TWO = 2
ALWAYS_SEEN = {"q"}  # the other questions of the form stand folded until one is used
PICK_TWO = "Choose two answers in the list to compare them"


@dataclass(frozen=True, slots=True)
class Subject:
    """The model whose answers are listed: one that answers now, or one that has."""

    model: str
    title: str
    listable: Listable
    is_in_use: bool


@bp.get("/models/<model>/history")
@requires("list")
def index(model: str) -> Response:
    subject = subject_or_stop(model)
    form = HistoryForm(request.args, subject.listable)
    if not form.validate():
        return list_page(subject, form, status=422)
    with services().database.reading() as connection:
        found = page_of_answers(
            connection, _wanted(connection, subject, form), request.args.get("after", ""), SHOWN + 1
        )
        picked = answers_by_reference(connection, model, request.args.getlist("pick")[:MOST_PICKED])
    if "compare" not in request.args:
        return list_page(subject, form, found, picked)
    if len(picked) != TWO:
        return list_page(subject, form, found, picked, status=422)
    first, second = (record.id for record in picked)
    return redirect(url_for("two_answers.show", first_id=first, second_id=second), code=303)


@bp.post("/models/<model>/history.csv")
@requires("record")
def export(model: str) -> Response:
    subject = subject_or_stop(model)
    form = HistoryForm(request.form, subject.listable)
    if not form.validate():
        return list_page(subject, form, status=422)
    retry = used_up(EXPORTS)
    if retry is not None:
        response = problem(429)
        response.headers["Retry-After"] = str(retry.after_s)
        return response
    with services().database.writing() as connection:
        wanted = _wanted(connection, subject, form)
        columns = FeatureColumns.of_decisions(history(connection, model))
        is_cut = are_more_than(connection, wanted, MOST_ROWS)
        note(connection, current_actor(), "exported", about_model(model), after=form.looked_for)
    response = Response(answers_as_csv(services().database, wanted, columns, MOST_ROWS), mimetype="text/csv")
    name = f"{model}-answers{f'-first-{MOST_ROWS}' if is_cut else ''}-{now():%Y%m%dT%H%M%SZ}.csv"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def subject_or_stop(model: str) -> Subject:
    """The model, also while nothing answers for it; 404 for one that was never there."""
    picture = present_picture()
    champion, paused = picture.champions.get(model), picture.paused.get(model)
    if champion is None and paused is None:
        abort(404)
    words = (champion or paused).words
    schema = words.get("schema")
    with services().database.reading() as connection:
        versions = versions_that_answered(connection, model)
    listable = Listable(
        schema if schema is None or isinstance(schema, Schema) else Schema.from_json(schema),
        versions,
        zone_of(words.get("timezone") or "UTC"),
    )
    return Subject(model, title_of(model, words), listable, champion is not None)


def list_page(
    subject: Subject,
    form: HistoryForm,
    found: Sequence[PredictionRecord] = (),
    picked: Sequence[PredictionRecord] = (),
    status: int = 200,
) -> Response:
    """One page of the list; `found` holds one answer more than are shown where others follow."""
    looked_for, picked_here = form.looked_for, {record.reference for record in picked}
    shown_here, follow = found[:SHOWN], len(found) > SHOWN
    is_first = not request.args.get("after")
    must_pick = status != HTTPStatus.OK and not form.problems
    page = render_template(
        "pages/history/index.html",
        model_title=subject.title,
        tabs=tabs(subject.model, "Answers", has_about=subject.is_in_use),
        form=form,
        problems=[("#compare", PICK_TWO)] if must_pick else form.problems,
        heading=heading(len(shown_here), form.order.data, is_first, follow),
        lines=answer_lines(shown_here, subject.listable.zone, picked_here),
        picked_elsewhere=sorted(picked_here - {record.reference for record in shown_here}),
        looked_for=looked_for,
        is_narrowed=bool(looked_for.keys() - ALWAYS_SEEN),
        next_after=shown_here[-1].reference if follow else "",
        is_first=is_first,
        list_url=url_for("history.index", model=subject.model),
        ask_url=url_for("predict.ask", model=subject.model) if subject.is_in_use else "",
        export_url=url_for("history.export", model=subject.model) if may("record") else "",
        most_rows=count_text(MOST_ROWS),
    )
    return make_response(page, status)


def _wanted(connection: Connection, subject: Subject, form: HistoryForm) -> Wanted:
    return Wanted(
        model=subject.model,
        named=normal(form.q.data or ""),
        since=form.begins,
        until=form.ends,
        answer=form.answer.data or "",
        light=form.light.data or "",
        channel=form.channel.data or "",
        version=form.version.data or "",
        who_id=id_named(connection, normal(form.who.data or "")),
        known=form.is_known,
        order=form.order.data or "newest",
    )
