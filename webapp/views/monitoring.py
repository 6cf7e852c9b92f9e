"""How a model in use is doing: the page Monitoring, and the table behind each of its charts."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, render_template, url_for

from webapp import clock
from webapp.monitoring.keeping import keep_counts
from webapp.monitoring.watchers import report_for, watched_versions
from webapp.monitoring_page.page import MonitoringPage, monitoring_page
from webapp.records.day_counts import last_counting
from webapp.views.access import may, requires
from webapp.views.champion import champion_of, tabs, title_of
from webapp.views.services import services
from webapp.wording.spreadsheets import csv_lines

bp = Blueprint("monitoring", __name__)

FRESH = timedelta(minutes=1)
MOST_CASES = 20_000  # counted while somebody waits for the page


@bp.get("/models/<model>/monitoring")
@requires("analyse")
def show(model: str) -> str:
    champion = champion_of(model)
    return render_template(
        "pages/monitoring/show.html",
        model_title=title_of(model, champion.words),
        tabs=tabs(model, "Monitoring"),
        page=_page(model, champion.version),
        outcomes_url=url_for("outcomes.index") if may("record") else "",
    )


@bp.get("/models/<model>/monitoring/<figure>.csv")
@requires("analyse")
def chart(model: str, figure: str) -> Response:
    """What a chart shows, as a file."""
    found = _page(model, champion_of(model).version).figure(figure)
    if found is None:
        abort(404)
    lines = csv_lines([title for title, _ in found.table.columns], found.table.rows)
    response = Response("".join(lines), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{model}-{figure}.csv")
    return response


def _page(model: str, version: str) -> MonitoringPage:
    parts = services()
    knows = watched_versions(parts.database, parts.store, lambda: parts.follower.trusted_keys)
    watched = knows(model, version)
    if watched is None:
        abort(404)
    now = clock.now()
    waiting = 0 if _is_fresh(now) else keep_counts(parts.database, knows, now, (model,), MOST_CASES).left
    report = report_for(parts.database, watched, now, knows)
    return monitoring_page(watched, report, lambda name: url_for("monitoring.chart", model=model, figure=name), waiting)


def _is_fresh(now: Any) -> bool:
    with services().database.reading() as connection:
        last = last_counting(connection)
    return last is not None and now - last < FRESH
