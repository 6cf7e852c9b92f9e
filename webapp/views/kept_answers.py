"""Answers of somebody who has to sign in first: put away, and back in the form as they were typed."""

import secrets
from collections.abc import Callable

from flask import Response, redirect, request, session, url_for
from werkzeug.datastructures import MultiDict

from webapp.records import drafts
from webapp.records.attempts import Retry, address_subject, allow
from webapp.serving import Champion
from webapp.views.access import ask_to_sign_in
from webapp.views.ask_page import QUESTIONS_CHANGED, ask_page
from webapp.views.asking import blank_form, is_ours, posted_form
from webapp.views.errors import problem
from webapp.views.next_page import own_path
from webapp.views.results import is_prediction_id
from webapp.views.services import services
from webapp.views.visitors import DRAFTS, WHOSE, address, visitor

KEPT = 4  # forms of one browser whose session ended; a cookie holds no more than 4 kB
NAME_BYTES = 3
# Nobody has signed in yet, so what they may fill the disk with is limited by where they are.
DRAFTS_AT_MOST, DRAFTS_WINDOW_S = 60, 600

HERE_AGAIN = {
    "title": "Your answers are back",
    "text": "They are as you typed them. Check them and press the button below.",
}
NOT_HERE = {
    "title": "Your answers are not kept any more",
    "text": "Answers that wait for a sign-in are kept for 24 hours, and only for the person who typed them.",
}


def keep_answers() -> Response:
    """Put the answers away, and lead by way of the sign-in page back to the form."""
    model = request.view_args["model"]
    return _put_away(model, lambda name: url_for("predict.ask", model=model, draft=name))


def keep_changes() -> Response:
    """The same for what somebody changed in a what-if, which leads back to that page."""
    prediction_id = request.view_args["prediction_id"]
    if not is_prediction_id(prediction_id):
        return ask_to_sign_in()
    return _put_away(prediction_id, lambda name: url_for("what_if.show", prediction_id=prediction_id, draft=name))


def _put_away(subject: str, address_of: Callable[[str], str]) -> Response:
    answers = {name: text for name, text in request.form.items() if is_ours(name) and name != "csrf_token"}
    if not answers:
        return ask_to_sign_in()
    with services().database.writing() as connection:
        retry = allow(connection, "draft", address_subject(address()), DRAFTS_AT_MOST, DRAFTS_WINDOW_S)
        if retry is None:
            token = drafts.keep(connection, subject, answers.get("version", ""), answers, address=address())
    if retry is not None:
        return too_many(retry)
    back = address_of(_remember(subject, token))
    return redirect(url_for("sign_in.show", next=own_path(back) or None), code=303)


def too_many(retry: Retry) -> Response:
    response = problem(429, kept="Your answers are still in the form.")
    response.headers["Retry-After"] = str(retry.after_s)
    return response


def waiting(path: str) -> bool:
    """Whether answers wait behind that path for whoever signs in."""
    return _entry(path.partition("?draft=")[2]) is not None


def form_with_answers(champion: Champion) -> Response:
    """The form as it was filled in before somebody had to sign in."""
    draft = _mine(champion.model)
    if draft is None:
        return ask_page(champion, blank_form(champion), notice=NOT_HERE)
    form, is_outdated = posted_form(champion, MultiDict(draft.answers))
    return ask_page(champion, form, notice=QUESTIONS_CHANGED if is_outdated else HERE_AGAIN)


def kept_changes(prediction_id: str) -> dict[str, str] | None:
    """What was changed in a what-if before somebody had to sign in; None where it is not kept for this visitor."""
    draft = _mine(prediction_id)
    return None if draft is None else draft.answers


def _remember(subject: str, token: str) -> str:
    """The name under which this browser finds the draft; the latest few are enough."""
    name = secrets.token_hex(NAME_BYTES)
    entry = {"name": name, "token": token, "model": subject, "whose": session.get(WHOSE, "")}
    session[DRAFTS] = [*session.get(DRAFTS, ()), entry][-KEPT:]
    return name


def _entry(name: str) -> dict[str, str] | None:
    return next((entry for entry in session.get(DRAFTS, ()) if entry["name"] == name), None)


def _mine(subject: str) -> drafts.Draft | None:
    """The draft that the address names, unless somebody else than the present visitor typed it."""
    entry = _entry(request.args["draft"])
    if entry is None or entry["model"] != subject:
        return None
    user = visitor().user
    if entry["whose"] and user is not None and user.id != entry["whose"]:
        return None
    with services().database.reading() as connection:
        return drafts.take(connection, entry["token"], subject)
