"""All gates, in the order in which they are printed: what a finished version has to answer before it may be used."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from webapp.schema import Schema
from webapp.training.checks.acceptance_file import Cases
from webapp.training.evaluation.findings import Evaluation
from webapp.training.gates.acceptance import acceptance_gate
from webapp.training.gates.champion import no_feature_forgotten, not_worse, with_doubt
from webapp.training.gates.origin import data_not_outdated, right_version
from webapp.training.gates.own import answers_of
from webapp.training.gates.quality import NO_LIMITS, Gate, quality_gates, softened, without_claim
from webapp.training.gates.use import package_size, prediction_time
from webapp.training.spec.gate_limits import QUESTIONS, GateSpec
from webapp.training.spec.own_gates import own_gates
from webapp.training.succession.incumbent import Incumbent, NewRows, losses_of


@dataclass(frozen=True)
class Terms:
    """On what terms a version is compared: with which other, and what may be missing or is not known of it."""

    incumbent: Incumbent | None = None
    allow_removed: Collection[str] = ()
    fitted_elsewhere: bool = False


@dataclass(frozen=True)
class Examined:
    """
    A version that was learned and judged. `kept_back` are the rows it was judged on, with
    all that the table was understood to be; `schema` has only what is asked.
    """

    schema: Schema
    pipeline: Pipeline
    evaluation: Evaluation
    kept_back: NewRows
    cases: Cases | None = None
    data_until: str = ""
    terms: Terms = Terms()

    @property
    def limits(self) -> GateSpec:
        return self.kept_back.spec.gates


@dataclass(frozen=True)
class Examination:
    """The gates, and for metadata.json what became of the cases that somebody wrote down."""

    gates: tuple[Gate, ...]
    acceptance: dict[str, Any] | None = None


def examine(examined: Examined) -> Examination:
    """Every gate that applies, in the order of QUESTIONS; gates of one's own are the last."""
    gates = [gate for part in PARTS for gate in part(examined)]
    acceptance = None
    if examined.cases is not None:
        gate, acceptance = acceptance_gate(examined.cases, examined.schema, examined.pipeline)
        gates.append(gate)
    order = list(QUESTIONS)
    gates.sort(key=lambda gate: order.index(gate.name))
    own = answers_of(own_gates(examined.limits.own), examined)
    return Examination((*(softened(gate, examined.limits) for gate in gates), *own), acceptance)


def gate_names(target_kind: str, has_cases: bool = False, limits: GateSpec = NO_LIMITS) -> tuple[str, ...]:
    """The gates that a version with this kind of target has to pass, before there is anything to judge."""
    unasked = {"classes": {"coverage"}, "number": {"calibration"}}[target_kind]
    if not has_cases:
        unasked.add("acceptance_cases")
    return (*(name for name in QUESTIONS if name not in unasked), *own_gates(limits.own))


def _quality(examined: Examined) -> Iterable[Gate]:
    gates = quality_gates(examined.evaluation, examined.limits)
    return map(without_claim, gates) if examined.terms.fitted_elsewhere else gates


def _succession(examined: Examined) -> Iterable[Gate]:
    terms, rows = examined.terms, examined.kept_back
    incumbent = terms.incumbent
    losses = np.empty(0)
    if incumbent is not None and incumbent.package is not None:
        X, _ = rows.read_as(examined.schema.features)
        losses = losses_of(examined.pipeline, X, rows.y)
    compared = not_worse(incumbent, rows, losses, examined.limits)
    return [
        with_doubt(compared) if terms.fitted_elsewhere and incumbent is not None else compared,
        no_feature_forgotten(incumbent, rows, examined.schema, terms.allow_removed),
        data_not_outdated(incumbent, rows, examined.data_until, examined.limits),
    ]


def _use(examined: Examined) -> Iterable[Gate]:
    return [
        right_version(examined.kept_back.spec),
        package_size(examined.pipeline, examined.limits),
        prediction_time(examined.schema, examined.pipeline, examined.terms.incumbent, examined.limits),
    ]


PARTS: tuple[Callable[[Examined], Iterable[Gate]], ...] = (_quality, _succession, _use)
