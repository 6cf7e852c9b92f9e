"""What really happened: found by reference or number of the case, recorded, corrected, taken back."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from webapp.forms.afterwards import ValueForm, happened_at, outcome_form
from webapp.records.outcomes import CONFLICT, SAME, WITHDRAWN, By, Happened, Outcome, record_outcome
from webapp.result_page.since import outcome_source, outcome_text, when_text
from webapp.views.access import current_actor, requires
from webapp.views.afterwards import Answered, answered_or_stop, back_to, keep_what_was_sent, page_about, signed_out
from webapp.views.catalogue import search, search_hint
from webapp.views.services import services
from webapp.views.since import later_than
from webapp.wording.dates import day_text

bp = Blueprint("outcomes", __name__)
keep_what_was_sent(bp)

OVERTAKEN = "{text} was recorded meanwhile ({when}). Look at it, and send the form again if you know better"
SAID = {SAME: "That was recorded already. Nothing changed.", CONFLICT: "Somebody recorded something else meanwhile."}


@bp.get("/outcomes")
@requires("record")
def index() -> Response:
    found = search(request.args.get("q", ""))
    if found.only is not None:
        return redirect(url_for(".ask", prediction_id=found.only), code=303)
    listed = found.listed and {**found.listed, "rows": [_to_outcome(row) for row in found.listed["rows"]]}
    page = render_template(
        "pages/outcomes/index.html",
        query=found.text,
        search_hint=search_hint(),
        search_problem=found.problem,
        found=listed,
    )
    return make_response(page)


@bp.get("/predictions/<prediction_id>/outcome")
@requires("record")
def ask(prediction_id: str) -> Response:
    answered = answered_or_stop(prediction_id)
    rows = later_than(answered.record).outcomes
    form = outcome_form(answered.case, answered.rule, formdata=None)
    if rows and not rows[-1].is_withdrawn:
        form.fill(rows[-1].value)
        form.happened.data = day_text(rows[-1].happened_at) if rows[-1].happened_at else ""
    return outcome_page(answered, form, rows)


@bp.post("/predictions/<prediction_id>/outcome")
@requires("record", signed_out=signed_out)
def record(prediction_id: str) -> Response:
    answered = answered_or_stop(prediction_id)
    form = outcome_form(answered.case, answered.rule)
    if not form.validate():
        return outcome_page(answered, form, later_than(answered.record).outcomes, 422)
    happened = Happened(answered.record, answered.rule, form.outcome, happened_at(form))
    kept = record_outcome(services().database, happened, By(current_actor(), "form"), form.seen)
    if kept.state == CONFLICT:
        form.refuse("value", _overtaken(answered, kept.before))
        return outcome_page(answered, form, later_than(answered.record).outcomes, 409)
    text = outcome_text(answered.case, answered.rule, happened.value)
    return back_to(answered, SAID.get(kept.state) or f"Recorded: {text}.")


@bp.post("/predictions/<prediction_id>/outcome/withdraw")
@requires("record", signed_out=signed_out)
def withdraw(prediction_id: str) -> Response:
    """For an outcome that was recorded by mistake, and is not known."""
    answered = answered_or_stop(prediction_id)
    form = outcome_form(answered.case, answered.rule)
    happened = Happened(answered.record, answered.rule, WITHDRAWN)
    kept = record_outcome(services().database, happened, By(current_actor(), "form"), form.seen)
    return back_to(answered, SAID.get(kept.state) or "Taken back. It counts as not known.")


def outcome_page(answered: Answered, form: ValueForm, rows: Any, status: int = 200) -> Response:
    last = rows[-1] if rows else None
    form.seq.data = str(last.seq if last else 0)
    return page_about(
        answered,
        "pages/outcomes/ask.html",
        status=status,
        form=form,
        is_number=answered.rule.is_number,
        url=url_for(".ask", prediction_id=answered.record.id),
        withdraw_url=url_for(".withdraw", prediction_id=answered.record.id) if last and not last.is_withdrawn else "",
        history=[_line(answered, row) for row in reversed(rows)],
    )


def _line(answered: Answered, row: Outcome) -> dict[str, str]:
    text = "Taken back" if row.is_withdrawn else outcome_text(answered.case, answered.rule, row.value)
    return {"text": text, "when": outcome_source(answered.case, row)}


def _overtaken(answered: Answered, before: Outcome) -> str:
    return OVERTAKEN.format(when=when_text(answered.case, before), text=_line(answered, before)["text"])


def _to_outcome(row: dict[str, str]) -> dict[str, str]:
    return {**row, "url": f"{row['url']}/outcome"}
