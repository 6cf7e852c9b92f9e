"""What is known about a training run, beside the schema and the versions of the libraries: for metadata.json."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.schema import DATES, Schema
from webapp.training.candidates.brought import ADOPTED
from webapp.training.candidates.choice import Choice
from webapp.training.candidates.selection import Decided
from webapp.training.checks.before_learning import Check
from webapp.training.columns.inference import Inference
from webapp.training.division.rows import Division
from webapp.training.evaluation.findings import Evaluation
from webapp.training.evaluation.sample_cost import sample_cost
from webapp.training.gates.examination import Examination
from webapp.training.package.data_record import data_record
from webapp.training.sources.table_source import Table
from webapp.training.spec.file import Spec
from webapp.training.words import quality_words, spec_words


@dataclass(frozen=True)
class Learned:
    """What came out of the run."""

    checks: tuple[Check, ...]
    division: Division
    choice: Choice
    selection: tuple[Decided, ...]
    evaluation: Evaluation
    examination: Examination
    seconds: float
    data_until: str = ""


def data_until(schema: Schema, X: np.ndarray, time_column: str) -> str:
    """The last day, '2026-06-30', of the month of the latest row in X (n, d); '' where no column says when that was."""
    feature = schema.by_name.get(time_column)
    if feature is None or feature.kind not in DATES:
        return ""
    moments = [value for value in X[:, schema.features.index(feature)] if value is not None]
    if not moments:
        return ""
    following = max(moments).astype("datetime64[M]") + 1
    return str(following.astype("datetime64[D]") - 1)


def run_facts(table: Table, spec: Spec, inference: Inference, learned: Learned) -> dict[str, Any]:
    """Plain JSON; no row of the table and nobody's single value."""
    choice, evaluation, gates = learned.choice, learned.evaluation, learned.examination.gates
    return {
        "words": spec_words(spec) | {"quality": quality_words(evaluation, gates)},
        "estimator": choice.taken.kind,
        "choice": choice.reason,
        "candidates": choice.to_json(),
        "selection": [one.to_json() for one in learned.selection],
        "evaluation": evaluation.to_json(),
        "checks": [check.to_json() for check in learned.checks],
        "gates": [gate.to_json() for gate in gates],
        "acceptance": learned.examination.acceptance,
        "set_aside": [list(column) for column in inference.set_aside],
        "notes": list(inference.notes),
        "rows": {"train": len(learned.division.train), "holdout": len(learned.division.holdout)},
        "data_until": learned.data_until,
        "split": "by time" if learned.division.by_time else "by chance",
        "kept_back": None if choice.taken.kind == ADOPTED else learned.division.to_json(),
        "data": data_record(table, spec, inference),
        "durations": {"training_s": round(learned.seconds, 2)}
        | {f"{tried.name}_s": round(tried.seconds, 2) for tried in choice.tried},
    } | _of_sample(table, evaluation)


def _of_sample(table: Table, evaluation: Evaluation) -> dict[str, Any]:
    if table.whole is None:
        return {}
    return {"sample": sample_cost(evaluation.learning_curve, table.rows, table.whole.rows).to_json()}
