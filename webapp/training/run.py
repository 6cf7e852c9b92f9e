"""One training run: source -> schema -> split -> candidates -> evaluation -> gates -> package -> store."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from webapp.errors import UnusableTable
from webapp.model_package.signing import SigningKey
from webapp.model_store import ModelStore, StoredVersion
from webapp.training.candidates.brought import Brought, told_of
from webapp.training.candidates.cluster import connected
from webapp.training.candidates.effort import Effort, Forecast, Show, unseen
from webapp.training.candidates.learner import Lesson, learn
from webapp.training.candidates.own_encoders import refuse_untrusted_inputs
from webapp.training.checks.before_learning import Check, look_first
from webapp.training.columns.inference import Inference, infer_schema
from webapp.training.division.rows import Division, divide_rows
from webapp.training.evaluation.findings import Evaluation
from webapp.training.evaluation.judging import Kept, Run, Time, judge
from webapp.training.evaluation.sensitive_aside import cuts_aside
from webapp.training.facts import Learned, data_until, run_facts
from webapp.training.gates.examination import Examined, Terms, examine
from webapp.training.gates.quality import Gate, is_refused
from webapp.training.package.circumstances import settings
from webapp.training.package.packing import Trained, builder
from webapp.training.package.snapshots import kept_snapshot
from webapp.training.sources.table_source import Table
from webapp.training.spec.file import Spec
from webapp.training.succession.incumbent import Incumbent, NewRows
from webapp.training.succession.successor import Beside, with_succession

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
    incumbent: Incumbent | None = field(default=None, repr=False)
    allow_removed: tuple[str, ...] = ()
    trusted_modules: tuple[str, ...] = ()
    adopted: Brought | None = None
    jobs: int = 0
    scheduler: str = ""
    show: Show = field(default=unseen, repr=False)

    def effort(self, seconds_left: Callable[[], float], client: Any = None) -> Effort:
        """`client` is that of the cluster at the address of the scheduler."""
        return Effort(self.say, seconds_left, self.jobs, Forecast(self.show), client)

    @property
    def terms(self) -> Terms:
        return Terms(self.incumbent, self.allow_removed, fitted_elsewhere=self.adopted is not None)

    def to_json(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "rows": self.rows,
            "budget_s": self.budget_s,
            "jobs": self.jobs,
            "allow_removed": list(self.allow_removed),
        }


@dataclass(frozen=True)
class Outcome:
    """What a run found; `stored` is the version it left in the store."""

    stored: StoredVersion
    inference: Inference
    checks: tuple[Check, ...]
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
    with connected(options.scheduler) as client:
        return _learn(table, spec, inference, _Run(store, key, options, started, client))


@dataclass(frozen=True)
class _Run:
    store: ModelStore
    key: SigningKey
    options: Options
    started: float
    client: Any = None

    def seconds_left(self) -> float:
        return self.options.budget_s - (time.monotonic() - self.started)


def _learn(table: Table, spec: Spec, inference: Inference, run: _Run) -> Outcome:
    options = run.options
    first = look_first(spec, inference)
    if options.adopted is None:
        refuse_untrusted_inputs(spec, options.trusted_modules)
    division = divide_rows(spec, inference, options.seed, options.rows)
    _refuse_lost_classes(inference, division)
    kept_back = NewRows(table, spec, inference, division.holdout, division.large)
    effort = options.effort(run.seconds_left, run.client)
    learnt = learn(Lesson(inference, division, spec, options.seed, options.adopted), effort)
    inference, schema, X = learnt.inference, learnt.schema, learnt.X  # without inputs that do not help
    question, choice, pipeline = learnt.question, learnt.choice, learnt.pipeline

    effort.begin("judging", "Judging it on the rows kept back")
    time_for_it = Time(options.budget_s, run.seconds_left, options.say)
    judging = Run(schema, spec, question, choice, time_for_it, cuts_aside(table, spec, inference, division.holdout))
    evaluation = judge(pipeline, judging, Kept(inference.X[division.holdout], inference.y[division.holdout]))
    until = data_until(schema, X, spec.data.time_column)
    examined = examine(Examined(schema, pipeline, evaluation, kept_back, first.cases, until, options.terms))

    effort.begin("packing", "Packing, signing and storing")
    seconds = time.monotonic() - run.started
    learned = Learned(first.checks, division, choice, learnt.decided, evaluation, examined, seconds, until)
    facts = run_facts(table, spec, inference, learned) | {"settings": settings(spec, options.to_json())}
    facts |= told_of(spec, options.adopted, facts, pipeline.steps[-1][1])
    beside = Beside(question, choice, options.incumbent, run.seconds_left)
    trained = Trained(schema, pipeline, X, question.Z, facts, options.seed, trusted_modules=options.trusted_modules)
    trained = with_succession(replace(trained, all_rows=inference.all_rows), beside)
    with kept_snapshot(table, spec, run.store):
        stored = run.store.add(schema.model, builder(trained), run.key)
    return Outcome(stored, inference, first.checks, choice.reason, evaluation, examined.gates, trained.facts)


def _refuse_lost_classes(inference: Inference, division: Division) -> None:
    target, y = inference.schema.target, inference.y[division.train]
    lost = [name for name in target.classes if not np.any(y == name)]
    if lost:
        raise UnusableTable(
            f"The class “{lost[0]}” of {target.name} has too few rows to learn from. "
            "Add rows of it, or leave its rows out of the table"
        )
