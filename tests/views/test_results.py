"""The page of an answer: the same for ever, with what happened later beside it."""

import re
from datetime import timedelta

import pytest

from tests.views.making import WORDS, add_version
from webapp import clock
from webapp.records.actors import Actor
from webapp.records.decisions import reinstate, retire
from webapp.wording.dates import day_text

ADA = Actor("command", "ada", "Ada")


def article(page):
    return re.search(r"<article>.*</article>", page.text, re.DOTALL)[0]


def test_an_answer_stays_as_it_was_whatever_becomes_of_its_model(browser, service):
    sent = browser.ask()
    before = browser.get(sent.location)
    for seed in range(1, 4):
        service.promote(add_version(service.parts.store, seed=seed))
    after = browser.get(sent.location)

    assert article(after) == article(before)
    assert "Since then" not in before.text
    assert "Version 4 of this model has answered since" in after.text


def test_a_version_has_answered_since_it_came_into_use_not_since_its_words_changed(browser, service, monkeypatch):
    sent, start = browser.ask(), clock.now()
    second = add_version(service.parts.store, seed=1)
    for day in (1, 2, 3):
        monkeypatch.setattr(clock, "now", lambda day=day: start + timedelta(days=day))
        service.promote(second)
    page = browser.get(sent.location)

    assert f"has answered since {day_text(start + timedelta(days=1))}" in page.text


def test_a_version_that_was_retired_has_answered_since_it_came_back(browser, service, monkeypatch):
    sent, start = browser.ask(), clock.now()
    service.promote(add_version(service.parts.store, seed=1))
    for day, decided in ((1, retire), (2, reinstate)):
        monkeypatch.setattr(clock, "now", lambda day=day: start + timedelta(days=day))
        decided(service.parts.database, "leaving", ADA, "A test wants it")
    service.parts.follower.refresh()

    assert f"has answered since {day_text(start + timedelta(days=2))}" in browser.get(sent.location).text


def test_an_answer_keeps_the_words_it_was_given_with(browser, service):
    sent = browser.ask()
    before = article(browser.get(sent.location))
    decision = {"threshold": 0.9, "set_by": "Somebody", "set_on": "2026-11-01"}
    service.promote(service.first, words=_words(service) | {"decision": decision})

    assert article(browser.get(sent.location)) == before
    assert "90%" in article(browser.get(browser.ask().location))


def _words(service):
    champion = service.parts.follower.champions["leaving"]
    return WORDS | {"schema": champion.predictor.schema.to_json(), "number": 1, "version": champion.version}


def test_an_answer_can_be_opened_after_its_package_is_gone(browser, service):
    sent = browser.ask()
    before = article(browser.get(sent.location))
    second = add_version(service.parts.store, seed=1)
    service.promote(second)
    for file in (service.parts.store.root / "leaving" / service.first.version).iterdir():
        file.unlink()

    assert article(browser.get(sent.location)) == before


@pytest.mark.parametrize("identifier", ["x", "A" * 22, "A" * 23, "..%2f..", "%00" * 22, "A" * 21 + "\u00e9", "'--"])
def test_an_answer_that_never_was_is_not_found(browser, identifier):
    assert browser.get(f"/predictions/{identifier}").status_code == 404


def test_an_answer_cannot_be_read_while_the_database_is_away(browser, database_away):
    sent = browser.ask()
    with database_away():
        page = browser.get(sent.location)

    assert page.status_code == 503
    assert int(page.headers["Retry-After"]) > 0


def test_the_page_says_that_its_link_is_the_key(browser):
    assert "Anyone with this link can open it" in browser.get(browser.ask().location).text


def test_the_address_on_the_page_is_its_own(browser):
    sent = browser.ask()

    assert f'value="http://localhost{sent.location}"' in browser.get(sent.location).text
