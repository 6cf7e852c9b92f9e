"""Nothing that was typed is lost, whatever goes wrong."""

from dataclasses import replace

import pytest

from tests.views.conftest import ANSWERS, ASK, hidden_fields
from tests.views.making import SCHEMA, add_version, with_fewer_questions
from tests.views.reading import checked, typed_value
from webapp.records.actors import Actor
from webapp.records.decisions import reinstate, retire

ADA = Actor("command", "ada", "Ada")
KEPT = "We could not save your prediction, so we have not shown a result. Your answers are kept"
REFRESHED = "Your session was refreshed. Check your answers and press Get prediction again"


@pytest.mark.parametrize("wrong", [{"f0": "abc"}, {"f2": ""}, {"f2": "99"}, {"f4-month": "13"}, {"f0": "-1"}])
def test_answers_that_cannot_be_used_come_back_as_typed(browser, service, wrong):
    page = browser.ask(**wrong)

    assert page.status_code == 422
    assert "<title>Error: " in page.text
    assert "There is a problem" in page.text
    assert typed_value(page, "f1") == "70.50"
    assert service.records() == 0


def test_a_page_that_was_open_for_too_long_comes_back_filled_in(browser, service):
    fields = browser.fields() | {"f0": "abc", "csrf_token": "gone"}
    page = browser.send(fields)

    assert page.status_code == 400
    assert REFRESHED in page.text
    assert typed_value(page, "f0") == "abc"
    assert typed_value(page, "f4-year") == "2019"
    assert checked(page, "f2") == ["0"]
    assert service.records() == 0


def test_a_visitor_whose_cookie_is_gone_can_send_the_refreshed_page(browser):
    fields = browser.fields()
    browser.client.delete_cookie("session")
    refreshed = browser.send(fields)
    sent = browser.send(fields | hidden_fields(refreshed))

    assert refreshed.status_code == 400
    assert sent.status_code == 303


def test_a_form_without_any_token_is_not_accepted(browser, service):
    page = browser.send(ANSWERS)

    assert page.status_code == 400
    assert service.records() == 0


def test_answers_are_kept_and_no_result_is_shown_while_the_database_is_away(browser, service, database_away):
    fields = browser.fields() | {"f0": "31"}
    with database_away():
        form = browser.get()
        page = browser.send(fields)
    again = browser.send(fields)

    assert form.status_code == 200
    assert page.status_code == 503
    assert KEPT in page.text
    assert int(page.headers["Retry-After"]) > 0
    assert typed_value(page, "f0") == "31"
    assert again.status_code == 303
    assert service.records() == 1


def test_a_form_still_opens_when_the_earlier_answers_cannot_be_read(browser, database_away):
    with database_away():
        page = browser.get(f"{ASK}?last=1")

    assert page.status_code == 200
    assert "The earlier answers cannot be read" in page.text


def test_a_form_that_was_open_while_the_questions_changed_comes_back_filled_in(browser, service):
    fields = browser.fields()
    service.promote(add_version(service.parts.store, with_fewer_questions(), seed=1))
    page = browser.send(fields | {"business_key": "C-17"})

    assert page.status_code == 422
    assert "The questions have changed" in page.text
    assert typed_value(page, "f0") == "12"
    assert typed_value(page, "f3-year") == "2019"
    assert typed_value(page, "business_key") == "C-17"
    assert service.records() == 0


def test_a_form_of_a_version_that_nobody_knows_is_shown_again_without_what_was_picked(browser, service):
    page = browser.ask(version="20200101T000000Z-00000000", f0="12 months")

    assert page.status_code == 422
    assert "The questions have changed" in page.text
    assert typed_value(page, "f0") == "12 months"
    assert typed_value(page, "f4-year") == "2019"
    assert checked(page, "f2") == checked(page, "f3") == []
    assert service.records() == 0


OTHER_MEANINGS = {
    "unit": {"unit": "€"},
    "decimal sign": {"decimal": ","},
    "label": {"label": "Yearly bill"},
    "order of a date": {"date_order": "mdy"},
}


@pytest.mark.parametrize("change", OTHER_MEANINGS.values(), ids=OTHER_MEANINGS)
def test_a_question_that_means_something_else_now_is_another_question(browser, service, change):
    fields = browser.fields()
    features = tuple(replace(one, **change) if one.name == "bill" else one for one in SCHEMA.features)
    service.promote(add_version(service.parts.store, replace(SCHEMA, features=features), seed=1))
    page = browser.send(fields)

    assert page.status_code == 422
    assert "The questions have changed" in page.text
    assert service.records() == 0


def test_a_model_that_is_paused_while_somebody_answers_keeps_the_answers(browser, service):
    fields = browser.fields() | {"f0": "31", "business_key": "C-17"}
    retire(service.parts.database, "leaving", ADA, "It was wrong too often")
    service.parts.follower.refresh()
    for page in (browser.send(fields), browser.send(fields | {"csrf_token": "gone"})):
        assert page.status_code == 503
        assert "Predictions are paused" in page.text
        assert "Your answers are kept" in page.text
        assert typed_value(page, "f0") == "31"
        assert typed_value(page, "business_key") == "C-17"
        assert checked(page, "f2") == ["0"]
        assert "of the model answers" not in page.text
    assert service.records() == 0

    reinstate(service.parts.database, "leaving", ADA, "It was the table")
    service.parts.follower.refresh()

    assert browser.send(fields | hidden_fields(page)).status_code == 303


def test_a_form_that_nobody_knows_of_a_paused_model_leads_to_why_it_is_paused(browser, service):
    fields = browser.fields() | {"version": "20200101T000000Z-00000000"}
    retire(service.parts.database, "leaving", ADA, "It was wrong too often")
    service.parts.follower.refresh()
    page = browser.send(fields)

    assert page.status_code == 503
    assert "It was wrong too often" in page.text
