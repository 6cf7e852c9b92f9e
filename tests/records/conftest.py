"""Both databases, migrated and empty, and the cases that the tests write into them."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from tests.postgres import database_name
from webapp import clock
from webapp.records.database import Database
from webapp.records.migrate import migrate
from webapp.records.tables import METADATA


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("migrated") / "formcast.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres):
    url = postgres.create_database()
    database = Database(url)
    migrate(database)
    database.dispose()
    return url


@pytest.fixture
def sqlite_url(migrated_file, tmp_path):
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'formcast.db')}"


@pytest.fixture
def postgres_url(postgres, migrated_postgres):
    yield migrated_postgres
    postgres.empty_tables(migrated_postgres, [table.name for table in METADATA.sorted_tables])


@pytest.fixture
def own_postgres_url(postgres, migrated_postgres):
    """A database that the test may spoil."""
    url = postgres.create_database(template=database_name(migrated_postgres))
    yield url
    postgres.drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request):
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def database(url):
    database = Database(url)
    yield database
    database.dispose()


class Hands:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.at = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    def move(self, **by) -> None:
        self.at += timedelta(**by)


@pytest.fixture
def hands(monkeypatch):
    hands = Hands()
    monkeypatch.setattr(clock, "now", lambda: hands.at)
    return hands
