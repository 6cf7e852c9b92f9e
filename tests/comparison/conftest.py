"""One version of the planted table for all, and a trainer for the others."""

import pytest

from tests.comparison.planted import Trainer, customers


@pytest.fixture(scope="session")
def trainer(tmp_path_factory) -> Trainer:
    return Trainer(tmp_path_factory.mktemp("comparison") / "model_store")


@pytest.fixture(scope="session")
def table():
    return customers()


@pytest.fixture(scope="session")
def before(trainer, table):
    """The earlier version of every comparison."""
    return trainer.side(table)
