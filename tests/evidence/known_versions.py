"""What is known about three made-up versions, one for each kind of answer, from a model that really learned."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from tests.training.judged_rows import estimates, honest, three_classes
from webapp.estimators.additive import AdditiveClassifier
from webapp.schema import Choice, Feature, Schema, Target
from webapp.training.evaluation.findings import Asked, evaluate
from webapp.training.evaluation.importance import Fields, Held, importance_of
from webapp.training.evaluation.learning_curve import Lesson, learning_curve
from webapp.training.evaluation.slice_making import cuts_of
from webapp.training.evaluation.slices import slices_of
from webapp.training.metrics.bootstrap import Resamples
from webapp.training.metrics.judged import Judged
from webapp.training.metrics.named import METRICS, metric_of
from webapp.training.spec.file import DecisionSpec

ROWS = 400
COSTS = DecisionSpec(costs={"false_alarm": 1.0, "missed": 3.0}, set_by="Sales", set_on="2026-10-03")
TARGETS = {
    "binary": Target("bought", "classes", "Bought", classes=("no", "yes"), positive="yes"),
    "many": Target("place", "classes", "Place", classes=("hill", "lake", "wood")),
    "number": Target("rent", "number", "Rent", unit="€"),
}
FEATURES = (
    Feature("age", "number", "Age", unit="years"),
    Feature("shop", "category", "Shop", choices=(Choice("a", "<b>Ash</b>"), Choice("b", "Birch")), sensitive=True),
)
GATES = [
    {"name": "beats_baseline", "verdict": "pass", "reason": "It is", "measured": "by 0.2", "question": "Is it better?"},
    {"name": "calibration", "verdict": "warn", "reason": "Not quite", "measured": "", "question": "Is it honest?"},
]


@cache
def facts_of(task: str) -> dict[str, Any]:
    """Everything that metadata.json may hold about a version with that kind of answer."""
    judged = {"binary": honest(ROWS, threshold=0.25), "many": three_classes(ROWS), "number": estimates(ROWS)}[task]
    return {
        "model": "sales",
        "number": 3,
        "created_at": "2026-11-02T08:00:00Z",
        "schema": Schema("sales", FEATURES, TARGETS[task]).to_json(),
        "estimator": "additive",
        "choice": "additive: boosting gains 0.001, not more than one standard error",
        "candidates": [
            {"name": "additive", "loss": 0.41, "error": 0.01, "seconds": 1.25, "taken": True, "note": "exact reasons"},
            {"name": "boosting", "loss": 0.412},
        ],
        "selection": [{"feature": "age", "kept": True, "why": "lowers the loss", "gain": 0.02}],
        "evaluation": evaluation_of(judged),
        "gates": GATES,
        "acceptance": {"file": "sales.cases.csv", "cases": 2, "failed": [
            {"line": 3, "note": "a regular", "wanted": "yes", "said": "no"}
        ]},
        "checks": [
            {"name": "target_kind", "verdict": "pass", "subject": "", "reason": "one of 2 classes"},
            {"name": "leak", "verdict": "warn", "subject": "age", "reason": "nearly gives the answer away"},
        ],
        "set_aside": [["customer", "identifier"]],
        "notes": ["Positive class: yes"],
        "rows": {"train": 1600, "holdout": ROWS},
        "split": "by time",
        "data_until": "2026-06-30",
        "data": {
            "name": "sales", "source": "sales.csv", "kind": "csv", "sha256": "ab" * 32, "bytes": 3_400_000,
            "rows": 2000, "skipped": 2, "columns": ["age", "shop"], "column_sha256": {"age": "cd" * 32},
            "time_range": ["2024-01-01", "2026-06-30"], "parameters": [],
        },
        "changes": {
            "against": "version 2", "summary": "Against version 2: 1 field added", "entangled": ["shop"],
            "changes": [
                {"kind": "added", "field": "age", "label": "Age", "words": "is asked now", "is_material": True}
            ],
        },
        "settings": {"seed": 4, "rows": None, "budget_s": 120.0, "spec_sha256": "ef" * 32, "spec": "title = 'Sales'"},
        "dependencies": {"numpy": "2.4.6"},
        "packages": {"scikit-learn": "1.9.1"},
        "python": "3.11.7",
        "platform": "Linux",
        "git_commit": "0123456789abcdef",
        "git_dirty": False,
        "command": "python train.py sales",
        "durations": {"training_s": 3.5},
        "adopted": {"file": "theirs.joblib", "kind": "Pipeline", "sha256": "aa" * 32, "bytes": 900, "notes": ["Odd"]},
    }  # fmt: skip


def evaluation_of(judged: Judged) -> dict[str, Any]:
    """Everything that is measured; importance and learning curve are those of a small model of two columns."""
    metric = METRICS["auc"] if judged.is_binary else metric_of("", judged.task)
    found = evaluate(judged, np.array([0.1, 0.2, 0.3]), 0, Asked(metric, COSTS))
    random = np.random.default_rng(1)
    rows = np.column_stack([np.round(random.normal(45, 12, len(judged)), 2).astype(object)] * 2)
    rows[:, 1] = random.choice(["a", "b"], len(judged))
    rows[:20, 0] = None
    schema = Schema("sales", FEATURES, TARGETS[judged.task])
    whole = replace(found, slices=slices_of(cuts_of(schema, rows), judged, metric, Resamples(len(judged))))
    return replace(whole, **_learned(random)).to_json()


def _learned(random: np.random.Generator) -> dict[str, Any]:
    Z = random.normal(0, 1, (600, 2))
    y = np.where(random.random(600) < 1 / (1 + np.exp(-2 * Z[:, 0])), "yes", "no")
    model = AdditiveClassifier().fit(Z[:400], y[:400])
    held = Held(Z[400:], y[400:], ("no", "yes"), model.predict_proba)
    fields = [Fields("age", "Age", (0,)), Fields("shop", "Shop", (1,))]
    lesson = Lesson(AdditiveClassifier(), Z[:400], y[:400], Z[400:], y[400:], ("no", "yes"), 0)
    return {
        "importance": importance_of(held, fields, 0, 60.0),
        "group_importance": importance_of(held, [Fields("The form", "The form", (0, 1))], 0, 60.0),
        "learning_curve": learning_curve(lesson, held.losses(held.Z, held.y), 60.0),
    }
