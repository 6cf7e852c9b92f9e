"""What can be asked here, and finding an answer again."""

from dataclasses import replace

from tests.views.conftest import ASK
from tests.views.making import SCHEMA, add_version
from webapp.records import predictions
from webapp.records.actors import Actor
from webapp.records.decisions import retire
from webapp.views import catalogue
from webapp.views.champion import gate_question

READERS = ("ask", "own", "examine", "run")
ADA = Actor("command", "ada", "Ada")


def test_a_model_has_a_card_with_what_it_takes_to_ask(browser):
    page = browser.get("/").text

    assert "Will this customer leave?" in page
    assert "5 questions, about 1 minute." in page
    assert "Learned 12 Oct 2026, version 1" in page
    assert "0 answers in the last 30 days" in page
    assert "In use" in page


def test_answers_are_counted_and_the_last_ones_listed(browser):
    sent = browser.ask()
    page = browser.get("/").text

    assert "1 answer in the last 30 days" in page
    assert sent.location in page


def test_examples_are_neither_counted_nor_listed(browser):
    example = {"f0": "24", "f1": "60", "f2": "0", "f3": "1", "f4-day": "23", "f4-month": "7", "f4-year": "2019"}
    sent = browser.ask(**example, example="1")
    page = browser.get("/").text

    assert "Made from the example answers" in browser.get(sent.location).text
    assert "0 answers in the last 30 days" in page
    assert sent.location not in page


def test_an_answer_is_found_by_its_reference(browser):
    sent = browser.ask()
    [reference] = _references(browser.get("/").text)

    for typed in (reference, f" {reference.lower()} ", f"{reference[:4]}-{reference[4:]}"):
        found = browser.get("/", query_string={"q": typed})

        assert (found.status_code, found.location) == (303, sent.location)


def test_an_answer_is_found_by_the_number_of_its_case(browser):
    sent = browser.ask(business_key="C-17")

    assert browser.get("/?q=C-17").location == sent.location


def test_several_answers_about_one_case_are_listed(browser):
    locations = [browser.ask(business_key="C-17", f0=months).location for months in ("1", "2")]
    page = browser.get("/?q=C-17")

    assert page.status_code == 200
    assert "2 answers found" in page.text
    assert all(location in page.text for location in locations)


def test_more_answers_than_a_list_holds_are_said_to_be_the_latest(browser, monkeypatch):
    for module in (predictions, catalogue):
        monkeypatch.setattr(module, "MAX_FOUND", 2)
    for months in ("1", "2", "3"):
        browser.ask(business_key="C-17", f0=months)
    page = browser.get("/?q=C-17").text

    assert "The latest 2 answers found" in page


def test_an_unknown_reference_is_said_to_be_unknown(browser):
    page = browser.get("/?q=ZZZZ")

    assert page.status_code == 200
    assert "<title>Error: " in page.text
    assert "No answer has this reference or number" in page.text


def test_the_catalogue_opens_while_the_database_is_away(browser, database_away):
    with database_away():
        page, search = browser.get("/"), browser.get("/?q=C-17")

    assert page.status_code == 200
    assert "Will this customer leave?" in page.text
    assert "The records cannot be reached" in search.text


def test_a_version_that_no_gate_let_through_names_the_gates_and_the_command(browser, service):
    add_version(service.parts.store, replace(SCHEMA, model="other"))
    service.parts.follower.refresh()
    page = browser.get("/models/other")

    assert "Paused" in browser.get("/").text
    assert page.status_code == 200
    assert "Predictions are paused" in page.text
    assert "Is it better than guessing?" in page.text
    assert "The same answer for everybody would be as good" in page.text
    assert "log loss" not in page.text
    assert "python -m webapp promote other 1" in page.text
    assert browser.get("/models/other/about").status_code == 200


def test_a_retired_model_says_who_retired_it_and_why(browser, service):
    sent, fields = browser.ask(), browser.fields()
    retire(service.parts.database, "leaving", ADA, "It was wrong too often")
    service.parts.follower.refresh()
    page, posted, result = browser.get(), browser.send(fields), browser.get(sent.location)

    assert "by Ada: It was wrong too often" in page.text
    assert posted.status_code == 503
    assert "Retired" in browser.get("/").text
    assert "This model was taken out of use" in result.text
    assert service.records() == 1


def test_the_card_of_the_model_tells_what_it_asks_and_what_was_checked(browser):
    page = browser.get(f"{ASK}/about").text

    for words in ("Months with us", "1 to 70", "3 choices", "Is it better than guessing?", "Retention team", "40%"):
        assert words in page
    assert "log loss" not in page


def test_the_card_has_a_part_for_each_of_its_four_readers(browser, service):
    page = browser.get(f"{ASK}/about").text
    champion = service.parts.follower.champions["leaving"]
    parts = [page.partition(f'aria-labelledby="{name}"')[2].partition('class="reader"')[0] for name in READERS]
    asks, decides, examines, runs = parts

    assert "Of 100 customers it flags, about 70 really" in asks and "When not to rely on it" in asks
    assert "Will this customer leave?" in asks and "To call those who may leave before they do." in asks
    assert "Retention team" in decides and "is 40% or more are flagged" in decides
    assert "240 customers, trained 12 Oct 2026" in examines and "60 customers kept back for that" in examines
    assert "What was checked before it came into use" in examines and f"{ASK}/versions/1" in examines
    assert champion.version in runs and champion.manifest_sha in runs and "holds no case" in runs
    assert all(f'href="#{name}"' in page for name in READERS)


def test_a_gate_of_an_older_version_is_named_by_what_it_is_called():
    assert gate_question({"name": "beats_baseline"}) == "Beats baseline"


def _references(page):
    lines = page.split('data-l="Reference"><span><span class="code">')[1:]
    return [line.split("<")[0] for line in lines]
