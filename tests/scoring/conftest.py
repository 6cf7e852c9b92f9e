"""Models to score with, each learned once."""

import pytest

from tests.scoring.models import TABLES, Model, learned


@pytest.fixture(scope="session")
def models(tmp_path_factory) -> dict[str, Model]:
    folder = tmp_path_factory.mktemp("scoring") / "model_store"
    return {name: learned(name, folder) for name in TABLES}


@pytest.fixture(params=list(TABLES))
def model(request, models) -> Model:
    return models[request.param]
