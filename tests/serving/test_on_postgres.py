"""The way from a form to its answer on the platform's database."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.views.api.asking import PREDICT, ROW
from tests.views.conftest import Browser, config
from tests.views.making import add_version, promote
from webapp.app import create_app
from webapp.model_store import ModelStore
from webapp.records.database import Database
from webapp.records.migrate import migrate
from webapp.views import health
from webapp.views.services import services_of

AT_ONCE = 50


@pytest.fixture
def url(postgres):
    url = postgres.create_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture
def app(url, tmp_path, monkeypatch):
    monkeypatch.setattr(health, "PROBE_KEPT_S", -1.0)
    add_version(ModelStore(tmp_path / "model_store"))
    app = create_app(config(tmp_path, DATABASE_URL=url, FORMCAST_ACCESS="open"))
    yield app
    services_of(app).database.dispose()


@pytest.fixture
def browser(app, url):
    database = Database(url)
    migrate(database)
    parts = services_of(app)
    [stored] = parts.store.versions("leaving")
    promote(database, parts.store, stored)
    parts.follower.refresh()
    database.dispose()
    return Browser(app.test_client())


def test_a_database_that_was_not_migrated_is_left_alone_and_named(app):
    ready = app.test_client().get("/readyz")

    assert ready.status_code == 503
    assert "database not migrated" in ready.json["problems"]
    assert app.test_client().get("/models/leaving").status_code == 503


def test_a_filled_form_leads_to_a_page_that_can_be_found_again(browser):
    fields = browser.fields() | {"business_key": "C-17"}
    sent, again = browser.send(fields), browser.send(fields)

    assert sent.status_code == 303
    assert again.location == sent.location
    assert browser.get(sent.location).status_code == 200
    assert browser.get("/?q=C-17").location == sent.location
    assert browser.get("/readyz").json == {"status": "ok", "problems": []}


def test_a_failover_costs_at_most_one_request(browser, postgres, url):
    fields = browser.fields()
    first = browser.send(fields)
    assert postgres.end_all_connections(url) > 0
    statuses = [browser.get(first.location).status_code for _ in range(3)]

    assert statuses[1:] == [200, 200]
    assert browser.send(fields).location == first.location


def test_a_program_that_repeats_its_request_is_answered_once(browser):
    headers = {"Idempotency-Key": "night-7"}

    def send(_=None):
        return browser.client.application.test_client().post(PREDICT, json={"rows": [ROW] * 3}, headers=headers)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(send, range(AT_ONCE)))
    made = {answer.data for answer in answers if answer.status_code == 201}

    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    assert {send().data} == made
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers if answer.status_code == 201) == 1
    [first, *others] = send().json["predictions"]
    assert len(others) == 2
    assert browser.get(f"/api/v1/predictions/{first['id']}").json == first
