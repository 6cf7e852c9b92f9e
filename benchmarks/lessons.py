"""Learn and judge as train.py does, with the same functions, on rows that a benchmark chooses."""

import os
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from webapp.training.candidates.boosting_search import search
from webapp.training.candidates.choice import Choice, baseline_losses, fitted_for_good
from webapp.training.candidates.effort import Effort
from webapp.training.candidates.learner import Begun, Lesson, begin, learn
from webapp.training.candidates.question import Question
from webapp.training.candidates.trials import ADDITIVE, BOOSTING, additive_trials, tried
from webapp.training.columns.inference import Inference
from webapp.training.division.rows import Division
from webapp.training.evaluation.judging import Kept, Run, judged_rows
from webapp.training.metrics.judged import Judged
from webapp.training.spec.file import Spec

LONG_S = 3600.0  # a time budget that nothing here comes near; shares of an endless one could not be compared
JOBS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Told:
    """What a model says of rows that it had not learned from; `sets` (n, K) of classes, None for a number."""

    judged: Judged
    sets: np.ndarray | None = None
    promised: float | None = None


def effort() -> Effort:
    """As long as it takes, on all cores."""
    return Effort(lambda words: None, lambda: LONG_S, JOBS)


def division_of(train: np.ndarray, holdout: np.ndarray, seed: int) -> Division:
    """Rows that a benchmark divides by itself; each stands alone."""
    nothing = np.zeros(len(holdout), dtype=bool)
    return Division(train, holdout, None, nothing, "", seed, {}, {})


def as_trained(spec: Spec, inference: Inference, division: Division, seed: int) -> tuple[Told, str]:
    """What train.py would serve, and the name of the candidate that it would take."""
    learnt = learn(Lesson(inference, division, spec, seed), effort())
    run = Run(learnt.schema, spec, learnt.question, learnt.choice)
    kept = Kept(learnt.inference.X[division.holdout], learnt.inference.y[division.holdout])
    return _told(learnt.pipeline, run, kept), learnt.choice.taken.name


def searched(begun: Begun) -> Any:
    """The boosting estimator that the search finds; the log of a number is taken where the additive model takes it."""
    additive = next(additive_trials(begun.question, effort()))
    return search(begun.question, additive.estimator.get_params().get("log_target"), effort(), float("inf")).estimator


def as_candidate(kind: str, spec: Spec, inference: Inference, division: Division, estimator: Any = None) -> Told:
    """One candidate alone, with its ranges or sets: the additive one, or boosting as `estimator` was found."""
    begun = begin(Lesson(inference, division, spec, division.seed))
    question = replace(begun.question, selection=False)
    if kind == ADDITIVE:
        taken = next(additive_trials(question, effort()))
    else:
        taken = tried(BOOSTING, _of_these_columns(estimator, question), question, effort())
    pipeline = Pipeline([("preprocess", begun.preprocessor), ("model", fitted_for_good(taken, question))])
    run = Run(begun.schema, spec, question, Choice(taken, "", (taken,), baseline_losses(question)))
    return _told(pipeline, run, Kept(inference.X[division.holdout], inference.y[division.holdout]))


def _of_these_columns(estimator: Any, question: Question) -> Any:
    return clone(estimator).set_params(random_state=question.seed, **question.columns)


def _told(pipeline: Pipeline, run: Run, kept: Kept) -> Told:
    judged = judged_rows(pipeline, run, kept)
    model = pipeline.steps[-1][1]
    if judged.is_number:
        return Told(judged)
    return Told(judged, model.predict_set(pipeline[:-1].transform(kept.X)), model.coverage)
