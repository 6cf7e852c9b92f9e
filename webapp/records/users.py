"""Who has an account and what each may do; whatever changes one writes its own audit row."""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from webapp import clock
from webapp.errors import AccountRefused
from webapp.records.actors import Actor
from webapp.records.audit import about_user, note
from webapp.records.identifiers import digest
from webapp.records.tables import invitations, sessions, users

ROLES = ("viewer", "recorder", "analyst", "approver", "administrator")  # each may do what those before it may
LEAST_ROLE = ROLES[0]
ID_BYTES = 8
LONGEST_NAME = 100

NO_ACCOUNT = "There is no such account"
LAST_ADMINISTRATOR = "{name} is the last active administrator. Make somebody else administrator first"
NAME_TAKEN = "The sign-in name {name} is taken"
NAME_UNUSABLE = f"A sign-in name has 1 to {LONGEST_NAME} visible characters and no spaces, such as ada@example.org"
PERSON_UNUSABLE = f"A name has 1 to {LONGEST_NAME} visible characters"
NO_SUCH_ROLE = f"A role is one of {', '.join(ROLES)}"


@dataclass(frozen=True, slots=True)
class User:
    """`state` is "invited" until there is a password, then "active", or "disabled" by somebody."""

    id: str
    sign_in_name: str
    name: str
    role: str
    state: str
    created_at: datetime
    password_set_at: datetime | None

    @property
    def is_active(self) -> bool:
        return self.state == "active"

    @property
    def is_active_administrator(self) -> bool:
        return self.is_active and self.role == "administrator"

    def actor(self, address: str = "") -> Actor:
        return Actor("person", self.id, self.name, address)


@dataclass(frozen=True, slots=True)
class NewUser:
    """Without a password hash the person is invited."""

    sign_in_name: str
    name: str
    role: str
    password_hash: str | None = None


COLUMNS = tuple(column for column in users.c if column.name != "password_hash")


