"""No other site can make a visitor's browser change anything, and no address changes anything by being read."""

import itertools

import pytest
from itsdangerous import TimestampSigner

from tests.views.conftest import ASK
from tests.views.people import somebody
from webapp.records.tables import METADATA
from webapp.views.programs import ROOTS


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.elsewhere.example"},
        {"Origin": "http://localhost:81"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://elsewhere.example"},
    ],
)
def test_a_form_sent_from_another_site_is_refused_even_with_its_token(browser, service, headers):
    page = browser.send(browser.fields(), headers=headers)

    assert page.status_code == 403
    assert "This came from another site" in page.text
    assert service.records() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_form_sent_from_here_is_accepted(browser, headers):
    assert browser.send(browser.fields(), headers=headers).status_code == 303


def test_the_token_of_a_session_is_signed_once_and_stands_on_every_page(browser, monkeypatch):
    seconds = itertools.count(1_800_000_000)
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: next(seconds))
    browser.get()  # begins the session
    tokens = {browser.fields()["csrf_token"] for _ in range(3)}

    assert len(tokens) == 1
    assert browser.send(browser.fields()).status_code == 303


def test_every_address_that_takes_a_post_wants_a_token_and_to_be_sent_from_here(service):
    posts = [rule for rule in service.app.url_map.iter_rules() if rule.methods & {"POST", "PUT", "PATCH", "DELETE"}]

    administrator = somebody(service, "administrator")
    before = _everything(service)
    for rule in posts:
        url = service.app.url_map.bind("localhost").build(rule.endpoint, dict.fromkeys(rule.arguments, "leaving"))
        sent = {"method": "POST" if "POST" in rule.methods else "PUT", "data": {"f0": "1"}}
        if rule.endpoint == "batches.send":  # takes files and nothing else
            sent["content_type"] = "multipart/form-data"
        no_form = 415 if url.startswith(ROOTS) else 400  # what programs send is no form, so no site can send it by one
        assert administrator.client.open(url, **sent).status_code == no_form, url
        elsewhere = {"Origin": "https://elsewhere.example"}
        assert administrator.client.open(url, **sent, headers=elsewhere).status_code == 403, url

    assert len(posts) > 10
    assert _everything(service) == before


def test_reading_changes_nothing(browser, service):
    location = browser.ask().location
    before = _everything(service)
    for url in ("/", ASK, f"{ASK}?example=1", f"{ASK}?last=1", f"{ASK}/about", location, "/help", "/metrics", "/?q=1"):
        assert browser.get(url).status_code == 200

    assert _everything(service) == before


def test_reading_changes_nothing_for_somebody_signed_in_either(service):
    administrator = somebody(service, "administrator")
    [user] = _everything(service)["users"]
    pages = (
        "/account",
        "/account/password",
        "/account/keys/new",
        "/admin/users",
        "/admin/users/new",
        "/admin/audit",
        "/admin/workers",
    )
    before = _everything(service)
    for url in (*pages, f"/admin/users/{user[0]}", ASK, "/"):
        assert administrator.get(url).status_code == 200

    assert _everything(service) == before


def _everything(service):
    with service.parts.database.reading() as connection:
        return {
            table.name: connection.exec_driver_sql(f"SELECT * FROM {table.name}").fetchall()
            for table in METADATA.sorted_tables
        }
