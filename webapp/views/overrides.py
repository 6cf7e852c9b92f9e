"""Decide otherwise than the answer says, with a reason, and take that back."""

from typing import Any

from flask import Blueprint, Response, url_for

from webapp.forms.afterwards import ValueForm, override_form
from webapp.records.overrides import WITHDRAWN, Decided, Override, override
from webapp.result_page.since import class_text, when_text
from webapp.views.access import current_actor, requires
from webapp.views.afterwards import Answered, answered_or_stop, back_to, keep_what_was_sent, page_about, signed_out
from webapp.views.services import services
from webapp.views.since import later_than
from webapp.wording.quoting import shown

bp = Blueprint("overrides", __name__)
keep_what_was_sent(bp)

OVERTAKEN = "{text} was decided meanwhile ({when}). Look at it, and send the form again if you decide otherwise"


@bp.get("/predictions/<prediction_id>/override")
@requires("record")
def ask(prediction_id: str) -> Response:
    answered = answered_or_stop(prediction_id)
    rows, form = later_than(answered.record).overrides, _form(answered, formdata=None)
    if rows and not rows[-1].is_withdrawn:
        form.fill(rows[-1].value)
        form.why.data = rows[-1].why
    return override_page(answered, form, rows)


@bp.post("/predictions/<prediction_id>/override")
@requires("record", signed_out=signed_out)
def decide(prediction_id: str) -> Response:
    answered = answered_or_stop(prediction_id)
    form = _form(answered)
    if not form.validate():
        return override_page(answered, form, later_than(answered.record).overrides, 422)
    decided = Decided(answered.record, form.outcome, form.why.data.strip())
    quicker = override(services().database, decided, current_actor(), form.seen)
    if quicker is not None:
        form.refuse("value", _overtaken(answered, quicker))
        return override_page(answered, form, later_than(answered.record).overrides, 409)
    return back_to(answered, f"Decided: {_text(answered, decided.value)}.")


@bp.post("/predictions/<prediction_id>/override/withdraw")
@requires("record", signed_out=signed_out)
def withdraw(prediction_id: str) -> Response:
    answered = answered_or_stop(prediction_id)
    decided = Decided(answered.record, WITHDRAWN, "")
    quicker = override(services().database, decided, current_actor(), _form(answered).seen)
    said = "Somebody decided something else meanwhile." if quicker else "Taken back. The answer holds as it is."
    return back_to(answered, said)


def override_page(answered: Answered, form: ValueForm, rows: Any, status: int = 200) -> Response:
    last = rows[-1] if rows else None
    form.seq.data = str(last.seq if last else 0)
    if len(form.names) == 1:
        form.fill(form.names[0])
    return page_about(
        answered,
        "pages/overrides/ask.html",
        status=status,
        form=form,
        is_number=answered.rule.is_number,
        only=_text(answered, form.names[0]) if len(form.names) == 1 else "",
        url=url_for(".ask", prediction_id=answered.record.id),
        withdraw_url=url_for(".withdraw", prediction_id=answered.record.id) if last and not last.is_withdrawn else "",
        history=[_line(answered, row) for row in reversed(rows)],
    )


def _form(answered: Answered, **more: Any) -> ValueForm:
    return override_form(answered.case, answered.rule, answered.rule.decided(answered.record), **more)


def _text(answered: Answered, value: str) -> str:
    rule = answered.rule
    return shown(rule.value_text(value)) if rule.is_number else class_text(answered.case, value)


def _line(answered: Answered, row: Override) -> dict[str, str]:
    text = "Taken back" if row.is_withdrawn else f"{_text(answered, row.value)}. {shown(row.why)}"
    return {"text": text, "when": when_text(answered.case, row)}


def _overtaken(answered: Answered, row: Override) -> str:
    text = "Taking it back" if row.is_withdrawn else _text(answered, row.value)
    return OVERTAKEN.format(text=text, when=when_text(answered.case, row))
