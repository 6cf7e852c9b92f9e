"""A session that ends while somebody fills in a form costs them no answer."""

from datetime import timedelta

import pytest

from tests.views.conftest import ANSWERS, ASK, Browser, hidden_fields
from tests.views.making import add_version, with_fewer_questions
from tests.views.people import PASSWORD, browser_of, forget_attempts, person, press, sign_in, token_in
from tests.views.reading import checked, typed_value
from webapp import clock
from webapp.records import users
from webapp.records.predictions import latest
from webapp.records.tables import drafts

WRONG = {"f0": "  seven <b>", "f1": "70,5x", "f2": "", "f4-month": "31", "business_key": "C-17"}


@pytest.fixture
def environ():
    return {"FORMCAST_ACCESS": "members"}


@pytest.fixture
def ada(service):
    return person(service, "viewer", "ada")


def end_sessions(service, user):
    with service.parts.database.writing() as connection:
        users.end_sessions(connection, user.id)


def back_after_sign_in(browser, sent, name="ada"):
    """From the refusal by way of the sign-in page to where it leads."""
    page = browser.get(sent.location)
    answer = browser.client.post("/sign-in", data=hidden_fields(page) | {"name": name, "password": PASSWORD})
    return answer, browser.get(answer.location)


def test_all_answers_come_back_as_typed_right_or_wrong(service, ada):
    browser = browser_of(service, ada)
    fields = browser.fields() | WRONG
    end_sessions(service, ada)
    sent = browser.send(fields)
    page = browser.get(sent.location)
    answer, form = back_after_sign_in(browser, sent)

    assert sent.status_code == 303
    assert "Your answers are kept" in page.text
    assert answer.location.startswith(f"{ASK}?draft=")
    assert "Your answers are back" in form.text
    assert "There is a problem" not in form.text
    assert typed_value(form, "f0") == "  seven &lt;b&gt;"
    assert typed_value(form, "f1") == "70,5x"
    assert [typed_value(form, f"f4-{part}") for part in ("day", "month", "year")] == ["3", "31", "2019"]
    assert typed_value(form, "business_key") == "C-17"
    assert (checked(form, "f2"), checked(form, "f3")) == ([], ["1"])
    assert service.records() == 0


def test_sent_again_they_are_one_record_under_the_right_name(service, ada):
    browser = browser_of(service, ada)
    fields = browser.fields()
    end_sessions(service, ada)
    _, form = back_after_sign_in(browser, browser.send(fields))
    first = browser.send(fields | hidden_fields(form))
    second = browser.send(fields | hidden_fields(form))
    with service.parts.database.reading() as connection:
        [record] = latest(connection)

    assert first.status_code == 303
    assert first.location == second.location
    assert record.who.id == ada.id


def test_somebody_who_never_signed_in_keeps_their_answers_too(service, ada):
    owner, stranger = browser_of(service, ada), Browser(service.app.test_client())
    fields = owner.fields() | WRONG
    sent = stranger.send(fields)
    answer, form = back_after_sign_in(stranger, sent)

    assert answer.status_code == 303
    assert typed_value(form, "f1") == "70,5x"


def test_going_back_finds_them_again(service, ada):
    browser = browser_of(service, ada)
    fields = browser.fields() | WRONG
    end_sessions(service, ada)
    answer, _ = back_after_sign_in(browser, browser.send(fields))
    for _ in range(2):
        assert typed_value(browser.get(answer.location), "f1") == "70,5x"


def test_two_forms_are_kept_apart(service, ada):
    browser = browser_of(service, ada)
    one, two = browser.fields() | {"f0": "1"}, browser.fields() | {"f0": "2"}
    end_sessions(service, ada)
    sent = [browser.send(one), browser.send(two)]
    answer, first = back_after_sign_in(browser, sent[0])
    second = browser.get(where_they_are(sent[1]))

    assert (typed_value(first, "f0"), typed_value(second, "f0")) == ("1", "2")


def test_of_many_forms_the_latest_are_kept(service, ada):
    browser = browser_of(service, ada)
    fields = browser.fields()
    end_sessions(service, ada)
    sent = [browser.send(fields | {"f0": str(number)}) for number in range(7)]
    sign_in(browser.client, "ada")
    found = [typed_value(browser.get(where_they_are(one)), "f0") for one in sent]

    assert found == ["", "", "", "3", "4", "5", "6"]


def where_they_are(sent):
    return sent.location.removeprefix("/sign-in?next=").replace("%3D", "=")


def test_somebody_else_who_signs_in_gets_none_of_them(service, ada):
    person(service, "viewer", "eve")
    browser = browser_of(service, ada)
    fields = browser.fields() | WRONG
    end_sessions(service, ada)
    answer, form = back_after_sign_in(browser, browser.send(fields), "eve")

    assert answer.status_code == 303
    assert "Your answers are not kept any more" in form.text
    assert "C-17" not in form.text


