"""The three examples, each trained once as `make serve` does."""

from pathlib import Path

import pytest

from tests.training.known_tables import KEY
from webapp.commands.sources import source_of_spec
from webapp.model_store import ModelStore
from webapp.prediction.predictor import Predictor
from webapp.training.run import train

SPECS = Path(__file__).resolve().parents[2] / "specs"


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    return ModelStore(tmp_path_factory.mktemp("examples"))


@pytest.fixture(scope="session")
def outcomes(store):
    made = {}
    for name in ("loans", "diabetes", "wine"):
        source = source_of_spec(SPECS / f"{name}.toml")
        made[name] = train(source.table, source.spec, store, KEY, inference=source.inference)
    return made


@pytest.fixture(scope="session")
def loans_predictor(store, outcomes):
    return Predictor.from_package(store.load("loans", outcomes["loans"].stored.version, (KEY.public,)))
