"""The audit trail can be looked through and taken out, and nothing else."""

import csv
import io
from datetime import UTC, datetime

import pytest

from tests.views.people import browser_of, forget_attempts, person, press, problems, trail
from webapp import clock
from webapp.records.actors import SYSTEM, Actor
from webapp.records.audit import note

AUDIT = "/admin/audit"
EXPORT = "/admin/audit.csv"
ANN = Actor("command", "ann", "ann")


@pytest.fixture
def ada(service):
    return person(service, "administrator", "ada")


@pytest.fixture
def browser(service, ada):
    return browser_of(service, ada)


@pytest.fixture
def write(service):
    def written(who=SYSTEM, action="retire", subject="model churn", **more):
        with service.parts.database.writing() as connection:
            note(connection, who, action, subject, **more)

    return written


def shown(browser, **query):
    page = browser.get(AUDIT, query_string=query)
    assert page.status_code == 200
    return page.text


def rows_of(page):
    return list(csv.reader(io.StringIO(page.get_data(as_text=True).removeprefix("\ufeff"))))


def test_the_newest_entry_comes_first_with_what_changed(browser, write):
    write(ANN, "role_changed", "user bob", before={"role": "viewer"}, after={"role": "analyst"}, from_where="here")
    page = shown(browser).partition("<tbody>")[2]

    assert page.index("Role changed") < page.index("Signed in")
    assert "role: viewer, now analyst" in page
    assert all(word in page for word in ("ann", "user bob", "here"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"who": "ann"}, "by ann"),
        ({"who": "ADA"}, "by ada"),
        ({"who": "formcast"}, "by the product"),
        ({"action": "promote"}, "by ann"),
        ({"subject": "fruit"}, "by ann"),
        ({"subject": "model fruit"}, "by ann"),
        ({"subject": "ada"}, "by ada"),
        ({"since": "2 Oct 2030", "until": "2030-10-02"}, "by ann"),
        ({"since": "3 Oct 2030"}, "by the product"),
        ({"until": "1 Oct 2030", "action": "retire"}, "by ada"),
    ],
)
def test_entries_are_found(browser, ada, write, monkeypatch, query, found):
    told = [
        (datetime(2030, 10, 1, 23, 59, 59, tzinfo=UTC), (ada.actor(), "retire", "user ada"), "by ada"),
        (datetime(2030, 10, 2, 12, tzinfo=UTC), (ANN, "promote", "model fruit"), "by ann"),
        (datetime(2030, 10, 3, tzinfo=UTC), (SYSTEM, "reinstate", "model churn"), "by the product"),
    ]
    for moment, what, words in told:
        with monkeypatch.context() as then:
            then.setattr(clock, "now", lambda moment=moment: moment)
            write(*what, after={"why": words})
    page = shown(browser, **query)

    assert [words for _, _, words in told if words in page] == [found]


def test_a_long_trail_has_pages(browser, write):
    for number in range(60):
        write(after={"number": f"no {number}"})
    first = shown(browser, action="retire")
    [link] = [part.split('"')[0] for part in first.split('href="') if "before=" in part.split('"')[0]]
    second = browser.get(link.replace("&amp;", "&")).text

    assert "no 59<" in first and "no 10<" in first and "no 9<" not in first
    assert "no 9<" in second and "no 0<" in second and "no 10<" not in second
    assert "Older entries" not in second
    assert "Newest entries" in second


@pytest.mark.parametrize("query", [{"since": "yesterday"}, {"until": "31 Feb 2026"}, {"who": "x" * 201}])
def test_what_cannot_be_looked_for_is_explained(browser, query):
    page = browser.get(AUDIT, query_string=query)

    assert page.status_code == 422
    assert len(problems(page)) == 1
    assert all(f'value="{value}"' in page.text for value in query.values())


@pytest.mark.parametrize(
    "query", ["before=x", "before=" + "9" * 5000, "until=9999-12-31", "action=nothing", "since=1000-01-01", "who=%25"]
)
def test_any_question_is_answered(browser, query):
    assert browser.get(f"{AUDIT}?{query}").status_code == 200


def test_nothing_found_says_so(browser):
    assert "No entry fits" in shown(browser, who="somebody else")


def test_the_export_holds_every_entry_that_was_looked_for(service, browser):
    with service.parts.database.writing() as connection:
        for number in range(1203):
            note(connection, SYSTEM, "retire", "model churn", after={"number": number})
    page = press(browser, AUDIT, EXPORT, action="retire")
    heading, *rows = rows_of(page)

    assert page.mimetype == "text/csv"
    assert page.headers["Content-Disposition"].startswith("attachment; filename=audit-")
    assert heading[:6] == ["id", "at", "who_kind", "who_id", "who_name", "action"]
    assert len(rows) == 1203
    assert rows[0][7:9] == ["", '{"number": 1202}']
    assert rows[-1][8] == '{"number": 0}'


def test_taking_it_out_is_written_down(service, browser, ada):
    press(browser, AUDIT, EXPORT, who="ada")
    [entry] = trail(service, "exported")

    assert (entry.who.id, entry.subject, entry.after) == (ada.id, "audit", {"who": "ada"})


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_no_cell_is_a_formula(browser, write, text):
    write(Actor("command", text, text), subject=text)
    rows = rows_of(press(browser, AUDIT, EXPORT, action="retire"))

    assert [rows[1][place] for place in (3, 4, 6)] == [f"'{text}"] * 3


class TestWithLimits:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_LIMITS": "on"}

    def test_twenty_an_hour_can_be_taken_out(self, service, browser):
        pages = [press(browser, AUDIT, EXPORT) for _ in range(21)]

        assert [page.status_code for page in pages] == [200] * 20 + [429]
        assert int(pages[-1].headers["Retry-After"]) > 60
        forget_attempts(service)
        assert press(browser, AUDIT, EXPORT).status_code == 200


def test_nothing_offers_to_change_an_entry(browser):
    page = shown(browser)

    assert page.count("<form") == 4  # signing out twice, looking, taking out