def test_another_browser_gets_none_of_them(service, ada):
    browser = browser_of(service, ada)
    fields = browser.fields() | WRONG
    end_sessions(service, ada)
    answer, _ = back_after_sign_in(browser, browser.send(fields))

    assert "C-17" not in browser_of(service, ada).get(answer.location).text


def test_after_a_day_they_are_gone(service, ada, monkeypatch):
    browser = browser_of(service, ada)
    fields = browser.fields() | WRONG
    end_sessions(service, ada)
    sent = browser.send(fields)
    later = clock.now() + timedelta(hours=24)
    monkeypatch.setattr(clock, "now", lambda: later)
    _, form = back_after_sign_in(browser, sent)

    assert "Your answers are not kept any more" in form.text
    assert typed_value(form, "f0") == ""


def test_a_form_whose_questions_have_changed_meanwhile_is_filled_where_it_fits(service, ada):
    browser = browser_of(service, ada)
    fields = browser.fields()
    end_sessions(service, ada)
    sent = browser.send(fields)
    service.promote(add_version(service.parts.store, with_fewer_questions(), seed=1))
    _, form = back_after_sign_in(browser, sent)

    assert "The questions have changed" in form.text
    assert typed_value(form, "f3-year") == "2019"


def test_nothing_but_answers_is_kept(service, ada):
    browser = browser_of(service, ada)
    fields = browser.fields() | {"stranger": "x" * 100}
    end_sessions(service, ada)
    browser.send(fields)
    with service.parts.database.reading() as connection:
        [row] = connection.execute(drafts.select())

    assert set(row.answers) == {"nonce", "version", *ANSWERS}


def test_a_form_from_another_site_is_not_kept(service, ada):
    browser = browser_of(service, ada)
    fields = browser.fields()
    end_sessions(service, ada)

    assert browser.send(fields, headers={"Origin": "https://elsewhere.example"}).status_code == 403


def test_nobody_learns_which_models_there_are(service):
    stranger = Browser(service.app.test_client())
    pages = [stranger.client.post(f"/models/{model}", data=ANSWERS) for model in ("leaving", "unknown")]

    assert [page.status_code for page in pages] == [303, 303]


def test_nobody_fills_the_disk_by_it(service, ada):
    stranger = Browser(service.app.test_client())
    sent = [stranger.send(ANSWERS).status_code for _ in range(61)]
    page = stranger.send(ANSWERS)
    forget_attempts(service)

    assert sent == [303] * 60 + [429]
    assert int(page.headers["Retry-After"]) > 0
    assert stranger.send(ANSWERS).status_code == 303


def test_while_the_database_is_away_the_form_comes_back_itself(service, ada, database_away):
    browser = browser_of(service, ada)
    fields = browser.fields() | WRONG
    with database_away():
        page = browser.send(fields)
        stranger = Browser(service.app.test_client()).send(fields)

    assert page.status_code == 503
    assert "Your answers are kept" in page.text
    assert typed_value(page, "f1") == "70,5x"
    assert stranger.status_code == 503
    assert "Monthly bill" not in stranger.text


class TestInOpenMode:
    @pytest.fixture
    def environ(self):
        return {}

    def test_what_a_person_sends_after_their_session_is_not_recorded_under_no_name(self, service, ada):
        browser = browser_of(service, ada)
        fields = browser.fields() | {"f0": "31"}
        end_sessions(service, ada)
        sent = browser.send(fields)
        answer, form = back_after_sign_in(browser, sent)

        assert sent.location.startswith("/sign-in?next=")
        assert typed_value(form, "f0") == "31"
        assert service.records() == 0
        assert browser.send(fields | hidden_fields(form)).status_code == 303

    def test_they_may_go_on_without_signing_in(self, service, ada):
        browser = browser_of(service, ada)
        fields = browser.fields() | {"f0": "31"}
        end_sessions(service, ada)
        page = browser.get(browser.send(fields).location)
        assert "Go on without signing in" in page.text
        answer = press(browser, "/sign-in", "/sign-out", next=hidden_fields(page)["next"])
        form = browser.get(answer.location)

        assert typed_value(form, "f0") == "31"
        assert "Clear-Site-Data" not in answer.headers
        assert token_in(browser.client) is None
        assert browser.send(fields | hidden_fields(form)).status_code == 303

    def test_whoever_never_signed_in_is_never_asked(self, browser):
        assert browser.ask().status_code == 303
        assert "Go on without" not in browser.get("/sign-in").text


def test_one_person_may_ask_sixty_times_a_minute(service, ada):
    browser = browser_of(service, ada)
    fields = browser.fields()
    sent = [browser.send(fields | {"f0": str(number)}).status_code for number in range(60)]
    page = browser.send(fields | {"f0": "abc"}), browser.send(fields | {"f0": "61"})

    assert set(sent) == {303}
    assert [answer.status_code for answer in page] == [422, 429]
    assert "That was a lot in one minute" in page[1].text
    assert typed_value(page[1], "f0") == "61"
    assert int(page[1].headers["Retry-After"]) >= 1
    assert sign_in(service.app.test_client(), "ada").status_code == 303
