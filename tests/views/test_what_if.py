"""What if an answer were different: shown beside the original, kept only when somebody saves it."""

import re

import pytest

from tests.views.conftest import ANSWERS, hidden_fields
from tests.views.making import add_version, with_fewer_questions
from tests.views.people import PASSWORD, browser_of, person, problems, somebody
from tests.views.reading import typed_value
from tests.views.trying_out import headline, rows_marked_changed, use_changeable
from webapp.prediction.alternatives import as_row
from webapp.records import users
from webapp.records.predictions import latest
from webapp.records.tables import predictions
from webapp.views.opened import _opened

AT_RISK = {"f0": "2", "f2": "0", "business_key": "C-17"}


@pytest.fixture
def asked(service, browser):
    use_changeable(service)
    return browser.ask(**AT_RISK).location


def fields(browser, asked):
    return hidden_fields(browser.get(f"{asked}/what-if")) | ANSWERS | AT_RISK


def tried(browser, asked, **changed):
    return browser.client.post(f"{asked}/what-if", data=fields(browser, asked) | changed)


def record_of(service, address):
    with service.parts.database.reading() as connection:
        return next(one for one in latest(connection) if one.id == address.rpartition("/")[2])


def chance_now(service, **changed):
    """Of the original case with other values, by the pipeline itself."""
    predictor = service.parts.follower.champions["leaving"].predictor
    values = {"months": 2.0, "bill": 70.5, "contract": "monthly", "senior": 0.0} | changed
    row = [values.get(feature.name) for feature in predictor.schema.features[:-1]]
    [prediction] = predictor.predict(as_row([*row, predictor.schema.features[-1].from_number(18_019)]))
    return prediction.probability


def test_before_anything_is_changed_the_original_stands_alone(browser, asked):
    page = browser.get(f"{asked}/what-if")

    assert headline(page) == "What if an answer were different?"
    assert "Original" in page.text
    assert rows_marked_changed(page) == []
    assert typed_value(page, "f0") == "2"
    assert [typed_value(page, f"f4-{part}") for part in ("day", "month", "year")] == ["3", "5", "2019"]


def test_both_answers_the_difference_and_the_changed_rows_are_shown(service, browser, asked):
    before = record_of(service, asked).probability
    page = tried(browser, asked, f0="40", f2="2")
    after = chance_now(service, months=40.0, contract="long")

    assert page.status_code == 200
    assert rows_marked_changed(page) == ["Months with us (months)", "Contract"]
    figures = re.findall(r'<p class="v">([^<]*)</p>', page.text)
    assert figures == [
        f"{round(100 * before)}%",
        f"\u2212{round(100 * before) - round(100 * after)}",
        f"{round(100 * after)}%",
    ]
    assert headline(page).startswith("With months with us 40 months and contract two years, the chance of")
    assert "Not flagged" in page.text
    assert "from two changes" in page.text


def test_nothing_is_kept_of_a_what_if(service, browser, asked):
    before = browser.get(asked).text
    tried(browser, asked, f0="40")

    assert service.records() == 1
    assert browser.get(asked).text == before


def test_no_answer_stands_in_an_address(browser, asked):
    page = tried(browser, asked, f0="41")

    assert not re.search(r'(href|action)="[^"]*(f0|41)[^"]*"', page.text.replace("#f0", "").replace('id="f0', ""))
    assert page.location is None


def test_what_is_saved_goes_the_way_of_every_answer(service, browser, asked):
    data = fields(browser, asked) | {"f0": "40", "save": "1"}
    sent = [browser.client.post(f"{asked}/what-if", data=data) for _ in range(2)]
    record = record_of(service, sent[0].location)

    assert [page.status_code for page in sent] == [303, 303]
    assert sent[0].location == sent[1].location != asked
    assert service.records() == 2
    assert (record.row["months"], record.business_key, record.channel) == (40.0, "C-17", "form")
    assert record.probability == pytest.approx(chance_now(service, months=40.0), abs=1e-12)


def test_wrong_answers_are_explained_and_all_changes_kept(service, browser, asked):
    page = tried(browser, asked, f0="many", f1="80.25", **{"f4-month": "31"})

    assert page.status_code == 422
    assert len(problems(page)) == 2
    assert "Error: What if" in page.text
    assert [typed_value(page, name) for name in ("f0", "f1", "f4-month")] == ["many", "80.25", "31"]
    assert rows_marked_changed(page) == ["Months with us (months)", "Monthly bill ($) (optional)", "Joined on"]
    assert service.records() == 1


def test_a_suggestion_can_be_looked_at_as_a_what_if(browser, asked):
    page = browser.get(f"{asked}/what-if?suggestion=1")

    assert 1 <= len(rows_marked_changed(page)) <= 2
    assert "Not flagged" in page.text or "not flagged" in page.text


@pytest.mark.parametrize("number", ["0", "9", "-1", "x", "99999999999", "\u0661", ""])
def test_a_suggestion_that_there_is_not_is_passed_over(browser, asked, number):
    page = browser.get(f"{asked}/what-if", query_string={"suggestion": number})

    assert page.status_code == 200
    assert rows_marked_changed(page) == []


