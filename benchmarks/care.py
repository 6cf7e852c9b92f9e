"""
python -m benchmarks.care [NAME ...]: whether care flags find what is unlike the training rows, and nothing else.

The examples, and the tables in the folder that FORMCAST_TABLES names. A row is shuffled where each of its values comes
from another row; a boosting classifier that learned to tell such rows from real ones shows how many can be found.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from webapp.commands.sources import READERS
from webapp.errors import InvalidValue
from webapp.model_package.signing import SigningKey
from webapp.model_store import ModelStore
from webapp.prediction.predictor import Predictor
from webapp.reference_profile import Unusualness
from webapp.schema import Door
from webapp.training.division.rows import divide_rows
from webapp.training.run import Options, train
from webapp.training.sources.table import Table
from webapp.training.spec.file import DataSpec, Spec, read_spec
from webapp.training.spec.source import read_table_of

WITHOUT_BOOSTING_S = 0.0  # a budget that is spent at once
ROWS = 20_000  # drawn from larger tables
FOREIGN_ROWS = 300
EXAMPLES = ("loans", "diabetes", "wine")
TABLES = {"telco_churn": "Churn", "diamonds": "price", "taxis": "total"}
SEED = 0
EPSILON = 1e-9


@dataclass(frozen=True)
class Tried:
    """A version with the rows that it learned from, and those that it never saw; X typed, Z encoded."""

    name: str
    table: Table
    predictor: Predictor
    distance: Unusualness
    learned_Z: np.ndarray
    kept_X: np.ndarray

    def encoded(self, X: np.ndarray) -> np.ndarray:
        return self.predictor.pipeline.steps[0][1].transform(X)


def main() -> None:
    wanted = sys.argv[1:] or [spec.model for spec in specs()]
    with tempfile.TemporaryDirectory() as folder:
        tried = [learned(spec, Path(folder)) for spec in specs() if spec.model in wanted]
    for one in tried:
        shares = [foreign_share(one, other.table) for other in tried if other is not one]
        print(f"{one.name}: {distance_words(one)}")
        print(f"{one.name}: {len(one.kept_X):,} rows kept back: {red_share(one):.1%} red, {calm_share(one):.1%} green")
        print(f"{one.name}: foreign rows red or refused: {', '.join(f'{share:.0%}' for share in shares)}")


def specs() -> Iterator[Spec]:
    yield from (read_spec(Path("specs") / f"{name}.toml") for name in EXAMPLES)
    if folder := os.environ.get("FORMCAST_TABLES"):
        yield from (
            Spec(name, data=DataSpec(source=str(Path(folder) / f"{name}.csv"), target=target))
            for name, target in TABLES.items()
        )


def learned(spec: Spec, folder: Path) -> Tried:
    table, key, store = read_table_of(spec, READERS), SigningKey.generate(), ModelStore(folder)
    outcome = train(table, spec, store, key, Options(seed=SEED, budget_s=WITHOUT_BOOSTING_S, rows=ROWS))
    package = store.load(spec.model, outcome.stored.version, (key.public,))
    inference = outcome.inference
    division = divide_rows(spec, inference, SEED, ROWS)
    places = [inference.schema.features.index(inference.schema.by_name[name]) for name in package.schema.by_name]
    X = inference.X[:, places]
    learned_Z = package.pipeline.steps[0][1].transform(X[division.train])
    distance = Unusualness.from_json(package.profile["unusualness"])
    return Tried(spec.model, table, Predictor.from_package(package), distance, learned_Z, X[division.holdout])


def distance_words(one: Tried) -> str:
    """What the distance finds of shuffled rows beside what a classifier finds at the same rate of false alarms."""
    random = np.random.default_rng(SEED)
    kept, shuffled = one.encoded(one.kept_X), one.encoded(shuffled_rows(one.kept_X, random))
    own = [one.distance.distances(Z) for Z in (kept, shuffled)]
    alarms, found = (np.mean(squared > one.distance.amber) for squared in own)
    codes = list(one.predictor.pipeline.steps[0][1].categorical_columns_)
    scores = classifier_scores(one.learned_Z, codes, (kept, shuffled), random)
    by_classifier = np.mean(scores[1] > np.quantile(scores[0], 1 - alarms))
    words = f"{found:.1%} of {len(kept):,} shuffled rows beyond the limit, {alarms:.1%} of the real ones"
    ratio = found / max(by_classifier, EPSILON)
    return f"{words}; a classifier finds {by_classifier:.1%} at that rate: {ratio:.2f} of it"


def shuffled_rows(X: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return np.column_stack([random.permutation(column) for column in X.T])


def classifier_scores(Z: np.ndarray, codes: list[int], asked: tuple, random: np.random.Generator) -> list[np.ndarray]:
    # Drawn with replacement: where both have the very same values in each column, no first split is better than none.
    both = np.vstack([Z, np.column_stack([random.choice(column, len(Z)) for column in Z.T])])
    is_shuffled = np.repeat([False, True], len(Z))
    few = [column for column in codes if np.nanmax(Z[:, column]) < 254]
    model = HistGradientBoostingClassifier(max_iter=200, categorical_features=few, random_state=SEED)
    model.fit(known(both, few), is_shuffled)
    return [model.decision_function(known(rows, few)) for rows in asked]


def known(Z: np.ndarray, codes: list[int]) -> np.ndarray:
    """The code of unknown levels as a missing value, which scikit-learn wants."""
    Z = Z.copy()
    Z[:, codes] = np.where(Z[:, codes] < 0, np.nan, Z[:, codes])
    return Z


def red_share(one: Tried) -> float:
    return float(np.mean([prediction.light == "red" for prediction in one.predictor.predict(one.kept_X)]))


def calm_share(one: Tried) -> float:
    return float(np.mean([prediction.light == "green" for prediction in one.predictor.predict(one.kept_X)]))


def foreign_share(one: Tried, table: Table) -> float:
    """Of rows of another table, whose columns are taken for the inputs in their order, those nobody would rely on."""
    random = np.random.default_rng(SEED)
    columns = list(table.columns.values())
    chosen = random.choice(table.rows, min(FOREIGN_ROWS, table.rows), replace=False)
    return float(np.mean([is_refused_or_red(one, [column[row] for column in columns]) for row in chosen]))


def is_refused_or_red(one: Tried, texts: list[str]) -> bool:
    features = one.predictor.schema.features
    row = np.empty((1, len(features)), dtype=object)
    try:
        row[0] = [feature.parse(texts[at % len(texts)], Door.FILE) for at, feature in enumerate(features)]
    except InvalidValue:
        return True
    return one.predictor.predict(row)[0].light == "red"


if __name__ == "__main__":
    main()
