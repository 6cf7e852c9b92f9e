"""Administrators look after people: invite them, change what they may do, keep them out."""

import re

import pytest

from tests.views.conftest import Browser, hidden_fields
from tests.views.people import PASSWORD, browser_of, is_signed_in, person, press, problems, sign_in, trail
from webapp.records import users
from webapp.records.users import ROLES

NEW = "/admin/users/new"


@pytest.fixture
def ada(service):
    return person(service, "administrator", "ada")


@pytest.fixture
def browser(service, ada):
    return browser_of(service, ada)


@pytest.fixture
def bob(service):
    return person(service, "viewer", "bob")


def stored(service, user):
    with service.parts.database.reading() as connection:
        return users.by_id(connection, user.id)


def page_of(user):
    return f"/admin/users/{user.id}"


def test_everybody_is_listed_with_role_and_state(browser, bob):
    page = browser.get("/admin/users").text

    assert f'<a href="{page_of(bob)}">Bob</a>' in page
    assert "Administrator" in page
    assert "Active" in page


def test_somebody_invited_gets_in_with_the_link(service, browser):
    page = press(browser, NEW, NEW, name="Grace Hopper", sign_in_name="Grace@Example.org", role="approver")
    link = re.search(r"http://localhost(/invitations/[\w-]+)", page.text)[1]
    guest = Browser(service.app.test_client())
    guest.client.post(link, data=hidden_fields(guest.get(link)) | {"password": PASSWORD})

    assert page.status_code == 200
    assert "Approver" in guest.get("/account").text
    assert link not in browser.get("/admin/users").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sign_in_name": "eve", "role": "viewer"}, "Enter the name"),
        ({"name": "Eve", "role": "viewer"}, "Enter a sign-in name"),
        ({"name": "Eve", "sign_in_name": "eve"}, "Select a role"),
        ({"name": "Eve", "sign_in_name": "eve", "role": "king"}, "Select a role"),
        ({"name": "Eve", "sign_in_name": "e ve", "role": "viewer"}, "A sign-in name has"),
        ({"name": "Eve", "sign_in_name": "BOB", "role": "viewer"}, "The sign-in name bob is taken"),
        ({"name": "x" * 101, "sign_in_name": "eve", "role": "viewer"}, "The name must be 100 characters or less"),
    ],
)
def test_somebody_who_cannot_be_invited_is_explained(service, browser, bob, fields, said):
    page = press(browser, NEW, NEW, **fields)

    assert page.status_code == 422
    assert problems(page)[0].startswith(said)
    assert all(f'value="{value}"' in page.text for name, value in fields.items() if name != "role")
    assert len(trail(service, "user_added")) == 2


def test_a_changed_role_holds_from_the_next_sign_in_on(service, browser, bob):
    theirs = browser_of(service, bob)
    answer = press(browser, page_of(bob), f"{page_of(bob)}/role", role="analyst")

    assert "The role of Bob is now analyst" in browser.get(answer.location).text
    assert stored(service, bob).role == "analyst"
    assert not is_signed_in(theirs.client)


def test_somebody_disabled_is_out_at_once_and_can_be_let_in_again(service, browser, bob):
    theirs = browser_of(service, bob)
    answer = press(browser, page_of(bob), f"{page_of(bob)}/disable")
    said = browser.get(answer.location).text
    refused = sign_in(service.app.test_client(), "bob").status_code
    press(browser, page_of(bob), f"{page_of(bob)}/enable")

    assert "Bob is disabled and signed out everywhere" in said
    assert "Make a link" not in said
    assert not is_signed_in(theirs.client)
    assert refused == 422
    assert sign_in(service.app.test_client(), "bob").status_code == 303


def test_a_link_for_a_lost_password_is_shown_once(service, browser, bob):
    page = press(browser, page_of(bob), f"{page_of(bob)}/link")
    link = re.search(r"http://localhost(/invitations/[\w-]+)", page.text)[1]

    assert "works once, for 60 minutes" in page.text
    assert "A new password, Bob" in service.app.test_client().get(link).text
    assert link not in browser.get(page_of(bob)).text


def test_nobody_changes_their_own_role_or_keeps_themselves_out(service, browser, ada):
    role = press(browser, page_of(ada), f"{page_of(ada)}/role", role="viewer")
    disabled = press(browser, page_of(ada), f"{page_of(ada)}/disable")

    assert "This is you" in browser.get(page_of(ada)).text
    assert (role.status_code, disabled.status_code) == (422, 409)
    assert "Another administrator has to do this for you" in disabled.text
    assert stored(service, ada) == ada


def test_the_last_administrator_stays(service, browser, ada):
    eve = person(service, "administrator", "eve")
    hers = browser_of(service, eve)
    press(browser, page_of(eve), f"{page_of(eve)}/disable")
    press(browser, page_of(eve), f"{page_of(eve)}/enable")
    with service.parts.database.writing() as connection:
        users.disable(connection, eve.id, eve.actor())
    page = press(browser, page_of(ada), f"{page_of(ada)}/disable")

    assert page.status_code == 409
    assert not is_signed_in(hers.client)
    assert stored(service, ada).is_active


@pytest.mark.parametrize("what", ["", "/role", "/disable", "/enable", "/link"])
def test_somebody_who_is_not_there_is_not_found(browser, what):
    url = f"/admin/users/{'0' * 16}{what}"

    assert browser.get(url).status_code in (404, 405)
    assert press(browser, "/admin/users/new", url).status_code in (404, 405)


@pytest.mark.parametrize("role", ROLES[:-1])
def test_whoever_is_no_administrator_changes_nobody(service, bob, role):
    browser = browser_of(service, person(service, role))
    for url in ("/admin/users", NEW, page_of(bob)):
        assert browser.get(url).status_code == 403
    for what in ("role", "disable", "enable", "link"):
        assert press(browser, "/account", f"{page_of(bob)}/{what}", role="administrator").status_code == 403

    assert stored(service, bob) == bob
    assert "Administration" not in browser.get("/").text


def test_every_change_is_written_down_with_who_did_it(service, browser, ada, bob):
    press(browser, page_of(bob), f"{page_of(bob)}/role", role="analyst")
    press(browser, page_of(bob), f"{page_of(bob)}/disable")
    press(browser, page_of(bob), f"{page_of(bob)}/enable")
    press(browser, page_of(bob), f"{page_of(bob)}/link")
    told = [(entry.action, entry.who.id, entry.subject, entry.before, entry.after) for entry in trail(service)[1:4]]

    assert trail(service)[0].action == "invited"
    assert told == [
        ("user_enabled", ada.id, "user bob", {"state": "disabled"}, {"state": "active"}),
        ("user_disabled", ada.id, "user bob", {"state": "active"}, {"state": "disabled"}),
        ("role_changed", ada.id, "user bob", {"role": "viewer"}, {"role": "analyst"}),
    ]
    assert {entry.from_where for entry in trail(service)[:4]} == {"127.0.0.1"}
