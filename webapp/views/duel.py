"""What the challenger said in the shadow, beside what was answered."""

from flask import Blueprint, Response, make_response, render_template, url_for

from webapp.evidence.duel import DuelShown, duel_shown
from webapp.lifecycle.shadow import duel
from webapp.records.day_cases import thresholds
from webapp.records.shadow_answers import in_the_shadow, last_challenger
from webapp.records.standing import Standing, version_name
from webapp.schema import Schema
from webapp.views.access import may, requires
from webapp.views.services import services
from webapp.views.version_in_hand import name_of, present_standing
from webapp.views.versions import frame, version_or_stop

bp = Blueprint("duel", __name__)

LATEST = 20_000  # cases that are laid beside each other


@bp.get("/models/<model>/shadow")
@requires("analyse")
def show(model: str) -> Response:
    """Of the challenger, or of the one that was it last."""
    standing = present_standing(model)
    challenger = _challenger(model, standing)
    stored = version_or_stop(model, challenger) if challenger else None
    page = _duel(standing, challenger, name_of(stored)) if stored and standing.has_champion else None
    html = render_template(
        "pages/duel/show.html",
        **frame(model),
        page=page,
        is_over=standing is not None and standing.challenger is None,
        compare_url=url_for("compare.show", model=model, a=standing.version, b=challenger) if page else "",
        promote_url=url_for("deciding.ask", model=model, version=challenger) if page and may("decide") else "",
        versions_url=url_for("versions.index", model=model),
    )
    return make_response(html)


def _challenger(model: str, standing: Standing | None) -> str:
    if standing is not None and standing.challenger is not None:
        return standing.challenger.version
    with services().database.reading() as connection:
        return last_challenger(connection, model)


def _duel(standing: Standing, challenger: str, name: str) -> DuelShown:
    schema = Schema.from_json(standing.words["schema"])
    with services().database.reading() as connection:
        rows = in_the_shadow(connection, standing.model, standing.version, challenger, LATEST)
        limits = thresholds(connection, [row.decision_id for row in rows])
    threshold = (standing.words.get("decision") or {}).get("threshold")
    found = duel(rows, schema.target, limits, threshold)
    return duel_shown(found, version_name(standing.words, standing.version), name, schema.target)
