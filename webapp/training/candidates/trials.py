"""One candidate after the other, each tried on the same folds: a generator of what was learned of them."""

import pickle
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.base import clone

from webapp.estimators.additive import AdditiveClassifier, AdditiveRegressor
from webapp.estimators.boosting import BoostingClassifier
from webapp.estimators.forest import ForestClassifier, ForestRegressor
from webapp.estimators.score_calibration import fit_line
from webapp.training.candidates.boosting_search import SearchPlan, search
from webapp.training.candidates.brought import learning
from webapp.training.candidates.effort import Effort
from webapp.training.candidates.out_of_fold import CrossFit, cross_fit, first_fold_losses
from webapp.training.candidates.question import Question
from webapp.training.metrics.losses import row_losses

ADDITIVE, BOOSTING, FOREST, OWN, ADOPTED = "additive", "boosting", "forest", "own", "adopted"
PAIRS = (3, 6)  # tables for pairs of columns: a few, and if they help a few more
SHARED_ROWS = 5_000  # up to here effects may be shared among columns; with more rows each column speaks for itself
PAIRS_SHARE, SEARCH_SHARE, FOLDS_SHARE, FOREST_SHARE = 0.25, 0.5, 0.6, 0.35  # of the time left when they begin
BOOSTING_SHARE = 0.5  # of the time budget that may be gone before the slower candidates are left out
HOPELESS = 1.0  # standard errors by which the first fold must be worse for the others to be spared
PLAN = SearchPlan()
LARGEST_PICKLE = 20_000_000
BOOSTING_FIT_S, BOOSTING_ROW_S = 0.6, 7e-5  # of one fit of 400 trees of 31 leaves, measured
NO_TIME = "not tried: the time budget left no room for it"
NOT_DONE = "given up: not all folds were learned in its part of the time budget"


@dataclass(frozen=True)
class Candidate:
    """
    An algorithm tried: unfitted estimator, its loss on each training row (n,) and its scores or values (n, ...) for it,
    all out of fold. `grown` (m, inputs): by how much losses grew when one input was shuffled. `note` in words.
    """

    name: str
    estimator: Any
    losses: np.ndarray
    seconds: float
    held_out: np.ndarray | None = None
    grown: np.ndarray | None = None
    note: str = ""
    fit_seconds: float = 0.0

    @property
    def kind(self) -> str:
        """additive, boosting, forest, own or adopted; its name may say more."""
        return self.name.split()[0]

    @property
    def loss(self) -> float:
        return float(self.losses.mean())

    @property
    def error(self) -> float:
        """The standard error of the loss."""
        return float(self.losses.std(ddof=1) / np.sqrt(len(self.losses)))


@dataclass(frozen=True)
class LeftOut:
    """A candidate without a loss, and why."""

    name: str
    note: str


Tried = Candidate | LeftOut


def gain(simple: Candidate, other: Candidate) -> tuple[float, float]:
    """By how much the loss of the other is lower, row by row, and its standard error."""
    lower = simple.losses - other.losses
    return float(lower.mean()), float(lower.std(ddof=1) / np.sqrt(len(lower)))


def is_better(simple: Candidate, other: Tried) -> bool:
    """By more than one standard error."""
    if isinstance(other, LeftOut):
        return False
    mean, error = gain(simple, other)
    return mean > error


def additive_trials(question: Question, effort: Effort) -> Iterator[Tried]:
    """The additive model; with tables for pairs, while they help; on few rows also with effects that are shared."""
    effort.begin("additive", "Learning the additive model")
    best = tried(ADDITIVE, _additive(question), question, effort)
    effort.forecast.expect(**_expected(question, best, effort))
    yield best
    begun = effort.seconds_left()
    effort.begin("variants", "Looking for columns that say more together")
    for pairs in PAIRS if question.pairs else ():
        wider = _in_time(f"{ADDITIVE} with pairs", best, {"pairs": pairs}, question, effort)
        yield wider
        if not is_better(best, wider):
            break
        best = wider
    if len(question.y) <= SHARED_ROWS and effort.seconds_left() > BOOSTING_SHARE * begun:
        yield _in_time(f"{best.name}, effects shared", best, {"spread": True}, question, effort)


def boosting_trial(question: Question, additive: Candidate, effort: Effort) -> Tried:
    """The best that a search finds, on the scale that the additive model has found better."""
    effort.begin(BOOSTING, "Searching a boosting model to compare with")
    started = time.monotonic()
    log_target = additive.estimator.get_params().get("log_target")
    found = search(question, log_target, effort, effort.deadline(SEARCH_SHARE), PLAN)
    if found is None:
        return LeftOut(BOOSTING, NO_TIME)
    effort.begin("comparing", "Comparing it on the same rows")
    trial = tried(BOOSTING, found.estimator, question, effort, effort.deadline(FOLDS_SHARE))
    if isinstance(trial, LeftOut):
        return trial
    return replace(trial, seconds=time.monotonic() - started, note=found.note)


