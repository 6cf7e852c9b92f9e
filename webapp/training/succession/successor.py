"""What a finished version says about itself beside others: how steady it is, and what changed since the one in use."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from webapp.comparison.change_log import change_log
from webapp.comparison.rows import made_up
from webapp.comparison.sides import Side
from webapp.comparison.stability import stability
from webapp.estimators.boosting import without_reasons
from webapp.training.candidates.choice import Choice
from webapp.training.candidates.out_of_fold import uncalibrated
from webapp.training.candidates.question import Question
from webapp.training.package.circumstances import code_hashes
from webapp.training.package.packing import Trained, profile_of
from webapp.training.succession.incumbent import Incumbent

TRAININGS = 4  # six pairs of them say how far two trainings are apart
FEWEST_TRAININGS = 2
SHARE = 0.8  # of the training rows, as much as two seeds have in common
MOST_S = 12.0  # for all of them together; a slow candidate is trained fewer times, or not again
LEAST_S = 4.0  # however little time is left
MADE_UP_ROWS = 1_000


@dataclass(frozen=True)
class Beside:
    """What a finished version is seen beside: how it was found, the version in use, and the time left for looking."""

    question: Question
    choice: Choice
    incumbent: Incumbent | None
    seconds_left: Callable[[], float]


def with_succession(trained: Trained, beside: Beside) -> Trained:
    """The same with its profile, and with 'stability' and 'changes' among its facts; None where nothing can be said."""
    trained = replace(trained, profile=profile_of(trained))
    metadata = {**trained.facts, "code": code_hashes()}
    side = Side("this version", trained.schema, trained.pipeline, trained.profile, metadata)
    again = [replace(side, pipeline=pipeline) for pipeline in _trained_again(trained, beside)]
    steady = None
    if len(again) >= FEWEST_TRAININGS:
        steady = stability(again, made_up(side, side, trained.seed, MADE_UP_ROWS), trained.seed)
    side = replace(side, metadata={**metadata, "stability": steady})
    found = {"stability": steady, "changes": _changes(side, beside.incumbent, trained.seed)}
    return replace(trained, facts=trained.facts | found)


def _changes(side: Side, incumbent: Incumbent | None, seed: int) -> dict[str, Any] | None:
    if incumbent is None:
        return None
    if incumbent.package is None:
        why = f"What changed since {incumbent.name} is not known: {incumbent.problem.rstrip('.')}"
        return {"against": incumbent.name, "version": incumbent.version, "summary": why, "changes": [], "entangled": []}
    return change_log(Side.of(incumbent.package), side, seed).to_json()


def _trained_again(trained: Trained, beside: Beside) -> list[Pipeline]:
    """The chosen model fitted on other rows of the same table, as often as there is time for it."""
    question = beside.question
    if question.adopted is not None:
        return []
    one_fit = max(beside.choice.taken.fit_seconds, 1e-3)
    times = int(min(TRAININGS, min(MOST_S, max(beside.seconds_left(), LEAST_S)) / one_fit))
    if times < FEWEST_TRAININGS:
        return []
    estimator = _as_it_was(trained, beside.choice)
    random = np.random.default_rng(question.seed)
    pipelines = []
    for _ in range(times):
        chosen = np.sort(random.choice(len(question.y), round(SHARE * len(question.y)), replace=False))
        if question.is_classes and len(np.unique(question.y[chosen])) < len(question.classes):
            continue
        fitted = clone(estimator).fit(trained.Z[chosen], question.y[chosen])
        pipelines.append(Pipeline([trained.pipeline.steps[0], ("model", fitted)]))
    return pipelines


def _as_it_was(trained: Trained, choice: Choice) -> Any:
    """The chosen estimator without what only explains or bounds its answers, on the scale that it had found better."""
    estimator = uncalibrated(without_reasons(choice.taken.estimator))
    is_log = getattr(trained.pipeline.steps[-1][1], "log_target_", None)
    if is_log is not None and "log_target" in estimator.get_params():
        estimator.set_params(log_target=is_log)
    return estimator
