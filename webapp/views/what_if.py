"""What if an answer were different: tried out with the version that answered, kept only when somebody saves it."""

from flask import Blueprint, Response, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from webapp.errors import RecordsUnavailable
from webapp.views.access import requires
from webapp.views.ask_page import QUESTIONS_CHANGED, ask_page
from webapp.views.asking import posted_form, recorded
from webapp.views.champion import present_picture
from webapp.views.errors import RETRY_AFTER_S, problem, refuse
from webapp.views.kept_answers import HERE_AGAIN, NOT_HERE, keep_changes, kept_changes
from webapp.views.original import Original, original_or_stop, typed_answer
from webapp.views.quotas import PREDICTIONS, WHAT_IFS, used_up
from webapp.views.what_if_page import (
    NOT_SAVED,
    PAUSED,
    SESSION_REFRESHED,
    TOO_MANY,
    TOO_MANY_SAVED,
    Tried,
    what_if_page,
)

bp = Blueprint("what_if", __name__)


@bp.get("/predictions/<prediction_id>/what-if")
@requires("view")
def show(prediction_id: str) -> Response:
    original = original_or_stop(prediction_id)
    if "draft" in request.args:
        kept = kept_changes(prediction_id)
        form = original.form() if kept is None else original.form_class(MultiDict(kept))
        notice = NOT_HERE if kept is None else HERE_AGAIN
        tried = Tried.as_recorded(original, form) if kept is None else Tried.of(original, form)
        return what_if_page(tried, notice=notice)
    retry = used_up(WHAT_IFS)
    if retry is not None:
        return what_if_page(Tried.without_answer(original), status=429, notice=TOO_MANY, retry_after_s=retry.after_s)
    return what_if_page(_as_suggested(original))


@bp.post("/predictions/<prediction_id>/what-if")
@requires("view", signed_out=keep_changes)
def work_out(prediction_id: str) -> Response:
    original = original_or_stop(prediction_id)
    form = original.form_class()
    if not form.validate():
        return what_if_page(Tried.of(original, form), status=422)
    if "save" in request.form:
        return save(original)
    retry = used_up(WHAT_IFS)
    if retry is not None:
        kept = Tried.without_answer(original, form)
        return what_if_page(kept, status=429, notice=TOO_MANY, retry_after_s=retry.after_s)
    return what_if_page(Tried.of(original, form))


def save(original: Original) -> Response:
    """Ask the version in use now, as the form of the model does."""
    champion = present_picture().champions.get(original.record.model)
    kept = Tried.of(original, original.form_class())
    if champion is None:
        return what_if_page(kept, status=503, notice=PAUSED)
    form, is_outdated = posted_form(champion)
    if is_outdated or not form.validate():
        return ask_page(champion, form, status=422, notice=QUESTIONS_CHANGED if is_outdated else None)
    try:
        retry = used_up(PREDICTIONS)
        if retry is not None:
            return what_if_page(kept, status=429, notice=TOO_MANY_SAVED, retry_after_s=retry.after_s)
        record = recorded(champion, form)
    except RecordsUnavailable:
        return what_if_page(kept, status=503, notice=NOT_SAVED, retry_after_s=RETRY_AFTER_S)
    return redirect(url_for("results.show", prediction_id=record.id), code=303)


@bp.errorhandler(CSRFError)
def session_over(error: CSRFError) -> Response:
    """A page that was open for too long comes back as it was filled in."""
    if request.endpoint != "what_if.work_out":
        return refuse(error)
    try:  # nothing may be raised here: it answers an error itself
        original = original_or_stop(request.view_args["prediction_id"])
    except NotFound:
        return refuse(error)
    except RecordsUnavailable as away:
        return original_away(away)
    return what_if_page(Tried.of(original, original.form_class()), status=400, notice=SESSION_REFRESHED)


@bp.errorhandler(RecordsUnavailable)
def original_away(error: RecordsUnavailable) -> Response:
    kept = "Your changes are still in the form: go back in your browser and press the button again."
    response = problem(503, happened=f"{str(error).rstrip('.')}.", kept=kept if request.method == "POST" else "")
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _as_suggested(original: Original) -> Tried:
    """The recorded answers, or one of the suggestions filled in; its address holds a number and no answer."""
    form, wanted = original.form(), request.args.get("suggestion", "")
    if original.predictor is None or not (wanted.isascii() and wanted.isdigit()):
        return Tried.as_recorded(original, form)
    found = dict(enumerate(original.suggestions().found, start=1)).get(int(wanted[:3]))
    if found is None:
        return Tried.as_recorded(original, form)
    values = original.values
    for position, value in found.changes:
        values[position] = value
        field = form.questions[position]
        field.take(typed_answer(field.feature, value))
    return Tried(original, form, values, frozenset(position for position, _ in found.changes))
