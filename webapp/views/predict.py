"""Ask one question: the form, and what happens when it is sent."""

from flask import Blueprint, Response, redirect, request, url_for
from flask_wtf.csrf import CSRFError

from webapp.errors import RecordsUnavailable
from webapp.views.access import requires
from webapp.views.ask_page import NOT_SAVED, QUESTIONS_CHANGED, SESSION_REFRESHED, ask_page
from webapp.views.asking import blank_form, posted_form, prefilled, recorded
from webapp.views.champion import champion_of
from webapp.views.errors import RETRY_AFTER_S, refuse
from webapp.views.services import services

bp = Blueprint("predict", __name__)


@bp.get("/models/<model>")
@requires("view")
def ask(model: str) -> Response:
    champion = champion_of(model)
    form = blank_form(champion)
    notice = prefilled(form, champion, request.args)
    return ask_page(champion, form, notice=notice)


@bp.post("/models/<model>")
@requires("view")
def answer(model: str) -> Response:
    champion = champion_of(model)
    form, is_outdated = posted_form(champion)
    if is_outdated:
        return ask_page(champion, form, status=422, notice=QUESTIONS_CHANGED)
    if not form.validate():
        return ask_page(champion, form, status=422)
    try:
        record = recorded(champion, form)
    except RecordsUnavailable:
        return ask_page(champion, form, status=503, notice=NOT_SAVED, retry_after_s=RETRY_AFTER_S)
    return redirect(url_for("results.show", prediction_id=record.id), code=303)


@bp.errorhandler(CSRFError)
def session_over(error: CSRFError) -> Response:
    """A page that was open for too long comes back as it was filled in."""
    # Nothing may be raised here: what answers an error is not answered for itself.
    champion = services().follower.champions.get(request.view_args["model"]) if request.view_args else None
    if champion is None or request.endpoint != "predict.answer":
        return refuse(error)
    form, _ = posted_form(champion)
    return ask_page(champion, form, status=400, notice=SESSION_REFRESHED)
