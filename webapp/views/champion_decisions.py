"""Roll back, retire, reinstate: decisions about whatever is in charge, each with a page that is read first."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, render_template, url_for

from webapp.errors import DecisionRefused
from webapp.forms.deciding import PressForm, ReasonForm
from webapp.records.decisions import history, reinstate, retire, rollback
from webapp.records.standing import PUTS_IN_PLACE, DecisionRow, Standing, version_name
from webapp.views.access import current_actor, requires
from webapp.views.afterwards import keep_what_was_sent, signed_out
from webapp.views.deciding import SOON, done
from webapp.views.services import services
from webapp.views.version_in_hand import present_standing
from webapp.views.versions import frame
from webapp.wording.quoting import shown

bp = Blueprint("champion_decisions", __name__)
keep_what_was_sent(bp)

Form = PressForm | ReasonForm


@dataclass(frozen=True, slots=True)
class Deed:
    """One of the three: its title, button, the way out and what follows, with {version} and {earlier}."""

    endpoint: str
    title: str
    button: str
    leave: str
    follows: tuple[str, ...]
    said: str
    decide: Callable[..., DecisionRow]


ROLL_BACK = Deed(
    endpoint="champion_decisions.ask_to_roll_back",
    title="Roll back to {earlier}?",
    button="Roll back to {earlier}",
    leave="Keep {version}",
    follows=(
        "{Earlier} answers within 5 seconds, everywhere, in the words and by the rule it had then.",
        "Nothing is trained, and the files of {version} are not needed.",
        "Answers already given stay as they are.",
    ),
    said="{Version} answers again.",
    decide=rollback,
)
RETIRE = Deed(
    endpoint="champion_decisions.ask_to_retire",
    title="Retire this model?",
    button="Retire the model",
    leave="Keep it in use",
    follows=(
        "Its form, its address for programs and its files of cases answer nothing any more, and say why.",
        "Whoever wants to use it reads your reason and your name.",
        "Nothing is deleted. Earlier answers can be opened, and the model can be reinstated.",
    ),
    said="The model is retired.",
    decide=retire,
)
REINSTATE = Deed(
    endpoint="champion_decisions.ask_to_reinstate",
    title="Let {version} answer again?",
    button="Reinstate the model",
    leave="Leave it out of use",
    follows=(
        "{Version} answers within 5 seconds, everywhere.",
        "A criterion of the model that still holds will act again.",
    ),
    said="{Version} answers again.",
    decide=reinstate,
)


@bp.get("/models/<model>/rollback")
@requires("decide")
def ask_to_roll_back(model: str) -> Response:
    return deed_page(model, ROLL_BACK, PressForm(formdata=None))


@bp.post("/models/<model>/rollback")
@requires("decide", signed_out=signed_out)
def roll_back(model: str) -> Response:
    return do(model, ROLL_BACK, PressForm())


@bp.get("/models/<model>/retire")
@requires("decide")
def ask_to_retire(model: str) -> Response:
    return deed_page(model, RETIRE, ReasonForm(formdata=None))


@bp.post("/models/<model>/retire")
@requires("decide", signed_out=signed_out)
def take_out_of_use(model: str) -> Response:
    return do(model, RETIRE, ReasonForm())


@bp.get("/models/<model>/reinstate")
@requires("decide")
def ask_to_reinstate(model: str) -> Response:
    return deed_page(model, REINSTATE, ReasonForm(formdata=None))


@bp.post("/models/<model>/reinstate")
@requires("decide", signed_out=signed_out)
def bring_back(model: str) -> Response:
    return do(model, REINSTATE, ReasonForm())


def do(model: str, deed: Deed, form: Form) -> Response:
    if not form.validate():
        return deed_page(model, deed, form, 422)
    try:
        row = deed.decide(services().database, model, current_actor(), form.reason, form.seen)
    except DecisionRefused as refused:
        return deed_page(model, deed, form, 409, str(refused))
    return done(row, f"{_capital(deed.said.format(Version=_capital(version_name(row.words, row.version))))} {SOON}")


def deed_page(model: str, deed: Deed, form: Form, status: int = 200, refused: str = "") -> Response:
    standing = present_standing(model)
    if standing is None or not standing.has_champion:
        abort(404)
    form.seq.data = str(standing.seq)
    version, earlier = version_name(standing.words, standing.version), _earlier(standing)
    names = {"version": version, "earlier": earlier, "Version": _capital(version), "Earlier": _capital(earlier)}
    hindrance = refused or _hindrance(standing, deed)
    page = render_template(
        "pages/deciding/deed.html",
        **frame(model),
        form=form,
        refused=shown(hindrance),
        can_be_done=not _hindrance(standing, deed),
        title=deed.title.format(**names),
        button=deed.button.format(**names),
        leave=deed.leave.format(**names),
        follows=[line.format(**names) for line in deed.follows],
        url=url_for(deed.endpoint, model=model),
        versions_url=url_for("versions.index", model=model),
    )
    return make_response(page, status)


def _hindrance(standing: Standing, deed: Deed) -> str:
    if deed is REINSTATE:
        return "It is in use already" if standing.answers else ""
    if standing.is_retired:
        return "It is retired. Reinstate it, or promote another version"
    return "" if deed is RETIRE or standing.earlier else "There is no earlier version to go back to"


def _earlier(standing: Standing) -> str:
    """'version 6', to which a roll-back would return."""
    if not standing.earlier:
        return "an earlier version"
    with services().database.reading() as connection:
        rows = history(connection, standing.model)
    wanted = standing.earlier[-1]
    row = next(row for row in rows if row.version == wanted and row.action in PUTS_IN_PLACE)
    return version_name(row.words, row.version)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