def sign_in_name(typed: str) -> str:
    """A name as it is stored: however it was typed, one person has one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold()).strip()


def is_sign_in_name(text: str) -> bool:
    return _is_line(sign_in_name(text)) and " " not in sign_in_name(text)


def add(connection: Connection, new: NewUser, who: Actor) -> User:
    """Raises AccountRefused when the name is taken or nothing to be called by."""
    name, role = sign_in_name(new.sign_in_name), _known_role(new.role)
    if not is_sign_in_name(name):
        raise AccountRefused(NAME_UNUSABLE)
    if not _is_line(new.name.strip()):
        raise AccountRefused(PERSON_UNUSABLE)
    row = {
        "id": secrets.token_hex(ID_BYTES),
        "sign_in_name": name,
        "name": new.name.strip(),
        "role": role,
        "state": "active" if new.password_hash else "invited",
        "password_hash": new.password_hash,
        "created_at": (now := clock.now()),
        "password_set_at": now if new.password_hash else None,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(users).values(row))
    except IntegrityError:
        raise AccountRefused(NAME_TAKEN.format(name=name)) from None
    note(connection, who, "user_added", about_user(name), after={"role": role, "state": row["state"]})
    return existing(connection, row["id"])


def by_id(connection: Connection, user_id: str) -> User | None:
    return _first(connection, users.c.id == user_id)


def by_sign_in_name(connection: Connection, typed: str) -> User | None:
    return _first(connection, users.c.sign_in_name == sign_in_name(typed))


def id_named(connection: Connection, text: str) -> str:
    """Of the person with that sign-in name; else the text, for keys and people at a terminal are their own id."""
    user = by_sign_in_name(connection, text) if text else None
    return user.id if user else text


def everybody(connection: Connection) -> list[User]:
    return [user_of(row) for row in connection.execute(select(*COLUMNS).order_by(users.c.sign_in_name))]


def is_anybody(connection: Connection) -> bool:
    return connection.execute(select(users.c.id).limit(1)).first() is not None


def existing(connection: Connection, user_id: str) -> User:
    """Raises AccountRefused when there is none."""
    user = by_id(connection, user_id)
    if user is None:
        raise AccountRefused(NO_ACCOUNT)
    return user


def change_role(connection: Connection, user_id: str, role: str, who: Actor) -> User:
    """Ends every session of the person. Raises AccountRefused for the last active administrator."""
    _known_role(role)
    user = _one_at_a_time(connection, user_id)
    if user.role == role:
        return user
    _refuse_the_last(connection, user)
    _set(connection, user_id, role=role)
    end_sessions(connection, user_id)
    note(connection, who, "role_changed", about_user(user.sign_in_name), {"role": user.role}, {"role": role})
    return existing(connection, user_id)


def disable(connection: Connection, user_id: str, who: Actor) -> User:
    """Ends sessions and links; keys open nothing meanwhile. Raises AccountRefused for the last administrator."""
    user = _one_at_a_time(connection, user_id)
    if user.state == "disabled":
        return user
    _refuse_the_last(connection, user)
    _set(connection, user_id, state="disabled")
    end_sessions(connection, user_id)
    forget_invitations(connection, user_id)
    note(connection, who, "user_disabled", about_user(user.sign_in_name), {"state": user.state}, {"state": "disabled"})
    return existing(connection, user_id)


def enable(connection: Connection, user_id: str, who: Actor) -> User:
    user = _one_at_a_time(connection, user_id)
    if user.state != "disabled":
        return user
    state = "invited" if user.password_set_at is None else "active"
    _set(connection, user_id, state=state)
    note(connection, who, "user_enabled", about_user(user.sign_in_name), {"state": "disabled"}, {"state": state})
    return existing(connection, user_id)


def password_hash(connection: Connection, user_id: str) -> str | None:
    """None for whoever may not sign in: no account, not yet a password, or disabled."""
    query = select(users.c.password_hash).where(users.c.id == user_id, users.c.state == "active")
    return connection.execute(query).scalar()


def set_password(connection: Connection, user_id: str, hash: str, who: Actor, keep_token: str = "") -> User:
    """Ends every session of the person but the one of `keep_token`, and every link that would set another password."""
    user = existing(connection, user_id)
    state = "active" if user.state == "invited" else user.state
    _set(connection, user_id, password_hash=hash, password_set_at=clock.now(), state=state)
    end_sessions(connection, user_id, keep_token)
    forget_invitations(connection, user_id)
    note(connection, who, "password_changed", about_user(user.sign_in_name), {"state": user.state}, {"state": state})
    return existing(connection, user_id)


def end_sessions(connection: Connection, user_id: str, keep_token: str = "") -> int:
    """How many were ended; the reason for it has an audit row of its own."""
    query = delete(sessions).where(sessions.c.user_id == user_id, sessions.c.id != digest(keep_token))
    return connection.execute(query).rowcount


def forget_invitations(connection: Connection, user_id: str) -> None:
    """Those not used yet."""
    connection.execute(delete(invitations).where(invitations.c.user_id == user_id, invitations.c.used_at.is_(None)))


def user_of(row: Row) -> User:
    """From a row that has all of COLUMNS."""
    return User(*(getattr(row, column.name) for column in COLUMNS))


def take_turn(connection: Connection) -> None:
    """On Postgres others who change accounts wait here until this transaction ends, as on SQLite anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))


def _one_at_a_time(connection: Connection, user_id: str) -> User:
    take_turn(connection)
    return existing(connection, user_id)


def _refuse_the_last(connection: Connection, user: User) -> None:
    if not user.is_active_administrator:
        return
    others = select(func.count()).where(
        users.c.role == "administrator", users.c.state == "active", users.c.id != user.id
    )
    if not connection.execute(others).scalar():
        raise AccountRefused(LAST_ADMINISTRATOR.format(name=user.name))


def _known_role(role: str) -> str:
    if role not in ROLES:
        raise AccountRefused(NO_SUCH_ROLE)
    return role


def _is_line(text: str) -> bool:
    return 1 <= len(text) <= LONGEST_NAME and text.isprintable()


def _set(connection: Connection, user_id: str, **values: object) -> None:
    connection.execute(update(users).where(users.c.id == user_id).values(**values))


def _first(connection: Connection, condition: object) -> User | None:
    row = connection.execute(select(*COLUMNS).where(condition)).first()
    return None if row is None else user_of(row)