def test_the_version_that_answered_works_it_out_after_another_took_its_place(service, browser, asked):
    expected = chance_now(service, months=40.0)
    service.promote(add_version(service.parts.store, seed=1))
    page = tried(browser, asked, f0="40")

    assert f'<p class="v">{round(100 * expected)}%</p>' in page.text
    assert "Version 2, which gave this answer, works the changes out" in page.text
    assert "What you save is answered by version 3" in page.text


def test_what_is_saved_then_is_answered_by_the_version_in_use(service, browser, asked):
    third = add_version(service.parts.store, seed=1)
    service.promote(third)
    sent = tried(browser, asked, f0="40", save="1")

    assert record_of(service, sent.location).version == third.version


def test_a_version_with_other_questions_gets_its_form_with_the_answers(service, browser, asked):
    service.promote(add_version(service.parts.store, schema=with_fewer_questions()))
    page = tried(browser, asked, f0="40", save="1")

    assert page.status_code == 422
    assert "The questions have changed" in page.text
    assert typed_value(page, "f0") == "40"
    assert service.records() == 1


def test_where_its_version_is_gone_changes_can_still_be_saved(service, browser, asked):
    [version] = [found for found in service.parts.store.versions("leaving") if found.number == 2]
    service.promote(add_version(service.parts.store, seed=1))
    for file in (service.parts.store.root / "leaving" / version.version).iterdir():
        file.unlink()
    _opened.cache_clear()
    page = tried(browser, asked, f0="40")
    saved = browser.client.post(f"{asked}/what-if", data=hidden_fields(page) | ANSWERS | AT_RISK | {"save": "1"})

    assert "cannot be loaded here any more" in page.text
    assert ">Work it out<" not in page.text
    assert typed_value(page, "f0") == "40"
    assert saved.status_code in (303, 422)


def test_a_page_that_was_open_too_long_comes_back_as_it_was(browser, asked):
    page = tried(browser, asked, f0="40", csrf_token="of yesterday")

    assert page.status_code == 400
    assert "Your session was refreshed" in page.text
    assert typed_value(page, "f0") == "40"


def test_while_the_database_is_away_the_way_back_is_said(browser, asked, database_away):
    data = fields(browser, asked)
    with database_away():
        page = browser.client.post(f"{asked}/what-if", data=data)

    assert page.status_code == 503
    assert "Your changes are still in the form" in page.text
    assert int(page.headers["Retry-After"]) > 0


def test_charts_show_what_the_pipeline_says_for_the_changed_case(service, browser, asked):
    page = tried(browser, asked, f2="2")
    tables = re.findall(r"<caption>([^<]*)</caption>.*?<tbody>(.*?)</tbody>", page.text, re.DOTALL)
    months = next(rows for caption, rows in tables if "by months with us" in caption)
    cells = re.findall(r'<th scope="row">([^<]*)</th><td[^>]*>([^<]*)</td>', months)

    assert len(tables) == 2
    assert len(cells) > 5
    for at, said in cells:
        chance = chance_now(service, contract="long", months=float(at.removesuffix(" months").removesuffix(" month")))
        assert said == (str(round(100 * chance)) if chance >= 0.01 else "fewer than 1")


def test_answers_of_programs_are_filled_in_from_their_values(service, browser, asked):
    with service.parts.database.writing() as connection:
        row = connection.execute(predictions.select()).one()._asdict()
        other = {"id": "B" * 22, "reference": "ABCDEFGH", "idempotency_key": None, "answers": {}, "channel": "api"}
        connection.execute(predictions.insert().values(row | other))
    page = browser.get(f"/predictions/{'B' * 22}/what-if")

    assert (typed_value(page, "f0"), typed_value(page, "f1"), typed_value(page, "f4-year")) == ("2", "70.5", "2019")
    assert rows_marked_changed(page) == []


def test_an_answer_that_never_was_cannot_be_tried(browser):
    assert browser.get(f"/predictions/{'A' * 22}/what-if").status_code == 404


class TestSignedIn:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_ACCESS": "members"}

    @pytest.fixture
    def browser(self, service):
        return somebody(service)

    def test_one_person_may_try_120_changes_a_minute_and_loses_nothing(self, service, browser, asked):
        data = fields(browser, asked) | {"f0": "40"}
        pages = [browser.client.post(f"{asked}/what-if", data=data) for _ in range(120)]

        assert [page.status_code for page in pages[:119]] == [200] * 119
        assert pages[-1].status_code == 429
        assert int(pages[-1].headers["Retry-After"]) > 0
        assert typed_value(pages[-1], "f0") == "40"

    def test_a_session_that_ends_costs_no_change(self, service):
        ada = person(service, "viewer", "ada")
        browser = browser_of(service, ada)
        use_changeable(service)
        asked = browser.ask(**AT_RISK).location
        data = fields(browser, asked) | {"f0": "many", "f1": "80.25"}
        with service.parts.database.writing() as connection:
            users.end_sessions(connection, ada.id)
        sent = browser.client.post(f"{asked}/what-if", data=data)
        page = browser.get(sent.location)
        signed_in = browser.client.post("/sign-in", data=hidden_fields(page) | {"name": "ada", "password": PASSWORD})
        back = browser.get(signed_in.location)

        assert signed_in.location.startswith(f"{asked}/what-if?draft=")
        assert "Your answers are back" in back.text
        assert (typed_value(back, "f0"), typed_value(back, "f1")) == ("many", "80.25")
