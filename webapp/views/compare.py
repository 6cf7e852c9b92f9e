"""Two versions side by side, on the cases that were asked about."""

from functools import lru_cache

from flask import Blueprint, Response, make_response, render_template, request, url_for

from webapp.comparison.comparing import Context, compare
from webapp.comparison.fields import renamed_fields
from webapp.comparison.rows import linked, made_up
from webapp.comparison.sides import Side
from webapp.errors import ModelStoreError
from webapp.evidence.side_by_side import SideBySide, side_by_side
from webapp.evidence.version import MALFORMED
from webapp.lifecycle.recorded_table import recorded_table
from webapp.model_store import StoredVersion
from webapp.records.predictions import latest
from webapp.views.access import requires
from webapp.views.opened import opened
from webapp.views.services import Services, services
from webapp.views.version_in_hand import name_of, present_standing
from webapp.views.versions import frame, version_or_stop
from webapp.wording.quoting import shown

bp = Blueprint("compare", __name__)

KEPT = 16  # comparisons in memory
TOO_FEW = (
    "Too few cases were recorded, and at least one of them does not remember its table well enough to make some up."
)


@bp.get("/models/<model>/compare")
@requires("analyse")
def show(model: str) -> Response:
    """Of the version that answers and the newest one, where the address names none."""
    a, b = _pair(model)
    try:
        page = _compared(services(), a, b, _newest(model)) if a != b else None
    except ModelStoreError as problem:
        return compare_page(a, b, problem=shown(str(problem)))
    except MALFORMED:
        return compare_page(a, b, problem=TOO_FEW)
    return compare_page(a, b, page)


def compare_page(a: StoredVersion, b: StoredVersion, page: SideBySide | None = None, problem: str = "") -> Response:
    html = render_template(
        "pages/compare/show.html",
        **frame(a.model),
        page=page,
        problem=problem,
        choices=_choices(a.model),
        a=a.version,
        b=b.version,
        names=(name_of(a), name_of(b)),
        url=url_for("compare.show", model=a.model),
        versions_url=url_for("versions.index", model=a.model),
    )
    return make_response(html)


def _pair(model: str) -> tuple[StoredVersion, StoredVersion]:
    known = services().store.versions(model)
    standing = present_standing(model)
    present = standing.version if standing and standing.has_champion else ""
    named = (stored.version for stored in known)
    a = request.args.get("a") or (present if present in named else known[0].version if known else "")
    b = request.args.get("b") or (known[-1].version if known else "")
    return version_or_stop(model, a), version_or_stop(model, b)


def _newest(model: str) -> str:
    """By which a comparison is out of date."""
    with services().database.reading() as connection:
        found = latest(connection, model, 1)
    return found[0].id if found else ""


def _choices(model: str) -> dict[str, str]:
    known = services().store.versions(model)[::-1]
    return {stored.version: f"V{name_of(stored)[1:]}" for stored in known}


@lru_cache(maxsize=KEPT)
def _compared(parts: Services, a: StoredVersion, b: StoredVersion, _newest: str) -> SideBySide:
    sides = [Side.of(opened(stored.model, stored.version).package) for stored in (a, b)]
    renamed = renamed_fields(*sides)
    with parts.database.reading() as connection:
        rows = recorded_table(connection, a.model, sides)
    rows = linked(rows or made_up(*sides, seed=0), renamed)
    return side_by_side(compare(*sides, rows, Context()))
