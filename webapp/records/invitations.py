"""Links that let a person choose a password, for a first time or anew: they work once, and not for long."""

from datetime import timedelta

from sqlalchemy import Connection, Select, insert, select, update

from webapp import clock
from webapp.errors import AccountRefused
from webapp.records import lifetimes, users
from webapp.records.actors import Actor
from webapp.records.audit import about_user, note
from webapp.records.identifiers import digest, new_token
from webapp.records.tables import invitations
from webapp.records.tables import users as users_table
from webapp.records.users import User, user_of

MINUTES = int(lifetimes.INVITATION.total_seconds() // 60)
IS_DISABLED = "{name} is disabled. Enable the account first"


def invite(connection: Connection, user_id: str, who: Actor, minutes: int = MINUTES) -> str:
    """The token of a link that sets a password; earlier links of the person stop working."""
    user = users.existing(connection, user_id)
    if user.state == "disabled":
        raise AccountRefused(IS_DISABLED.format(name=user.name))
    users.forget_invitations(connection, user_id)
    token, now = new_token(), clock.now()
    expires_at = now + timedelta(minutes=minutes)
    row = {"id": digest(token), "user_id": user_id, "made_at": now, "expires_at": expires_at}
    connection.execute(insert(invitations).values(row))
    note(connection, who, "invited", about_user(user.sign_in_name), after={"until": expires_at.isoformat()})
    return token


def open_invitation(connection: Connection, token: str) -> User | None:
    """Who the link is for; None once it was used, has expired or was never made."""
    row = connection.execute(_for_whom(token).where(*_is_open())).first()
    return None if row is None else user_of(row)


def accept(connection: Connection, token: str, password_hash: str, address: str = "") -> User | None:
    """Set the password and use the link up; None for all but the first who tries."""
    used = update(invitations).where(invitations.c.id == digest(token), *_is_open()).values(used_at=clock.now())
    if not connection.execute(used).rowcount:
        return None
    row = connection.execute(_for_whom(token)).first()
    if row is None:
        return None
    user = user_of(row)
    return users.set_password(connection, user.id, password_hash, user.actor(address))


def _for_whom(token: str) -> Select:
    query = select(*users.COLUMNS).join(invitations, invitations.c.user_id == users_table.c.id)
    return query.where(invitations.c.id == digest(token), users_table.c.state != "disabled")


def _is_open() -> tuple:
    return invitations.c.used_at.is_(None), invitations.c.expires_at > clock.now()
