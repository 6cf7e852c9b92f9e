"""Every decision about a model; which version answered at a moment, and what another one would have said."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for

from webapp import clock
from webapp.errors import ModelStoreError
from webapp.forms.moments import MomentForm
from webapp.records.answer_list import Wanted
from webapp.records.decisions import champion_at, history
from webapp.records.standing import DecisionRow, Standing, version_name
from webapp.views.access import requires
from webapp.views.services import services
from webapp.views.version_in_hand import asked_again, case_lines, name_of
from webapp.views.versions import facts_or_stop, frame, version_or_stop
from webapp.wording.dates import date_text, zone_of
from webapp.wording.decisions import DECIDED
from webapp.wording.quoting import shown

bp = Blueprint("decisions", __name__)


@bp.get("/models/<model>/decisions")
@requires("analyse")
def index(model: str) -> Response:
    known = services().store.versions(model)[::-1]
    with services().database.reading() as connection:
        rows = history(connection, model)
    if not known and not rows:
        abort(404)
    zone = next((row.words["timezone"] for row in rows if row.words.get("timezone")), "UTC")
    form = MomentForm(request.args, zone_of(zone), _versions(model, known))
    if not request.args:
        return decisions_page(model, form, rows, zone, {})
    if not form.validate():
        return decisions_page(model, form, rows, zone, {}, 422)
    return decisions_page(model, form, rows, zone, _then(model, form, zone))


def decisions_page(
    model: str, form: MomentForm, rows: list[DecisionRow], zone: str, then: dict[str, Any], status: int = 200
) -> Response:
    page = render_template(
        "pages/decisions/index.html",
        **frame(model),
        form=form,
        then=then,
        lines=[_line(row, zone) for row in rows],
        url=url_for("decisions.index", model=model),
        versions_url=url_for("versions.index", model=model),
    )
    return make_response(page, status)


def _versions(model: str, known: list) -> dict[str, str]:
    """The one that answers now stands first."""
    champion = services().follower.champions.get(model)
    order = sorted(known, key=lambda stored: champion is None or stored.version != champion.version)
    return {
        stored.version: f"V{name_of(stored)[1:]}"
        + (", which answers now" if champion is not None and stored.version == champion.version else "")
        for stored in order
    }


def _then(model: str, form: MomentForm, zone: str) -> dict[str, Any]:
    """Who answered at the moment, and the last answers until then asked again."""
    moment = form.moment
    with services().database.reading() as connection:
        standing = champion_at(connection, model, moment)
    if standing is None or not standing.answers:
        return {"said": _said("no version", moment, zone), "why": _why_none(standing, zone)}
    said = _said(version_name(standing.words, standing.version), moment, zone)
    return {"said": said, "why": _sentence(standing.last, zone), **_again(model, standing, form, moment)}


def _said(name: str, moment: datetime, zone: str) -> str:
    if moment > clock.now():
        return f"That is still to come. {name[0].upper()}{name[1:]} answers now."
    return f"On {date_text(moment, zone)} {name} answered."


def _again(model: str, standing: Standing, form: MomentForm, moment: datetime) -> dict[str, Any]:
    if not form.version.data:
        return {}
    stored = version_or_stop(model, form.version.data)
    champion = services().follower.champions.get(model)
    is_present = champion is not None and champion.version == stored.version
    words = champion.words if is_present else facts_or_stop(stored)["words"]
    wanted = Wanted(model=model, version=standing.version, until=moment)
    try:
        replay = asked_again(stored, words, wanted)
    except ModelStoreError as problem:
        return {"problem": shown(str(problem))}
    return {"replay": replay, "cases": case_lines(replay, standing.words)}


def _why_none(standing: Standing | None, zone: str) -> str:
    return "Nothing had been decided by then." if standing is None else _sentence(standing.latest, zone)


def _sentence(row: DecisionRow, zone: str) -> str:
    by = shown(row.who.name) or "Somebody"
    why = f": {shown(row.why)}" if row.why else "."
    done = DECIDED[row.action][1].format(version=version_name(row.words, row.version))
    return f"{by} {done} on {date_text(row.at, zone)}{why}"


def _line(row: DecisionRow, zone: str) -> dict[str, Any]:
    return {
        "when": date_text(row.at, zone),
        "what": f"{DECIDED[row.action][0]}: {version_name(row.words, row.version)}",
        "who": shown(row.who.name) or "Somebody",
        "why": shown(row.why),
        "notes": _notes(row),
    }


def _notes(row: DecisionRow) -> list[str]:
    """What only some decisions have."""
    details, notes = row.details, []
    if details.get("passed_over"):
        notes.append(f"A gate refused it: {_named(details['passed_over'])}")
    if details.get("refused_by"):
        notes.append(f"Refused by {_named(details['refused_by'])}; another approver has to confirm it")
    if details.get("asked_by"):
        notes.append(
            f"{shown(details['asked_by']['name']) or 'Somebody'} had asked for it: {shown(details['asked_why'])}"
        )
    if details.get("until"):
        notes.append(f"Until {shown(details['until'])}")
    return notes


def _named(gates: list[str]) -> str:
    return ", ".join(shown(name.replace("_", " ")) for name in gates)
