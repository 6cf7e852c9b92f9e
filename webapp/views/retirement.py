"""By which criteria a model goes out of use, what they find now, and a way to let it go on for a while."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, url_for

from webapp.clock import now
from webapp.errors import DecisionRefused, RecordsUnavailable
from webapp.forms.continuing import ContinueForm
from webapp.lifecycle.criteria import DOES, QUESTIONS, Retirement, Verdict
from webapp.lifecycle.retiring import Archive, check_all, verdicts_about
from webapp.records.decisions import decide_about_champion
from webapp.records.standing import Standing
from webapp.views.access import current_actor, may, requires
from webapp.views.afterwards import keep_what_was_sent, signed_out
from webapp.views.deciding import SOON, done
from webapp.views.services import services
from webapp.views.version_in_hand import present_standing
from webapp.views.versions import frame
from webapp.wording.dates import day_text, iso_day_text
from webapp.wording.quoting import shown

bp = Blueprint("retirement", __name__)
keep_what_was_sent(bp)

OF_OUTCOMES = ("metric", "coverage")
NAMED = "Only somebody with a name may do that. Sign in, or use: python -m webapp retirement continue"
FOLLOWS = (
    "It answers again within 5 seconds, everywhere, unless another criterion stops it.",
    "The criterion is passed over until the end of the day you name, and then acts again.",
    "Your name, your reason and the day stand in the record.",
)


@bp.get("/models/<model>/retirement")
@requires("analyse")
def show(model: str) -> Response:
    standing = _standing_or_stop(model)
    verdicts = verdicts_about(archive(), standing, now())
    needs_outcomes = any(one.criterion.name in OF_OUTCOMES for one in verdicts)
    page = render_template(
        "pages/retirement/show.html",
        **frame(model),
        heading=_heading(standing),
        lead=shown(standing.stop.why) if standing.stop else shown(standing.referral.why) if standing.referral else "",
        lines=[_line(model, one) for one in verdicts],
        least=Retirement.of(standing.words).min_outcomes if needs_outcomes else 0,
        versions_url=url_for("versions.index", model=model),
    )
    return make_response(page)


@bp.get("/models/<model>/retirement/<criterion>/continue")
@requires("decide")
def ask(model: str, criterion: str) -> Response:
    return continue_page(model, criterion, ContinueForm(formdata=None))


@bp.post("/models/<model>/retirement/<criterion>/continue")
@requires("decide", signed_out=signed_out)
def let_go_on(model: str, criterion: str) -> Response:
    form = ContinueForm()
    if not form.validate() or not current_actor().id:
        return continue_page(model, criterion, form, 422)
    _known_or_stop(_standing_or_stop(model), criterion)
    by = (current_actor(), form.reason)
    details = {"criterion": criterion, "until": form.last_day.isoformat()}
    try:
        row = decide_about_champion(services().database, model, "continue", by, form.seen, details=details)
    except DecisionRefused as refused:
        return continue_page(model, criterion, form, 409, str(refused))
    return done(row, f"The criterion is passed over until {day_text(form.last_day)}. {_another(model) or SOON}")


def _another(model: str) -> str:
    """What another criterion that holds as well does at once; "" where none does."""
    with suppress(RecordsUnavailable):  # what was decided stands, and the worker looks soon
        decision = check_all(archive(), now(), (model,))[model].decision
        return f"Another criterion holds: {shown(decision.why)}" if decision is not None else ""
    return ""


def continue_page(model: str, criterion: str, form: ContinueForm, status: int = 200, refused: str = "") -> Response:
    standing = _standing_or_stop(model)
    _known_or_stop(standing, criterion)
    form.seq.data = str(standing.seq)
    is_named = bool(current_actor().id)
    page = render_template(
        "pages/deciding/deed.html",
        **frame(model),
        form=form,
        refused=shown(refused) if is_named else NAMED,
        can_be_done=is_named,
        title="Let it go on for a while?",
        lead=f"The criterion that is passed over: {QUESTIONS[criterion]}",
        button="Let it go on",
        leave="Leave it as it is",
        follows=FOLLOWS,
        url=url_for("retirement.ask", model=model, criterion=criterion),
        versions_url=url_for("versions.index", model=model),
    )
    return make_response(page, status)


def archive() -> Archive:
    parts = services()
    return Archive(parts.database, parts.store, lambda: parts.follower.trusted_keys)


def _standing_or_stop(model: str) -> Standing:
    standing = present_standing(model)
    if standing is None or not standing.has_champion:
        abort(404)
    return standing


def _known_or_stop(standing: Standing, criterion: str) -> None:
    if criterion not in {one.name for one in Retirement.of(standing.words).criteria}:
        abort(404)


def _heading(standing: Standing) -> str:
    if standing.is_retired:
        return "This model is retired"
    if standing.stop is not None:
        return "This model was stopped by one of its criteria"
    if standing.referral is not None:
        return "A person decides about every case of this model"
    return "When this model goes out of use"


def _line(model: str, verdict: Verdict) -> dict[str, Any]:
    criterion, continued = verdict.criterion, verdict.continued
    kind, words = ("good", "Not reached")
    if continued:
        kind, words = "care", f"Passed over until {iso_day_text(continued['until'])}"
    elif verdict.acts:
        kind, words = "bad", "Acts"
    elif verdict.blind:
        kind, words = "care", "Cannot be judged"
    elif verdict.holds:
        kind, words = "care", "Warns"
    elif verdict.waits:
        kind, words = "calm", "Not known yet"
    return {
        "question": criterion.question,
        "does": f"{'It' if kind == 'bad' else 'If it comes to that, it'} {DOES[criterion.action]}.",
        "status": {"kind": kind, "words": words},
        "sentence": verdict.sentence,
        "continued": f"{shown(continued['by'])}: {shown(continued['why'])}" if continued else "",
        "url": url_for("retirement.ask", model=model, criterion=criterion.name)
        if may("decide") and verdict.holds and not verdict.blind
        else "",
    }
