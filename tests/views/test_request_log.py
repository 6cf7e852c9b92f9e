"""The log tells which request did what, and nothing that a person typed."""

import logging

import pytest

from tests.views.conftest import ASK
from webapp.logs import FORMAT, DiscreetFormatter, StderrHandler


@pytest.fixture
def log(capsys):
    def lines() -> list[str]:
        return [line for line in capsys.readouterr().err.splitlines() if line]

    return lines


def test_a_request_is_one_line_with_its_route_and_not_its_address(browser, log):
    location = browser.ask().location
    log()
    browser.get(location)
    [line] = log()

    assert line.split()[4:] == [line.split()[4], "GET", "/predictions/<prediction_id>", "200", line.split()[8], "ms"]
    assert location not in line


def test_nothing_that_was_typed_is_logged(browser, service, database_away, log):
    typed = {"f0": "canary1", "f1": "canary2", "business_key": "canary3", "surplus": "canary4", "csrf_token": "canary5"}
    browser.ask(**typed)
    browser.ask(**typed | {"csrf_token": ""})
    browser.get("/?q=canary6")
    browser.client.post(ASK, json={"f0": "canary7"})
    with database_away():
        browser.ask(business_key="canary8")
    service.app.view_functions["help.help"] = _failing("canary9")
    browser.get("/help")
    lines = log()

    assert len(lines) > 5
    assert not any("canary" in line for line in lines)


def _failing(words):
    def view() -> None:
        raise ValueError(words)

    view.permission = "public"
    return view


def test_a_failure_is_logged_with_its_place_and_the_number_that_people_quote(browser, service, log):
    service.app.view_functions["help.help"] = _failing("anything")
    page = browser.get("/help")
    everything = "\n".join(log())
    number = page.text.split('quote <span class="code">')[1][:16]

    assert f"{number} failed" in everything
    assert "builtins.ValueError raised at:" in everything
    assert "test_request_log.py" in everything


def test_no_text_begins_a_line_of_its_own():
    record = logging.LogRecord("formcast", logging.INFO, "", 0, "a\r\n2026 forged \x1b[31m\u2028b", (), None)

    assert "\n" not in DiscreetFormatter(FORMAT).format(record)
    assert "\x1b" not in DiscreetFormatter(FORMAT).format(record)


def test_a_forged_method_or_number_cannot_forge_a_line(browser, log):
    browser.client.open("/help", method="GET\nforged", headers={"X-Request-ID": "abc forged"})
    lines = log()

    assert len(lines) == 1
    assert "abc forged" not in lines[0]


def test_the_handler_is_added_once():
    handlers = [h for h in logging.getLogger("formcast").handlers if isinstance(h, StderrHandler)]

    assert len(handlers) == 1


class TestBehindAProxy:
    @pytest.fixture
    def environ(self):
        return {"TRUST_PROXY": "on"}

    def test_its_number_of_the_request_is_taken_over(self, browser, log):
        browser.get("/help", headers={"X-Request-ID": "0aa1-bb22-cc33"})

        assert "0aa1-bb22-cc33" in log()[0]
