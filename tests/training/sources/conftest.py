"""A site on this machine and a Postgres, for tables that are no files."""

import pytest

from tests.postgres import running_server
from tests.training.sources.loopback import running_site


@pytest.fixture
def site():
    with running_site() as running:
        yield running


@pytest.fixture(scope="session")
def postgres():
    with running_server() as server:
        yield server
