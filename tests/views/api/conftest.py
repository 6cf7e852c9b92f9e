"""A program that asks the running service."""

import shutil

import pytest

from tests.views.conftest import Service, config
from webapp.app import create_app
from webapp.views.services import services_of


@pytest.fixture
def client(service):
    return service.app.test_client()


@pytest.fixture(scope="session")
def steady(prepared, tmp_path_factory):
    """One service for all tests that change no setting and no model."""
    app = create_app(config(shutil.copytree(prepared[0], tmp_path_factory.mktemp("steady") / "service")))
    yield Service(app, prepared[1])
    services_of(app).database.dispose()


@pytest.fixture
def program(steady):
    return steady.app.test_client()


@pytest.fixture
def writes_nothing(steady):
    """The test fails if it leaves a record behind."""
    before = steady.records()
    yield
    assert steady.records() == before
