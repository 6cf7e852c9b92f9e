"""Ask one question: the form, and what happens when it is sent."""

from flask import Blueprint, Response, redirect, request, url_for
from flask_wtf.csrf import CSRFError

from webapp.errors import RecordsUnavailable
from webapp.serving import Paused
from webapp.views.access import requires
from webapp.views.ask_page import (
    NOT_SAVED,
    QUESTIONS_CHANGED,
    SESSION_REFRESHED,
    TOO_MANY,
    Notice,
    ask_page,
    paused_notice,
)
from webapp.views.asking import blank_form, form_while_paused, note_sent_back, posted_form, prefilled, recorded
from webapp.views.champion import champion_of, present_picture, say_why_not
from webapp.views.errors import RETRY_AFTER_S, records_away, refuse
from webapp.views.kept_answers import form_with_answers, keep_answers
from webapp.views.quotas import PREDICTIONS, used_up
from webapp.views.services import services
from webapp.views.visitors import brings_credentials

bp = Blueprint("predict", __name__)


@bp.get("/models/<model>")
@requires("view")
def ask(model: str) -> Response:
    champion = champion_of(model)
    if "draft" in request.args:
        return form_with_answers(champion)
    form = blank_form(champion)
    notice = prefilled(form, champion, request.args)
    return ask_page(champion, form, notice=notice)


@bp.post("/models/<model>")
@requires("view", signed_out=keep_answers)
def answer(model: str) -> Response:
    picture = present_picture()
    champion = picture.champions.get(model)
    if champion is None:
        paused = picture.paused.get(model)
        return kept_while_paused(paused) or say_why_not(paused)
    form, is_outdated = posted_form(champion)
    if is_outdated:
        return ask_page(champion, form, status=422, notice=QUESTIONS_CHANGED)
    if not form.validate():
        note_sent_back(champion, form)
        return ask_page(champion, form, status=422)
    try:
        retry = used_up(PREDICTIONS)
        if retry is not None:
            return ask_page(champion, form, status=429, notice=TOO_MANY, retry_after_s=retry.after_s)
        record = recorded(champion, form)
    except RecordsUnavailable:
        return ask_page(champion, form, status=503, notice=NOT_SAVED, retry_after_s=RETRY_AFTER_S)
    return redirect(url_for("results.show", prediction_id=record.id), code=303)


def kept_while_paused(paused: Paused | None) -> Response | None:
    """A model that was paused while somebody filled in its form: the form with all answers, where it is known."""
    form = form_while_paused(paused.model) if paused is not None else None
    return ask_page(paused, form, status=503, notice=paused_notice(paused)) if form is not None else None


@bp.errorhandler(CSRFError)
def session_over(error: CSRFError) -> Response:
    """A page that was open for too long comes back as it was filled in."""
    return filled_again(400, SESSION_REFRESHED) or refuse(error)


@bp.errorhandler(RecordsUnavailable)
def nobody_to_be_known(error: RecordsUnavailable) -> Response:
    """Who is asking cannot be looked up. A browser that was signed in once gets the form back as it was filled in."""
    page = filled_again(503, NOT_SAVED, RETRY_AFTER_S) if brings_credentials() else None
    return page or records_away(error)


def filled_again(status: int, notice: Notice, retry_after_s: int | None = None) -> Response | None:
    """The form as it was sent; None where none was. Nothing may be raised here: it answers an error itself."""
    if request.endpoint != "predict.answer":
        return None
    picture, model = services().follower.picture, (request.view_args or {}).get("model")
    champion = picture.champions.get(model)
    if champion is None:
        return kept_while_paused(picture.paused.get(model))
    form, _ = posted_form(champion)
    return ask_page(champion, form, status=status, notice=notice, retry_after_s=retry_after_s)
