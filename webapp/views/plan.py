"""The plan of a model beside what is measured: what was meant, and what is."""

from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template

from webapp.lifecycle.plan import PLAN, gaps, said_about
from webapp.serving import Champion, Paused
from webapp.views.access import requires
from webapp.views.champion import present_picture, tabs, title_of
from webapp.views.plan_facts import facts_beside
from webapp.wording.numbers import counted
from webapp.wording.quoting import shown

bp = Blueprint("plan", __name__)


@bp.get("/models/<model>/plan")
@requires("view")
def show(model: str) -> Response:
    picture = present_picture()
    known = picture.champions.get(model) or picture.paused.get(model)
    if known is None:
        abort(404)
    plan = known.words.get("plan")
    page = render_template(
        "pages/plan/show.html",
        model_title=title_of(model, known.words),
        tabs=tabs(model, "Plan", has_about=isinstance(known, Champion)),
        lead=_lead(plan),
        parts=_parts(known),
    )
    return make_response(page)


def _lead(plan: Any) -> str:
    missing = len(gaps(plan))
    total = sum(len(part.questions) for part in PLAN)
    if not missing:
        return "What was meant when it was put into use, beside what is measured now."
    if missing == total:
        return (
            "Nobody has written a plan yet: [plan.deployment] and [plan.maintenance] of the spec hold it. "
            "Its questions stand here beside what is measured."
        )
    return (
        f"What was meant, beside what is measured now. {counted(missing, 'question is', 'questions are')} still open."
    )


def _parts(known: Champion | Paused) -> list[dict[str, Any]]:
    beside, plan = facts_beside(known), known.words.get("plan")
    return [
        {
            "name": part.name,
            "title": part.title,
            "questions": [
                {
                    "title": one.question,
                    "said": [shown(line) for line in said_about(plan, part.name, one.key)],
                    "hint": one.hint,
                    "facts": beside.get(one.key, ()),
                }
                for one in part.questions
            ],
        }
        for part in PLAN
    ]
