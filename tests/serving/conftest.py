"""A database, a store and a follower between them, without any web."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.s3 import s3, s3_server
from tests.views.making import KEY, add_version, decide_about, promote
from webapp.model_store import ModelStore, StoredVersion
from webapp.records.database import Database
from webapp.records.migrate import migrate
from webapp.serving import Follower

__all__ = ["s3", "s3_server"]


@pytest.fixture(scope="session")
def filled_store(tmp_path_factory) -> tuple[Path, list[StoredVersion]]:
    """Three versions of one model, trained once and copied for every test."""
    store = ModelStore(tmp_path_factory.mktemp("filled") / "model_store")
    return store.root, [add_version(store, seed=seed) for seed in range(3)]


@dataclass
class Scene:
    database: Database
    store: ModelStore
    versions: list[StoredVersion]
    follower: Follower

    def promote(self, position: int, **overrides: Any) -> StoredVersion:
        stored = self.versions[position]
        promote(self.database, self.store, stored, **overrides)
        return stored

    def decide_about(self, position: int, **overrides: Any) -> None:
        stored = self.versions[position]
        package = self.store.load(stored.model, stored.version, (KEY.public,))
        decide_about(self.database, package, **overrides)

    def file_of(self, position: int, name: str = "pipeline.pkl") -> Path:
        return self.store.root / "leaving" / self.versions[position].version / name


@pytest.fixture(params=["sqlite", "postgres"])
def database(request, tmp_path):
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'instance' / 'formcast.db'}")
        migrate(database)
        yield database
        database.dispose()
        return
    server = request.getfixturevalue("postgres")
    url = server.create_database()
    database = Database(url)
    migrate(database)
    yield database
    database.dispose()
    server.drop_database(url)


@pytest.fixture
def scene(database, filled_store, tmp_path) -> Scene:
    root, versions = filled_store
    store = ModelStore(shutil.copytree(root, tmp_path / "model_store"))
    return Scene(database, store, versions, Follower(database, store, lambda: (KEY.public,)))
