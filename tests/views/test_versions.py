"""The versions of a model: which one answers, what is known of each, and its model card as it was signed."""

import re
from dataclasses import replace

import pytest

from tests.evidence.known_versions import facts_of
from tests.forms.page_reader import read
from tests.views.making import SCHEMA, WORDS, add_version, with_fewer_questions

LIST = "/models/leaving/versions"


def measured():
    """Facts of a whole evaluation, to be laid over those of a small package."""
    kept = ("evaluation", "checks", "candidates", "data", "settings", "rows", "split", "choice", "estimator", "changes")
    return {name: facts_of("binary")[name] for name in kept}


@pytest.fixture
def second(service):
    """A second version of which everything is known; it does not answer."""
    return add_version(service.parts.store, seed=1, **measured())


def page_of(browser, url):
    page = browser.get(url)
    assert page.status_code == 200
    return read(page.text)


def lines_of(page):
    body = page.one("main").one("table", class_="mid").one("tbody")
    return [[" ".join(cell.text.split()) for cell in row.all("th") + row.all("td")] for row in body.all("tr")]


def test_the_version_that_answers_is_marked(browser, second):
    page = page_of(browser, LIST)
    newest, first = lines_of(page)

    assert page.one("h1").text == "Version 1 answers"
    assert newest[0].startswith("Version 2") and "never answered" in newest[1]
    assert first[0].startswith("Version 1") and first[1].startswith("Answerssince ")


def test_a_line_says_when_on_what_and_how_good(browser, second):
    newest = lines_of(page_of(browser, LIST))[0]

    assert "1,600 rows" in newest[2]
    assert re.match(r"AUC 0\.\d+ \(0\.\d+ to 0\.\d+\); guessing gives 0\.5", newest[3])
    assert newest[4] == "Refused: Is it better than guessing?"


def test_a_version_that_was_replaced_says_until_when(browser, service, second):
    service.promote(second)
    newest, first = lines_of(page_of(browser, LIST))

    assert newest[1].startswith("Answerssince ")
    assert first[1].startswith("Replacedanswered until ")


def test_after_a_retirement_no_version_answers(browser, service):
    service.promote(service.first, action="retire")
    page = page_of(browser, LIST)

    assert page.one("h1").text == "No version answers"
    assert lines_of(page)[0][1].startswith("Retiredanswered until ")


def test_a_damaged_version_is_listed_and_cannot_be_opened(browser, service, second):
    folder = service.parts.store.root / "leaving" / second.version
    (folder / "metadata.json").write_bytes(b"{}")
    page = page_of(browser, LIST)

    damaged = next(line for line in lines_of(page) if "Version 2" in line[0])
    assert damaged[1].startswith("Damaged")
    assert browser.get(f"{LIST}/2").status_code == 404
    assert browser.get(f"{LIST}/2/card").status_code == 404


def test_the_page_of_a_version_holds_all_its_evidence(browser, second):
    page = page_of(browser, f"{LIST}/2")

    headings = [heading.text for heading in page.one("main").all("h2")]
    assert headings[:4] == [
        "May it be used?",
        "How good is it?",
        "Decisions at the threshold",
        "Do its chances come true?",
    ]
    links = [link.get("href") for link in page.one("nav", aria_label="On this page").all("a")]
    assert links[-1] == f"{LIST}/2/card"
    assert [link.removeprefix("#") for link in links[:-1]] == [
        heading.get("id") for heading in page.one("main").all("h2")
    ]


def test_every_drawing_has_a_name_and_a_table_beside_it(browser, second):
    page = page_of(browser, f"{LIST}/2")

    for figure in page.all("figure"):
        assert figure.one("h3").text
        assert len(figure.one("details").one("tbody").all("tr")) > 0
        for drawing in figure.all("svg"):
            assert drawing.get("role") == "img" or drawing.get("aria-hidden") == "true" or not drawing.get("role")


def test_a_version_is_found_by_its_number_and_by_its_identifier(browser, second):
    by_number, by_identifier = (browser.get(f"{LIST}/{name}").text for name in ("2", second.version))

    assert by_number.replace("/2/card", "") == by_identifier.replace(f"/{second.version}/card", "")


def test_a_version_of_which_little_is_known_has_a_page(browser):
    page = page_of(browser, f"{LIST}/1")

    assert page.one("h1").text == "Version 1"
    assert "log loss 0.61, guessing gives 0.6" in page.one("main").text


@pytest.mark.parametrize("url", ["/models/nothing/versions", f"{LIST}/9", f"{LIST}/0", f"{LIST}/x", f"{LIST}/9/card"])
def test_what_is_not_there_is_not_found(browser, url):
    assert browser.get(url).status_code == 404


def test_the_card_is_the_one_that_was_signed(browser, service, second):
    page = page_of(browser, f"{LIST}/1/card")

    assert page.one("h1").text == "Model card: Leaving"


def test_text_of_others_stays_text_on_every_page(browser, second):
    for url in (LIST, f"{LIST}/2", f"{LIST}/2/card"):
        assert "<b>Ash</b>" not in browser.get(url).text
    assert "Shop: &lt;b&gt;Ash&lt;/b&gt;" in browser.get(f"{LIST}/2").text


def test_no_page_carries_a_style_of_its_own(browser, second):
    for url in (LIST, f"{LIST}/2", f"{LIST}/1/card"):
        assert not re.search(r"\sstyle=|<style|data:", browser.get(url).text)


def test_a_model_that_does_not_answer_still_has_its_versions(browser, service):
    add_version(service.parts.store, replace(with_fewer_questions(), model="other"))
    service.parts.follower.refresh()
    page = page_of(browser, "/models/other/versions")

    assert page.one("h1").text == "No version answers"
    assert "Versions" in [
        link.text for link in read(browser.get("/models/other").text).one("nav", class_="tabs").all("a")
    ]


def test_the_page_for_business_readers_says_in_plain_words_what_stands_out(browser, service):
    quality = WORDS["quality"] | {
        "looks_at": ["contract", "months"],
        "less_sure": [{"feature": "contract", "part": "Monthly"}],
    }
    told = {**WORDS, "quality": quality, "schema": SCHEMA.to_json(), "number": 1, "version": service.first.version}
    service.promote(service.first, words=told)

    text = page_of(browser, "/models/leaving/about").one("main").text

    assert "It looks most at Contract and Months with us, in this order." in text
    assert "It is less sure of its answers for customers like these: Contract: Monthly." in text
