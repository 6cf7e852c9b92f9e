"""A site on this machine, for tables that are no files."""

import pytest

from tests.training.sources.loopback import running_site


@pytest.fixture
def site():
    with running_site() as running:
        yield running
