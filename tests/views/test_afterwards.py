"""What comes after an answer: recorded, corrected, decided otherwise, remarked; the answer itself never changes."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.views.conftest import ASK, Browser, Service, config, hidden_fields
from tests.views.making import add_version, promote
from tests.views.people import browser_of, person, problems, somebody, trail
from tests.views.reading import checked, typed_value
from webapp import clock
from webapp.app import create_app
from webapp.model_store import ModelStore
from webapp.records.actors import SYSTEM
from webapp.records.forgetting import forget_answers
from webapp.records.migrate import migrate
from webapp.records.outcome_rules import OutcomeRule
from webapp.records.outcomes import By, Happened, record_outcome
from webapp.records.predictions import prediction_by_id
from webapp.records.tables import METADATA
from webapp.views.services import services_of

PAGES = ("outcome", "override", "note", "feedback")


def article(page):
    return re.search(r"<article>.*</article>", page.text, re.DOTALL)[0]


def aside(page):
    return re.search(r'<aside class="sec since.*?</aside>', page.text, re.DOTALL)[0]


def words_of(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def send(browser, url, **fields):
    """The form of that page, with these fields."""
    return browser.client.post(url, data=hidden_fields(browser.get(url)) | fields)


def press(browser, page, to, **fields):
    token = hidden_fields(browser.get(page))["csrf_token"]
    return browser.client.post(to, data={"csrf_token": token} | fields)


def rows(service, table):
    with service.parts.database.reading() as connection:
        return connection.execute(select(METADATA.tables[table]).order_by("seq")).all()


@pytest.fixture
def answer(browser):
    """The address of an answer that is certain enough to be flagged or not: somebody new, by the month."""
    return browser.ask(f0="1", f3="0").location


@pytest.fixture(params=["sqlite", "postgres"])
def either(request, folder, prepared, compiled_pages):
    """A browser at a service on each of the databases."""
    if request.param == "sqlite":
        app = create_app(config(folder))
    else:
        url = request.getfixturevalue("postgres").create_database()
        settings = {"DATABASE_URL": url, "FORMCAST_ACCESS": "open"}
        app = create_app(config(folder, **settings))
        parts = services_of(app)
        migrate(parts.database)
        promote(parts.database, ModelStore(folder / "model_store"), prepared[1])
        parts.follower.refresh()
    app.jinja_env.bytecode_cache = compiled_pages
    yield Service(app, prepared[1]), Browser(app.test_client())
    services_of(app).database.dispose()


def test_everything_after_an_answer_stands_beside_it_and_never_in_it(either):
    service, browser = either
    answer = browser.ask().location
    before = article(browser.get(answer))
    sent = [
        send(browser, f"{answer}/outcome", value="1", happened="3 Oct 2026"),
        send(browser, f"{answer}/outcome", value="0"),
        send(browser, f"{answer}/override", value="0", why="They called\nand stay"),
        send(browser, f"{answer}/note", text="Called <b>twice</b>"),
        press(browser, answer, f"{answer}/feedback", kind="useful"),
        send(browser, f"{answer}/feedback", kind="problem", text="Wrong town"),
    ]
    page = browser.get(answer)
    said = words_of(aside(page))

    assert [(one.status_code, one.location) for one in sent] == [(303, f"{answer}#since")] * len(sent)
    assert article(page) == before
    assert "Left: no. It was" in said
    assert "Changed once" in said
    assert "Decided otherwise" in said
    assert "They called and stay" in said
    assert "Called &lt;b&gt;twice&lt;/b&gt;" in said
    assert "Wrong town" in said
    assert [row.value for row in rows(service, "outcomes")] == ["yes", "no"]
    assert len(rows(service, "overrides")) == 1
    assert [row.kind for row in rows(service, "remarks")] == ["note", "useful", "problem"]
    assert sum(entry.subject.startswith("prediction ") for entry in trail(service)) == 6


def test_each_form_sent_twice_is_kept_once(browser, service, answer):
    forms = {
        f"{answer}/outcome": {"value": "1"},
        f"{answer}/override": {"value": "0", "why": "They called"},
        f"{answer}/note": {"text": "Called"},
        f"{answer}/feedback": {"kind": "problem", "text": "Wrong town"},
    }
    for url, fields in forms.items():
        data = hidden_fields(browser.get(url)) | fields
        assert [browser.client.post(url, data=data).status_code for _ in range(3)] == [303] * 3

    assert [len(rows(service, name)) for name in ("outcomes", "overrides", "remarks")] == [1, 1, 2]


def test_the_page_says_whether_the_answer_proved_right(browser, answer):
    is_flagged = "This one is above" in browser.get(answer).text
    right, wrong = ("1", "0") if is_flagged else ("0", "1")
    flagged = "It was flagged" if is_flagged else "It was not flagged"

    send(browser, f"{answer}/outcome", value=right)
    assert f"{flagged}, and that proved right." in aside(browser.get(answer))
    send(browser, f"{answer}/outcome", value=wrong)
    assert f"{flagged}, and that proved wrong." in aside(browser.get(answer))


def test_before_anything_happened_the_page_offers_what_can_be_done(browser, answer):
    page = browser.get(answer)

    assert "Since then" not in page.text
    assert all(f'{answer}/{name}"' in aside(page) for name in PAGES)


def test_what_was_recorded_is_shown_to_be_corrected(browser, answer):
    send(browser, f"{answer}/outcome", value="1", happened="2026-10-03")
    page = browser.get(f"{answer}/outcome")

    assert checked(page, "value") == ["1"]
    assert typed_value(page, "happened") == "3 Oct 2026"
    assert "Recorded so far" in page.text
    assert "Correct what happened" in browser.get(answer).text


def test_an_outcome_is_taken_back_and_its_history_stays(browser, service, answer):
    send(browser, f"{answer}/outcome", value="1")
    back = press(browser, f"{answer}/outcome", f"{answer}/outcome/withdraw", seq="1")
    page = browser.get(f"{answer}/outcome")

    assert back.status_code == 303
    assert [row.value for row in rows(service, "outcomes")] == ["yes", ""]
    assert "Taken back" in page.text
    assert "What happened</dt>" not in browser.get(answer).text
    assert "Take it back" not in page.text


def test_a_decision_is_taken_back(browser, service, answer):
    send(browser, f"{answer}/override", value="0", why="They called")
    assert "They called" in browser.get(f"{answer}/override").text
    press(browser, f"{answer}/override", f"{answer}/override/withdraw", seq="1")

    assert [(row.value != "", row.why) for row in rows(service, "overrides")] == [(True, "They called"), (False, "")]
    assert "Decided otherwise</dt>" not in browser.get(answer).text


@pytest.mark.parametrize(
    ("name", "fields", "sentences"),
    [
        ("outcome", {}, ["Select what happened"]),
        ("outcome", {"value": "7"}, ["Select what happened"]),
        ("outcome", {"value": "yes"}, ["Select what happened"]),
        ("outcome", {"value": "1", "happened": "03/04/2019"}, ["When did it happen? (optional) must be a day"]),
        ("outcome", {"value": "1", "happened": "1 Jan 2999"}, ["What happened must not lie in the future"]),
        ("override", {"value": "0", "why": "  "}, ["Say why"]),
        ("override", {"value": "5", "why": ""}, ["Select what you decide", "Say why"]),
        ("override", {"value": "0", "why": "x" * 1001}, ["The reason must be 1000 characters or less"]),
        ("note", {"text": " "}, ["Enter a note"]),
        ("note", {"text": "x" * 1001}, ["The note must be 1000 characters or less"]),
        ("feedback", {"text": "Hm"}, ["Select what you want to say"]),
        ("feedback", {"kind": "note"}, ["Select what you want to say"]),
    ],
)
def test_what_cannot_be_used_is_said_in_words_and_nothing_is_lost(browser, service, answer, name, fields, sentences):
    page = send(browser, f"{answer}/{name}", **fields)

    assert page.status_code == 422
    assert "<title>Error: " in page.text
    for said, wanted in zip(problems(page), sentences, strict=True):
        assert said.startswith(wanted)
    for kept in ("happened", "text", "why"):
        assert fields.get(kept, "").strip() in page.text
    assert not any(rows(service, table) for table in ("outcomes", "overrides", "remarks"))


@pytest.mark.parametrize(("name", "fields"), [("outcome", {}), ("override", {"why": "Another reason"})])
def test_whoever_was_slower_sees_what_somebody_else_recorded(browser, service, answer, name, fields):
    slow = hidden_fields(browser.get(f"{answer}/{name}")) | {"value": "0"} | fields
    quick = {"value": "1"} if name == "outcome" else {"value": "0", "why": "They called"}
    send(browser, f"{answer}/{name}", **quick)
    page = browser.client.post(f"{answer}/{name}", data=slow)

    assert page.status_code == 409
    assert "meanwhile" in problems(page)[0]
    assert fields.get("why", "") in page.text
    again = browser.client.post(f"{answer}/{name}", data=slow | {"seq": hidden_fields(page)["seq"]})
    assert again.status_code == 303
    assert len(rows(service, f"{name}s")) == 2


def test_a_problem_is_reported_with_one_press_and_words_may_follow(browser, service, answer):
    pressed = press(browser, answer, f"{answer}/feedback", kind="problem")
    assert pressed.location == f"{answer}/feedback?kind=problem"
    page = browser.get(pressed.location)
    assert checked(page, "kind") == ["problem"]
    assert "The problem is reported" in page.text
    send(browser, f"{answer}/feedback", kind="problem", text="Wrong town")

    assert [row.text for row in rows(service, "remarks")] == ["", "Wrong town"]


def test_an_outcome_is_found_by_reference_and_by_the_number_of_the_case(browser):
    first, second = browser.ask(business_key="C-1").location, browser.ask(business_key="C-2").location
    browser.ask(business_key="C-2", f0="13")
    reference = re.search(r"Reference ([0-9A-Z]{8})", browser.get(first).text)[1]

    assert browser.get(f"/outcomes?q={reference.lower()}").location == f"{first}/outcome"
    assert browser.get("/outcomes?q=C-1").location == f"{first}/outcome"
    several = browser.get("/outcomes?q=C-2")
    assert "2 answers found" in several.text
    assert f'href="{second}/outcome"' in several.text
    assert problems(browser.get("/outcomes?q=C-3")) == [
        "No answer has this reference or number. Check what you entered"
    ]
    assert "<h1>Record what happened</h1>" in browser.get("/outcomes").text
    assert 'href="/outcomes"' in browser.get("/").text


def test_a_session_that_is_over_costs_no_word(browser, service, answer):
    page = browser.client.post(f"{answer}/note", data={"csrf_token": "old", "nonce": "n", "text": "Called\n<twice>"})
    assert page.status_code == 400
    assert "Called\n&lt;twice&gt;</textarea>" in page.text
    sent = browser.client.post(f"{answer}/note", data=hidden_fields(page) | {"text": "Called\n<twice>"})

    assert sent.status_code == 303
    assert rows(service, "remarks")[0].text == "Called\n<twice>"


def test_a_database_that_is_away_costs_no_word(browser, answer, database_away):
    fields = hidden_fields(browser.get(f"{answer}/override")) | {"value": "0", "why": "They called"}
    with database_away():
        page = browser.client.post(f"{answer}/override", data=fields)
        assert browser.get(f"{answer}/override").status_code == 503

    assert page.status_code == 503
    assert int(page.headers["Retry-After"]) > 0
    assert "They called</textarea>" in page.text
    assert (
        browser.client.post(f"{answer}/override", data=hidden_fields(page) | {"why": "They called"}).status_code == 303
    )


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("identifier", ["x", "A" * 22, "..%2f..", "%00" * 22])
def test_nothing_can_be_added_to_an_answer_that_never_was(browser, name, identifier):
    url = f"/predictions/{identifier}/{name}"
    token = hidden_fields(browser.get())["csrf_token"]

    assert browser.get(url).status_code == 404
    assert browser.client.post(url, data={"csrf_token": token}).status_code == 404


def test_a_note_from_a_terminal_that_no_text_has_is_refused(browser, answer):
    fields = hidden_fields(browser.get(f"{answer}/note")) | {"text": "a\x00b"}

    assert browser.client.post(f"{answer}/note", data=fields).status_code == 400


class TestWithSignIn:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_ACCESS": "members", "FORMCAST_BIND": "0.0.0.0"}

    @pytest.fixture
    def recorder(self, service):
        return somebody(service, "recorder")

    @pytest.fixture
    def answer(self, recorder):
        return recorder.ask().location

    def test_what_is_recorded_bears_a_name(self, service, answer):
        ada = browser_of(service, person(service, "recorder", "ada"))
        send(ada, f"{answer}/outcome", value="1")
        page = ada.get(answer)

        assert "by Ada" in aside(page)
        assert "Printed by Ada" in page.text
        assert "Everybody who may sign in here can open this link." in page.text
        assert trail(service, "outcome_recorded")[0].who.name == "Ada"

    def test_a_viewer_reads_and_may_say_what_is_wrong(self, service, answer):
        viewer = somebody(service, "viewer")
        page = viewer.get(answer)

        assert "Record what happened" not in page.text
        assert press(viewer, answer, f"{answer}/feedback", kind="not_useful").status_code == 303
        assert [viewer.get(f"{answer}/{name}").status_code for name in PAGES] == [403, 403, 403, 200]
        assert viewer.get("/outcomes").status_code == 403

    def test_whoever_was_signed_out_signs_in_beside_the_form(self, service, answer, recorder):
        fields = hidden_fields(recorder.get(f"{answer}/note")) | {"text": "Called"}
        gone = Browser(service.app.test_client())
        page = gone.client.post(f"{answer}/note", data=fields)

        assert page.status_code == 401
        assert "Called</textarea>" in page.text
        assert 'href="/sign-in"' in page.text
        assert not rows(service, "remarks")

    def test_nobody_may_add_anything(self, service, answer):
        nobody = Browser(service.app.test_client())

        assert all(nobody.get(f"{answer}/{name}").location.startswith("/sign-in") for name in PAGES)


class TestOpenToOthers:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_ACCESS": "open", "FORMCAST_BIND": "0.0.0.0"}

    def test_strangers_read_and_report_and_record_nothing(self, browser, answer):
        assert "Record what happened" not in browser.get(answer).text
        assert press(browser, answer, f"{answer}/feedback", kind="useful").status_code == 303
        assert browser.get(f"{answer}/outcome").location.startswith("/sign-in")
        assert 'href="/outcomes"' not in browser.get("/").text


def test_answers_stay_the_same_through_promotions_and_everything_said(browser, service, answer, monkeypatch):
    before, start = article(browser.get(answer)), clock.now()
    for day in range(1, 4):
        monkeypatch.setattr(clock, "now", lambda day=day: start + timedelta(days=day))
        service.promote(add_version(service.parts.store, seed=day))
        send(browser, f"{answer}/outcome", value=str(day % 2))
        assert article(browser.get(answer)) == before

    said = words_of(aside(browser.get(answer)))
    assert "Version 4 of this model has answered since" in said
    assert "Changed twice" in said
    assert browser.get(ASK).status_code == 200


def test_once_enough_is_known_the_page_says_how_often_such_answers_proved_right(browser, service, answer, monkeypatch):
    record_id, start = answer.rsplit("/", 1)[1], clock.now()
    assert "Answers like this one" not in browser.get(answer).text
    with service.parts.database.writing() as connection:
        row = connection.execute(select(METADATA.tables["predictions"])).mappings().one()
        copies = [{**row, "id": f"{n:022}", "reference": f"{n:08}", "idempotency_key": None} for n in range(30)]
        connection.execute(METADATA.tables["predictions"].insert(), copies)
    for copy in copies:
        with service.parts.database.reading() as connection:
            known = prediction_by_id(connection, copy["id"])
        rule = OutcomeRule.of(service.parts.follower.champions["leaving"].words)
        record_outcome(service.parts.database, Happened(known, rule, "yes"), By(SYSTEM, "form"), 0)
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=2))
    said = words_of(aside(browser.get(f"/predictions/{record_id}")))

    assert "So far it is known what happened to 30 customers with a chance of" in said
    assert "for 30 of them it was “yes”." in said


def test_reading_changes_nothing(browser, service, answer):
    def counted():
        with service.parts.database.reading() as connection:
            return [
                connection.execute(select(func.count()).select_from(table)).scalar() for table in METADATA.sorted_tables
            ]

    before = counted()
    for name in PAGES:
        browser.get(f"{answer}/{name}?kind=problem")

    assert counted() == before


def test_of_an_answer_that_is_deleted_at_that_moment_it_is_said_that_it_is_gone(either, monkeypatch):
    service, browser = either
    url = browser.ask(f0="1", f3="0").location
    fields = {"value": "1", **hidden_fields(browser.get(f"{url}/outcome"))}

    def too_late(database, happened, *more):
        database.run(lambda connection: forget_answers(connection, [happened.record.id], SYSTEM, "Asked for"))
        return record_outcome(database, happened, *more)

    monkeypatch.setattr("webapp.views.outcomes.record_outcome", too_late)
    page = browser.client.post(f"{url}/outcome", data=fields)

    assert page.status_code == 410
    assert "This answer has been deleted meanwhile." in page.text
    assert browser.get(url).status_code == 404
