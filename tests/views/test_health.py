"""What a platform is told."""

import pytest

from tests.views.conftest import config
from tests.views.making import add_version, promote
from webapp.app import create_app
from webapp.model_store import ModelStore
from webapp.views import health
from webapp.views.services import services_of


@pytest.fixture(autouse=True)
def ask_anew(monkeypatch):
    monkeypatch.setattr(health, "PROBE_KEPT_S", -1.0)


def test_a_service_that_answers_is_ready(browser):
    assert browser.get("/livez").text == "ok\n"
    assert browser.get("/readyz").json == {"status": "ok", "problems": []}


def test_a_service_without_its_database_is_alive_and_not_ready(browser, database_away):
    with database_away():
        alive, ready = browser.get("/livez"), browser.get("/readyz")
    again = browser.get("/readyz")

    assert alive.status_code == 200
    assert ready.status_code == 503
    assert ready.json == {"status": "failing", "problems": ["database away or not writable"]}
    assert again.status_code == 200


def test_a_database_that_was_not_migrated_is_named(browser, service):
    with service.parts.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    ready = browser.get("/readyz")

    assert ready.status_code == 503
    assert "database not migrated" in ready.json["problems"]


def test_a_service_without_a_model_says_what_to_do_until_one_is_in_use(tmp_path):
    app = create_app(config(tmp_path))
    client = app.test_client()

    assert client.get("/readyz").json == {"status": "failing", "problems": ["no model in use"]}
    assert client.get("/readyz").status_code == 503
    assert "python train.py" in client.get("/").text
    services_of(app).database.dispose()


def test_a_champion_that_cannot_be_loaded_is_a_worry_and_no_failure(browser, service):
    second = add_version(service.parts.store, seed=1)
    pipeline = service.parts.store.root / "leaving" / second.version / "pipeline.pkl"
    promote(service.parts.database, service.parts.store, second)
    pipeline.write_bytes(pipeline.read_bytes()[:-1] + b"x")
    service.parts.follower.refresh()
    ready = browser.get("/readyz")

    assert ready.status_code == 200
    assert ready.json == {"status": "degraded", "problems": ["the champion of leaving cannot be loaded"]}
    assert browser.ask().status_code == 303
    assert "The version in charge cannot be loaded" in browser.get("/").text


def test_prometheus_reads_what_was_counted(browser):
    before = _counted(browser, "formcast_predictions_total")
    browser.ask()

    assert _counted(browser, "formcast_predictions_total") == before + 1
    assert _counted(browser, 'formcast_champion_number{model="leaving"}') == 1


def _counted(browser, name):
    [line] = [line for line in browser.get("/metrics").text.splitlines() if line.startswith(f"{name} ")]
    return int(line.removeprefix(name))


def test_a_database_that_is_away_at_the_start_is_no_reason_not_to_start(folder):
    settings = config(folder)
    service_file = folder / "instance" / "formcast.db"
    service_file.unlink()
    service_file.mkdir()
    app = create_app(settings)
    client = app.test_client()

    assert client.get("/").status_code == 503
    assert client.get("/models/leaving").status_code == 503
    assert client.get("/readyz").status_code == 503
    assert client.get("/livez").status_code == 200
    services_of(app).database.dispose()
    assert ModelStore(folder / "model_store").models() == ["leaving"]
