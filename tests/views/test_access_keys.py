"""Keys open addresses for programs, cookies open pages, and neither does the other's work."""

from datetime import timedelta

import pytest
from flask import Blueprint, jsonify

from tests.views.conftest import Browser
from tests.views.people import browser_of, person, trail
from webapp import clock
from webapp.records import api_keys, users
from webapp.records.actors import SYSTEM
from webapp.views.access import current_actor, requires

WITH_KEY = "/api/scratch/who"


@pytest.fixture
def environ():
    return {"FORMCAST_ACCESS": "members"}


@pytest.fixture(autouse=True)
def scratch(service):
    """Addresses such as an interface for programs will have."""
    bp = Blueprint("scratch", __name__, url_prefix="/api/scratch")

    @bp.get("/who")
    @requires("view")
    def who():
        return jsonify(current_actor().to_json())

    @bp.post("/record")
    @requires("record")
    def record():
        return jsonify(current_actor().to_json())

    @bp.get("/decide")
    @requires("decide")
    def decide():
        return jsonify(current_actor().to_json())

    service.app.register_blueprint(bp)


def key_of(service, user, *scopes, days=30):
    with service.parts.database.writing() as connection:
        return api_keys.make(connection, user.id, "Nightly", scopes or ("view",), days)


def ask(service, text, url=WITH_KEY, method="GET", **headers):
    return service.app.test_client().open(url, method=method, headers={"Authorization": f"Bearer {text}", **headers})


def test_a_key_acts_under_its_own_name_and_its_owners(service):
    ada = person(service, "viewer", "ada")
    key, text = key_of(service, ada)

    assert ask(service, text).json == {"kind": "key", "id": key.id, "name": "Nightly of Ada"}
    assert ask(service, text, "/metrics").status_code == 200


def test_without_a_key_a_program_is_told_how_to_send_one(service):
    answer = service.app.test_client().get(WITH_KEY)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Formcast"'
    assert answer.mimetype == "application/problem+json"
    assert "Authorization: Bearer fc_" in answer.json["detail"]


@pytest.mark.parametrize(
    "spoil", [str.upper, lambda text: text[:-1], lambda text: f"{text}0", lambda _: "", lambda _: "x"]
)
def test_a_key_that_is_not_exactly_right_opens_nothing(service, spoil):
    _, text = key_of(service, person(service))
    answer = ask(service, spoil(text))

    assert answer.status_code == 401
    assert "unknown, revoked or expired" in answer.json["detail"]


def test_a_cookie_opens_nothing_where_programs_ask(service):
    administrator = browser_of(service, person(service, "administrator"))

    assert administrator.get(WITH_KEY).status_code == 401
    assert administrator.get("/metrics").status_code == 401
    assert administrator.get("/account").status_code == 200


def test_a_key_opens_no_page(service):
    _, text = key_of(service, person(service))
    page = ask(service, text, "/account")

    assert page.status_code == 303
    assert page.location == "/sign-in?next=/account"


def test_of_a_key_and_a_cookie_together_only_the_key_counts(service):
    _, text = key_of(service, person(service, "viewer", "ada"))
    administrator = browser_of(service, person(service, "administrator", "eve")).client
    headers = {"Authorization": f"Bearer {text}"}

    assert administrator.get(WITH_KEY, headers=headers).json["name"] == "Nightly of Ada"
    assert administrator.get(WITH_KEY, headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_program_needs_no_token_of_a_form(service):
    _, text = key_of(service, person(service, "recorder"), "record")

    assert ask(service, text, "/api/scratch/record", "POST").status_code == 200


def test_a_browser_cannot_be_made_to_use_it_by_another_site(service):
    _, text = key_of(service, person(service, "recorder"), "record")
    answer = ask(service, text, "/api/scratch/record", "POST", Origin="https://elsewhere.example")

    assert answer.status_code == 403


def test_a_key_does_no_more_than_was_chosen(service):
    _, text = key_of(service, person(service, "administrator"), "view")
    answer = ask(service, text, "/api/scratch/record", "POST")

    assert answer.status_code == 403
    assert answer.json["detail"] == "This key may not do this."


def test_a_key_does_no_more_than_its_owner_may(service):
    ada = person(service, "recorder")
    _, text = key_of(service, ada, "view", "record")
    with service.parts.database.writing() as connection:
        users.change_role(connection, ada.id, "viewer", SYSTEM)

    assert ask(service, text, "/api/scratch/record", "POST").status_code == 403
    assert ask(service, text).status_code == 200


def test_no_key_decides_anything(service):
    _, text = key_of(service, person(service, "administrator"), *api_keys.SCOPES)

    assert ask(service, text, "/api/scratch/decide").status_code == 403


def test_a_revoked_key_opens_nothing_from_the_next_request_on(service):
    ada = person(service)
    key, text = key_of(service, ada)
    before = ask(service, text)
    with service.parts.database.writing() as connection:
        api_keys.revoke(connection, ada.id, key.id)

    assert (before.status_code, ask(service, text).status_code) == (200, 401)


def test_an_expired_key_opens_nothing(service, monkeypatch):
    _, text = key_of(service, person(service), days=1)
    later = clock.now() + timedelta(days=1, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert ask(service, text).status_code == 401


def test_the_key_of_somebody_disabled_opens_nothing(service):
    ada = person(service)
    _, text = key_of(service, ada)
    with service.parts.database.writing() as connection:
        users.disable(connection, ada.id, SYSTEM)

    assert ask(service, text).status_code == 401


def test_when_a_key_was_last_used_is_known(service):
    ada = person(service)
    _, text = key_of(service, ada)
    ask(service, text)
    with service.parts.database.reading() as connection:
        [key] = api_keys.of_user(connection, ada.id)

    assert key.seen_at is not None


def test_the_text_of_a_key_stands_nowhere(service, caplog):
    _, text = key_of(service, person(service))
    ask(service, text)
    ask(service, f"{text}x")
    with service.parts.database.reading() as connection:
        stored = str([connection.exec_driver_sql(f"SELECT * FROM {name}").fetchall() for name in ("api_keys", "audit")])

    assert trail(service, "key_made")
    assert text.rsplit("_", 1)[1] not in stored + caplog.text


class TestInOpenMode:
    @pytest.fixture
    def environ(self):
        return {}

    def test_what_anybody_may_do_needs_no_key(self, service):
        assert Browser(service.app.test_client()).get(WITH_KEY).json["id"] == ""

    def test_a_wrong_key_is_refused_all_the_same(self, service):
        assert ask(service, "fc_wrong").status_code == 401

    def test_a_key_is_held_to_what_it_may_do_all_the_same(self, service):
        _, text = key_of(service, person(service, "administrator"), "view")

        assert ask(service, text, "/api/scratch/record", "POST").status_code == 403
