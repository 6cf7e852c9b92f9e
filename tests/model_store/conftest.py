"""A store in a folder of its own, and one behind S3."""

import os

import pytest

from tests.model_package.making import KEY, payload
from tests.s3 import s3, s3_server
from webapp.model_store import ModelStore
from webapp.storage.objects import Objects

__all__ = ["s3", "s3_server"]


@pytest.fixture
def store(tmp_path):
    return ModelStore(tmp_path / "store")


@pytest.fixture
def add(store):
    def add(model="leaving", strength=1.0, **changes):
        return store.add(model, lambda number: payload(number, model, strength, **changes), KEY)

    return add


@pytest.fixture(scope="session")
def connections():
    return {}


@pytest.fixture
def bucket(s3, connections, monkeypatch):
    """A fresh bucket. Stores of the same process share one connection to S3: making one takes longer than a test."""
    connect = Objects._open

    def shared(objects):
        key = (objects.scheme, os.getpid(), os.environ["AWS_ENDPOINT_URL"])
        if key not in connections:
            connections[key] = connect(objects)
        return connections[key]

    monkeypatch.setattr(Objects, "_open", shared)
    return s3.create_bucket()


@pytest.fixture
def far(bucket, tmp_path):
    """A store behind S3, with a cache of its own."""
    return ModelStore(f"s3://{bucket}/models", tmp_path / "cache")


@pytest.fixture
def add_far(far):
    def add(model="leaving", **changes):
        return far.add(model, lambda number: payload(number, model, **changes), KEY)

    return add
