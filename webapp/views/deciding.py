"""Let a version answer: what would change, who has to agree, and why."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for

from webapp.errors import DecisionRefused, ModelStoreError, TrainingError
from webapp.evidence.learning import verdicts_of
from webapp.evidence.origin import changes_section
from webapp.evidence.version import gates_text
from webapp.forms.deciding import ReasonForm
from webapp.lifecycle.plan import gaps
from webapp.lifecycle.promotion import promote_or_ask, promotion, refusals
from webapp.model_store import StoredVersion
from webapp.records.answer_list import Wanted
from webapp.records.decisions import Decision, decide
from webapp.records.standing import DecisionRow, Standing
from webapp.views.access import current_actor, requires
from webapp.views.afterwards import keep_what_was_sent, signed_out
from webapp.views.opened import opened
from webapp.views.services import services
from webapp.views.version_in_hand import asked_again, case_lines, name_of, present_standing
from webapp.views.versions import facts_or_stop, frame, version_or_stop
from webapp.wording.dates import day_text
from webapp.wording.quoting import shown

bp = Blueprint("deciding", __name__)
keep_what_was_sent(bp)

UNUSABLE = (ModelStoreError, TrainingError)  # the version, or the spec whose words it would answer with
SOON = "Every service follows within seconds."


@bp.get("/models/<model>/versions/<version>/promote")
@requires("decide")
def ask(model: str, version: str) -> Response:
    return promotion_page(version_or_stop(model, version), ReasonForm(formdata=None))


@bp.post("/models/<model>/versions/<version>/promote")
@requires("decide", signed_out=signed_out)
def promote(model: str, version: str) -> Response:
    stored, form = version_or_stop(model, version), ReasonForm()
    if not form.validate():
        return promotion_page(stored, form, 422)
    try:
        package = opened(model, stored.version).package
        wanted = promotion(package, services().spec_words(model), current_actor(), form.reason)
        row = promote_or_ask(services().database, wanted, form.seen, services().config.is_one_persons)
    except DecisionRefused as refused:
        return promotion_page(stored, form, 409, str(refused))
    except UNUSABLE as problem:
        return promotion_page(stored, form, 422, str(problem))
    if row.action == "request":
        return done(row, f"You asked for {name_of(stored)}. It answers once another approver confirms it.")
    return done(row, f"V{name_of(stored)[1:]} answers now. {SOON}")


@bp.post("/models/<model>/versions/<version>/decline")
@requires("decide", signed_out=signed_out)
def decline(model: str, version: str) -> Response:
    stored, form = version_or_stop(model, version), ReasonForm()
    if not form.validate():
        return promotion_page(stored, form, 422)
    words = {"number": stored.number}
    decision = Decision(
        model=model, action="decline", version=stored.version, who=current_actor(), why=form.reason, words=words
    )
    try:
        row = decide(services().database, decision, form.seen)
    except DecisionRefused as refused:
        return promotion_page(stored, form, 409, str(refused))
    return done(row, f"Declined. {name_of(stored).capitalize()} stays as it is.")


def promotion_page(stored: StoredVersion, form: ReasonForm, status: int = 200, refused: str = "") -> Response:
    """`refused`: why what was sent was not done; its form then rests on the decision that came between."""
    facts, standing = facts_or_stop(stored), present_standing(stored.model)
    form.seq.data = str(standing.seq if standing else 0)
    form.why.label.text = f"Why should {name_of(stored)} answer?"
    gates = facts.get("gates") or []
    page = render_template(
        "pages/deciding/promote.html",
        **frame(stored.model),
        form=form,
        refused=shown(refused),
        name=name_of(stored),
        present=_present(standing),
        gates=verdicts_of(gates, "question") if gates else None,
        gates_title=gates_text(gates) if gates else "",
        changes=changes_section(facts),
        request=_request(standing, stored),
        gaps=[one.question for one in gaps(_plan(facts, stored.model))],
        plan_url=url_for("plan.show", model=stored.model),
        needs_second=bool(refusals(gates)) and not services().config.is_one_persons,
        has_refusal=bool(refusals(gates)),
        **_would_say(stored),
        **_addresses(stored, standing),
    )
    return make_response(page, status)


def done(row: DecisionRow, said: str) -> Response:
    """To the versions, where it now stands what was decided."""
    services().follower.look_soon()
    flash(said)
    return redirect(url_for("versions.index", model=row.model), code=303)


def _would_say(stored: StoredVersion) -> dict[str, Any]:
    """The last answers asked again; `problem` where the version cannot be loaded here."""
    try:
        words = facts_or_stop(stored)["words"] | services().spec_words(stored.model)
        replay = asked_again(stored, words, Wanted(model=stored.model))
    except UNUSABLE as problem:
        return {"replay": None, "lines": [], "problem": shown(str(problem))}
    return {"replay": replay, "lines": case_lines(replay, words), "problem": ""}


def _plan(facts: dict[str, Any], model: str) -> Any:
    """As the spec says it now; where that cannot be read, as it was at training."""
    try:
        return services().spec_words(model).get("plan") or facts["words"].get("plan")
    except TrainingError:
        return facts["words"].get("plan")


def _present(standing: Standing | None) -> str:
    """'version 7', or "" where none answers."""
    if standing is None or not standing.answers:
        return ""
    return f"version {standing.words.get('number') or standing.version}"


def _request(standing: Standing | None, stored: StoredVersion) -> dict[str, Any] | None:
    asked = standing.request if standing else None
    if asked is None or asked.version != stored.version:
        return None
    me = current_actor()
    return {
        "by": shown(asked.who.name) or "somebody",
        "on": day_text(asked.at),
        "why": shown(asked.why),
        "is_mine": (me.kind, me.id) == (asked.who.kind, asked.who.id),
    }


def _addresses(stored: StoredVersion, standing: Standing | None) -> dict[str, str]:
    number = str(stored.number or stored.version)
    answering = standing is not None and standing.has_champion and standing.version != stored.version
    compare = url_for("compare.show", model=stored.model, a=standing.version, b=stored.version) if answering else ""
    return {
        "url": url_for("deciding.ask", model=stored.model, version=number),
        "decline_url": url_for("deciding.decline", model=stored.model, version=number),
        "versions_url": url_for("versions.index", model=stored.model),
        "compare_url": compare,
    }
