"""Let the fitted pipeline answer the rows kept back, through its own front door, and find out what that shows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from webapp.schema import Schema
from webapp.training.candidates.choice import Choice, Question
from webapp.training.evaluation.findings import Asked, Evaluation, evaluate
from webapp.training.evaluation.importance import Held, fields_of, groups_of, importance_of
from webapp.training.evaluation.learning_curve import Lesson, learning_curve
from webapp.training.evaluation.set_figures import SetFigures, set_figures
from webapp.training.evaluation.slice_making import Cut, cuts_of
from webapp.training.evaluation.slices import slices_of
from webapp.training.evaluation.thresholds import threshold_in
from webapp.training.metrics.bootstrap import Resamples
from webapp.training.metrics.judged import HALF, Judged
from webapp.training.metrics.losses import constant_prediction
from webapp.training.metrics.named import Metric, metric_of
from webapp.training.spec.file import Spec

IMPORTANCE_SHARE, CURVE_SHARE = 0.05, 0.15  # of the time budget
LEAST_S = 2.0  # for importance, however little time is left

Say = Callable[[str], None]


@dataclass(frozen=True)
class Kept:
    """The holdout: typed rows X (n, d) and what was true (n,)."""

    X: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class Time:
    """The time budget of the run, what is left of it, and whom to tell what the time is used for."""

    budget_s: float
    seconds_left: Callable[[], float]
    say: Say

    def share(self, share: float) -> float:
        return max(min(share * self.budget_s, self.seconds_left()), 0.0)


NO_LIMIT = Time(float("inf"), lambda: float("inf"), lambda message: None)


@dataclass(frozen=True)
class Run:
    """What judging knows of the run that it is the end of; `aside` are slices by columns the model is not given."""

    schema: Schema
    spec: Spec
    question: Question
    choice: Choice
    time: Time = NO_LIMIT
    aside: tuple[Cut, ...] = ()

    @property
    def metric(self) -> Metric:
        asked = self.spec.evaluation
        return metric_of(asked.metric, self.schema.target.task, asked.better)


def judge(pipeline: Pipeline, run: Run, kept: Kept) -> Evaluation:
    """The evaluation of the version that will be packed."""
    judged = judged_rows(pipeline, run, kept)
    out_of_fold = run.choice.baseline_losses - run.choice.taken.losses
    asked = Asked(run.metric, run.spec.decision)
    found = evaluate(judged, out_of_fold, run.question.seed, asked)
    run.time.say("Looking at each part of the rows and at each field")
    cuts = [*run.aside, *cuts_of(run.schema, kept.X)]
    return replace(
        found,
        sets=_sets(pipeline, kept, judged),
        slices=slices_of(cuts, judged, asked.metric, Resamples(len(judged), run.question.seed)),
        **_looked_into(pipeline, run, kept, judged),
    )


def judged_rows(pipeline: Pipeline, run: Run, kept: Kept) -> Judged:
    """What the pipeline says about the rows kept back, beside what was true."""
    target, threshold = run.schema.target, threshold_in(run.spec.decision)
    model = pipeline.steps[-1][1]
    has_ranges = hasattr(model, "predict_interval")
    return Judged(
        task=target.task,
        truth=kept.y,
        predicted=pipeline.predict_proba(kept.X) if target.classes else pipeline.predict(kept.X),
        baseline=constant_prediction(run.question.y, run.question.classes, len(kept.y)),
        classes=target.classes,
        positive=target.positive,
        threshold=HALF if threshold is None else threshold,
        interval=model.predict_interval(pipeline[:-1].transform(kept.X)) if has_ranges else None,
        promised=model.coverage if has_ranges else None,
    )


def _sets(pipeline: Pipeline, kept: Kept, judged: Judged) -> SetFigures | None:
    model = pipeline.steps[-1][1]
    if not hasattr(model, "predict_set"):
        return None
    return set_figures(judged, model.predict_set(pipeline[:-1].transform(kept.X)), model.coverage)


def _looked_into(pipeline: Pipeline, run: Run, kept: Kept, judged: Judged) -> dict[str, Any]:
    """Importance of fields and of groups of them, and what more rows would bring."""
    preprocessor, model = pipeline.steps[0][1], pipeline.steps[-1][1]
    question = run.question
    answer = model.predict_proba if question.classes else model.predict
    held = Held(preprocessor.transform(kept.X), kept.y, question.classes, answer)
    fields, groups = (of(run.schema, preprocessor.encoded_) for of in (fields_of, groups_of))
    allowed_s = max(run.time.share(IMPORTANCE_SHARE), LEAST_S) / 2.0
    taken = run.choice.taken
    lesson = Lesson(
        taken.estimator, question.Z, question.y, held.Z, held.y, question.classes, question.seed, taken.fit_seconds
    )
    return {
        "importance": importance_of(held, fields, question.seed, allowed_s),
        "group_importance": importance_of(held, groups, question.seed, allowed_s),
        "learning_curve": learning_curve(lesson, judged.losses, run.time.share(CURVE_SHARE)),
    }
