"""A view that names no permission is answered to nobody."""

import pytest

from tests.views.conftest import ASK
from tests.views.reading import typed_value
from webapp.records.predictions import latest
from webapp.views.access import permission_of, requires


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
        return "recorded"

    service.app.add_url_rule("/recording", view_func=view, endpoint="recording")


def test_whoever_sits_at_the_machine_may_record(browser, service):
    _recording(service)

    assert browser.get("/recording").status_code == 200


class TestOnAnAddressThatOthersReach:
    @pytest.fixture
    def environ(self):
        return {"FORMCAST_BIND": "0.0.0.0"}

    def test_recording_is_refused(self, browser, service):
        _recording(service)

        assert browser.get("/recording").status_code == 403

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
        assert "found by its reference alone" in browser.get("/privacy").text


class TestBehindAProxy(TestOnAnAddressThatOthersReach):
    @pytest.fixture
    def environ(self):
        return {"TRUST_PROXY": "on"}
