"""What the commands about people and keys share."""

from typing import Any

from sqlalchemy import Connection

from webapp.commands.promotion import Workplace
from webapp.errors import AccountRefused
from webapp.records import users
from webapp.records.migrate import migrate
from webapp.records.users import User

SIGN_IN_NAME = ("sign_in_name", {"metavar": "NAME", "help": "sign-in name, such as ada@example.org"})


def prepare(place: Workplace) -> None:
    """A laptop's own file is migrated by whoever needs it first."""
    if place.database.is_sqlite:
        migrate(place.database)


def named(connection: Connection, typed: str) -> User:
    """The account of that sign-in name. Raises AccountRefused."""
    user = users.by_sign_in_name(connection, typed)
    if user is None:
        raise AccountRefused(f"Nobody signs in as {typed}. python -m webapp users list shows who does")
    return user


def person(user: User) -> dict[str, Any]:
    """An account for programs."""
    return {
        "sign_in_name": user.sign_in_name,
        "name": user.name,
        "role": user.role,
        "state": user.state,
        "created_at": user.created_at.isoformat(),
        "password_set_at": user.password_set_at.isoformat() if user.password_set_at else None,
    }
