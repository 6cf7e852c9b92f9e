"""One training run: source -> schema -> split -> candidates -> evaluation -> gates -> package -> store."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from webapp.errors import UnusableSpec, UnusableTable
from webapp.model_package.signing import SigningKey
from webapp.model_store import ModelStore, StoredVersion
from webapp.preprocessing import Preprocessor
from webapp.schema import DATES, NUMBERS, Schema
from webapp.training.candidates import Question, choose, final_estimator
from webapp.training.evaluation import Evaluation
from webapp.training.facts import Learned, data_until, run_facts
from webapp.training.feature_making import learned_from
from webapp.training.gates import Gate, check_gates, is_refused
from webapp.training.judging import Kept, judge
from webapp.training.packing import Trained, builder
from webapp.training.schema_inference import Inference, infer_schema
from webapp.training.spec_file import Spec
from webapp.training.splitting import split_rows
from webapp.training.table_source import Table

DEFAULT_BUDGET_S = 120.0


def _silent(message: str) -> None:
    """Progress nobody asked for."""


@dataclass(frozen=True)
class Options:
    """How to train; nothing here is about the model itself."""

    seed: int = 0
    budget_s: float = DEFAULT_BUDGET_S
    rows: int | None = None
    say: Callable[[str], None] = field(default=_silent, repr=False)


@dataclass(frozen=True)
class Outcome:
    """What a run found; `stored` is the version it left in the store."""

    stored: StoredVersion
    inference: Inference
    choice_reason: str
    evaluation: Evaluation
    gates: tuple[Gate, ...]
    facts: dict[str, Any]

    @property
    def is_refused(self) -> bool:
        return is_refused(self.gates)


def train(
    table: Table,
    spec: Spec,
    store: ModelStore,
    key: SigningKey,
    options: Options | None = None,
    inference: Inference | None = None,
) -> Outcome:
    """
    Learn from the table as the spec says and add a version to the store, whatever its gates say.

    `inference` is what infer_schema made of the table, where that is known already. Raises a TrainingError in words
    for a table or spec that cannot be learned from; nothing is stored then.
    """
    options = options or Options()
    started = time.monotonic()
    if inference is None:
        options.say("Reading the columns")
        inference = infer_schema(table, spec)
    return _learn(table, spec, inference, _Run(store, key, options, started))


@dataclass(frozen=True)
class _Run:
    store: ModelStore
    key: SigningKey
    options: Options
    started: float

    def seconds_left(self) -> float:
        return self.options.budget_s - (time.monotonic() - self.started)


def _learn(table: Table, spec: Spec, inference: Inference, run: _Run) -> Outcome:
    options = run.options
    X, y = _sampled(inference, options)
    is_classes = inference.schema.target.kind == "classes"
    split = split_rows(y, is_classes=is_classes, seed=options.seed, moments=_moments(spec, inference, X))
    schema = learned_from(inference.schema, X[split.train], spec)
    _refuse_lost_classes(schema, y[split.train])
    preprocessor = _preprocessor(schema).fit(X[split.train])
    question = Question(
        Z=preprocessor.transform(X[split.train]),
        y=y[split.train],
        task=schema.target.task,
        classes=schema.target.classes,
        categorical=preprocessor.categorical_columns_,
        seed=options.seed,
    )
    choice = choose(question, options.say, run.seconds_left)

    options.say("Fitting the chosen model and judging it on the rows kept back")
    estimator = final_estimator(choice.taken, question).fit(question.Z, question.y)
    pipeline = Pipeline([("preprocess", preprocessor), ("model", estimator)])
    evaluation = judge(pipeline, schema, Kept(X[split.holdout], y[split.holdout]), choice, question, spec)
    gates = check_gates(evaluation)

    options.say("Packing, signing and storing")
    until = data_until(schema, X[split.train], spec.data.time_column)
    learned = Learned(split, choice, evaluation, gates, time.monotonic() - run.started, until)
    facts = run_facts(table, spec, inference, learned)
    trained = Trained(schema, pipeline, X[split.train], question.Z, facts, options.seed)
    stored = run.store.add(schema.model, builder(trained), run.key)
    return Outcome(stored, inference, choice.reason, evaluation, gates, facts)


def _preprocessor(schema: Schema) -> Preprocessor:
    return Preprocessor([feature.name for feature in schema.features], [feature.kind for feature in schema.features])


def _sampled(inference: Inference, options: Options) -> tuple[np.ndarray, np.ndarray]:
    if options.rows is None or options.rows >= len(inference.y):
        return inference.X, inference.y
    chosen = np.sort(np.random.default_rng(options.seed).choice(len(inference.y), options.rows, replace=False))
    return inference.X[chosen], inference.y[chosen]


def _moments(spec: Spec, inference: Inference, X: np.ndarray) -> np.ndarray | None:
    """When each case happened, where the spec names a column for that. Raises UnusableSpec for an unfit one."""
    name = spec.data.time_column
    if not name:
        return None
    names = [feature.name for feature in inference.schema.features]
    if name not in names:
        reason = dict(inference.set_aside).get(name, "it is no input")
        raise UnusableSpec(
            f"[data] time_column “{name}” cannot say which rows are the latest, because it is set aside: {reason}"
        )
    position = names.index(name)
    feature = inference.schema.features[position]
    if feature.kind not in NUMBERS + DATES:
        raise UnusableSpec(f"[data] time_column “{name}” holds neither dates nor numbers. Name a date column")
    return np.array([feature.as_number(value) for value in X[:, position]])


def _refuse_lost_classes(schema: Schema, y: np.ndarray) -> None:
    lost = [name for name in schema.target.classes if not np.any(y == name)]
    if lost:
        raise UnusableTable(
            f"The class “{lost[0]}” of {schema.target.name} has too few rows to learn from. "
            "Add rows of it, or leave its rows out of the table"
        )
