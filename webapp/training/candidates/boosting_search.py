"""Choose how large and how many the trees of a boosting candidate are, by cross-validation inside the training rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from webapp.estimators.boosting import BoostingClassifier, BoostingRegressor
from webapp.estimators.growing import Growth
from webapp.training.candidates.effort import Effort
from webapp.training.candidates.out_of_fold import Fold, folds_of
from webapp.training.candidates.question import Question

SHAPES = (
    {"learning_rate": 0.06, "max_leaf_nodes": 8, "min_samples_leaf": 20},
    {"learning_rate": 0.08, "max_leaf_nodes": 4, "min_samples_leaf": 10},
    {"learning_rate": 0.06, "max_leaf_nodes": 31, "min_samples_leaf": 20},
)
FIRST_FOLDS = 2  # after these, shapes that are clearly worse are given up
CLEARLY_WORSE = 1.005
AT_THE_END = 0.9  # the best number of trees beyond this share of the limit: there may be better ones behind it
GOOD_ENOUGH = 1.001  # the fewest trees this close to the lowest loss: its exact place is noise
MORE_ROWS = 1.1  # the final fit sees all rows and can use a few more trees than the folds could
LOG_FOLDS = 3
LOG_TREES = 100
LARGEST_SCORE = 700.0
SEVERAL_CLASSES = (1200, 3000)  # trees and most trees of a fit with one tree a class in every round
FEWEST_ROUNDS = 100
SCORES_AT_ONCE = 4_000_000
CUT_OFF = "the search was cut off when its part of the time budget was gone; {found} was the best so far"
PARTS = ((0.0, 0.4), (0.4, 0.7), (0.7, 1.0))  # of the step: all shapes, the close ones, more trees

Curves = dict[int, np.ndarray]  # shape -> mean loss of the held-out rows after each round


@dataclass(frozen=True)
class SearchPlan:
    """How much work the search may be."""

    folds: int = 5
    trees: int = 400
    most_trees: int = 1000
    rows: int = 20_000


@dataclass(frozen=True)
class Found:
    """The unfitted estimator with the lowest loss; `note` says what the search could not do, '' if nothing."""

    estimator: Any
    note: str = ""


@dataclass(frozen=True)
class _Search:
    """The rows that are looked at, what is grown on them, and the time there is for it."""

    question: Question
    effort: Effort
    deadline: float
    plan: SearchPlan
    growth: Growth
    log_target: bool = False

    def folds(self) -> list[Fold]:
        return folds_of(self.question, self.plan.folds)

    def curves(self, grown: Mapping[int, Growth], folds: Sequence[Fold], part: tuple[float, float]) -> Curves:
        """The curve of each growth that was done with all folds in time; if none was, that of the first to be begun."""
        tasks = [(number, fold) for number in grown for fold in folds]
        found = self.effort.run([partial(self._losses, grown[n], *fold) for n, fold in tasks], self.deadline, part)
        done: dict[int, list[tuple[np.ndarray, int]]] = {}
        for (number, fold), losses in zip(tasks, found, strict=True):
            if losses is not None:
                done.setdefault(number, []).append((losses, len(fold[1])))
        whole = [number for number, curves in done.items() if len(curves) == len(folds)]
        return {number: _mean(done[number]) for number in whole or list(done)[:1]}

    def is_over(self) -> bool:
        return self.effort.is_over(self.deadline)

    def _losses(self, growth: Growth, learned: np.ndarray, held_out: np.ndarray) -> np.ndarray:
        """Return the summed loss of the held-out rows after each round."""
        Z, y = self.question.Z, self.question.y
        if self.question.is_classes:
            order, trees = growth.classes(Z[learned], y[learned])
        else:
            order, trees = growth.values(Z[learned], np.log(y[learned]) if self.log_target else y[learned])
        parts = np.array_split(held_out, -(-len(held_out) * len(trees.node_starts) // SCORES_AT_ONCE))
        return sum(self._losses_of(trees.staged_scores(order.apply(Z[part])), y[part]) for part in parts)

    def _losses_of(self, staged: np.ndarray, y: np.ndarray) -> np.ndarray:
        if self.question.is_classes:
            return _log_losses(staged, y)
        values = staged[:, :, 0]
        if self.log_target:
            values = np.exp(np.clip(values, -LARGEST_SCORE, LARGEST_SCORE))
        return np.abs(values - y[:, None]).sum(axis=0)


def search(
    question: Question, log_target: bool | None, effort: Effort, deadline: float, plan: SearchPlan = SearchPlan()
) -> Found | None:
    """
    Return what has the lowest cross-validated log loss or mean absolute error among all that the time allowed.

    `log_target` None lets the search decide. None when not even one fit was done in time.
    """
    begun = _begun(question, effort, deadline, plan)
    if not question.is_classes:
        begun = replace(begun, log_target=_takes_log(begun, log_target))
    raced = _race(begun)
    if raced is None:
        return None
    shape, curve = raced
    at_the_end = curve.argmin() + 1 > AT_THE_END * begun.plan.trees and begun.plan.most_trees > begun.plan.trees
    if at_the_end and not begun.is_over():
        effort.say("Boosting: more trees")
        more = replace(begun.growth, max_iter=begun.plan.most_trees, **SHAPES[shape])
        curve = begun.curves({shape: more}, begun.folds()[:FIRST_FOLDS], PARTS[2]).get(shape, curve)
    fewest = int(np.flatnonzero(curve <= GOOD_ENOUGH * curve.min())[0]) + 1
    estimator = _estimator(begun, {"max_iter": round(MORE_ROWS * fewest), **SHAPES[shape]})
    words = f"{SHAPES[shape]['max_leaf_nodes']} leaves and {round(MORE_ROWS * fewest)} trees"
    return Found(estimator, CUT_OFF.format(found=words) if begun.is_over() else "")


def _begun(question: Question, effort: Effort, deadline: float, plan: SearchPlan) -> _Search:
    if question.task == "many":
        rounds = (max(FEWEST_ROUNDS, total // len(question.classes)) for total in SEVERAL_CLASSES)
        trees, most_trees = rounds
        plan = replace(plan, trees=min(plan.trees, trees), most_trees=min(plan.most_trees, most_trees))
    growth = Growth(
        max_iter=plan.trees,
        learning_rate=0.06,
        max_leaf_nodes=8,
        min_samples_leaf=20,
        random_state=question.seed,
        categorical_features=tuple(question.categorical),
        ordered_features=tuple(question.ordered),
        directions={column: direction for column, direction in enumerate(question.directions) if direction},
    )
    return _Search(_sampled(question, plan.rows), effort, deadline, plan, growth)


def _race(search: _Search) -> tuple[int, np.ndarray] | None:
    """Return the best shape and its curve, judged on all folds if it is among the best on the first."""
    folds = search.folds()
    search.effort.say(f"Boosting: trees of {', '.join(str(shape['max_leaf_nodes']) for shape in SHAPES)} leaves")
    grown = {place: replace(search.growth, **shape) for place, shape in enumerate(SHAPES)}
    curves = search.curves(grown, folds[:FIRST_FOLDS], PARTS[0])
    if not curves:
        return None
    lowest = min(curve.min() for curve in curves.values())
    close = {place: grown[place] for place, curve in curves.items() if curve.min() <= CLEARLY_WORSE * lowest}
    rest = folds[FIRST_FOLDS:]
    if rest and not search.is_over():
        search.effort.say(f"Boosting: the best {len(close)} of {len(SHAPES)} on all folds")
        share = FIRST_FOLDS / len(folds)
        others = search.curves(close, rest, PARTS[1])
        if set(others) == set(close):  # else those judged on fewer rows would be compared with those on more
            curves = {place: share * curves[place] + (1.0 - share) * curve for place, curve in others.items()}
    best = min(close, key=lambda place: curves[place].min())
    return best, curves[best]


def _estimator(search: _Search, settings: dict[str, Any]) -> BoostingClassifier | BoostingRegressor:
    question = search.question
    settings |= {"random_state": question.seed, **question.columns, **question.constraints}
    if question.is_classes:
        return BoostingClassifier(calibration="sigmoid", **settings)
    return BoostingRegressor(log_target=search.log_target, **settings)


def _sampled(question: Question, rows: int) -> Question:
    """Evenly spaced rows in order of the target, so that a sample's targets are like all of them; classes as codes."""
    place = np.unique(question.y, return_inverse=True)[1]
    y = place if question.is_classes else np.asarray(question.y, dtype=float)
    if len(y) <= rows:
        return replace(question, y=y)
    noise = np.random.default_rng(question.seed).random(len(y))
    kept = np.sort(np.lexsort((noise, place))[np.linspace(0, len(y) - 1, rows).astype(np.intp)])
    groups = None if question.groups is None else question.groups[kept]
    return replace(question, Z=question.Z[kept], y=y[kept], groups=groups)


def _takes_log(search: _Search, log_target: bool | None) -> bool:
    if log_target is not None or search.question.y.min() <= 0.0:
        return bool(log_target)
    short = replace(search.growth, max_iter=LOG_TREES)
    folds = folds_of(search.question, LOG_FOLDS)
    tried = [replace(search, log_target=taken, deadline=float("inf")) for taken in (False, True)]
    raw, log = (one.curves({0: short}, folds, (0.0, 0.0))[0].min() for one in tried)
    return bool(log < raw)


def _mean(curves: Sequence[tuple[np.ndarray, int]]) -> np.ndarray:
    return sum(losses for losses, _ in curves) / sum(rows for _, rows in curves)


def _log_losses(staged: np.ndarray, codes: np.ndarray) -> np.ndarray:
    if staged.shape[2] == 1:
        scores = np.where(codes[:, None] == 1, -staged[:, :, 0], staged[:, :, 0])
        return np.logaddexp(0.0, scores).sum(axis=0)
    own = np.take_along_axis(staged, codes[:, None, None], axis=2)[:, :, 0]
    return (np.logaddexp.reduce(staged, axis=2) - own).sum(axis=0)
