"""What is tried on the same folds, and which is taken: the one that explains itself, unless another is better."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone

from webapp.estimators.additive import AdditiveClassifier, AdditiveRegressor
from webapp.estimators.conformal import ConformalRegressor
from webapp.training.boosting_search import SearchPlan, search
from webapp.training.losses import constant_prediction, row_losses
from webapp.training.out_of_fold import cross_fitted_predictions, inner_folds

FOLDS = 5
COVERAGE = 0.8
BOOSTING_SHARE = 0.5  # of the time budget that may be gone before the slower candidate is left out

Say = Callable[[str], None]


@dataclass(frozen=True)
class Question:
    """The training rows as every candidate sees them: encoded columns Z (n, e) and the target y (n,)."""

    Z: np.ndarray
    y: np.ndarray
    task: str
    classes: tuple[str, ...]
    categorical: Sequence[int]
    seed: int

    @property
    def is_classes(self) -> bool:
        return self.task != "number"


@dataclass(frozen=True)
class Candidate:
    """An algorithm tried: unfitted estimator and its loss on each training row (n,), out of fold."""

    name: str
    estimator: Any
    losses: np.ndarray
    seconds: float

    @property
    def loss(self) -> float:
        return float(self.losses.mean())


@dataclass(frozen=True)
class Choice:
    """The candidate taken, why, and what each of them scored."""

    taken: Candidate
    reason: str
    tried: tuple[Candidate, ...]
    baseline_losses: np.ndarray


def choose(question: Question, say: Say, seconds_left: Callable[[], float]) -> Choice:
    """
    Try the candidates and take one.

    Boosting is taken only when its loss is lower by more than one standard error of the paired difference.
    """
    budget = seconds_left()
    say("Learning the additive model")
    tried = [_tried("additive", _additive(question), question)]
    if seconds_left() > BOOSTING_SHARE * budget:
        say("Searching a boosting model to compare with")
        boosting = search(question.Z, question.y, question.task, _search_plan(tried[0], question), say)
        tried.append(_tried("boosting", boosting, question))
    taken, reason = _preferred(tried)
    return Choice(taken, reason, tuple(tried), _baseline_losses(question))


def final_estimator(candidate: Candidate, question: Question) -> Any:
    """The unfitted estimator that is packed: a regressor gets its ranges."""
    if question.is_classes:
        return candidate.estimator
    return ConformalRegressor(candidate.estimator, coverage=COVERAGE, random_state=question.seed)


def _additive(question: Question) -> Any:
    kind = AdditiveClassifier if question.is_classes else AdditiveRegressor
    return kind(categorical_features=list(question.categorical))


def _search_plan(additive: Candidate, question: Question) -> SearchPlan:
    return SearchPlan(
        categorical_features=question.categorical,
        random_state=question.seed,
        log_target=_log_target(additive.estimator, question),
    )


def _log_target(additive: Any, question: Question) -> bool | None:
    """What the additive model found better, so that both candidates speak of the same scale."""
    return None if question.is_classes else bool(additive.fit(question.Z, question.y).log_target_)


def _tried(name: str, estimator: Any, question: Question) -> Candidate:
    started = time.monotonic()
    compared = _without_extras(estimator)
    predicted = cross_fitted_predictions(compared, question.Z, question.y, cv=FOLDS, random_state=question.seed)
    losses = row_losses(question.y, predicted, question.classes)
    return Candidate(name, estimator, losses, time.monotonic() - started)


def _without_extras(estimator: Any) -> Any:
    """A copy to compare with: calibration costs five more fits in every fold, and moves the loss by little."""
    copied = clone(estimator)
    return copied.set_params(calibration="none") if "calibration" in copied.get_params() else copied


def _preferred(tried: Sequence[Candidate]) -> tuple[Candidate, str]:
    additive = tried[0]
    if len(tried) == 1:
        return additive, "additive: the time budget left no room for another candidate"
    boosting = tried[1]
    gain = additive.losses - boosting.losses
    mean, error = float(gain.mean()), float(gain.std(ddof=1) / np.sqrt(len(gain)))
    if mean > error:
        return boosting, f"boosting: its loss is lower by {mean:.2g}, more than one standard error ({error:.2g})"
    if mean > 0:
        return additive, f"additive: boosting gains {mean:.2g}, not more than one standard error ({error:.2g})"
    return additive, f"additive: the loss of boosting is no lower ({boosting.loss:.4g}, this one {additive.loss:.4g})"


def _baseline_losses(question: Question) -> np.ndarray:
    folds = inner_folds(question.y, FOLDS, question.seed, question.is_classes)
    losses = np.empty(len(question.y))
    for fitted_on, held_out in folds.split(question.Z, question.y):
        guess = constant_prediction(question.y[fitted_on], question.classes, len(held_out))
        losses[held_out] = row_losses(question.y[held_out], guess, question.classes)
    return losses
