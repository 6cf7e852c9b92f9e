"""A store behind S3 that comes and goes: decisions are followed, and what is known goes on answering."""

import os
from dataclasses import replace

import pytest

from tests.serving.test_gunicorn import FOLLOWS_S, READY_S, Running
from tests.views.making import KEY, promote
from webapp import serving
from webapp.model_store import ModelStore
from webapp.records.actors import Actor
from webapp.records.database import Database
from webapp.records.decisions import rollback
from webapp.records.migrate import migrate
from webapp.serving import Follower

ADA = Actor("command", "ada", "Ada")


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'instance' / 'formcast.db'}")
    migrate(database)
    yield database
    database.dispose()


@pytest.fixture
def address(s3, filled_store):
    bucket = s3.create_bucket()
    s3.put_folder(bucket, "models", filled_store[0])
    return f"s3://{bucket}/models"


@pytest.fixture
def far(scene, address, tmp_path):
    store = ModelStore(address, tmp_path / "cache")
    return replace(scene, store=store, follower=Follower(scene.database, store, lambda: (KEY.public,)))


def version(scene):
    champion = scene.follower.champions.get("leaving")
    return champion.version if champion else None


def test_what_is_known_goes_on_answering_while_the_store_is_away(s3, far, caplog):
    for position in (0, 1):
        far.promote(position)
        far.follower.refresh()
    assert version(far) == far.versions[1].version

    with s3.away():
        far.follower._store_at = 0.0
        far.follower.refresh()
        assert version(far) == far.versions[1].version
        assert "The model store cannot be read, so what was seen there stays" in caplog.text

        rollback(far.database, "leaving", ADA, "It was worse")
        far.follower.refresh()
        assert version(far) == far.versions[0].version

    assert not far.follower.problems


def test_a_process_that_starts_while_the_store_is_away_answers_from_its_copies(s3, far, tmp_path):
    far.promote(0)
    far.follower.refresh()

    with s3.away():
        again = Follower(far.database, ModelStore(far.store.root, tmp_path / "cache"), lambda: (KEY.public,))
        again.refresh()
        assert again.champions["leaving"].version == far.versions[0].version

        without = Follower(far.database, ModelStore(far.store.root, tmp_path / "none"), lambda: (KEY.public,))
        without.refresh()
        assert "cannot be used" in without.problems["leaving"]


def test_a_store_over_a_network_is_not_asked_at_every_look(s3, far, monkeypatch):
    far.follower.refresh()
    s3.asked.clear()
    for _ in range(5):
        far.follower.refresh()
    assert s3.asked == []

    monkeypatch.setattr(serving, "STORE_POLL_S", 0.0)
    far.follower._store_at = 0.0
    far.follower.refresh()
    assert len(s3.asked) == 1  # one listing for all models and versions; manifests are known


def test_every_process_of_the_service_reads_a_store_behind_s3(s3, address, filled_store, tmp_path):
    """Also those that are forked from one that has read it already."""
    store = ModelStore(address, tmp_path / "cache")
    service = Running(tmp_path, MODEL_STORE=address, MODEL_CACHE=str(tmp_path / "its-cache"), **s3.settings)
    try:
        service.wait_until(lambda: service.request("GET", "/livez").status == 200, READY_S)
        for stored in filled_store[1][:2]:
            promote(service.database, store, stored)
            service.wait_until(lambda shown={str(stored.number)}: service.versions_shown() == shown, FOLLOWS_S)

        with s3.away():
            assert service.ask().status == 303
    finally:
        service.process.kill()
        service.process.wait()
        service.database.dispose()
    assert os.listdir(tmp_path / "its-cache")
