"""Let the fitted pipeline answer the rows kept back, through its own front door."""

from dataclasses import dataclass

import numpy as np
from sklearn.pipeline import Pipeline

from webapp.schema import Schema
from webapp.training.candidates import Choice, Question
from webapp.training.evaluation import Evaluation, Judged, evaluate
from webapp.training.losses import constant_prediction
from webapp.training.spec_file import Spec
from webapp.training.words import threshold_of

HALF = 0.5


@dataclass(frozen=True)
class Kept:
    """The holdout: typed rows X (n, d) and what was true (n,)."""

    X: np.ndarray
    y: np.ndarray


def judge(pipeline: Pipeline, schema: Schema, kept: Kept, choice: Choice, question: Question, spec: Spec) -> Evaluation:
    """The evaluation of the version that will be packed."""
    target = schema.target
    threshold = threshold_of(spec)
    model = pipeline.steps[-1][1]
    has_ranges = hasattr(model, "predict_interval")
    judged = Judged(
        task=target.task,
        truth=kept.y,
        predicted=pipeline.predict_proba(kept.X) if question.is_classes else pipeline.predict(kept.X),
        baseline=constant_prediction(question.y, question.classes, len(kept.y)),
        classes=target.classes,
        positive=target.positive,
        threshold=HALF if threshold is None else threshold,
        interval=model.predict_interval(pipeline[:-1].transform(kept.X)) if has_ranges else None,
        promised=model.coverage if has_ranges else None,
    )
    return evaluate(judged, choice.baseline_losses - choice.taken.losses, question.seed)
