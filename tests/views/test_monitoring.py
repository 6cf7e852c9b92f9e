"""The page Monitoring: its words, its charts with the tables behind them, and where else its verdict is seen."""

import re
from dataclasses import replace

import pytest

from webapp import clock
from webapp.monitoring.looking import look
from webapp.records.findings import keep_check, last_checks

PAGE = "/models/leaving/monitoring"
QUESTIONS = (
    "Are the customers like those it learned from?",
    "Is it still right?",
    "What can be said before outcomes arrive?",
    "How often are we unsure?",
    "Is anybody treated differently?",
    "What is it worth?",
)
JARGON = re.compile(r"PSI|KS|chi-squared|drift|p-value|Kolmogorov|Holm|significan", re.IGNORECASE)


@pytest.fixture
def asked(service, browser):
    """Sixty cases of one kind: nobody is like those that were learned from."""
    fields = browser.fields()
    for number in range(60):
        assert browser.send(fields | {"nonce": f"{number:022d}", "f0": str(60 + number % 3)}).status_code == 303
    return browser


def test_a_model_that_nobody_asked_is_answered_in_words(browser):
    page = browser.get(PAGE)

    assert page.status_code == 200
    assert "Not enough data yet (0 of the 200 outcomes needed)" in page.text
    assert [question for question in QUESTIONS if f">{question}</h2>" not in page.text] == []


def test_every_question_is_answered_under_a_status_word_without_jargon(asked):
    page = asked.get(PAGE)
    first = page.text.split("Technical details", 1)[0]

    assert page.status_code == 200
    assert "No outcome is known yet of 60 customers; 200 are needed." in first
    assert "What to do" in first
    assert JARGON.findall(re.sub(r"<[^>]*>", "", first.split("<main")[1])) == []


def test_the_catalogue_and_the_gauges_show_what_was_found(service, asked):
    parts = service.parts
    [report] = look(parts.database, parts.store, lambda: parts.follower.trusted_keys, clock.now(), ("leaving",))
    with parts.database.writing() as connection:
        keep_check(connection, replace(last_checks(connection)["leaving"], status="act", words="Act now"))

    assert (report.status, report.figures.cases) == ("few", 60)
    assert "In use. Act now" in asked.get("/").text
    gauges = asked.get("/metrics").text
    assert 'formcast_model_status{model="leaving"} 3' in gauges
    assert 'formcast_model_figure{model="leaving",figure="cases"} 60' in gauges


def test_a_form_that_is_sent_back_is_counted_without_its_answers(service, browser):
    assert browser.ask(f0="seven").status_code == 422
    page = browser.get(PAGE)

    assert "the form was sent back in 1 of 1 try" in page.text or "Nobody asked" in page.text
    with service.parts.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT field, times FROM refusals ORDER BY field").all()
    assert [tuple(row) for row in rows] == [("", 1), ("months", 1)]


def test_an_unknown_or_retired_model_has_no_such_page(browser):
    assert browser.get("/models/nobody/monitoring").status_code == 404
