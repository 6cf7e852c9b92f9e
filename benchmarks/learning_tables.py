"""The tables on which learning is measured, and what is known of them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import churn_like
from examples.catalogue import BUILDERS
from webapp.training.columns.inference import Inference, infer_schema
from webapp.training.sources.bundled import example_reader
from webapp.training.sources.table_source import table_from_bytes
from webapp.training.spec.file import DataSpec, Spec
from webapp.training.spec.source import read_table_of

FOLDER = "FORMCAST_TABLES"  # where the tables are that cannot be kept in this tree
MADE_UP = "made up"


@dataclass(frozen=True)
class Known:
    """
    A table and its target. `additive` and `boosting` hold five-fold figures of the method as it was found, with trials
    of many variants: what the product has to reach.
    """

    name: str
    source: str
    target: str
    exclude: tuple[str, ...] = ()
    additive: Mapping[str, float] = field(default_factory=dict)
    boosting: Mapping[str, float] = field(default_factory=dict)

    def understood(self) -> tuple[Spec, Inference]:
        """A table without a time column in its spec: kept back are rows drawn by chance, so that seeds differ."""
        spec = Spec("measured", data=DataSpec(self.source, target=self.target, exclude=self.exclude))
        if self.source == MADE_UP:
            table = table_from_bytes(churn_like.table(), self.name, self.name)
        else:
            table = read_table_of(spec, {"examples": example_reader(BUILDERS)})
        return spec, infer_schema(table, spec)


OWN = (
    Known("energy customers (made up)", MADE_UP, churn_like.TARGET),
    Known("loans (made up)", "examples:loans", "repaid"),
    Known("breast cancer", "sklearn:breast_cancer", "target"),
    Known("wine", "sklearn:wine", "target"),
    Known("iris", "sklearn:iris", "target"),
    Known("diabetes", "sklearn:diabetes", "target"),
)
GIVEN = (
    Known(
        "customers who leave",
        "telco_churn.csv",
        "Churn",
        additive={"auc": 0.8501, "log_loss": 0.4101},
        boosting={"auc": 0.8485, "log_loss": 0.4126},
    ),
    Known(
        "taxi fares",
        "taxis.csv",
        "fare",
        exclude=("dropoff", "tip", "tolls", "total"),
        additive={"mean_absolute_error": 1.674, "r2": 0.857},
        boosting={"mean_absolute_error": 1.635, "r2": 0.864},
    ),
    Known("diamonds", "diamonds.csv", "price", additive={"mean_absolute_error": 345.1, "r2": 0.9705}),
)


def tables() -> tuple[Known, ...]:
    """The project's own, and those of GIVEN that lie in the folder that FORMCAST_TABLES names."""
    folder = Path(os.environ.get(FOLDER, "")).absolute()
    found = [
        Known(one.name, str(folder / one.source), one.target, one.exclude, one.additive, one.boosting)
        for one in GIVEN
        if os.environ.get(FOLDER) and (folder / one.source).is_file()
    ]
    return (*OWN, *found)
