"""Accounts: one person has one, somebody can always administer, and every change is written down."""

import pytest

from tests.records.people import HASH, ROOT, administrator, last_entry, person, reread, trail
from webapp.errors import AccountRefused
from webapp.records import invitations, sessions, users
from webapp.records.actors import Actor
from webapp.records.users import NewUser


def test_a_person_is_found_however_their_name_is_typed(database):
    ada = person(database, " Ada@Example.ORG ", name=" Ada Lovelace ")

    with database.reading() as connection:
        for typed in ("ada@example.org", "ADA@EXAMPLE.ORG  ", "ａｄａ@example.org"):
            assert users.by_sign_in_name(connection, typed) == ada
        assert users.by_sign_in_name(connection, "ada@example.com") is None
        assert users.by_id(connection, "nobody") is None
    assert (ada.sign_in_name, ada.name, ada.role, ada.state) == ("ada@example.org", "Ada Lovelace", "viewer", "active")
    assert ada.actor("192.0.2.1") == Actor("person", ada.id, "Ada Lovelace")


def test_a_taken_name_is_refused_and_the_transaction_goes_on(database):
    person(database, "grace")

    with database.writing() as connection:
        with pytest.raises(AccountRefused, match="The sign-in name grace is taken"):
            users.add(connection, NewUser("GRACE", "Another", "viewer"), ROOT)
        users.add(connection, NewUser("grace2", "Another", "viewer"), ROOT)

    with database.reading() as connection:
        assert [user.sign_in_name for user in users.everybody(connection)] == ["grace", "grace2"]


@pytest.mark.parametrize("name", ["", "   ", "a b", "a\nb", "a\u202eb", "x" * 101, "tab\tbed"])
def test_a_sign_in_name_that_cannot_be_read_out_is_refused(database, name):
    with pytest.raises(AccountRefused, match="A sign-in name has 1 to 100 visible characters"):
        person(database, name, name="Somebody")


@pytest.mark.parametrize("name", ["", " ", "two\nlines", "x" * 101])
def test_a_person_s_name_is_one_visible_line(database, name):
    with pytest.raises(AccountRefused, match="A name has 1 to 100 visible characters"):
        person(database, "somebody", name=name)


def test_a_role_that_is_none_is_refused(database):
    grace = person(database)

    with database.writing() as connection, pytest.raises(AccountRefused, match="A role is one of viewer, recorder"):
        users.change_role(connection, grace.id, "king", ROOT)
    with pytest.raises(AccountRefused, match="A role is one of"):
        person(database, "other", role="king")


def test_only_who_may_sign_in_has_a_hash_to_compare_with(database):
    invited, active = person(database, "invited", password_hash=None), person(database, "active")
    disabled = person(database, "disabled")
    with database.writing() as connection:
        users.disable(connection, disabled.id, ROOT)

        hashes = [users.password_hash(connection, user.id) for user in (invited, active, disabled)]
        assert users.password_hash(connection, "nobody") is None

    assert hashes == [None, HASH, None]
    assert invited.state == "invited"


@pytest.mark.parametrize("act", ["disable", "demote"])
def test_the_last_active_administrator_stays(database, act):
    alan = administrator(database)
    with database.writing() as connection:
        users.add(connection, NewUser("invited", "Invited", "administrator"), ROOT)
        disabled = users.add(connection, NewUser("disabled", "Disabled", "administrator", HASH), ROOT)
        users.disable(connection, disabled.id, ROOT)

    with database.writing() as connection, pytest.raises(AccountRefused, match="Alan is the last active administrator"):
        if act == "disable":
            users.disable(connection, alan.id, alan.actor())
        else:
            users.change_role(connection, alan.id, "approver", alan.actor())

    assert reread(database, alan) == alan


def test_one_of_two_administrators_may_go(database):
    alan, bea = administrator(database, "alan"), administrator(database, "bea")

    with database.writing() as connection:
        assert users.change_role(connection, alan.id, "viewer", bea.actor()).role == "viewer"
        with pytest.raises(AccountRefused, match="Bea is the last active administrator"):
            users.disable(connection, bea.id, bea.actor())


def test_a_disabled_person_comes_back_as_what_they_were(database):
    active, invited = person(database, "active"), person(database, "invited", password_hash=None)

    with database.writing() as connection:
        for user in (active, invited):
            assert users.disable(connection, user.id, ROOT).state == "disabled"
            assert users.enable(connection, user.id, ROOT) == user


def test_what_changes_nothing_is_not_written_down(database):
    grace = person(database)

    with database.writing() as connection:
        users.enable(connection, grace.id, ROOT)
        users.change_role(connection, grace.id, "viewer", ROOT)
        users.disable(connection, grace.id, ROOT)
        users.disable(connection, grace.id, ROOT)

    assert trail(database) == [("user_disabled", "user grace")]


@pytest.mark.parametrize("change", [users.disable, users.enable])
def test_nobody_can_be_changed_who_is_not_there(database, change):
    with database.writing() as connection, pytest.raises(AccountRefused, match="no such account"):
        change(connection, "nobody", ROOT)


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (lambda c, user, mine: users.change_role(c, user.id, "analyst", ROOT), 0),
        (lambda c, user, mine: users.disable(c, user.id, ROOT), 0),
        (lambda c, user, mine: users.set_password(c, user.id, "another", ROOT), 0),
        (lambda c, user, mine: users.set_password(c, user.id, "another", user.actor(), mine), 1),
    ],
)
def test_a_new_role_or_password_or_none_ends_sessions(database, change, left):
    grace, other = person(database), person(database, "other")
    with database.writing() as connection:
        mine = sessions.begin(connection, grace.id, "", "")
        sessions.begin(connection, grace.id, "", "")
        sessions.begin(connection, other.id, "", "")

        change(connection, grace, mine)

        assert len(sessions.of_user(connection, grace.id)) == left
        assert len(sessions.of_user(connection, other.id)) == 1
        assert (sessions.find(connection, mine) is not None) == bool(left)


def test_a_new_password_makes_an_older_link_useless(database):
    grace = person(database)
    with database.writing() as connection:
        token = invitations.invite(connection, grace.id, ROOT)
        users.set_password(connection, grace.id, "another", grace.actor())

        assert invitations.open_invitation(connection, token) is None
        assert users.password_hash(connection, grace.id) == "another"


def test_every_change_says_who_made_it_from_where_and_what_was_before(database):
    grace = person(database)
    bea = Actor("person", "1", "Bea", "192.0.2.7")
    seen = []

    for change in (
        lambda c: users.change_role(c, grace.id, "analyst", bea),
        lambda c: users.disable(c, grace.id, bea),
        lambda c: users.enable(c, grace.id, bea),
        lambda c: users.set_password(c, grace.id, "another hash", bea),
    ):
        with database.writing() as connection:
            change(connection)
        entry = last_entry(database)
        assert (entry.who, entry.subject, entry.from_where) == (bea, "user grace", "192.0.2.7")
        seen.append((entry.action, entry.before, entry.after))

    assert seen == [
        ("role_changed", {"role": "viewer"}, {"role": "analyst"}),
        ("user_disabled", {"state": "active"}, {"state": "disabled"}),
        ("user_enabled", {"state": "disabled"}, {"state": "active"}),
        ("password_changed", {"state": "active"}, {"state": "active"}),
    ]
