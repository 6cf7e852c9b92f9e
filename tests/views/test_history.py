"""The answers of a model can be looked through, chosen from and taken out, by whoever may."""

import csv
import html
import io
import re
from dataclasses import replace

import pytest

from tests.views.conftest import ASK, Browser
from tests.views.making import SCHEMA, add_version, with_fewer_questions
from tests.views.people import browser_of, person, press, problems, somebody, trail
from webapp.records.actors import Actor
from webapp.records.decisions import retire
from webapp.views import history

HISTORY = f"{ASK}/history"
EXPORT = f"{ASK}/history.csv"
ADA = Actor("command", "ada", "Ada")


def asked(browser, *answers):
    """Ask once for each; the addresses of the answers."""
    return [browser.ask(**one).location for one in answers]


def shown(browser, **query):
    page = browser.get(HISTORY, query_string=query)
    assert page.status_code == 200, problems(page)
    return page.text


def listed(text):
    """The addresses of the answers, from the top."""
    return re.findall(r'<th scope="row"><a href="([^"]+)"', text)


def references(text):
    return re.findall(r'<input type="checkbox" name="pick" value="([^"]+)"', text)


def pressed(text, words):
    """The address to which the button of those words sends its form."""
    [form] = [form for form in re.findall(r"<form method=\"get\".*?</form>", text, re.DOTALL) if words in form]
    [button] = [tag for tag in re.findall(r"<button[^>]*>[^<]*", form) if words in tag]
    fields = [tag for tag in re.findall(r"<input[^>]*>", form) if 'type="hidden"' in tag or " checked" in tag]
    pairs = [re.search(r'name="([^"]*)" value="([^"]*)"', tag) for tag in (*fields, button)]
    query = [(pair[1], html.unescape(pair[2])) for pair in pairs if pair]
    return {"url": HISTORY, "query_string": query}


def rows_of(page):
    assert page.status_code == 200
    return list(csv.DictReader(io.StringIO(page.get_data(as_text=True).removeprefix("\ufeff"))))


@pytest.fixture
def short_pages(monkeypatch):
    monkeypatch.setattr(history, "SHOWN", 2)


def test_the_answers_stand_newest_first_with_what_they_are_known_by(browser):
    first, second = asked(browser, {"f0": "1", "business_key": "C-17"}, {"f0": "2"})
    page = shown(browser)

    assert listed(page) == [second, first]
    assert "2 answers, newest first" in page
    assert all(words in page for words in ("C-17", "Version 1", "Chance of", "UTC"))


def test_a_model_without_answers_says_so_and_leads_to_its_form(browser):
    page = shown(browser)

    assert "No answer yet" in page
    assert f'href="{ASK}"' in page
    assert "Export" not in page


def test_what_fits_nothing_says_so_and_leads_back(browser):
    asked(browser, {})
    page = shown(browser, q="C-99")

    assert "No answer fits" in page
    assert f'<a href="{HISTORY}">Show all answers</a>' in page
    assert 'value="C-99"' in page


@pytest.mark.parametrize("name", ["q", "reference"])
def test_an_answer_is_found_by_either_name(browser, name):
    _, wanted = asked(browser, {"f0": "1"}, {"f0": "2", "business_key": "C-17"})
    text = "C-17" if name == "q" else references(shown(browser))[0]

    assert listed(shown(browser, q=f" {text} ")) == [wanted]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"since": "1 Jan 2020"}, 2),
        ({"since": "1 Jan 2999"}, 0),
        ({"until": "1 Jan 2020"}, 0),
        ({"until": "9999-12-31"}, 2),
        ({"since": "1000-01-01"}, 2),
        ({"light": "amber"}, 1),
        ({"light": "red"}, 0),
        ({"channel": "form"}, 2),
        ({"channel": "example"}, 1),
        ({"channel": "nothing"}, 0),
        ({"answer": "perhaps"}, 0),
        ({"version": "1"}, 0),
        ({"who": "nobody at all"}, 0),
        ({"outcome": "unknown"}, 2),
        ({"outcome": "known"}, 0),
        ({"outcome": "' or 1=1"}, 2),
        ({"order": "lowest"}, 2),
        ({"order": "drop table"}, 2),
        ({"pick": "nothing", "after": "nothing"}, 2),
        ({"after": "'; --", "light": "%"}, 0),
    ],
)
def test_the_list_shows_what_fits(browser, query, count):
    example = {"f0": "24", "f1": "60", "f2": "0", "f3": "1", "f4-day": "23", "f4-month": "7", "f4-year": "2019"}
    asked(browser, {"f0": "12"}, {"f0": "70", "f1": ""}, example | {"example": "1"})

    assert len(listed(shown(browser, **query))) == count


