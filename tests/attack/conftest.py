"""One trained service for the whole attack."""

import pytest

from tests.attack.filling import Visitor
from tests.attack.target import Target, set_up
from webapp.views.services import services_of


@pytest.fixture(scope="session")
def target(tmp_path_factory) -> Target:
    target = set_up(tmp_path_factory.mktemp("attacked"))
    yield target
    services_of(target.app).database.dispose()


@pytest.fixture(scope="session")
def visitor(target) -> Visitor:
    return Visitor.of(target)
