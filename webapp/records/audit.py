"""The audit trail: who did what, when and from where; only ever added to, and never holding a secret."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from webapp import clock
from webapp.records.actors import Actor
from webapp.records.database import Database
from webapp.records.tables import audit

# What happens to accounts, in words for a list to choose from; decisions join them.
ACTIONS = {
    "signed_in": "Signed in",
    "sign_in_failed": "Sign-in failed",
    "signed_out": "Signed out",
    "session_ended": "Session ended",
    "limit_reached": "Limit reached",
    "password_changed": "Password set",
    "invited": "Invited",
    "user_added": "Person added",
    "role_changed": "Role changed",
    "user_disabled": "Person disabled",
    "user_enabled": "Person enabled",
    "key_made": "Key made",
    "key_revoked": "Key revoked",
    "promote": "Promoted",
    "rollback": "Rolled back",
    "retire": "Retired",
    "reinstate": "Reinstated",
    "challenge": "Put into the shadow",
    "unchallenge": "Taken out of the shadow",
    "request": "Promotion asked for",
    "decline": "Promotion declined",
    "stop": "Stopped by a criterion",
    "fall_back": "Fallen back by a criterion",
    "refer": "Referred to a person by a criterion",
    "continue": "Criterion overridden",
    "outcome_recorded": "Outcome recorded",
    "outcome_corrected": "Outcome corrected",
    "outcome_withdrawn": "Outcome taken back",
    "outcomes_imported": "Outcomes imported",
    "overridden": "Decided otherwise",
    "override_withdrawn": "Other decision taken back",
    "noted": "Note added",
    "feedback_given": "Feedback given",
    "problem_reported": "Problem reported",
    "exported": "Exported",
    "forgotten": "Forgotten",
    "file_sent": "File of cases sent",
    "file_deleted": "File of cases deleted",
    "restored": "Backup restored",
}
AT_A_TERMINAL = "terminal"
EXPORT_PAGE = 1000
HIDDEN_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the trail."""

    id: int
    at: datetime
    who: Actor
    action: str
    subject: str
    before: Any
    after: Any
    from_where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What to look for; what is left empty is not looked at."""

    who_id: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


def note(  # noqa: PLR0913 - one parameter for each column
    connection: Connection,
    who: Actor,
    action: str,
    subject: str,
    before: Any = None,
    after: Any = None,
    from_where: str = "",
) -> None:
    """Add one row, in the transaction of what it is about; `from_where` is the actor's own address unless given."""
    row = {
        "at": clock.now(),
        "who": who.to_json(),
        "who_id": who.id,
        "action": action,
        "subject": subject,
        "before": before,
        "after": after,
        "from_where": from_where or who.address or (AT_A_TERMINAL if who.kind == "command" else ""),
    }
    connection.execute(insert(audit).values(row))


def about_user(sign_in_name: str) -> str:
    """The subject of everything that happens to one account: its keys and sessions too."""
    return f"user {sign_in_name}"


def about_model(model: str) -> str:
    return f"model {model}"


def about_prediction(reference: str) -> str:
    """By the short code alone: it says nothing about anybody once the prediction is gone."""
    return f"prediction {reference}"


def about_unknown_name(name: str, secret: str) -> str:
    """The subject of a sign-in under a name that nobody has: it may be a password typed into the wrong box."""
    return f"unknown name {hidden(name, secret)}"


def hidden(text: str, secret: str) -> str:
    """A keyed hash: equal for equal texts, and of no use to whoever lacks the secret."""
    key, message = secret.encode(), text.encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:HIDDEN_LENGTH]


def entries(connection: Connection, wanted: Filter, before_id: int | None = None, limit: int = 50) -> list[Entry]:
    """The newest rows first; `before_id` is the id of the last one already seen."""
    query = select(audit).where(*_conditions(wanted)).order_by(audit.c.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(audit.c.id < before_id)
    return [_entry(row) for row in connection.execute(query)]


def all_entries(database: Database, wanted: Filter) -> Iterator[Entry]:
    """
    Every row, the newest first, for an export.

    One page of them is in memory at a time, and whoever reads slowly holds no connection meanwhile.
    """
    before_id = None
    while True:
        with database.reading() as connection:
            page = entries(connection, wanted, before_id, EXPORT_PAGE)
        yield from page
        if len(page) < EXPORT_PAGE:
            return
        before_id = page[-1].id


def _conditions(wanted: Filter) -> list:
    exact = {"who_id": wanted.who_id, "action": wanted.action, "subject": wanted.subject}
    conditions = [audit.c[name] == value for name, value in exact.items() if value]
    if wanted.since is not None:
        conditions.append(audit.c.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(audit.c.at < wanted.until)
    return conditions


def _entry(row: Row) -> Entry:
    who = Actor.from_json(row.who)
    return Entry(row.id, row.at, who, row.action, row.subject, row.before, row.after, row.from_where)
