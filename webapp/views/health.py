"""What a platform asks: is the process alive, may it be sent work, how is it doing."""

import time
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, jsonify

from webapp.errors import RecordsUnavailable
from webapp.records.database import Database
from webapp.records.migrate import is_migrated
from webapp.views.access import requires
from webapp.views.looks import last_looks
from webapp.views.metrics import metrics_text
from webapp.views.services import services

bp = Blueprint("health", __name__)

PROBE_KEPT_S = 5.0
STALE_S = 30.0  # without a look at the decisions
PROBE = "formcast_database_probe"
NOT_MIGRATED = "database not migrated"
AWAY = "database away or not writable"
NO_MODEL = "no model in use"


@dataclass(frozen=True, slots=True)
class Probe:
    """What a look at the database found; "" when it was well."""

    problem: str
    at: float


@bp.get("/livez")
@requires("public")
def livez() -> Response:
    """The process answers; nothing else is asked."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@requires("public")
def readyz() -> tuple[Response, int]:
    """503 where a form could not be answered and kept; degraded where something needs a person."""
    failing, degraded = failures(), worries()
    status = "failing" if failing else "degraded" if degraded else "ok"
    return jsonify(status=status, problems=failing + degraded), 503 if failing else 200


@bp.get("/metrics")
@requires("view")
def metrics() -> Response:
    return Response(
        metrics_text(services().follower, last_looks().values()),
        content_type="text/plain; version=0.0.4; charset=utf-8",
    )


def failures() -> list[str]:
    found = [database_problem()]
    if not services().follower.champions:
        found.append(NO_MODEL)
    return [problem for problem in found if problem]


def worries() -> list[str]:
    follower = services().follower
    found = [f"the champion of {model} cannot be loaded" for model in sorted(follower.problems)]
    looked = follower.refreshed_at
    if looked is None or time.monotonic() - looked > STALE_S:
        found.append("the decisions were not read lately")
    return found


def database_problem() -> str:
    """Asked at most every few seconds: a probe writes."""
    kept: Probe | None = current_app.extensions.get(PROBE)
    if kept is None or time.monotonic() - kept.at > PROBE_KEPT_S:
        kept = Probe(_probe(services().database), time.monotonic())
        current_app.extensions[PROBE] = kept
    return kept.problem


def _probe(database: Database) -> str:
    try:
        if not is_migrated(database):
            return NOT_MIGRATED
        database.check()
    except RecordsUnavailable:
        return AWAY
    return ""
