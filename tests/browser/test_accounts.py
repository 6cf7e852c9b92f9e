"""Signing in, being refused, invited, interrupted: by pointer, by keyboard, without script, on both databases."""

import urllib.error
import urllib.request

import pytest

from tests.browser.accounts import (
    FORM,
    PASSWORD,
    add,
    end_sessions,
    link_for,
    press,
    sign_in,
    tab_to_control,
    type_and_press,
)
from tests.browser.answering import fill, press_enter, tab_to
from tests.browser.site import start
from tests.browser.tables import rent
from webapp.records import sessions

pytestmark = pytest.mark.browser

FLAT = {"Area": "64.5x", "Rooms": "two", "Balcony": "Yes"}
WITH_SCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])


@pytest.fixture(scope="module")
def postgres_site(tmp_path_factory, postgres):
    site = start(tmp_path_factory.mktemp("members"), (rent(),), DATABASE_URL=postgres.create_database())
    yield site
    site.end()


@pytest.fixture(params=["members_site", "postgres_site"], ids=["sqlite", "postgres"])
def either_site(request):
    return request.getfixturevalue(request.param)


def opens(site, key):
    """What a program gets with the key."""
    request = urllib.request.Request(f"{site.address}/metrics", headers={"Authorization": f"Bearer {key}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def test_from_the_first_administrator_to_a_revoked_key(either_site, open_page):
    page = open_page(either_site.address + FORM)
    _is_refused(page)
    link = _becomes_administrator_and_invites(either_site, page)
    theirs = open_page(link)
    _accepts_and_is_refused_what_is_not_theirs(either_site, theirs)
    second = sign_in(open_page(f"{either_site.address}/sign-in"), "Grace")
    _ends_the_other_session(either_site, theirs, second)
    _uses_and_revokes_a_key(either_site, theirs)


def _is_refused(page):
    assert page.locator("h1").inner_text() == "Sign in"
    sign_in(page, "nobody")

    assert page.title().startswith("Error: ")
    assert page.locator(".problems:focus a").inner_text().startswith("The sign-in name or the password is not right")


def _becomes_administrator_and_invites(site, page):
    page.goto(link_for(site, add(site, "Ada", "administrator", has_password=False)))
    page.fill("#password", PASSWORD)
    press(page, "Set the password")
    assert "Ada" in page.locator("header .who").first.inner_text()

    page.goto(f"{site.address}/admin/users/new")
    page.fill("#name", "Grace")
    page.fill("#sign_in_name", "grace@example.org")
    page.check("#role-0")
    press(page, "Make the link")
    return page.input_value("#once")


def _accepts_and_is_refused_what_is_not_theirs(site, page):
    page.fill("#password", PASSWORD)
    press(page, "Set the password")
    assert "Your password is set, and you are signed in" in page.inner_text("main")

    page.goto(f"{site.address}/admin/users")
    assert "Your role here is viewer" in page.inner_text("main")
    assert page.locator("text=Administration").count() == 0


def _ends_the_other_session(site, page, other):
    page.goto(f"{site.address}/account")
    press(page, "End")
    assert "That session has ended" in page.inner_text("main")

    other.goto(f"{site.address}/account")
    assert other.locator("h1").inner_text() == "Sign in"


def _uses_and_revokes_a_key(site, page):
    page.goto(f"{site.address}/account/keys/new")
    page.fill("#label", "Nightly")
    page.check("#view")
    press(page, "Make the key")
    key = page.input_value("#once")
    assert opens(site, key) == 200

    page.goto(f"{site.address}/account")
    assert key not in page.content()
    press(press(page, "Revoke"), "Revoke the key")
    assert opens(site, key) == 401


@WITH_SCRIPT
def test_a_session_lost_in_the_middle_of_a_form_costs_no_answer(members_site, open_page, javascript):
    _lose_and_regain(members_site, open_page, "Hedy" if javascript else "Joan", java_script_enabled=javascript)


def test_nor_does_it_on_postgres(postgres_site, open_page):
    _lose_and_regain(postgres_site, open_page, "Hedy")


def _lose_and_regain(site, open_page, name, **settings):
    user = add(site, name, "viewer")
    page = sign_in(open_page(site.address + FORM, **settings), name)
    fill(page, FLAT)
    end_sessions(site, user)
    press(page, "Get prediction")
    assert "Your answers are kept" in page.locator(".notice:focus").inner_text()

    sign_in(page, name)
    ids = page.evaluate("Object.fromEntries([...document.forms.ask.elements].map((one) => [one.name, one.value]))")
    before = site.records()
    assert "Your answers are back" in page.inner_text(".notice")
    assert (ids["f0"], ids["f1"]) == ("64.5x", "two")
    assert page.is_checked("text=Yes")

    fill(page, {"Area": "64.5", "Rooms": "2"})
    press(page, "Get prediction")
    assert "/predictions/" in page.url
    assert site.records() == before + 1


def test_everything_is_done_with_the_keyboard_alone(members_site, open_page):
    add(members_site, "Katherine", "administrator")
    page = open_page(f"{members_site.address}/sign-in?next=/account/keys/new")
    type_and_press(page, {"name": "katherine@example.org", "password": "wrong"}, "Sign in")
    page.locator(".problems:focus").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "name"
    type_and_press(page, {"password": PASSWORD}, "Sign in")
    type_and_press(page, {"label": "Nightly"}, "Make the key")
    page.locator(".problems:focus").wait_for()
    tab_to_control(page, "view")
    page.keyboard.press("Space")
    tab_to(page, "Make the key")
    assert press_enter(page).locator("h1").inner_text() == "Your new key"
    page.evaluate("document.activeElement.blur()")
    tab_to(page, "Sign out")
    press_enter(page)

    assert "You are signed out" in page.inner_text(".notice")


def test_what_is_typed_as_a_password_can_be_looked_at_and_pasted(members_site, open_page):
    page = open_page(f"{members_site.address}/sign-in")
    page.focus("#password")
    page.keyboard.insert_text(PASSWORD)
    assert page.get_attribute("#password", "type") == "password"
    page.click("[data-reveal] button")

    assert page.get_attribute("#password", "type") == "text"
    assert page.input_value("#password") == PASSWORD
    assert page.get_attribute("[data-reveal] button", "aria-pressed") == "true"
    page.fill("#name", "nobody@example.org")
    press(page, "Sign in")
    assert page.input_value("#password") == ""
    assert open_page(f"{members_site.address}/sign-in", java_script_enabled=False).is_hidden("[data-reveal] button")


def test_after_signing_out_going_back_shows_nothing(members_site, open_page):
    add(members_site, "Radia", "viewer")
    page = sign_in(open_page(f"{members_site.address}/sign-in?next=/account"), "Radia")
    assert page.locator("h1").inner_text() == "Your account"
    with page.expect_event("load"):
        page.click("header button:has-text('Sign out')")
    page.go_back()

    assert "Radia" not in page.content()
    assert page.locator("h1").inner_text() == "Sign in"


def test_on_a_phone_the_menu_holds_the_account(members_site, open_page):
    add(members_site, "Barbara", "administrator")
    page = sign_in(open_page(f"{members_site.address}/sign-in", 320, 640), "Barbara")
    assert page.is_hidden("header .who >> nth=0")
    page.click("header summary")

    assert page.is_visible(".menu .who a:has-text('Barbara')")
    with page.expect_event("load"):
        page.click(".menu button:has-text('Sign out')")
    assert "You are signed out" in page.inner_text(".notice")


def test_a_double_click_makes_one_key(members_site, open_page):
    user = add(members_site, "Annie", "viewer")
    page = sign_in(open_page(f"{members_site.address}/sign-in?next=/account/keys/new"), "Annie")
    page.fill("#label", "Nightly")
    page.check("#view")
    page.dblclick("main button:has-text('Make the key')")
    page.locator("h1:has-text('Your new key')").wait_for()
    page.goto(f"{members_site.address}/account")

    assert page.locator("th:has-text('Nightly')").count() == 1
    with members_site.database.reading() as connection:
        assert len(sessions.of_user(connection, user.id)) == 1