def test_a_value_that_is_not_offered_is_shown_as_what_was_looked_for(browser):
    page = shown(browser, answer="perhaps")

    assert '<option value="perhaps" selected>' in page
    assert "<details" in page and "open>" in page.partition('<details class="more"')[2][:10]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"since": "yesterday"}, "From day must be a day"),
        ({"until": "31 Feb 2026"}, "To day must be a day"),
        ({"since": "2 Oct 2026", "until": "1 Oct 2026"}, "The last day must not be before the first"),
        ({"q": "x" * 501}, "What you look for must be 500 characters or less"),
        ({"who": "x" * 201}, "Who asked must be 200 characters or less"),
    ],
)
def test_what_cannot_be_looked_for_is_explained_and_kept(browser, query, sentence):
    page = browser.get(HISTORY, query_string=query)

    assert page.status_code == 422
    [problem] = problems(page)
    assert problem.startswith(sentence)
    assert all(f'value="{value}"' in page.text for value in query.values())


def test_what_no_database_can_keep_is_refused_in_words(browser):
    assert browser.get(f"{HISTORY}?q=%00").status_code == 400


def test_pages_follow_each_other_and_keep_what_was_looked_for_and_chosen(browser, short_pages):
    addresses = asked(browser, *({"f0": str(months)} for months in range(5)))[::-1]
    first = shown(browser, channel="form")
    second = browser.get(**pressed(first, "Next page")).text
    chosen = browser.get(HISTORY, query_string={"channel": "form", "pick": references(second)[0]}).text
    third = browser.get(**pressed(second, "Next page")).text
    carried = browser.get(**pressed(chosen, "Next page")).text

    assert [listed(page) for page in (first, second, third)] == [addresses[:2], addresses[2:4], addresses[4:]]
    assert "First page" not in first and "Next page" not in third
    assert '<option value="form" selected>' in third
    assert "Chosen on another page" in chosen
    assert f'value="{references(second)[0]}" checked' in carried
    assert listed(browser.get(**pressed(third, "First page")).text) == addresses[:2]
    assert "The first 2 answers" in first and "The next 2 answers" in second


def test_an_answer_leads_to_the_list_in_which_it_is_chosen(browser):
    first, second = asked(browser, {"f0": "12"}, {"f0": "70"})
    page = browser.get(first)
    link = re.search(r'href="([^"]*)">Compare with another answer', page.text)[1]
    listing = browser.get(html.unescape(link)).text

    assert "Compare with another answer" not in page.text.partition("</article>")[0]
    assert listing.count(" checked") == 1


def test_two_chosen_answers_are_compared(browser):
    first, second = asked(browser, {"f0": "1"}, {"f0": "2"})
    newer, older = references(shown(browser))
    page = browser.get(HISTORY, query_string={"pick": [older, newer], "compare": "1"})

    assert page.status_code == 303
    assert page.location == f"{first}/compare/{second.removeprefix('/predictions/')}"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_other_than_two_are_not_compared_and_stay_chosen(browser, count):
    asked(browser, *({"f0": str(months)} for months in range(4)))
    chosen = references(shown(browser))[:count]
    page = browser.get(HISTORY, query_string={"pick": chosen, "compare": "1"})

    assert page.status_code == 422
    assert problems(page) == ["Choose two answers in the list to compare them"]
    assert len(re.findall(r'name="pick" value="[^"]+" checked', page.text)) == count
    assert 'id="compare"' in page.text


def test_a_model_nobody_knows_is_not_found(browser):
    assert browser.get("/models/nothing/history").status_code == 404
    assert press(browser, ASK, "/models/nothing/history.csv").status_code == 404


def test_the_answers_of_a_retired_model_can_still_be_read(browser, service):
    [address] = asked(browser, {})
    retire(service.parts.database, "leaving", ADA, "It was wrong too often")
    service.parts.follower.refresh()
    page = shown(browser)

    assert listed(page) == [address]
    assert 'aria-current="page">Answers' in page
    assert '<option value="yes">' in page


def test_a_model_that_never_answered_has_an_empty_list(browser, service):
    add_version(service.parts.store, replace(SCHEMA, model="other"))
    service.parts.follower.refresh()

    assert "No answer yet" in browser.get("/models/other/history").text


def test_while_the_records_are_away_the_page_says_so(browser, database_away):
    with database_away():
        assert browser.get(HISTORY).status_code == 503


def test_the_tab_stands_beside_the_others(browser):
    [address] = asked(browser, {})

    for url in (ASK, address, f"{ASK}/about", f"{ASK}/versions"):
        assert f'href="{HISTORY}">Answers' in browser.get(url).text


class TestReachedByOthers:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_ACCESS": "open", "FORMCAST_BIND": "0.0.0.0"}

    def test_nobody_in_particular_gets_neither_list_nor_file(self, browser):
        [address] = asked(browser, {})

        assert browser.get(HISTORY).location.startswith("/sign-in")
        assert press(browser, ASK, EXPORT).location.startswith("/sign-in")
        assert HISTORY not in browser.get(address).text

    def test_a_viewer_reads_the_list_and_takes_nothing_out(self, service):
        viewer = somebody(service)
        [address] = asked(viewer, {})
        page = shown(viewer)

        assert listed(page) == [address]
        assert "Export" not in page
        assert press(viewer, HISTORY, EXPORT).status_code == 403

    def test_answers_are_found_by_who_asked(self, service):
        ada, bob = (person(service, "recorder", name) for name in ("ada", "bob"))
        [hers], [his] = (asked(browser_of(service, user), {}) for user in (ada, bob))
        page = shown(browser_of(service, ada), who="BOB")

        assert listed(page) == [his]
        assert listed(shown(browser_of(service, bob), who="ada")) == [hers]
        assert "by Bob" in page