def forest_trial(question: Question, taken: Candidate, effort: Effort) -> Tried:
    """Only where it is better than what would be taken, and small enough to be stored and loaded quickly."""
    if question.is_directed:
        return LeftOut(FOREST, "not tried: it cannot keep to the directions that the spec asks for")
    effort.begin(FOREST, "Growing a random forest to compare with")
    kind, more = (ForestClassifier, {}) if question.is_classes else (ForestRegressor, _scale_of(taken))
    estimator = kind(random_state=question.seed, **question.columns, **more)
    rows, losses = first_fold_losses(estimator, question, effort)
    lower = taken.losses[rows] - losses
    if lower.mean() + HOPELESS * lower.std() / np.sqrt(len(lower)) < 0.0:
        return LeftOut(FOREST, f"given up after the first fold: its loss is higher by {-lower.mean():.2g} there")
    trial = tried(FOREST, estimator, question, effort, effort.deadline(FOREST_SHARE))
    if not is_better(taken, trial):
        return trial
    size = len(pickle.dumps(clone(estimator).fit(question.Z, question.y)))
    if size > LARGEST_PICKLE:
        return LeftOut(
            FOREST, f"better, but too large to be kept: {size / 1e6:.0f} MB, {LARGEST_PICKLE / 1e6:.0f} allowed"
        )
    return trial


def own_trials(question: Question, effort: Effort) -> Iterator[Tried]:
    """What a data scientist brought."""
    for name, estimator in question.own:
        effort.begin(name, "Learning your own estimator")
        with learning("[training] estimator"):
            yield tried(name, estimator, question, effort)


def adopted_trial(question: Question, effort: Effort) -> Tried:
    effort.begin(ADOPTED, "Trying the pipeline that was fitted elsewhere")
    with learning("The pipeline"):
        return tried(ADOPTED, question.adopted, question, effort)


def tried(name: str, estimator: Any, question: Question, effort: Effort, deadline: float = float("inf")) -> Tried:
    """The candidate with its answers out of fold, calibrated by them where it would be calibrated by them."""
    fitted = cross_fit(estimator, question, effort, deadline)
    if fitted is None:
        return LeftOut(name, NOT_DONE)
    losses = _calibrated_losses(estimator, fitted, question)
    learned = Candidate(name, estimator, losses, fitted.seconds, fitted.scores, fitted.grown)
    return replace(learned, fit_seconds=fitted.fit_seconds)


def _calibrated_losses(estimator: Any, fitted: CrossFit, question: Question) -> np.ndarray:
    if not (isinstance(estimator, BoostingClassifier) and estimator.calibration == "sigmoid"):
        return fitted.losses
    names = np.unique(question.y)
    line = fit_line(fitted.scores, np.searchsorted(names, question.y))
    answers = estimator.link_inverse(line.slope * fitted.scores + line.offset)
    return row_losses(question.y, answers, tuple(names))


def _expected(question: Question, additive: Candidate, effort: Effort) -> dict[str, float]:
    """Seconds of the steps ahead, from what the additive model took and what trees usually take; guessed high."""
    jobs = max(effort.jobs, 1)
    a_fit = (BOOSTING_FIT_S + BOOSTING_ROW_S * min(len(question.y), PLAN.rows)) / jobs
    expected = {
        "variants": 2.0 * additive.seconds,
        BOOSTING: 7.0 * a_fit,
        "comparing": 5.0 * BOOSTING_ROW_S * len(question.y) / jobs,
        FOREST: 2.0 * a_fit,
        "selection": additive.seconds if question.selection else 0.0,
        "final": 2.0 * additive.fit_seconds,
        "judging": 4.0 * additive.fit_seconds + 2.0,
        "packing": 2.0,
    }
    allowed = max(effort.seconds_left(), 0.0) / max(sum(expected.values()), 1e-9)
    return {step: seconds * min(allowed, 1.0) for step, seconds in expected.items()}


def _additive(question: Question) -> Any:
    """For a number on the scale that is better for all rows, so that no fold decides otherwise."""
    settings = question.columns | question.constraints
    if question.is_classes:
        return AdditiveClassifier(**settings)
    on_all = AdditiveRegressor(**settings).fit(question.Z, question.y)
    return AdditiveRegressor(log_target=on_all.log_target_, **settings)


def _in_time(name: str, base: Candidate, settings: dict[str, Any], question: Question, effort: Effort) -> Tried:
    estimator = clone(base.estimator).set_params(**settings)
    return tried(name, estimator, question, effort, effort.deadline(PAIRS_SHARE))


def _scale_of(taken: Candidate) -> dict[str, Any]:
    return {"log_target": bool(taken.estimator.get_params().get("log_target", False))}
