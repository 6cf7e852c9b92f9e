"""Versions to score with: two classes with every kind of input, three classes, and a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.training.known_tables import KEY, learn, leaving, places, rents, spec_of
from webapp.model_store import ModelStore
from webapp.prediction.predictor import Predictor
from webapp.schema import Schema

TABLES = {
    "leaving": (leaving, spec_of("leaving", "left", id_column="customer")),
    "places": (places, spec_of("places", "place")),
    "rents": (rents, spec_of("rents", "rent")),
}


@dataclass(frozen=True)
class Model:
    """A version ready to answer, its files, the table it learned from, and the store it lies in."""

    predictor: Predictor
    files: Mapping[str, bytes]
    table: Mapping[str, list]
    store: Path

    @property
    def schema(self) -> Schema:
        return self.predictor.schema

    def rows(self, count: int, seed: int = 0) -> list[dict[str, str]]:
        """Rows of the table as texts."""
        random = np.random.default_rng(seed)
        names, cells = list(self.table), list(zip(*self.table.values(), strict=True))
        return [dict(zip(names, map(str, cells[at]), strict=True)) for at in random.integers(0, len(cells), count)]


def learned(name: str, folder: Path) -> Model:
    make, spec = TABLES[name]
    store = ModelStore(folder)
    stored = learn(make(), spec, folder).stored
    package = store.load(name, stored.version, (KEY.public,))
    return Model(Predictor.from_package(package), store.files(name, stored.version), make(), folder)
