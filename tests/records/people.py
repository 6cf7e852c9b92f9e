"""People with accounts; each test states only what differs."""

from tests.records.cases import ADA
from webapp.records import users
from webapp.records.audit import Filter, entries
from webapp.records.users import NewUser, User

ROOT = ADA  # whoever sets the scene
HASH = "the hash of a password"


def person(database, sign_in_name="grace", **fields) -> User:
    """An active viewer, unless said otherwise."""
    given = {"name": sign_in_name.title(), "role": "viewer", "password_hash": HASH} | fields
    with database.writing() as connection:
        return users.add(connection, NewUser(sign_in_name, **given), ROOT)


def administrator(database, name="alan") -> User:
    return person(database, name, role="administrator")


def reread(database, user) -> User:
    with database.reading() as connection:
        return users.by_id(connection, user.id)


def trail(database, **wanted) -> list[tuple]:
    """(action, subject) of what was written down, the oldest first, without how the people came to be."""
    with database.reading() as connection:
        rows = entries(connection, Filter(**wanted), limit=500)
    return [(row.action, row.subject) for row in reversed(rows) if row.action != "user_added"]


def last_entry(database):
    with database.reading() as connection:
        return entries(connection, Filter(), limit=1)[0]
