"""Who is signed in where: a session lasts while it is used, at most half a day, and ends at once when told to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from webapp import clock
from webapp.errors import AccountRefused
from webapp.records import lifetimes, users
from webapp.records.actors import Actor
from webapp.records.audit import about_user, note
from webapp.records.identifiers import digest, new_token
from webapp.records.purging import purge_hourly
from webapp.records.tables import sessions
from webapp.records.tables import users as users_table
from webapp.records.users import User, user_of

SEEN_EVERY = timedelta(minutes=1)  # writing it at every request would make each page a write
LONGEST_AGENT = 300
LONGEST_ADDRESS = 64
MAY_NOT_SIGN_IN = "This account cannot sign in"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`needs_touch` says that it is time to call touch()."""

    session_id: str
    user: User
    needs_touch: bool


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as its owner sees it in a list."""

    id: str
    began_at: datetime
    seen_at: datetime
    agent: str
    address: str
    is_current: bool

    @property
    def ends_at(self) -> datetime:
        return min(self.seen_at + lifetimes.SESSION_IDLE, self.began_at + lifetimes.SESSION)


# Built once, for every request of somebody who is signed in asks it.
_BY_ID = (
    select(sessions.c.id.label("session_id"), sessions.c.began_at, sessions.c.seen_at, *users.COLUMNS)
    .join(users_table, users_table.c.id == sessions.c.user_id)
    .where(sessions.c.id == bindparam("wanted"))
)


def begin(connection: Connection, user_id: str, agent: str, address: str) -> str:
    """The token of a new session; raises AccountRefused for whoever is not active."""
    purge_hourly(connection)
    user = users.existing(connection, user_id)
    if not user.is_active:
        raise AccountRefused(MAY_NOT_SIGN_IN)
    token, now = new_token(), clock.now()
    row = {
        "id": digest(token),
        "user_id": user_id,
        "began_at": now,
        "seen_at": now,
        "agent": _line(agent, LONGEST_AGENT),
        "address": _line(address, LONGEST_ADDRESS),
    }
    connection.execute(insert(sessions).values(row))
    note(connection, user.actor(address), "signed_in", about_user(user.sign_in_name))
    return token


def find(connection: Connection, token: str) -> SignedIn | None:
    """Who the token belongs to, unless the session is over or the person may not come in any more."""
    row = connection.execute(_BY_ID, {"wanted": digest(token)}).first()
    now = clock.now()
    if row is None or row.state != "active" or not _is_alive(row, now):
        return None
    return SignedIn(row.session_id, user_of(row), needs_touch=now - row.seen_at >= SEEN_EVERY)


def touch(connection: Connection, token: str) -> None:
    """The person was seen; written at most once a minute."""
    now = clock.now()
    mine = (sessions.c.id == digest(token), sessions.c.seen_at <= now - SEEN_EVERY)
    connection.execute(update(sessions).where(*mine).values(seen_at=now))


def end(connection: Connection, token: str, address: str = "") -> bool:
    """Sign-out; whether there was anything to end."""
    row = connection.execute(_BY_ID, {"wanted": digest(token)}).first()
    if row is None:
        return False
    connection.execute(delete(sessions).where(sessions.c.id == row.session_id))
    user = user_of(row)
    note(connection, user.actor(address), "signed_out", about_user(user.sign_in_name))
    return True


def end_by_id(connection: Connection, user_id: str, session_id: str, who: Actor | None = None) -> bool:
    """End one of the person's own sessions; False when it is not theirs or over already."""
    query = delete(sessions).where(sessions.c.id == session_id, sessions.c.user_id == user_id)
    if not connection.execute(query).rowcount:
        return False
    _note_ended(connection, user_id, who, 1)
    return True


def end_others(connection: Connection, user_id: str, keep_token: str, who: Actor | None = None) -> int:
    """End all of the person's sessions but the one of the token; how many there were."""
    ended = users.end_sessions(connection, user_id, keep_token)
    if ended:
        _note_ended(connection, user_id, who, ended)
    return ended


def of_user(connection: Connection, user_id: str, token: str = "") -> list[SessionRow]:
    """The sessions that are not over, the last seen first; the token tells which one is asking."""
    now, current = clock.now(), digest(token)
    query = select(sessions).where(sessions.c.user_id == user_id).order_by(sessions.c.seen_at.desc(), sessions.c.id)
    return [
        SessionRow(row.id, row.began_at, row.seen_at, row.agent, row.address, row.id == current)
        for row in connection.execute(query)
        if _is_alive(row, now)
    ]


def _is_alive(row: Row, now: datetime) -> bool:
    return now - row.seen_at < lifetimes.SESSION_IDLE and now - row.began_at < lifetimes.SESSION


def _note_ended(connection: Connection, user_id: str, who: Actor | None, count: int) -> None:
    user = users.existing(connection, user_id)
    note(connection, who or user.actor(), "session_ended", about_user(user.sign_in_name), after={"sessions": count})


def _line(text: str, longest: int) -> str:
    """What a browser says of itself, as far as it can be kept and shown."""
    return "".join(letter for letter in text[:longest] if letter.isprintable())
