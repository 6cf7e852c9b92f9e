"""Keys for programs: shown once, stored as a digest, limited in what they may do and for how long."""

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from webapp import clock
from webapp.errors import AccountRefused
from webapp.records import users
from webapp.records.actors import Actor
from webapp.records.audit import about_user, note
from webapp.records.identifiers import digest
from webapp.records.tables import api_keys
from webapp.records.tables import users as users_table
from webapp.records.users import User, user_of

SCOPES = ("view", "record", "analyse")
ID_BYTES = 8
SECRET_BYTES = 32
LONGEST_LABEL = 100
MOST_DAYS = 366
SEEN_EVERY = timedelta(minutes=1)

LABEL_UNUSABLE = f"Give the key a name of 1 to {LONGEST_LABEL} visible characters, so that you know it again"
SCOPES_UNUSABLE = f"Choose what the key may do: {', '.join(SCOPES)}"
DAYS_UNUSABLE = f"A key lasts 1 to {MOST_DAYS} days"
NOT_ACTIVE = "{name} cannot sign in, so there can be no key"

_KEY = re.compile(rf"fc_([0-9a-f]{{{2 * ID_BYTES}}})_([0-9a-f]{{{2 * SECRET_BYTES}}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """`scopes` are the permissions it was given; its person's role limits them further."""

    id: str
    user_id: str
    label: str
    scopes: tuple[str, ...]
    made_at: datetime
    expires_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and clock.now() < self.expires_at

    @property
    def needs_touch(self) -> bool:
        return self.seen_at is None or clock.now() - self.seen_at >= SEEN_EVERY

    def actor(self, user: User, address: str = "") -> Actor:
        return Actor("key", self.id, f"{self.label} of {user.name}", address)


_COLUMNS = tuple(column for column in api_keys.c if column.name not in ("id", "digest"))
_BY_ID = (
    select(api_keys.c.id.label("key_id"), api_keys.c.digest, *_COLUMNS, *users.COLUMNS)
    .join(users_table, users_table.c.id == api_keys.c.user_id)
    .where(api_keys.c.id == bindparam("wanted"))
)
_OF_NOBODY = digest("")


def make(
    connection: Connection, user_id: str, label: str, scopes: Sequence[str], days: int, who: Actor | None = None
) -> tuple[ApiKey, str]:
    """A new key and its text, which nobody can read again; by the person themselves unless `who` is given."""
    user = users.existing(connection, user_id)
    if not user.is_active:
        raise AccountRefused(NOT_ACTIVE.format(name=user.name))
    _check(label.strip(), scopes, days)
    key_id, secret, now = secrets.token_hex(ID_BYTES), secrets.token_hex(SECRET_BYTES), clock.now()
    row = {
        "id": key_id,
        "user_id": user_id,
        "label": label.strip(),
        "scopes": [scope for scope in SCOPES if scope in scopes],
        "digest": digest(secret),
        "made_at": now,
        "expires_at": now + timedelta(days=days),
    }
    connection.execute(insert(api_keys).values(row))
    key = _existing(connection, user_id, key_id)
    note(connection, who or user.actor(), "key_made", about_user(user.sign_in_name), after=_facts(key))
    return key, f"fc_{key_id}_{secret}"


def find(connection: Connection, text: str) -> tuple[ApiKey, User] | None:
    """Whose key this is, unless it is wrong, revoked, expired or of somebody who may not come in any more."""
    parts = _KEY.fullmatch(text)
    key_id, secret = parts.groups() if parts else ("", "")
    row = connection.execute(_BY_ID, {"wanted": key_id}).first()
    is_right = hmac.compare_digest(digest(secret), row.digest if row else _OF_NOBODY)
    if row is None or not is_right or row.state != "active":
        return None
    key = _key(row, row.key_id)
    return (key, user_of(row)) if key.is_valid else None


def of_user(connection: Connection, user_id: str) -> list[ApiKey]:
    """Every key the person ever had, the newest first."""
    query = select(api_keys).where(api_keys.c.user_id == user_id).order_by(api_keys.c.made_at.desc(), api_keys.c.id)
    return [_key(row, row.id) for row in connection.execute(query)]


def revoke(connection: Connection, user_id: str, key_id: str, who: Actor | None = None) -> bool:
    """The key answers nothing from now on; False when it is not the person's or revoked already."""
    mine = (api_keys.c.id == key_id, api_keys.c.user_id == user_id, api_keys.c.revoked_at.is_(None))
    if not connection.execute(update(api_keys).where(*mine).values(revoked_at=clock.now())).rowcount:
        return False
    user, key = users.existing(connection, user_id), _existing(connection, user_id, key_id)
    note(connection, who or user.actor(), "key_revoked", about_user(user.sign_in_name), before=_facts(key))
    return True


def touch(connection: Connection, key_id: str) -> None:
    """The key was used; written at most once a minute."""
    now = clock.now()
    is_due = api_keys.c.seen_at.is_(None) | (api_keys.c.seen_at <= now - SEEN_EVERY)
    connection.execute(update(api_keys).where(api_keys.c.id == key_id, is_due).values(seen_at=now))


def _check(label: str, scopes: Sequence[str], days: int) -> None:
    if not 1 <= len(label) <= LONGEST_LABEL or not label.isprintable():
        raise AccountRefused(LABEL_UNUSABLE)
    if not scopes or not set(scopes) <= set(SCOPES):
        raise AccountRefused(SCOPES_UNUSABLE)
    if not 1 <= days <= MOST_DAYS:
        raise AccountRefused(DAYS_UNUSABLE)


def _existing(connection: Connection, user_id: str, key_id: str) -> ApiKey:
    return next(key for key in of_user(connection, user_id) if key.id == key_id)


def _facts(key: ApiKey) -> dict[str, object]:
    """What the audit trail says of a key: everything but the secret."""
    until = key.expires_at.isoformat()
    return {"key": key.id, "label": key.label, "scopes": list(key.scopes), "until": until}


def _key(row: Row, key_id: str) -> ApiKey:
    columns = {column.name: getattr(row, column.name) for column in _COLUMNS}
    return ApiKey(id=key_id, **{**columns, "scopes": tuple(columns["scopes"])})
