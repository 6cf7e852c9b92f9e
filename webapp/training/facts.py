"""What is known about a training run, beside the schema and the versions of the libraries: for metadata.json."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.schema import DATES, Schema
from webapp.training.candidates import Choice
from webapp.training.evaluation import Evaluation
from webapp.training.gates import Gate
from webapp.training.packing import without_folders
from webapp.training.schema_inference import Inference
from webapp.training.spec_file import Spec
from webapp.training.splitting import Split
from webapp.training.table_source import Table
from webapp.training.words import quality_words, spec_words


@dataclass(frozen=True)
class Learned:
    """What came out of the run."""

    split: Split
    choice: Choice
    evaluation: Evaluation
    gates: tuple[Gate, ...]
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
    choice, evaluation, gates = learned.choice, learned.evaluation, learned.gates
    return {
        "words": spec_words(spec) | {"quality": quality_words(evaluation, gates)},
        "estimator": choice.taken.name,
        "choice": choice.reason,
        "candidates": [{"name": tried.name, "loss": tried.loss} for tried in choice.tried],
        "evaluation": evaluation.to_json(),
        "gates": [gate.to_json() for gate in gates],
        "set_aside": [list(column) for column in inference.set_aside],
        "notes": list(inference.notes),
        "rows": {"train": len(learned.split.train), "holdout": len(learned.split.holdout)},
        "data_until": learned.data_until,
        "split": "by time" if learned.split.by_time else "by chance",
        "data": {
            "name": table.name,
            "source": without_folders(table.location),
            "sha256": table.sha256,
            "bytes": table.size,
            "rows": table.rows,
            "skipped": len(table.skipped),
            "columns": list(table.columns),
        },
        "durations": {"training_s": round(learned.seconds, 2)}
        | {f"{tried.name}_s": round(tried.seconds, 2) for tried in choice.tried},
    }
