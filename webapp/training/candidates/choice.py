"""Which of the candidates is taken: the one that explains itself, unless another is better by more than noise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.estimators.conformal import ConformalRegressor
from webapp.estimators.conformal_sets import ConformalClassifier
from webapp.training.candidates.effort import Effort
from webapp.training.candidates.out_of_fold import folds_of
from webapp.training.candidates.question import Question
from webapp.training.candidates.trials import (
    ADOPTED,
    BOOSTING,
    BOOSTING_SHARE,
    FOREST,
    NO_TIME,
    Candidate,
    LeftOut,
    Tried,
    additive_trials,
    adopted_trial,
    boosting_trial,
    forest_trial,
    gain,
    is_better,
    own_trials,
)
from webapp.training.metrics.losses import constant_prediction, row_losses

RANGE_COVERAGE = 0.8
SET_COVERAGE = 0.9


@dataclass(frozen=True)
class Choice:
    """The candidate taken, why, and what each of them scored; `left_out` are those without a loss."""

    taken: Candidate
    reason: str
    tried: tuple[Candidate, ...]
    baseline_losses: np.ndarray
    left_out: tuple[LeftOut, ...] = ()

    def to_json(self) -> list[dict[str, Any]]:
        """The candidates as the metadata list them."""
        scored = [
            {
                "name": one.name,
                "loss": one.loss,
                "error": one.error,
                "seconds": round(one.seconds, 2),
                "taken": one is self.taken,
                "note": one.note,
            }
            for one in self.tried
        ]
        return scored + [{"name": one.name, "taken": False, "note": one.note} for one in self.left_out]


def choose(question: Question, effort: Effort) -> Choice:
    """
    Try the candidates and take one.

    Whatever is harder to explain is taken only when its loss is lower by more than one standard error of the paired
    difference: boosting and what a data scientist brought against the additive model, a forest against those.
    """
    if question.adopted is not None:
        alone = adopted_trial(question, effort)
        reason = "adopted: it was fitted elsewhere, and nothing was learned here"
        return Choice(alone, reason, (alone,), baseline_losses(question))
    budget = effort.seconds_left()
    found: list[Tried] = []
    additive = _simplest(additive_trials(question, effort), found)
    has_time = effort.seconds_left() > BOOSTING_SHARE * budget
    rivals: list[Tried] = [boosting_trial(question, additive, effort) if has_time else LeftOut(BOOSTING, NO_TIME)]
    rivals += own_trials(question, effort)
    taken, reason = preferred(additive, [one for one in rivals if isinstance(one, Candidate)])
    forest = forest_trial(question, taken, effort) if has_time else LeftOut(FOREST, NO_TIME)
    if is_better(taken, forest):
        taken, reason = preferred(taken, [forest])
    found += [*rivals, forest]
    scored, left_out = (tuple(one for one in found if isinstance(one, kind)) for kind in (Candidate, LeftOut))
    return Choice(taken, reason, scored, baseline_losses(question), left_out)


def _simplest(trials: Iterable[Tried], found: list[Tried]) -> Candidate:
    """The first that no later one beats by more than noise; all of them are added to `found`."""
    taken = None
    for trial in trials:
        found.append(trial)
        if taken is None or is_better(taken, trial):
            taken = trial
    return taken


def preferred(simple: Candidate, others: Sequence[Candidate]) -> tuple[Candidate, str]:
    """The simple one or the best of the others, and why."""
    if not others:
        return simple, f"{simple.name}: the time budget left no room for another candidate"
    best = min(others, key=lambda candidate: candidate.loss)
    mean, error = gain(simple, best)
    if mean > error:
        return best, f"{best.name}: its loss is lower by {mean:.2g}, more than one standard error ({error:.2g})"
    if mean > 0:
        return simple, f"{simple.name}: {best.name} gains {mean:.2g}, not more than one standard error ({error:.2g})"
    return simple, f"{simple.name}: the loss of {best.name} is no lower ({best.loss:.4g}, this one {simple.loss:.4g})"


def fitted_for_good(candidate: Candidate, question: Question) -> Any:
    """The estimator that is packed, fitted on all training rows: numbers get ranges, classes get sets."""
    if candidate.kind == ADOPTED and question.is_classes:
        return candidate.estimator.fit(question.Z, question.y)
    if question.is_classes:
        sets = ConformalClassifier(candidate.estimator, coverage=SET_COVERAGE, random_state=question.seed)
        return sets.fit(question.Z, question.y, held_out_scores=candidate.held_out)
    ranges = ConformalRegressor(candidate.estimator, coverage=RANGE_COVERAGE, random_state=question.seed)
    return ranges.fit(question.Z, question.y, held_out=candidate.held_out)


def baseline_losses(question: Question) -> np.ndarray:
    losses = np.empty(len(question.y))
    for fitted_on, held_out in folds_of(question):
        guess = constant_prediction(question.y[fitted_on], question.classes, len(held_out))
        losses[held_out] = row_losses(question.y[held_out], guess, question.classes)
    return losses
