"""A store in a folder of its own, and one behind S3."""

import pytest

from tests.model_package.making import KEY, payload
from tests.s3 import s3, s3_server
from webapp.model_store import ModelStore

__all__ = ["s3", "s3_server"]


@pytest.fixture
def store(tmp_path):
    return ModelStore(tmp_path / "store")


@pytest.fixture
def add(store):
    def add(model="leaving", strength=1.0, **changes):
        return store.add(model, lambda number: payload(number, model, strength, **changes), KEY)

    return add
