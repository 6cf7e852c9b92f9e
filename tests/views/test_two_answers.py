"""Two answers of one model can be compared by whoever has both links."""

import re
from dataclasses import replace

import pytest

from tests.views.making import SCHEMA, add_version, with_fewer_questions
from webapp.records.actors import Actor
from webapp.records.decisions import retire

UNKNOWN = "A" * 22


def compared(browser, first, second):
    return browser.get(f"{first}/compare/{second.removeprefix('/predictions/')}")


@pytest.fixture
def two(browser):
    return [browser.ask(**answers).location for answers in ({"f0": "1", "business_key": "C-1"}, {"f0": "60"})]


def test_both_answers_stand_on_top_and_lead_to_their_pages(browser, two):
    page = compared(browser, *two).text

    assert re.findall(r'<h2 id="side\d"><a href="([^"]+)"', page) == two
    assert "Customer number: C-1" in page
    assert "The second chance is" in page and "lower" in page


def test_answers_that_differ_are_marked_by_a_word(browser, two):
    page = compared(browser, *two).text
    rows = re.findall(r'<tr class="hit"><th scope="row">([^<]+) <span class="badge soft">differs', page)

    assert rows == ["Months with us"]
    assert "1 of 5 questions was answered differently" in page


def test_the_reasons_are_those_of_each_page(browser, two):
    page = compared(browser, *two).text
    for address, place in zip(two, (0, 1), strict=True):
        own = browser.get(address).text
        amounts = dict(re.findall(r'<p class="lab">([^<]+)<span>.*?<p class="amt">([^<]+)<small>', own))
        cells = re.findall(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>', page.partition('id="why"')[2])
        there = {label: re.findall(r"<td.*?</td>", cell)[place] for label, cell in cells}

        assert amounts
        assert all(f"<b>{amount}</b>" in there[label] for label, amount in amounts.items())


def test_answers_of_two_models_are_not_compared(browser, service, two):
    other = add_version(service.parts.store, replace(SCHEMA, model="other"))
    service.promote(other)
    fields = browser.fields("/models/other")
    elsewhere = browser.client.post("/models/other", data=fields).location

    assert compared(browser, two[0], elsewhere).status_code == 404


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("unknown", [UNKNOWN, "nothing", "x" * 5000])
def test_an_answer_that_is_not_there_is_not_found(browser, two, place, unknown):
    pair = list(two)
    pair[place] = f"/predictions/{unknown}"

    assert compared(browser, *pair).status_code == 404


def test_an_answer_and_itself_are_one_answer(browser, two):
    page = compared(browser, two[0], two[0])

    assert (page.status_code, page.location) == (303, two[0])


def test_each_is_told_in_the_words_of_its_own_version(browser, service, two):
    service.promote(add_version(service.parts.store, with_fewer_questions(), seed=1))
    newer = browser.send(browser.fields() | {"f3-day": "3", "f3-month": "5", "f3-year": "2019"}).location
    before = compared(browser, two[0], newer).text
    retire(service.parts.database, "leaving", Actor("command", "ada", "Ada"), "It was wrong too often")
    service.parts.follower.refresh()

    assert "They were answered by version 1 and by version 2" in before
    assert "Not asked" in before
    assert compared(browser, two[0], newer).status_code == 200


class TestMembers:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_ACCESS": "members"}

    def test_whoever_is_not_signed_in_has_to(self, browser):
        page = browser.get(f"/predictions/{UNKNOWN}/compare/{UNKNOWN}")

        assert page.location.startswith("/sign-in")


class TestReachedByOthers:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_ACCESS": "open", "FORMCAST_BIND": "0.0.0.0"}

    def test_both_links_are_the_key(self, browser, two):
        page = compared(browser, *two)

        assert page.status_code == 200
        assert "Choose others" not in page.text
