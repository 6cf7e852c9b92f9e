"""A table of customers whose columns are known to matter or not, and the accidents that a table can meet."""

from collections.abc import Mapping, Sequence

import numpy as np

from tests.training.known_tables import KEY, csv_text, spec_of
from webapp.comparison.rows import Rows
from webapp.comparison.sides import Side
from webapp.model_package.format import ModelPackage
from webapp.model_store import ModelStore
from webapp.training.run import Options, Outcome, train
from webapp.training.sources.table_source import table_from_bytes
from webapp.training.succession.incumbent import Incumbent

ROWS = 1500
COLUMNS = ("joined", "months", "fee", "fee_with_tax", "plan", "region", "left")
Columns = Mapping[str, Sequence]


def customers(rows: int = ROWS, seed: int = 0) -> dict[str, list]:
    """Who leaves: the newer and the dearer; the plan "max" holds people. `fee_with_tax` is nearly a twin of `fee`."""
    random = np.random.default_rng(seed)
    months = random.integers(0, 72, rows)
    fee = random.uniform(20, 110, rows)
    plan = random.choice(["basic", "plus", "max"], rows, p=(0.5, 0.3, 0.2))
    score = 0.8 - 0.06 * months + 0.05 * (fee - 65) - 2.0 * (plan == "max")
    left = random.random(rows) < 1 / (1 + np.exp(-score))
    joined = np.datetime64("2022-01-01") + np.sort(random.integers(0, 1000, rows))
    return {
        "joined": joined.astype(str).tolist(),
        "months": months.tolist(),
        "fee": fee.round(2).tolist(),
        "fee_with_tax": (1.2 * fee + random.normal(0, 2, rows)).round(2).tolist(),
        "plan": plan.tolist(),
        "region": random.choice(["north", "south", "west"], rows).tolist(),
        "left": np.where(left, "Yes", "No").tolist(),
    }


def shuffled(columns: Columns, name: str, seed: int = 5) -> dict[str, list]:
    """The values of one column put into other rows."""
    return {**columns, name: np.random.default_rng(seed).permutation(columns[name]).tolist()}


def without(columns: Columns, name: str) -> dict[str, list]:
    return {other: values for other, values in columns.items() if other != name}


def first(columns: Columns, rows: int) -> dict[str, list]:
    """The table as it was earlier."""
    return {name: values[:rows] for name, values in columns.items()}


class Trainer:
    """Trains versions of one model into a store of its own, and opens them as sides of a comparison."""

    keys = (KEY.public,)

    def __init__(self, root):
        self.store = ModelStore(root)

    def side(self, columns: Columns, target: str = "left", **options) -> Side:
        return Side.of(self.package(self._outcome(columns, target, options).stored.version))

    def facts(self, columns: Columns, target: str = "left", **options) -> dict:
        """What a new version says about itself."""
        return self._outcome(columns, target, options).facts

    def package(self, version: str) -> ModelPackage:
        return self.store.load("customers", version, self.keys)

    @staticmethod
    def incumbent(package: ModelPackage) -> Incumbent:
        return Incumbent(package.number, package.version, package.metadata, package)

    def _outcome(self, columns: Columns, target: str, options: Mapping) -> Outcome:
        table = table_from_bytes(csv_text(columns).encode(), "customers", "customers.csv")
        settings = Options(**{"budget_s": 0.0, **options})
        return train(table, spec_of("customers", target), self.store, KEY, settings)


def rows_of(columns: Columns) -> Rows:
    """The table as `compare` gets it, with what really happened."""
    texts = {name: np.array([str(value) for value in values], dtype=object) for name, values in columns.items()}
    truth = texts.pop("left")
    return Rows(texts, f"{len(truth):,} rows of customers.csv", truth, is_table=True)
