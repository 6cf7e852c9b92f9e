"""A program that asks the running service."""

import pytest


@pytest.fixture
def client(service):
    return service.app.test_client()
