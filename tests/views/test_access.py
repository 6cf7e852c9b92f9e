"""A view that names no permission is answered to nobody."""

import pytest

from tests.views.conftest import ASK, hidden_fields
from tests.views.people import somebody
from tests.views.reading import typed_value
from webapp.records.predictions import latest
from webapp.views.access import current_actor, may, permission_of, requires


def test_every_view_names_its_permission(service):
    unnamed = [name for name, view in service.app.view_functions.items() if permission_of(view) is None]

    assert not unnamed


def test_a_view_without_a_permission_is_not_found(browser, service):
    service.app.add_url_rule("/forgotten", view_func=lambda: "secret", endpoint="forgotten")

    assert browser.get("/forgotten").status_code == 404


def test_only_known_permissions_can_be_named():
    with pytest.raises(ValueError, match="'edit' is not one of"):
        requires("edit")


def _recording(service):
    @requires("record")
    def view() -> str:
        return f"recorded by {current_actor().name or 'nobody'}"

    service.app.add_url_rule("/recording", view_func=view, endpoint="recording")


def test_whoever_sits_at_the_machine_may_record(browser, service):
    _recording(service)

    assert browser.get("/recording").text == "recorded by nobody"


def test_what_a_person_does_is_done_under_their_name(service):
    someone = somebody(service, "viewer")
    sent = someone.ask()
    with service.parts.database.reading() as connection:
        [record] = latest(connection)

    assert sent.status_code == 303
    assert (record.who.kind, record.who.name) == ("person", record.who.name)
    assert record.who.name.startswith("Viewer")
    assert record.who.id


def test_what_nobody_in_particular_does_is_done_under_no_name(browser, service):
    browser.ask()
    with service.parts.database.reading() as connection:
        [record] = latest(connection)

    assert record.who.to_json() == {"kind": "person", "id": "", "name": ""}


def test_a_page_knows_what_its_reader_may_do(service):
    with service.app.test_request_context("/"):
        assert (may("view"), may("administer")) == (True, False)


def test_without_a_sign_in_the_database_is_not_asked_who_it_is(browser, service, database_away):
    with database_away():
        pages = [browser.get(url) for url in (ASK, "/help", "/", f"{ASK}/about")]

    assert [page.status_code for page in pages] == [200] * 4
    assert all("Sign in" in page.text for page in pages)


class TestOnAnAddressThatOthersReach:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_BIND": "0.0.0.0"}

    def test_recording_asks_who_it_is(self, browser, service):
        _recording(service)
        page = browser.get("/recording")

        assert page.status_code == 303
        assert page.location == "/sign-in?next=/recording"
        assert somebody(service, "recorder").get("/recording").status_code == 200

    def test_whoever_may_not_record_is_told_so(self, service):
        _recording(service)
        page = somebody(service, "viewer").get("/recording")

        assert page.status_code == 403
        assert "Your role here is viewer, and this takes another one" in page.text

    def test_answers_of_others_are_not_listed(self, browser):
        sent = browser.ask()

        assert sent.location not in browser.get("/").text
        assert "last=1" not in browser.get().text
        assert browser.get(sent.location).status_code == 200

    def test_answers_of_others_are_not_copied_either(self, browser):
        browser.ask(f0="44")

        assert typed_value(browser.get(f"{ASK}?last=1"), "f0") == ""

    def test_an_answer_is_found_by_its_reference_alone(self, browser, service):
        sent = browser.ask(business_key="C-17")
        with service.parts.database.reading() as connection:
            [record] = latest(connection)
        guessed = browser.get("/?q=C-17")

        assert guessed.status_code == 200
        assert "No answer has this reference. Check what you entered" in guessed.text
        assert record.reference not in guessed.text
        assert "your own number" not in guessed.text
        assert browser.get("/", query_string={"q": record.reference}).location == sent.location
        privacy = browser.get("/privacy").text
        assert "found by its reference alone" in privacy
        assert "Answers are kept until somebody asks for them to be deleted." in privacy

    def test_whoever_has_signed_in_finds_it_by_the_number_of_the_case_too(self, browser, service):
        sent = browser.ask(business_key="C-17")

        assert somebody(service).get("/?q=C-17").location == sent.location


class TestBehindAProxy(TestOnAnAddressThatOthersReach):
    @pytest.fixture
    def environ(self):
        return {"TRUST_PROXY": "on"}


class TestForMembers:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_ACCESS": "members"}

    def test_nobody_reads_anything_without_a_sign_in(self, browser, service):
        location = somebody(service).ask().location
        for url in ("/", ASK, f"{ASK}/about", location, f"{ASK}?example=1", "/models/unknown"):
            page = browser.get(url)

            assert page.status_code == 303, url
            assert page.location.startswith("/sign-in?next=/")

    def test_the_way_back_is_kept_with_its_question(self, browser):
        sent_to = browser.get("/?q=C%2017&x=a/b").location

        assert hidden_fields(browser.get(sent_to))["next"] == "/?q=C%2017&amp;x=a/b"

    def test_what_explains_and_what_a_platform_asks_stays_open(self, browser):
        for url in ("/help", "/privacy", "/accessibility", "/livez", "/readyz", "/sign-in"):
            assert browser.get(url).status_code == 200

    def test_answers_of_others_are_neither_listed_nor_copied(self, service):
        sent = somebody(service).ask(f0="44")
        other = somebody(service)

        assert sent.location not in other.get("/").text
        assert typed_value(other.get(f"{ASK}?last=1"), "f0") == ""
        assert other.get(sent.location).status_code == 200

    def test_a_program_is_told_what_is_missing_instead_of_being_sent_to_a_page(self, browser):
        page = browser.get("/", headers={"Accept": "application/json"})

        assert page.status_code == 401
        assert page.mimetype == "application/problem+json"
        assert page.json["detail"] == "Sign in to see or do this."
