"""A view that names no permission is answered to nobody."""

import pytest

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
