"""One training run for all tests of what a run leaves behind."""

import pytest

from tests.training.known_tables import KEY, Options, learn, leaving, spec_of
from webapp.model_store import ModelStore


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    return ModelStore(tmp_path_factory.mktemp("training") / "model_store")


@pytest.fixture(scope="session")
def outcome(store):
    """The model `leaving`, with everything a run may do: boosting compared, the latest rows kept back."""
    spec = spec_of("leaving", "left", id_column="customer", time_column="joined")
    return learn(leaving(), spec, store.root, Options(budget_s=600.0))


@pytest.fixture(scope="session")
def package(store, outcome):
    return store.load("leaving", outcome.stored.version, (KEY.public,))
