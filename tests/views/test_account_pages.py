"""One's own account: password, sessions, keys; and nothing of anybody else's."""

import re

import pytest

from tests.views.people import (
    OTHER_PASSWORD,
    PASSWORD,
    browser_of,
    is_signed_in,
    person,
    press,
    problems,
    sign_in,
    token_in,
    trail,
)
from webapp.records import api_keys, sessions

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
KEY = re.compile(r"fc_[0-9a-f]{16}_[0-9a-f]{64}")


@pytest.fixture
def ada(service):
    return person(service, "recorder", "ada")


@pytest.fixture
def browser(service, ada):
    return browser_of(service, ada)


def session_ids(service, user, *tokens):
    with service.parts.database.reading() as connection:
        return [row.id for row in sessions.of_user(connection, user.id)]


def keys_of(service, user):
    with service.parts.database.reading() as connection:
        return api_keys.of_user(connection, user.id)


class TestPassword:
    def change(self, browser, present=PASSWORD, password=OTHER_PASSWORD):
        return press(browser, "/account/password", "/account/password", present=present, password=password)

    def test_is_changed_and_ends_every_other_session(self, service, ada, browser):
        elsewhere, before = browser_of(service, ada), token_in(browser.client)
        answer = self.change(browser)

        assert answer.status_code == 303
        assert "Your password is changed" in browser.get(answer.location).text
        assert is_signed_in(browser.client)
        assert token_in(browser.client) != before
        assert not is_signed_in(elsewhere.client)
        assert sign_in(service.app.test_client(), "ada").status_code == 422
        assert sign_in(service.app.test_client(), "ada", OTHER_PASSWORD).status_code == 303

    def test_takes_the_present_one(self, browser):
        page = self.change(browser, present="wrong")

        assert page.status_code == 422
        assert problems(page) == ["The present password is not right"]
        assert "wrong" not in page.text

    def test_has_to_be_long_enough(self, browser):
        assert problems(self.change(browser, password="short"))[0].startswith("Use at least 12 characters")

    def test_problems_stand_in_page_order(self, browser):
        assert [text[:9] for text in problems(self.change(browser, "", ""))] == ["Enter you", "Use at le"]

    def test_cannot_be_guessed_at_an_open_page(self, browser):
        pages = [self.change(browser, present="wrong") for _ in range(6)]

        assert [page.status_code for page in pages] == [422] * 5 + [429]
        assert "Wait " in problems(pages[-1])[0]

    def test_is_known_to_password_managers(self, browser):
        page = browser.get("/account/password").text

        assert re.findall(r'autocomplete="([a-z-]+)"', page) == ["username", "current-password", "new-password"]


class TestSessions:
    def test_are_listed_with_the_present_one_first(self, service, ada, browser):
        browser_of(service, ada, FIREFOX, "203.0.113.7")
        page = browser.get("/account").text

        assert page.index("This one") < page.index("Firefox on Windows")
        assert "203.0.113.7" in page

    def test_another_one_can_be_ended(self, service, ada, browser):
        other = browser_of(service, ada)
        [ending] = [one for one in session_ids(service, ada) if f"/{one}/end" in browser.get("/account").text]
        answer = press(browser, "/account", f"/account/sessions/{ending}/end")

        assert "That session has ended" in browser.get(answer.location).text
        assert is_signed_in(browser.client)
        assert not is_signed_in(other.client)

    def test_all_others_can_be_ended_at_once(self, service, ada, browser):
        others = [browser_of(service, ada) for _ in range(3)]
        answer = press(browser, "/account", "/account/sessions/end-others")

        assert "3 other sessions have ended" in browser.get(answer.location).text
        assert [is_signed_in(other.client) for other in others] == [False] * 3
        assert is_signed_in(browser.client)

    def test_those_of_somebody_else_are_not_there(self, service, browser):
        eve = person(service, "administrator", "eve")
        hers = browser_of(service, eve)
        [ending] = session_ids(service, eve)
        answer = press(browser, "/account", f"/account/sessions/{ending}/end")

        assert answer.status_code == 404
        assert is_signed_in(hers.client)

    def test_their_tokens_stand_on_no_page(self, browser):
        assert token_in(browser.client) not in browser.get("/account").text