class TestFile:
    def test_it_holds_every_answer_that_was_looked_for(self, browser):
        asked(browser, {"f0": "1"}, {"f0": "2", "f1": "", "business_key": "C-17"}, {"f0": "3"})
        page = press(browser, HISTORY, EXPORT, order="oldest")
        rows = rows_of(page)

        assert page.mimetype == "text/csv"
        assert page.get_data().startswith(b"\xef\xbb\xbf")
        assert re.fullmatch(
            r"attachment; filename=leaving-answers-\d{8}T\d{6}Z\.csv", page.headers["Content-Disposition"]
        )
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert [row["given: months"] for row in rows] == ["1", "2", "3"]
        assert rows[1]["case"] == "C-17" and rows[1]["given: bill"] == ""
        assert rows[0] | {"reference": "", "asked_at": "", "chance": "", "answer": ""} == {
            **dict.fromkeys(("reference", "case", "asked_at", "asked_by", "chance", "answer", "estimate"), ""),
            **dict.fromkeys(("low", "high"), ""),
            "channel": "form",
            "version": rows[0]["version"],
            "light": "green",
            "given: months": "1",
            "given: bill": "70.5",
            "given: contract": "monthly",
            "given: senior": "no",
            "given: joined": "2019-05-03",
        }

    def test_figures_are_the_recorded_ones_to_the_last_bit(self, browser, service):
        [address] = asked(browser, {})
        [row] = rows_of(press(browser, HISTORY, EXPORT))
        record = browser.get(address)

        assert row["reference"] in record.text
        with service.parts.database.reading() as connection:
            [stored] = connection.exec_driver_sql("SELECT probability FROM predictions").scalars()
        assert float(row["chance"]) == stored

    @pytest.mark.parametrize(
        "query", [{"q": "C-17"}, {"light": "red"}, {"channel": "example"}, {"since": "1 Jan 2999"}]
    )
    def test_it_keeps_to_the_filters(self, browser, query):
        asked(browser, {"f0": "1", "business_key": "C-17"}, {"f0": "2"})

        assert len(rows_of(press(browser, HISTORY, EXPORT, **query))) == ("q" in query)

    def test_questions_of_earlier_versions_have_their_columns(self, browser, service):
        asked(browser, {})
        service.promote(add_version(service.parts.store, with_fewer_questions(), seed=1))
        fields = {name: value for name, value in browser.fields().items() if not name.startswith("f4")}
        browser.send(fields | {"f3-day": "3", "f3-month": "5", "f3-year": "2019"})
        newer, older = rows_of(press(browser, HISTORY, EXPORT))

        assert (newer["given: senior"], older["given: senior"]) == ("", "no")
        assert newer["given: joined"] == older["given: joined"] == "2019-05-03"
        assert newer["version"] != older["version"]

    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1", '=HYPERLINK("//x","y")', "=1\r\n=2"])
    def test_no_cell_is_a_formula(self, browser, text):
        asked(browser, {"business_key": text})
        [row] = rows_of(press(browser, HISTORY, EXPORT))

        assert row["case"].startswith("'")
        assert not any(cell.startswith(("=", "+", "-", "@", "\uff1d")) for cell in row.values())

    def test_a_file_that_would_be_too_long_says_so_in_its_name(self, browser, monkeypatch):
        monkeypatch.setattr(history, "MOST_ROWS", 2)
        asked(browser, *({"f0": str(months)} for months in range(3)))
        page = press(browser, HISTORY, EXPORT)

        assert "the first 2 at most" in shown(browser)
        assert len(rows_of(page)) == 2
        assert "leaving-answers-first-2-" in page.headers["Content-Disposition"]

    def test_taking_it_out_is_written_down(self, service, browser):
        press(browser, ASK, EXPORT, light="red")
        [entry] = trail(service, "exported")

        assert (entry.subject, entry.after) == ("model leaving", {"light": "red"})

    def test_filters_that_cannot_be_used_come_back_as_they_were(self, browser):
        page = press(browser, ASK, EXPORT, since="yesterday")

        assert page.status_code == 422
        assert 'value="yesterday"' in page.text

    class TestWithLimits:
        @pytest.fixture
        def environ(self):
            return {"FORMCAST_LIMITS": "on"}

        def test_twenty_an_hour_can_be_taken_out(self, service):
            recorder: Browser = somebody(service, "recorder")
            pages = [press(recorder, ASK, EXPORT) for _ in range(21)]

            assert [page.status_code for page in pages] == [200] * 20 + [429]
            assert int(pages[-1].headers["Retry-After"]) > 60
