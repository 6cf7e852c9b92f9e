"""Let a version score in the shadow of the one that answers, and take it out again."""

from flask import Blueprint, Response, abort, make_response, render_template, url_for

from webapp.errors import DecisionRefused, ModelStoreError
from webapp.forms.deciding import ReasonForm
from webapp.model_store import StoredVersion
from webapp.records.decisions import Decision, decide
from webapp.views.access import current_actor, requires
from webapp.views.afterwards import keep_what_was_sent, signed_out
from webapp.views.deciding import done
from webapp.views.opened import opened
from webapp.views.services import services
from webapp.views.version_in_hand import name_of, present_standing
from webapp.views.versions import facts_or_stop, frame, version_or_stop
from webapp.wording.quoting import shown

bp = Blueprint("shadow", __name__)
keep_what_was_sent(bp)

FOLLOWS = (
    "Every case that is asked about from now on, and those asked before, is scored by it too, in the background.",
    "No answer waits for that, and none is changed by it. Nobody sees its answers but on the page that compares.",
    "Once outcomes are known, that page says which of the two was right more often.",
)
ENDS = ("It scores no further cases. What it scored stays, and the comparison can still be read.",)


@bp.get("/models/<model>/versions/<version>/challenge")
@requires("decide")
def ask(model: str, version: str) -> Response:
    return challenge_page(version_or_stop(model, version), ReasonForm(formdata=None))


@bp.post("/models/<model>/versions/<version>/challenge")
@requires("decide", signed_out=signed_out)
def challenge(model: str, version: str) -> Response:
    stored, form = version_or_stop(model, version), ReasonForm()
    if not form.validate():
        return challenge_page(stored, form, 422)
    try:
        decision = _decision(stored, "challenge", form, opened(model, stored.version).package.manifest_sha)
        row = decide(services().database, decision, form.seen)
    except DecisionRefused as refused:
        return challenge_page(stored, form, 409, str(refused))
    except ModelStoreError as problem:
        return challenge_page(stored, form, 422, str(problem))
    return done(row, f"{name_of(stored).capitalize()} scores in the shadow now.")


@bp.get("/models/<model>/challenger/end")
@requires("decide")
def ask_to_end(model: str) -> Response:
    return end_page(_challenger(model), ReasonForm(formdata=None))


@bp.post("/models/<model>/challenger/end")
@requires("decide", signed_out=signed_out)
def end(model: str) -> Response:
    stored, form = _challenger(model), ReasonForm()
    if not form.validate():
        return end_page(stored, form, 422)
    try:
        row = decide(services().database, _decision(stored, "unchallenge", form), form.seen)
    except DecisionRefused as refused:
        return end_page(stored, form, 409, str(refused))
    return done(row, f"{name_of(stored).capitalize()} is out of the shadow.")


def challenge_page(stored: StoredVersion, form: ReasonForm, status: int = 200, refused: str = "") -> Response:
    name = name_of(stored)
    facts_or_stop(stored)
    standing = present_standing(stored.model)
    hindrance = ""
    if standing is None or not standing.has_champion:
        hindrance = "No version answers, so there is nothing whose shadow it could score in"
    elif standing.version == stored.version:
        hindrance = f"{name.capitalize()} is the one that answers"
    words = {
        "title": f"Let {name} score in the shadow?",
        "button": "Let it score in the shadow",
        "leave": "Leave it as it is",
        "follows": FOLLOWS,
        "url": url_for("shadow.ask", model=stored.model, version=str(stored.number or stored.version)),
    }
    return _page(stored, form, status, (refused, hindrance), words)


def end_page(stored: StoredVersion, form: ReasonForm, status: int = 200, refused: str = "") -> Response:
    name = name_of(stored)
    words = {
        "title": f"Take {name} out of the shadow?",
        "button": "Take it out",
        "leave": "Let it go on",
        "follows": ENDS,
        "url": url_for("shadow.ask_to_end", model=stored.model),
    }
    return _page(stored, form, status, (refused, ""), words)


def _page(stored: StoredVersion, form: ReasonForm, status: int, why_not: tuple[str, str], words: dict) -> Response:
    refused, hindrance = why_not
    standing = present_standing(stored.model)
    form.seq.data = str(standing.seq if standing else 0)
    page = render_template(
        "pages/deciding/deed.html",
        **frame(stored.model),
        form=form,
        refused=shown(refused or hindrance),
        can_be_done=not hindrance,
        versions_url=url_for("versions.index", model=stored.model),
        **words,
    )
    return make_response(page, status)


def _challenger(model: str) -> StoredVersion:
    standing = present_standing(model)
    if standing is None or standing.challenger is None:
        abort(404)
    return version_or_stop(model, standing.challenger.version)


def _decision(stored: StoredVersion, action: str, form: ReasonForm, manifest_sha: str = "") -> Decision:
    return Decision(
        model=stored.model,
        action=action,
        version=stored.version,
        who=current_actor(),
        why=form.reason,
        words={"number": stored.number},
        manifest_sha=manifest_sha,
    )
