"""A link lets one person choose a password: once, for an hour, and nobody else."""

from datetime import timedelta

import pytest

from tests.views.conftest import Browser, hidden_fields
from tests.views.people import OTHER_PASSWORD, PASSWORD, browser_of, is_signed_in, person, problems, sign_in, token_in
from webapp import clock
from webapp.passwords import LONGEST
from webapp.records import users
from webapp.records.actors import SYSTEM
from webapp.records.invitations import invite
from webapp.records.users import NewUser


@pytest.fixture
def environ():
    return {"FORMCAST_ACCESS": "members"}


@pytest.fixture
def grace(service):
    with service.parts.database.writing() as connection:
        return users.add(connection, NewUser("grace@example.org", "Grace", "analyst"), SYSTEM)


def link_for(service, user):
    with service.parts.database.writing() as connection:
        return f"/invitations/{invite(connection, user.id, SYSTEM)}"


def choose(browser, link, password):
    return browser.client.post(link, data=hidden_fields(browser.get(link)) | {"password": password})


def test_the_page_says_who_it_is_for_and_what_they_may_do(service, browser, grace):
    page = browser.get(link_for(service, grace)).text

    assert "Welcome, Grace" in page
    assert "You have been invited as analyst" in page
    assert 'autocomplete="username" readonly value="grace@example.org"' in page
    assert 'type="password" autocomplete="new-password"' in page


def test_whoever_chooses_a_password_is_signed_in_and_can_sign_in_with_it(service, browser, grace):
    answer = choose(browser, link_for(service, grace), PASSWORD)

    assert answer.status_code == 303
    assert "Your password is set, and you are signed in" in browser.get(answer.location).text
    assert sign_in(service.app.test_client(), "grace@example.org").status_code == 303


@pytest.mark.parametrize(
    ("password", "said"), [("", "Use at least 12"), ("x" * 11, "Use at least 12"), ("x" * (LONGEST + 1), "Use at most")]
)
def test_a_password_that_will_not_do_is_explained_and_the_link_still_works(service, browser, grace, password, said):
    link = link_for(service, grace)
    page = choose(browser, link, password)

    assert page.status_code == 422
    assert problems(page)[0].startswith(said)
    assert not is_signed_in(browser.client)
    assert choose(browser, link, PASSWORD).status_code == 303


@pytest.mark.parametrize(
    "password", ["correct horse battery", " leading and trailing ", "パスワードはとても長いです", "<b>&\"'</b> x 12"]
)
def test_any_long_password_will_do(service, browser, grace, password):
    choose(browser, link_for(service, grace), password)

    assert sign_in(service.app.test_client(), "grace@example.org", password).status_code == 303


def test_a_link_works_once(service, browser, grace):
    link = link_for(service, grace)
    fields = hidden_fields(browser.get(link)) | {"password": PASSWORD}
    choose(Browser(service.app.test_client()), link, PASSWORD)
    late = browser.client.post(link, data=fields | {"password": OTHER_PASSWORD})

    assert late.status_code == 404
    assert "This link does not work any more" in late.text
    assert browser.get(link).status_code == 404
    assert sign_in(service.app.test_client(), "grace@example.org", OTHER_PASSWORD).status_code == 422


def test_a_link_works_for_an_hour(service, browser, grace, monkeypatch):
    link = link_for(service, grace)
    later = clock.now() + timedelta(minutes=60)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert browser.get(link).status_code == 404


def test_a_newer_link_replaces_it(service, browser, grace):
    old, new = link_for(service, grace), link_for(service, grace)

    assert browser.get(old).status_code == 404
    assert browser.get(new).status_code == 200


@pytest.mark.parametrize("token", ["x", "t" * 43, "x" * 3000, "%00", "ä", "..%2f"])
def test_a_link_that_was_made_up_leads_nowhere(browser, token):
    assert browser.get(f"/invitations/{token}").status_code in (400, 404)


def test_a_new_password_ends_every_session_and_the_old_password(service, browser):
    ada = person(service, "viewer", "ada")
    elsewhere = browser_of(service, ada)
    page = browser.get(link := link_for(service, ada))
    choose(browser, link, OTHER_PASSWORD)

    assert "A new password, Ada" in page.text
    assert not is_signed_in(elsewhere.client)
    assert is_signed_in(browser.client)
    assert sign_in(service.app.test_client(), "ada").status_code == 422
    assert sign_in(service.app.test_client(), "ada", OTHER_PASSWORD).status_code == 303


def test_until_the_link_is_used_the_old_password_holds(service, browser):
    ada = person(service, "viewer", "ada")
    browser.get(link_for(service, ada))

    assert sign_in(service.app.test_client(), "ada").status_code == 303


def test_the_link_of_somebody_disabled_leads_nowhere(service, browser, grace):
    link = link_for(service, grace)
    with service.parts.database.writing() as connection:
        users.disable(connection, grace.id, SYSTEM)

    assert browser.get(link).status_code == 404


def test_a_link_opens_no_other_page(service, browser, grace):
    browser.get(link_for(service, grace))

    assert token_in(browser.client) is None
    assert not is_signed_in(browser.client)


def test_no_log_holds_the_link(service, browser, grace, caplog):
    link = link_for(service, grace)
    choose(browser, link, PASSWORD)

    assert link.rsplit("/", 1)[1] not in caplog.text
