"""Who did what, when and from where: looked through, and taken out as a file."""

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from sqlalchemy import Connection

from webapp.clock import now
from webapp.forms.audit import AuditForm
from webapp.records.audit import ACTIONS, Entry, Filter, about_model, about_user, entries, note
from webapp.records.database import Database
from webapp.records.users import by_sign_in_name, id_named
from webapp.views.access import current_actor, requires
from webapp.views.errors import problem
from webapp.views.quotas import EXPORTS, used_up
from webapp.views.services import services
from webapp.wording.changes import change_text
from webapp.wording.dates import date_text
from webapp.wording.quoting import shown
from webapp.wording.spreadsheets import csv_lines

bp = Blueprint("audit_page", __name__)

SHOWN = 50
READ_AT_ONCE = 1000
NOBODY = "Nobody signed in"
SUBJECTS = ("user ", "model ", "prediction ", "unknown name ")
COLUMNS = (
    "id", "at", "who_kind", "who_id", "who_name", "action", "subject", "before", "after", "from_where",
)  # fmt: skip
MOST_DIGITS = 15  # of the number of an entry


@bp.get("/admin/audit")
@requires("administer")
def index() -> Response:
    form = AuditForm(request.args)
    if not form.validate():
        return audit_page(form, [], status=422)
    with services().database.reading() as connection:
        found = entries(connection, _wanted(connection, form), _before_id(), SHOWN + 1)
    return audit_page(form, found)


@bp.post("/admin/audit.csv")
@requires("administer")
def export() -> Response:
    form = AuditForm(request.form)
    if not form.validate():
        return audit_page(form, [], status=422)
    retry = used_up(EXPORTS)
    if retry is not None:
        response = problem(429)
        response.headers["Retry-After"] = str(retry.after_s)
        return response
    with services().database.writing() as connection:
        wanted = _wanted(connection, form)
        note(connection, current_actor(), "exported", "audit", after=_looked_for(form))
    response = Response(csv_lines(COLUMNS, _rows(services().database, wanted)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=audit-{now():%Y%m%dT%H%M%SZ}.csv"
    return response


def audit_page(form: AuditForm, found: list[Entry], status: int = 200) -> Response:
    looked_for = _looked_for(form)
    older = found[SHOWN - 1].id if len(found) > SHOWN else None
    page = render_template(
        "pages/audit_page/index.html",
        form=form,
        rows=[_row(entry) for entry in found[:SHOWN]],
        looked_for=looked_for,
        older_url=url_for(".index", **looked_for, before=older) if older else "",
        newest_url=url_for(".index", **looked_for) if _before_id() else "",
    )
    return make_response(page, status)


def _wanted(connection: Connection, form: AuditForm) -> Filter:
    return Filter(
        who_id=id_named(connection, (form.who.data or "").strip()),
        action=form.action.data or "",
        subject=_subject(connection, (form.subject.data or "").strip()),
        since=form.begins,
        until=form.ends,
    )


def _subject(connection: Connection, text: str) -> str:
    if not text or text.startswith(SUBJECTS):
        return text
    user = by_sign_in_name(connection, text)
    return about_user(user.sign_in_name) if user else about_model(text)


def _looked_for(form: AuditForm) -> dict[str, str]:
    """What was filled in, as it stands in an address."""
    return {field.name: field.data for field in form if field.data}


def _before_id() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def _rows(database: Database, wanted: Filter) -> Iterator[tuple[Any, ...]]:
    """A part at a time, each with a connection of its own: somebody with a slow line holds none."""
    before_id = None
    while True:
        with database.reading() as connection:
            part = entries(connection, wanted, before_id, READ_AT_ONCE)
        yield from map(_cells, part)
        if len(part) < READ_AT_ONCE:
            return
        before_id = part[-1].id


def _cells(entry: Entry) -> tuple[Any, ...]:
    who = (entry.who.kind, entry.who.id, entry.who.name)
    changed = (_json(entry.before), _json(entry.after))
    return (entry.id, entry.at.isoformat(), *who, entry.action, entry.subject, *changed, entry.from_where)


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _row(entry: Entry) -> dict[str, str]:
    return {
        "at": date_text(entry.at),
        "who": shown(entry.who.name) or NOBODY,
        "action": ACTIONS.get(entry.action, entry.action),
        "subject": shown(entry.subject),
        "change": shown(change_text(entry.before, entry.after)),
        "from_where": shown(entry.from_where),
    }
