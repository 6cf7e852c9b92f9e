"""A link to set a password works once, for an hour, and only the last one that was made."""

import pytest
from sqlalchemy import select

from tests.records.people import ROOT, last_entry, person, reread, trail
from webapp.errors import AccountRefused
from webapp.records import invitations, sessions, tables, users


def invited(database, user):
    with database.writing() as connection:
        return invitations.invite(connection, user.id, ROOT)


def opened(database, token):
    with database.reading() as connection:
        return invitations.open_invitation(connection, token)


def accepted(database, token, hash="a new hash", address="192.0.2.1"):
    with database.writing() as connection:
        return invitations.accept(connection, token, hash, address)


def test_an_invited_person_sets_a_password_and_is_active(database):
    grace = person(database, password_hash=None)
    token = invited(database, grace)

    assert opened(database, token) == grace
    active = accepted(database, token)

    assert (active.id, active.state) == (grace.id, "active")
    assert active == reread(database, grace)
    with database.reading() as connection:
        assert users.password_hash(connection, grace.id) == "a new hash"
        assert token not in str(connection.execute(select(tables.invitations)).all())
    assert trail(database) == [("invited", "user grace"), ("password_changed", "user grace")]
    assert (last_entry(database).who, last_entry(database).from_where) == (active.actor(), "192.0.2.1")
    assert (last_entry(database).before, last_entry(database).after) == ({"state": "invited"}, {"state": "active"})


def test_a_link_works_once(database):
    grace = person(database, password_hash=None)
    token = invited(database, grace)
    accepted(database, token)

    assert opened(database, token) is None
    assert accepted(database, token, "the hash of somebody else") is None
    with database.reading() as connection:
        assert users.password_hash(connection, grace.id) == "a new hash"


def test_a_link_works_for_an_hour(database, hands):
    token = invited(database, person(database, password_hash=None))

    hands.move(minutes=59, seconds=59)
    assert opened(database, token) is not None
    hands.move(seconds=1)
    assert opened(database, token) is None
    assert accepted(database, token) is None


def test_only_the_last_link_works(database):
    grace = person(database, password_hash=None)
    first, second = invited(database, grace), invited(database, grace)

    assert opened(database, first) is None
    assert accepted(database, first) is None
    assert accepted(database, second) is not None


@pytest.mark.parametrize("token", ["", "nonsense", "\ud800", "x" * 10_000])
def test_a_link_that_was_never_made_opens_nothing(database, token):
    invited(database, person(database))

    assert opened(database, token) is None
    assert accepted(database, token) is None


def test_a_forgotten_password_is_set_anew_and_holds_until_then(database):
    grace = person(database)
    with database.writing() as connection:
        session = sessions.begin(connection, grace.id, "", "")
    token = invited(database, grace)
    with database.reading() as connection:
        assert users.password_hash(connection, grace.id) != "a new hash"
        assert sessions.find(connection, session) is not None

    accepted(database, token)

    with database.reading() as connection:
        assert users.password_hash(connection, grace.id) == "a new hash"
        assert sessions.find(connection, session) is None


def test_a_disabled_person_is_neither_invited_nor_let_in_by_an_older_link(database):
    grace = person(database)
    token = invited(database, grace)
    with database.writing() as connection:
        users.disable(connection, grace.id, ROOT)

    with pytest.raises(AccountRefused, match="Grace is disabled"):
        invited(database, grace)
    assert opened(database, token) is None
    assert accepted(database, token) is None
    assert reread(database, grace).state == "disabled"


def test_nobody_can_be_invited_who_is_not_there(database):
    with database.writing() as connection, pytest.raises(AccountRefused, match="no such account"):
        invitations.invite(connection, "nobody", ROOT)
