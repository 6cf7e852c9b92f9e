"""The versions of a model, everything known about one of them, and its model card."""

from typing import Any

from flask import Blueprint, abort, render_template, url_for

from webapp.errors import ModelStoreError
from webapp.evidence.card import read_card
from webapp.evidence.version import summary, version_sections
from webapp.model_store import StoredVersion
from webapp.views.access import requires
from webapp.views.champion import present_picture, tabs, title_of
from webapp.views.services import services
from webapp.views.version_deeds import deeds_about, deeds_of
from webapp.views.version_in_hand import present_standing
from webapp.views.version_list import VersionLine, made_from, version_lines

bp = Blueprint("versions", __name__)


@bp.get("/models/<model>/versions")
@requires("analyse")
def index(model: str) -> str:
    lines = version_lines(model)
    if not lines:
        abort(404)
    standing = present_standing(model)
    return render_template(
        "pages/versions/index.html",
        **frame(model),
        heading=_heading(lines),
        lines=[(line, deeds_of(line, standing)) for line in lines],
        made_from=made_from(lines),
        **deeds_about(model, standing, lines),
    )


@bp.get("/models/<model>/versions/<version>")
@requires("analyse")
def show(model: str, version: str) -> str:
    stored = version_or_stop(model, version)
    facts = facts_or_stop(stored)
    line = next(line for line in version_lines(model) if line.name == _name(stored))
    return render_template(
        "pages/versions/show.html",
        **frame(model),
        line=line,
        lead=summary(facts),
        sections=version_sections(facts),
        deeds=deeds_of(line, present_standing(model)),
        versions_url=url_for("versions.index", model=model),
        card_url=url_for("versions.card", model=model, version=version),
    )


@bp.get("/models/<model>/versions/<version>/card")
@requires("analyse")
def card(model: str, version: str) -> str:
    stored = version_or_stop(model, version)
    try:
        text = services().store.card(stored.model, stored.version, services().follower.trusted_keys)
    except ModelStoreError:
        abort(404)
    return render_template(
        "pages/versions/card.html",
        **frame(model),
        card=read_card(text),
        version_name=_name(stored),
        version_url=url_for("versions.show", model=model, version=version),
    )


def version_or_stop(model: str, version: str) -> StoredVersion:
    """By its running number or its identifier; 404 where there is none."""
    known = services().store.versions(model)
    found = [stored for stored in known if version in (stored.version, str(stored.number or ""))]
    return found[0] if found else abort(404)


def facts_or_stop(stored: StoredVersion) -> dict[str, Any]:
    """What its package says; 404 for one that cannot be trusted, as for one that is not there."""
    try:
        return services().store.facts(stored.model, stored.version, services().follower.trusted_keys)
    except ModelStoreError:
        abort(404)


def frame(model: str) -> dict[str, Any]:
    picture = present_picture()
    known = picture.champions.get(model) or picture.paused.get(model)
    return {"model_title": title_of(model, known.words if known else {}), "tabs": tabs(model, "Versions")}


def _name(stored: StoredVersion) -> str:
    return f"Version {stored.number or stored.version}"


def _heading(lines: list[VersionLine]) -> str:
    answering = [line.name for line in lines if line.role.kind == "on"]
    return f"{answering[0]} answers" if answering else "No version answers"
