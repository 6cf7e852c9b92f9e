"""Signing in and out: safe, and kind to whoever does it."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import event

from tests.views.conftest import ASK, SECRET, Browser, config, hidden_fields
from tests.views.people import (
    PASSWORD,
    browser_of,
    is_signed_in,
    person,
    press,
    problems,
    sign_in,
    somebody,
    token_in,
    trail,
)
from webapp import clock, passwords
from webapp.app import create_app
from webapp.records import users
from webapp.records.actors import SYSTEM
from webapp.records.audit import about_unknown_name
from webapp.views import proving
from webapp.views.services import services_of

WRONG = ["The sign-in name or the password is not right. Check both and try again"]


@pytest.fixture
def client(service):
    return service.app.test_client()


@pytest.fixture
def ada(service):
    return person(service, "viewer", "ada@example.org")


def test_the_right_password_signs_in_and_leads_on(client, ada):
    answer = sign_in(client, "ada@example.org", next=f"{ASK}?example=1")

    assert answer.status_code == 303
    assert answer.location == f"{ASK}?example=1"
    assert is_signed_in(client)
    assert "Ada@Example.Org" in client.get(ASK).text


@pytest.mark.parametrize("typed", ["ADA@Example.org", " ada@example.org ", "ａｄａ@example.org"])
def test_a_name_is_known_however_it_is_typed(client, ada, typed):
    assert sign_in(client, typed).status_code == 303


@pytest.mark.parametrize(
    ("name", "password"),
    [("ada@example.org", "wrong"), ("nobody", PASSWORD), ("ada@example.org", f"{PASSWORD} "), ("x" * 9000, "y" * 9000)],
)
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(client, ada, name, password):
    page = sign_in(client, name, password)

    assert page.status_code == 422
    assert problems(page) == WRONG
    assert f'value="{name}"' in page.text
    assert password not in page.text
    assert token_in(client) is None


def test_nothing_filled_in_says_what_to_fill_in(client):
    page = sign_in(client, " ", "")

    assert page.status_code == 422
    assert problems(page) == ["Enter your sign-in name", "Enter your password"]
    assert "<title>Error: Sign in" in page.text


def test_whoever_is_invited_or_disabled_is_answered_like_anybody(service, client, ada):
    with service.parts.database.writing() as connection:
        users.disable(connection, ada.id, SYSTEM)
        users.add(connection, users.NewUser("bob", "Bob", "viewer"), SYSTEM)

    assert problems(sign_in(client, "ada@example.org")) == problems(sign_in(client, "bob")) == WRONG


def test_an_unknown_name_costs_the_same_work_as_a_wrong_password(service, ada, monkeypatch):
    done = []

    class Counted(PasswordHasher):
        def verify(self, hash, password):
            done.append(extract_parameters(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Counted())
    for name in ("ada@example.org", "nobody@example.org"):
        client = service.app.test_client()
        fields = hidden_fields(client.get("/sign-in")) | {"name": name, "password": "wrong"}
        assert client.post("/sign-in", data=fields).status_code == 422

    assert len(done) == 2
    assert done[0] == done[1]


def test_the_cookie_is_another_one_after_signing_in(client, ada):
    client.get(ASK)
    before = client.get_cookie("session").value
    token = hidden_fields(client.get("/sign-in"))["csrf_token"]
    sign_in(client, "ada@example.org")
    after = client.get("/account")

    assert client.get_cookie("session").value != before
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 400
    assert after.status_code == 200


def test_the_cookie_says_nothing_about_who_it_is(client, ada):
    sign_in(client, "ada@example.org")
    with client.session_transaction() as cookie:
        told = {name: value for name, value in cookie.items() if name not in ("_user_id", "csrf_token")}

    assert told == {"whose": ada.id, "_fresh": True}
    assert len(token_in(client)) == 43


def test_a_token_that_was_made_up_opens_nothing(service, client, ada):
    with client.session_transaction() as cookie:
        cookie["_user_id"] = ada.id

    assert not is_signed_in(client)


def test_the_second_sign_in_of_a_browser_ends_the_first(service, client, ada):
    sign_in(client, "ada@example.org")
    first = token_in(client)
    fields = hidden_fields(client.get("/account")) | {"name": "ada@example.org", "password": PASSWORD}
    client.post("/sign-in", data=fields)
    stolen = service.app.test_client()
    with stolen.session_transaction() as cookie:
        cookie["_user_id"] = first

    assert token_in(client) != first
    assert not is_signed_in(stolen)


def test_signing_out_ends_the_session_itself(service, ada):
    browser = browser_of(service, ada)
    kept = token_in(browser.client)
    answer = press(browser, "/account", "/sign-out")
    stolen = service.app.test_client()
    with stolen.session_transaction() as cookie:
        cookie["_user_id"] = kept

    assert answer.location == "/sign-in?out=1"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.client.get_cookie("session") is None
    assert not is_signed_in(stolen)
    assert "You are signed out" in browser.get(answer.location).text


def test_signing_out_with_an_old_page_is_asked_again(service, ada):
    browser = browser_of(service, ada)
    page = browser.client.post("/sign-out", data={"csrf_token": "old"})

    assert page.status_code == 400
    assert "You are still signed in" in page.text
    assert browser.client.post("/sign-out", data=hidden_fields(page)).status_code == 303
    assert not is_signed_in(browser.client)


def test_a_page_of_signing_in_that_was_open_too_long_keeps_the_name(client, ada):
    page = client.post("/sign-in", data={"csrf_token": "old", "name": "ada", "password": PASSWORD})

    assert page.status_code == 400
    assert 'value="ada"' in page.text
    assert PASSWORD not in page.text
    assert sign_in(client, "ada@example.org").status_code == 303


def test_whoever_is_signed_in_is_not_asked_again(service, ada):
    assert browser_of(service, ada).get(f"/sign-in?next={ASK}").location == ASK


@pytest.mark.parametrize("wait", [timedelta(minutes=30), timedelta(hours=12)], ids=["unused", "used all the time"])
def test_a_session_ends_by_itself(service, ada, monkeypatch, wait):
    browser = browser_of(service, ada)
    began, step = clock.now(), min(wait, timedelta(minutes=20))
    moments = [began + step * place for place in range(1, int(wait / step))]
    for moment in moments:
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert is_signed_in(browser.client)
    monkeypatch.setattr(clock, "now", lambda: began + wait)
    page = browser.get("/account")

    assert page.status_code == 303
    assert "Your session is over" in browser.get(page.location).text


class TestLimits:
    def test_the_sixth_try_in_a_minute_has_to_wait(self, service, client, ada):
        for _ in range(5):
            assert sign_in(client, "ada@example.org", "wrong").status_code == 422
        page = sign_in(client, "ada@example.org")

        assert page.status_code == 429
        assert 1 <= int(page.headers["Retry-After"]) <= 61
        assert "That was tried too often. Wait " in problems(page)[0]
        assert not is_signed_in(client)

    def test_after_a_minute_it_goes_on(self, client, ada, monkeypatch):
        for _ in range(6):
            page = sign_in(client, "ada@example.org", "wrong")
        later = clock.now() + timedelta(seconds=int(page.headers["Retry-After"]))
        monkeypatch.setattr(clock, "now", lambda: later)

        assert sign_in(client, "ada@example.org").status_code == 303

    def test_one_account_is_protected_from_many_addresses(self, client, ada):
        pages = [
            sign_in(client, "ada@example.org", "wrong", environ_base={"REMOTE_ADDR": f"10.0.0.{number}"})
            for number in range(6)
        ]

        assert [page.status_code for page in pages] == [422] * 5 + [429]

    def test_a_name_that_nobody_has_is_limited_alike(self, client):
        pages = [
            sign_in(client, "nobody", "wrong", environ_base={"REMOTE_ADDR": f"10.0.0.{number}"}) for number in range(6)
        ]

        assert [page.status_code for page in pages] == [422] * 5 + [429]

    def test_many_accounts_are_protected_from_one_address(self, client):
        assert [sign_in(client, f"n{number}", "wrong").status_code for number in range(6)] == [422] * 5 + [429]

    def test_a_household_is_one_address(self, client):
        pages = [
            sign_in(client, f"n{number}", "wrong", environ_base={"REMOTE_ADDR": f"2001:db8:1:2::{number:x}"})
            for number in range(6)
        ]

        assert pages[-1].status_code == 429

    def test_an_address_that_a_visitor_claims_is_not_believed(self, client):
        pages = []
        for number in range(6):
            fields = hidden_fields(client.get("/sign-in")) | {"name": f"n{number}", "password": "wrong"}
            headers = {"X-Forwarded-For": f"10.9.8.{number}"}
            pages.append(client.post("/sign-in", data=fields, headers=headers).status_code)

        assert pages == [422] * 5 + [429]

    def test_another_worker_counts_on(self, service, folder, ada):
        other = create_app(config(folder))
        for app in (service.app, other, service.app, other, service.app):
            sign_in(app.test_client(), "ada@example.org", "wrong")
        page = sign_in(other.test_client(), "ada@example.org")
        services_of(other).database.dispose()

        assert page.status_code == 429

    def test_it_is_written_down_once(self, service, client):
        for _ in range(8):
            sign_in(client, "nobody", "wrong")
        [entry] = trail(service, "limit_reached")

        assert entry.from_where == "127.0.0.1"
        assert entry.subject == about_unknown_name("nobody", SECRET)


class TestBehindAProxy:
    @pytest.fixture
    def environ(self):
        return {"TRUST_PROXY": "on"}

    def test_the_address_is_what_the_proxy_itself_says(self, service, client):
        for number in range(6):
            fields = hidden_fields(client.get("/sign-in")) | {"name": f"n{number}", "password": "wrong"}
            headers = {"X-Forwarded-For": f"10.9.8.{number}, 203.0.113.5"}
            page = client.post("/sign-in", data=fields, headers=headers)

        assert page.status_code == 429
        assert {entry.from_where for entry in trail(service, "sign_in_failed")} == {"203.0.113.5"}


def test_what_happened_is_written_down_and_no_password_with_it(service, client, ada, caplog):
    sign_in(client, "ada@example.org", "wrong horse")
    sign_in(client, "my secret typed into the wrong box", "x")
    sign_in(client, "ada@example.org")
    press(Browser(client), "/account", "/sign-out")
    told = [(entry.action, entry.subject, entry.who.name, entry.from_where) for entry in trail(service)[:4]]
    unknown = about_unknown_name("my secret typed into the wrong box", SECRET)

    assert told == [
        ("signed_out", "user ada@example.org", "Ada@Example.Org", "127.0.0.1"),
        ("signed_in", "user ada@example.org", "Ada@Example.Org", "127.0.0.1"),
        ("sign_in_failed", unknown, "", "127.0.0.1"),
        ("sign_in_failed", "user ada@example.org", "", "127.0.0.1"),
    ]
    everything = f"{trail(service)} {caplog.text}"
    assert not any(word in everything for word in ("wrong horse", PASSWORD, "secret typed"))


def test_password_managers_know_the_boxes(client):
    page = client.get("/sign-in").text

    assert 'id="name" name="name" type="text" autocomplete="username"' in page
    assert 'id="password" name="password" type="password" autocomplete="current-password"' in page


def test_whoever_signs_in_from_a_page_comes_back_to_it(client, ada):
    page = client.get("/sign-in", headers={"Referer": f"http://localhost{ASK}/about"})

    assert hidden_fields(page)["next"] == f"{ASK}/about"


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(client, ada, away):
    assert sign_in(client, "ada@example.org", next=away).location == "/"


def test_while_the_database_is_away_nobody_gets_in_and_is_told_so(client, ada, database_away):
    fields = hidden_fields(client.get("/sign-in")) | {"name": "ada@example.org", "password": PASSWORD}
    with database_away():
        page = client.post("/sign-in", data=fields)

    assert page.status_code == 503
    assert not is_signed_in(client)


def test_while_the_database_is_away_a_page_is_shown_without_a_name(service, database_away):
    browser = somebody(service)
    with database_away():
        page = browser.get(ASK)

    assert page.status_code == 200
    assert "Sign in" in page.text


def test_while_many_passwords_are_checked_the_others_are_still_answered(client, ada):
    with ExitStack() as turns:
        for _ in range(proving.AT_ONCE):
            turns.enter_context(proving._a_turn())
        page = sign_in(client, "ada@example.org")
        form = client.get(ASK)

    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"
    assert problems(page) == ["Many people are signing in at the moment. Try again in a few seconds"]
    assert 'value="ada@example.org"' in page.text
    assert form.status_code == 200
    assert sign_in(client, "ada@example.org").status_code == 303


def test_who_is_asking_costs_one_query_and_nobody_none(service, ada):
    known, stranger = browser_of(service, ada), Browser(service.app.test_client())
    asked = []
    event.listen(service.parts.database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    counts = []
    for browser in (stranger, known):
        for url in (ASK, f"{ASK}/about", "/help"):
            asked.clear()
            browser.get(url)
            counts.append(len(asked))

    assert counts == [0, 0, 0, 1, 1, 1]
