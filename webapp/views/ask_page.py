"""The form as a page, with the one thing its reader should know before going on."""

from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, render_template, request, url_for

from webapp.forms.prediction import PredictionForm
from webapp.serving import Champion, Paused
from webapp.views.champion import stopped, tabs, title_of
from webapp.views.services import services
from webapp.wording.dates import iso_day_text
from webapp.wording.quoting import shown

Notice = dict[str, str]

PRESS_AGAIN = "press Get prediction again"
SESSION_REFRESHED = {
    "title": "Please check your answers",
    "text": f"Your session was refreshed. Check your answers and {PRESS_AGAIN}.",
}
QUESTIONS_CHANGED = {
    "title": "The questions have changed",
    "text": "A newer version of this model came into use while you were answering, and it asks other questions. "
    f"Your answers are filled in where they fit. Check them and {PRESS_AGAIN}.",
}
NOT_SAVED = {
    "title": "Your prediction was not saved",
    "text": "We could not save your prediction, so we have not shown a result. Your answers are kept. "
    f"Wait a few seconds and {PRESS_AGAIN}.",
}
PAUSED = {
    "title": "Predictions are paused",
    "text": "No version of this model is in use at the moment, so there is no result. Your answers are kept. "
    f"Wait until it is in use again and {PRESS_AGAIN}.",
}
STOPPED_BESIDES = {"replacement": "Use instead", "contact": "Ask"}
TOO_MANY = {
    "title": "That was a lot in one minute",
    "text": "One person may ask 60 times a minute. Your prediction was not made, and your answers are kept. "
    f"Wait a minute and {PRESS_AGAIN}.",
}
NOTHING_EARLIER = {
    "title": "There is no earlier answer",
    "text": "Nobody has asked this model anything yet, so there are no answers to copy.",
}
EARLIER_AWAY = {
    "title": "The earlier answers cannot be read",
    "text": "The records cannot be reached at the moment. You can fill in the form yourself, or try again in a minute.",
}


def paused_notice(paused: Paused) -> Notice:
    """What whoever filled in the form should know; of a model that its own criteria stopped also why."""
    found = stopped(paused)
    if found is None:
        return PAUSED
    told = [found["why"], *(f"{title}: {found[name]}." for name, title in STOPPED_BESIDES.items() if found[name])]
    return {"title": "This model does not answer any more", "text": f"{' '.join(told)} Your answers are kept."}


def ask_page(
    asked: Champion | Paused,
    form: PredictionForm,
    *,
    status: int = 200,
    notice: Notice | None = None,
    retry_after_s: int | None = None,
) -> Response:
    """The form of a model, also of one that was paused while somebody filled it in."""
    url = url_for("predict.ask", model=asked.model)
    answers = isinstance(asked, Champion)
    page = render_template(
        "pages/predict/ask.html",
        form=form,
        words={name: shown(asked.words.get(name) or "") for name in ("question", "objective", "notice")},
        model_title=title_of(asked.model, asked.words),
        tabs=tabs(asked.model, "Ask", has_about=answers),
        form_url=url,
        clear_url=url if answers else "",
        example_url=f"{url}?example=1" if answers else "",
        # Where others can reach the service, the last answer may be somebody else's.
        last_answers_url=f"{url}?last=1" if answers and services().config.is_one_persons else "",
        is_example=request.method == "GET" and request.args.get("example") == "1",
        answered_by=answered_by(asked.words) if answers else "",
        notice=notice,
    )
    response = make_response(page, status)
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response


def answered_by(words: Mapping[str, Any]) -> str:
    number, trained_at = words.get("number"), words.get("trained_at")
    if not number or not trained_at:
        return ""
    return f"Version {number} of the model answers, which learned on {iso_day_text(trained_at)}."
