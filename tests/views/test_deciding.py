"""Decisions in a browser: read first, with a reason, by whoever may, and one at a time."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.forms.page_reader import read
from tests.views.conftest import hidden_fields
from tests.views.making import BETTER, SCHEMA, add_version, with_fewer_questions
from tests.views.people import browser_of, person, press, problems, somebody, trail
from webapp.lifecycle.replay import typed_row, typed_rows
from webapp.records.answer_list import Wanted, answers_to_ask_again
from webapp.records.decisions import history, standing_of

VERSIONS = "/models/leaving/versions"
PROMOTE = f"{VERSIONS}/2/promote"
OPEN = {"FORMCAST_ACCESS": "open"}
MEMBERS = {"FORMCAST_ACCESS": "members"}


@pytest.fixture
def better(service):
    """A second version that every gate let pass."""
    return add_version(service.parts.store, seed=3, gates=[BETTER])


@pytest.fixture
def refused(service):
    """A second version that a gate refused."""
    return add_version(service.parts.store, seed=3)


def standing(service):
    with service.parts.database.reading() as connection:
        return standing_of(connection, "leaving")


def rows(service):
    with service.parts.database.reading() as connection:
        return history(connection, "leaving")


def sent(browser, page, to="", **fields):
    """The form of a page with its hidden fields, sent to it or to another address."""
    return browser.client.post(to or page, data=hidden_fields(browser.get(page)) | fields)


def text_of(browser, url):
    return " ".join(read(browser.get(url).text).one("main").text.split())


def test_a_promotion_needs_a_reason_and_is_followed(service, browser, better):
    without = sent(browser, PROMOTE)
    assert without.status_code == 422
    assert problems(without) == ["Say why"]
    assert standing(service).version == service.first.version

    done = sent(browser, PROMOTE, why="It finds more of those who leave")
    service.parts.follower.refresh()

    assert done.location == VERSIONS
    assert "Version 2 answers now. Every service follows within seconds." in browser.get(VERSIONS).text
    assert service.parts.follower.champions["leaving"].version == better.version
    assert rows(service)[0].why == "It finds more of those who leave"
    assert trail(service, "promote")[0].after["version"] == better.version


def test_the_page_says_how_many_recorded_decisions_would_change(service, browser, better):
    for months in range(0, 70, 2):
        browser.ask(f0=str(months), f2=str(months % 3))
    page = text_of(browser, PROMOTE)

    changed, total = map(int, re.search(r"(\d+) of the last (\d+) decisions would change", page).groups())

    assert total == 35
    package = service.parts.store.load("leaving", better.version, service.parts.follower.trusted_keys)
    assert changed == changed_by(service, package)
    assert f"{total - changed} stay the same" in page


def changed_by(service, package):
    """Counted once more from the records, by the pipeline itself."""
    with service.parts.database.reading() as connection:
        records = answers_to_ask_again(connection, Wanted(model="leaving"), 1000)
    chances = package.pipeline.predict_proba(
        typed_rows([typed_row(one.row, package.schema) for one in records], package.schema)
    )
    return sum((one.probability >= 0.4) != (chance[1] >= 0.4) for one, chance in zip(records, chances, strict=True))


def test_cases_that_were_not_asked_a_new_question_are_counted_apart(service, browser):
    fewer = add_version(service.parts.store, with_fewer_questions(), seed=4, gates=[BETTER])
    service.promote(fewer)
    browser.client.post(
        "/models/leaving",
        data=hidden_fields(browser.get())
        | {"f0": "3", "f1": "", "f2": "1", "f3-day": "3", "f3-month": "5", "f3-year": "2019"},
    )
    assert service.records() == 1

    page = text_of(browser, f"{VERSIONS}/1/promote")

    assert "None of the last 1 answer can be put to version 1" in page
    assert "1 case cannot be put to version 1: “Senior” was not answered (1)." in page


def test_of_racing_promoters_the_second_learns_who_was_first(service, browser, better):
    ada, ben = (browser_of(service, person(service, "approver", name)) for name in ("ada", "ben"))
    forms = [hidden_fields(one.get(PROMOTE)) | {"why": "Better"} for one in (ada, ben)]
    with ThreadPoolExecutor(2) as threads:
        pages = list(
            threads.map(lambda pair: pair[0].client.post(PROMOTE, data=pair[1]), zip((ada, ben), forms, strict=True))
        )

    codes = sorted(page.status_code for page in pages)
    assert codes == [303, 409]
    [loser] = [page for page in pages if page.status_code == 409]
    [sentence] = problems(loser)
    assert re.fullmatch(
        r"(Ada|Ben) promoted version 2 of leaving on [0-9-]+ at [0-9:]+ UTC\. Review and try again\.", sentence
    )
    assert "Better" in loser.text, "the reason is kept"
    assert len(rows(service)) == 2


def test_a_roll_back_is_one_press_and_needs_no_file_of_the_champion(service, browser, better):
    service.promote(better)
    (service.parts.store.root / "leaving" / better.version / "pipeline.pkl").write_bytes(b"damaged")
    page = text_of(browser, "/models/leaving/rollback")
    assert "Roll back to version 1?" in page

    done = sent(browser, "/models/leaving/rollback")
    service.parts.follower.refresh()

    assert done.status_code == 303
    assert service.parts.follower.champions["leaving"].version == service.first.version
    assert (rows(service)[0].action, rows(service)[0].why) == ("rollback", "")
    assert trail(service, "rollback")
    again = browser.get("/models/leaving/rollback")
    assert "There is no earlier version to go back to" in again.text


def test_a_model_is_retired_with_a_reason_and_comes_back(service, browser):
    assert problems(sent(browser, "/models/leaving/retire")) == ["Say why"]
    sent(browser, "/models/leaving/retire", why="The market changed")
    service.parts.follower.refresh()
    assert "The market changed" in browser.get("/models/leaving").text
    assert "It is retired" in browser.get("/models/leaving/rollback").text

    sent(browser, "/models/leaving/reinstate", why="It did not")
    service.parts.follower.refresh()

    assert browser.get("/models/leaving").status_code == 200
    assert [row.action for row in rows(service)] == ["reinstate", "retire", "promote"]


def test_on_a_laptop_a_refused_version_needs_a_reason_alone(service, browser, refused):
    assert "Your reason stands in the record beside that" in text_of(browser, PROMOTE)

    sent(browser, PROMOTE, why="A trial")

    assert rows(service)[0].action == "promote"
    assert rows(service)[0].details == {"passed_over": ["beats_baseline"]}


class TestAmongMembers:
    @pytest.fixture
    def environ(self):
        return MEMBERS

    @pytest.mark.parametrize("role", ["viewer", "recorder", "analyst"])
    def test_only_approvers_decide(self, service, better, role):
        browser = somebody(service, role)

        for url in (PROMOTE, "/models/leaving/rollback", "/models/leaving/retire"):
            assert browser.get(url).status_code == 403
            assert press(browser, "/", url, why="x", seq="1").status_code == 403
        assert len(rows(service)) == 1

    def test_a_refused_version_needs_a_second_person(self, service, refused):
        ada, ben = (browser_of(service, person(service, "approver", name)) for name in ("ada", "ben"))
        asked = sent(ada, PROMOTE, why="We need it for the trial")
        assert asked.status_code == 303
        assert standing(service).version == service.first.version
        assert standing(service).request.why == "We need it for the trial"

        own = sent(ada, PROMOTE, why="Really")
        assert own.status_code == 409
        assert "a second person has to agree" in problems(own)[0]
        assert "Version 2 waits for a second approver" in ben.get(VERSIONS).text
        assert "Ada" in text_of(ben, PROMOTE) and "We need it for the trial" in text_of(ben, PROMOTE)
        confirmed = sent(ben, PROMOTE, why="Agreed")

        assert confirmed.status_code == 303
        assert standing(service).version == refused.version
        latest = rows(service)[0]
        assert latest.who.name == "Ben"
        assert latest.details["asked_by"]["name"] == "Ada"
        assert latest.details["passed_over"] == ["beats_baseline"]
        assert standing(service).request is None

    def test_a_request_can_be_declined(self, service, refused):
        ada, ben = (browser_of(service, person(service, "approver", name)) for name in ("ada", "ben"))
        sent(ada, PROMOTE, why="We need it")

        sent(ben, PROMOTE, f"{VERSIONS}/2/decline", why="Not yet")

        assert standing(service).request is None
        assert standing(service).version == service.first.version
        assert sent(ben, PROMOTE, why="I want it now").status_code == 303
        assert rows(service)[0].action == "request"

    def test_a_request_for_a_model_without_champion_is_no_champion(self, service):
        add_version(service.parts.store, with_model("other"))
        service.parts.follower.refresh()
        page = "/models/other/versions/1/promote"
        ada, ben = (browser_of(service, person(service, "approver", name)) for name in ("ada", "ben"))

        sent(ada, page, why="A trial")
        service.parts.follower.refresh()
        assert "other" in service.parts.follower.picture.paused
        assert ben.get("/models/other/versions").status_code == 200
        sent(ben, page, why="Agreed")
        service.parts.follower.refresh()

        assert "other" in service.parts.follower.champions


def with_model(name):
    return replace(SCHEMA, model=name)


def test_a_challenger_scores_in_the_shadow_until_it_is_taken_out(service, browser, better):
    url = f"{VERSIONS}/2/challenge"
    sent(browser, url, why="Looks better on paper")
    assert standing(service).challenger.version == better.version
    assert "Challenger" in text_of(browser, VERSIONS)
    service.parts.follower.refresh()
    decided = service.parts.follower.champions["leaving"].decision_id
    assert decided == rows(service)[-1].id, "the words in force are still those of the promotion"

    sent(browser, "/models/leaving/challenger/end", why="Seen enough")

    assert standing(service).challenger is None
    assert "the one that answers" in browser.get(f"{VERSIONS}/1/challenge").text


def test_a_version_that_cannot_be_loaded_is_not_promoted(service, browser, better):
    (service.parts.store.root / "leaving" / better.version / "pipeline.pkl").write_bytes(b"damaged")

    page = browser.get(PROMOTE)

    assert page.status_code in (200, 404)
    assert sent(browser, "/models/leaving/retire", PROMOTE, why="Try").status_code in (404, 422)
    assert len(rows(service)) == 1


def test_an_answer_stays_as_it_was_through_every_decision(service, browser, better):
    answer = browser.ask().location
    before = re.search(r"<article.*?</article>", browser.get(answer).text, re.DOTALL)[0]
    for page, fields in (
        (f"{VERSIONS}/2/challenge", {"why": "x"}),
        (PROMOTE, {"why": "x"}),
        ("/models/leaving/rollback", {}),
        ("/models/leaving/retire", {"why": "x"}),
        ("/models/leaving/reinstate", {"why": "x"}),
    ):
        assert sent(browser, page, **fields).status_code == 303
        service.parts.follower.refresh()
        assert re.search(r"<article.*?</article>", browser.get(answer).text, re.DOTALL)[0] == before


def test_a_page_says_which_version_answered_then_and_what_another_would_have_said(service, browser, better):
    for months in range(0, 40, 2):
        browser.ask(f0=str(months))
    sent(browser, PROMOTE, why="Newer")
    service.parts.follower.refresh()
    tomorrow = "day=2099-01-01"

    now = text_of(browser, f"/models/leaving/decisions?{tomorrow}")
    before = text_of(browser, "/models/leaving/decisions?day=2020-01-01")
    wrong = browser.get("/models/leaving/decisions?day=soon")

    assert "That is still to come. Version 2 answers now." in now and "Nothing was asked yet" in now
    assert "no version answered" in before and "Nothing had been decided by then" in before
    assert wrong.status_code == 422 and "must be a day" in wrong.text
    decisions = text_of(browser, "/models/leaving/decisions")
    assert "Promoted: version 2" in decisions and "Newer" in decisions


def test_two_versions_are_compared_on_recorded_cases(service, browser, better):
    few = text_of(browser, "/models/leaving/compare")
    for months in range(60):
        browser.ask(f0=str(months), f2=str(months % 3))
    many = text_of(browser, "/models/leaving/compare")

    assert "Too few cases were recorded" in few
    assert "Seen on the last 60 recorded cases" in many
    assert "Cases by what both versions decide" in many
    assert "Compare two versions" in text_of(browser, "/models/leaving/compare?a=1&b=1")
    assert browser.get("/models/leaving/compare?a=9").status_code == 404
