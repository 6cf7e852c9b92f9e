"""No other site can make a visitor's browser change anything, and no address changes anything by being read."""

import pytest

from tests.views.conftest import ASK


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


def test_every_address_that_takes_a_post_wants_a_token(browser, service):
    posts = [rule for rule in service.app.url_map.iter_rules() if rule.methods & {"POST", "PUT", "PATCH", "DELETE"}]

    assert posts
    for rule in posts:
        url = rule.rule.replace("<model>", "leaving")
        assert browser.client.post(url, data={"f0": "1"}).status_code == 400
    assert service.records() == 0


def test_reading_changes_nothing(browser, service):
    location = browser.ask().location
    before = _everything(service)
    for url in ("/", ASK, f"{ASK}?example=1", f"{ASK}?last=1", f"{ASK}/about", location, "/help", "/metrics", "/?q=1"):
        assert browser.get(url).status_code == 200

    assert _everything(service) == before


def _everything(service):
    with service.parts.database.reading() as connection:
        return {
            table: connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall()
            for table in ("predictions", "decisions", "outcomes", "audit")
        }
