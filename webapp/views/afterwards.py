"""What the pages share that add something to an answer: the answer in short, and forms that lose nothing."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError

from webapp.errors import RecordsUnavailable
from webapp.records.outcome_rules import OutcomeRule
from webapp.records.predictions import PredictionRecord
from webapp.result_page.case import Case, read_case
from webapp.result_page.page import result_page
from webapp.views.champion import tabs, title_of, words_of
from webapp.views.errors import RETRY_AFTER_S, records_away, refuse
from webapp.views.results import record_or_stop

BOXES = {"why": "Why?", "text": "In your own words", "happened": "When did it happen?"}
HIDDEN = ("csrf_token",)
REFRESHED = {
    "title": "Please send it again",
    "text": "Your session was refreshed. What you entered is kept below, and nothing was saved yet.",
}
NOT_SAVED = {
    "title": "It was not saved",
    "text": "The records cannot be reached at the moment. What you entered is kept below. "
    "Wait a few seconds and send it again.",
}
SIGNED_OUT = {
    "title": "Sign in, then send it again",
    "text": "You are not signed in any more. What you entered is kept on this page: sign in by the link below, "
    "which opens a page of its own, then come back to this one.",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer with what is needed to speak of it."""

    record: PredictionRecord
    words: Any
    rule: OutcomeRule
    case: Case

    @property
    def url(self) -> str:
        return url_for("results.show", prediction_id=self.record.id)


def answered_or_stop(prediction_id: str) -> Answered:
    """The answer of that address, or 404."""
    record = record_or_stop(prediction_id)
    words = words_of(record)
    return Answered(record, words, OutcomeRule.of(words), read_case(record, words))


def page_about(answered: Answered, template: str, *, status: int = 200, **more: Any) -> Response:
    """A page with a form about one answer, which stands above it in short."""
    record, words = answered.record, answered.words
    page = result_page(record, words, answered.url)
    html = render_template(
        template,
        model_title=title_of(record.model, words),
        tabs=tabs(record.model),
        answer=f"{page.answer.headline}{page.answer.emphasis}",
        meta=page.meta,
        answer_url=answered.url,
        **more,
    )
    return make_response(html, status)


def back_to(answered: Answered, said: str) -> Response:
    """To the page of the answer, where it now stands what was done."""
    flash(said)
    return redirect(f"{answered.url}#since", code=303)


def keep_what_was_sent(bp: Blueprint) -> None:
    """Give forms of these pages back, as they were filled in, when they could not be taken."""
    bp.register_error_handler(CSRFError, session_over)
    bp.register_error_handler(RecordsUnavailable, away)


def session_over(error: CSRFError) -> Response:
    return send_again(REFRESHED, 400) if request.form else refuse(error)


def away(error: RecordsUnavailable) -> Response:
    if request.method != "POST" or not request.form:
        return records_away(error)
    response = send_again(NOT_SAVED, 503)
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def signed_out() -> Response:
    """For whoever was signed out while they filled in the form."""
    return send_again(SIGNED_OUT, 401, sign_in_url=url_for("sign_in.show"))


def send_again(notice: dict[str, str], status: int, sign_in_url: str = "") -> Response:
    """What was sent, in a form that sends it once more; it needs neither the records nor the model."""
    sent = {name: text for name, text in request.form.items() if name not in HIDDEN}
    page = render_template(
        "pages/errors/again.html",
        notice=notice,
        url=request.path,
        boxes=[(name, BOXES[name], text) for name, text in sent.items() if name in BOXES],
        hidden=[(name, text) for name, text in sent.items() if name not in BOXES],
        sign_in_url=sign_in_url,
    )
    return make_response(page, status)