class TestKeys:
    def make(self, browser, **fields):
        return press(browser, "/account/keys/new", "/account/keys/new", **fields)

    def test_are_shown_once(self, service, ada, browser):
        page = self.make(browser, label="Nightly", view="y", record="y", days="30")
        [key] = keys_of(service, ada)
        [text] = set(KEY.findall(page.text))
        used = service.app.test_client().get("/metrics", headers={"Authorization": f"Bearer {text}"})

        assert page.status_code == 200
        assert used.status_code == 200
        assert (key.label, key.scopes) == ("Nightly", ("view", "record"))
        assert not KEY.search(browser.get("/account").text)
        assert "Nightly" in browser.get("/account").text

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"label": " ", "view": "y", "days": "30"}, "Say what the key is for"),
            ({"label": "x" * 101, "view": "y", "days": "30"}, "What the key is for must be 100 characters or less"),
            ({"label": "x", "view": "y"}, "Select how long the key lasts"),
            ({"label": "x", "view": "y", "days": "5000"}, "Select how long the key lasts"),
            ({"label": "x", "days": "30"}, "Select what the key may do"),
            ({"label": "a\u202eb", "view": "y", "days": "30"}, "Give the key a name"),
        ],
    )
    def test_that_cannot_be_made_are_explained(self, service, ada, browser, fields, said):
        page = self.make(browser, **fields)

        assert page.status_code == 422
        assert problems(page)[0].startswith(said)
        assert keys_of(service, ada) == []

    def test_what_was_filled_in_is_still_there(self, browser):
        page = self.make(browser, label="Nightly <b>", days="365").text

        assert 'value="Nightly &lt;b&gt;"' in page
        assert 'value="365" checked' in page

    def test_may_do_no_more_than_their_owner(self, service, ada, browser):
        page = browser.get("/account/keys/new").text
        self.make(browser, label="Nightly", view="y", analyse="y", days="30")
        [key] = keys_of(service, ada)

        assert 'name="record"' in page
        assert 'name="analyse"' not in page
        assert key.scopes == ("view",)

    def test_are_revoked_after_a_question(self, service, ada, browser):
        text = KEY.search(self.make(browser, label="Nightly", view="y", days="30").text)[0]
        [key] = keys_of(service, ada)
        url = f"/account/keys/{key.id}/revoke"
        assert "Revoke the key “Nightly”?" in browser.get(url).text
        answer = press(browser, url, url)

        assert "The key is revoked" in browser.get(answer.location).text
        assert "Revoked on" in browser.get("/account").text
        assert service.app.test_client().get("/metrics", headers={"Authorization": f"Bearer {text}"}).status_code == 401
        assert browser.get(url).status_code == 404
        assert press(browser, "/account", url).status_code == 404

    def test_of_somebody_else_are_not_there(self, service, browser):
        eve = person(service, "administrator", "eve")
        with service.parts.database.writing() as connection:
            key, _ = api_keys.make(connection, eve.id, "Hers", ("view",), 30)
        url = f"/account/keys/{key.id}/revoke"

        assert browser.get(url).status_code == 404
        assert press(browser, "/account", url).status_code == 404
        assert "Hers" not in browser.get("/account").text
        assert keys_of(service, eve)[0].is_valid


def test_every_change_is_written_down(service, ada, browser):
    browser_of(service, ada)
    TestKeys().make(browser, label="Nightly", view="y", days="30")
    press(browser, "/account", f"/account/keys/{keys_of(service, ada)[0].id}/revoke")
    press(browser, "/account", "/account/sessions/end-others")
    TestPassword().change(browser)
    told = [(entry.action, entry.who.id) for entry in trail(service)[:5] if entry.action != "signed_in"]

    assert told == [(action, ada.id) for action in ("password_changed", "session_ended", "key_revoked", "key_made")]


def test_a_page_names_what_its_reader_may_do(browser):
    page = browser.get("/account").text

    assert "You may ask questions and read answers; write down what really happened" in page
    assert "decide which version" not in page


def test_a_name_cannot_be_markup(service):
    page = browser_of(service, person(service, "viewer", "<b>eve")).get("/account").text

    assert "&lt;B&gt;Eve" in page
    assert "<B>" not in page
