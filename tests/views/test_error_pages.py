"""Refusals that a person can use and a program can read."""

import re

import pytest

from tests.views.conftest import ANSWERS, ASK

FORM = "application/x-www-form-urlencoded"
REFUSALS = {
    400: ("POST", ASK, {"data": b"f0=1&f0=2", "content_type": FORM, "headers": {}}),
    403: ("POST", ASK, {"data": ANSWERS, "headers": {"Sec-Fetch-Site": "cross-site"}}),
    404: ("GET", "/nothing", {"headers": {}}),
    405: ("PUT", ASK, {"headers": {}}),
    413: ("POST", ASK, {"data": {"f0": "1" * 300_000}, "headers": {}}),
    415: ("POST", ASK, {"json": [], "headers": {}}),
}


@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_says_what_happened_what_is_kept_and_what_to_do(browser, status):
    method, url, more = REFUSALS[status]
    page = browser.client.open(url, method=method, **more)

    assert page.status_code == status
    assert page.text.count("<h1") == 1
    for heading in ("What happened", "What is kept", "What you can do"):
        assert heading in page.text
    assert re.search(r'quote <span class="code">[0-9a-f]{16}</span>', page.text)


@pytest.mark.parametrize("status", REFUSALS)
def test_a_program_gets_the_refusal_as_a_document(browser, status):
    method, url, more = REFUSALS[status]
    answer = browser.client.open(
        url, method=method, **more | {"headers": {**more["headers"], "Accept": "application/json"}}
    )

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["title"]
    assert answer.json["request_id"]


def test_below_the_address_of_the_interface_for_programs_every_refusal_is_a_document(browser):
    assert browser.get("/api/v1/nothing").mimetype == "application/problem+json"


def test_a_form_without_its_token_is_explained_in_words_of_ours(browser):
    page = browser.client.post("/models/nothing", data=ANSWERS)
    document = browser.client.post("/models/nothing", data=ANSWERS, headers={"Accept": "application/json"})

    assert page.status_code == document.status_code == 400
    for text in (page.text, document.json["detail"]):
        assert "This page was open too long" in text
        assert "CSRF" not in text


@pytest.mark.parametrize("status", REFUSALS)
def test_no_refusal_ends_with_two_full_stops(browser, status):
    method, url, more = REFUSALS[status]

    assert ".." not in re.sub(r"<[^>]*>", "", browser.client.open(url, method=method, **more).text)


def test_records_that_are_away_are_said_with_one_full_stop(browser, database_away):
    sent = browser.ask()
    with database_away():
        page = browser.get(sent.location)

    assert re.search(r"[^.]\.</p>", page.text)
    assert ".." not in re.sub(r"<[^>]*>", "", page.text)


def test_a_wrong_method_is_told_the_right_ones(browser):
    assert set(browser.client.put(ASK).headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_a_failure_is_a_page_without_a_trace_of_its_cause(browser, service, caplog):
    def fail() -> None:
        raise ValueError("canary in the words of an error")

    service.app.before_request_funcs[None].append(fail)
    page = browser.get("/help")

    assert page.status_code == 500
    assert "This is a fault of the service" in page.text
    assert "canary" not in page.text
    assert "ValueError" not in page.text


def test_a_failure_of_the_page_of_failures_still_is_an_answer(browser, service):
    def fail() -> None:
        raise ValueError

    service.app.before_request_funcs[None].append(fail)
    service.app.jinja_env.globals.pop("asset")
    page = browser.get("/help")

    assert page.status_code == 500
    assert page.text == "Something went wrong here. Go back and try again.\n"
