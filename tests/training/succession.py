"""One version after another on made-up rows, as quickly as scikit-learn can fit them: for what chance does to gates."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from tests.training.known_tables import csv_text, spec_of
from webapp.model_package.format import ModelPackage
from webapp.preprocessing import Preprocessor
from webapp.training.columns.inference import infer_schema
from webapp.training.division.rows import divide_rows
from webapp.training.sources.table_source import table_from_bytes
from webapp.training.succession.incumbent import Incumbent, NewRows, losses_of

SPEC = spec_of("buying", "bought")
INPUTS = ("age", "visits", "spent")
WEIGHTS = np.array([0.9, -0.6, 0.4])


@dataclass(frozen=True)
class Rows:
    """Typed inputs X (n, 3) and whether somebody bought (n,)."""

    X: np.ndarray
    y: np.ndarray

    def first(self, rows):
        return Rows(self.X[:rows], self.y[:rows])

    def with_noise_in(self, share, seed):
        """Of so large a share of the rows the inputs are those of others, so that less can be learned."""
        random = np.random.default_rng(seed)
        spoiled = np.flatnonzero(random.random(len(self.X)) < share)
        X = self.X.copy()
        X[spoiled] = X[random.permutation(spoiled)]
        return Rows(X, self.y)


def buying(rows, seed):
    """Three numbers tell in part who buys."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, len(INPUTS))).round(4)
    bought = random.random(rows) < expit(X @ WEIGHTS)
    return Rows(X.astype(object), np.where(bought, "yes", "no").astype(object))


def _understood(rows):
    columns = dict(zip(INPUTS, rows.X.T.tolist(), strict=True)) | {"bought": rows.y.tolist()}
    table = table_from_bytes(csv_text(columns).encode(), "buying", "buying.csv")
    return table, infer_schema(table, SPEC)


TABLE, INFERENCE = _understood(buying(60, 0))  # what does not differ from table to table


class Version:
    """What a run knows of the version it made of these rows; `learned` are others that it was fitted on instead."""

    def __init__(self, rows, seed=0, learned=None):
        self.inference = replace(INFERENCE, X=rows.X, y=rows.y, kept_rows=np.arange(len(rows.y)))
        self.division = divide_rows(SPEC, self.inference, seed)
        learned = rows if learned is None else learned
        X, y = learned.X[self.division.train], learned.y[self.division.train]
        encode = Preprocessor(list(INPUTS), ["number"] * len(INPUTS))
        self.pipeline = Pipeline(
            [("preprocess", encode), ("model", LogisticRegression(C=10.0, solver="newton-cholesky"))]
        ).fit(X, y)

    @property
    def kept_back(self):
        return NewRows(TABLE, SPEC, self.inference, self.division.holdout, self.division.large)

    @property
    def losses(self):
        return losses_of(self.pipeline, self.inference.X[self.division.holdout], self.kept_back.y)

    def incumbent(self, **facts):
        """This version as the one in use."""
        metadata = {
            "schema": INFERENCE.schema.to_json(),
            "kept_back": self.division.to_json(),
            "data_until": "",
            "data": {"sha256": "another", "rows": len(self.inference.y)},
            "evaluation": {"loss": float(self.losses.mean()), "holdout_rows": len(self.division.holdout)},
        } | facts
        return Incumbent(3, "v", metadata, ModelPackage("buying", "v", 3, metadata, self.pipeline, {}, "", ""))
