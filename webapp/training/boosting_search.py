"""Choose how large and how many the trees of a boosting candidate are, by cross-validation inside the training rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from webapp.estimators.boosting import BoostingClassifier, BoostingRegressor
from webapp.estimators.growing import Growth
from webapp.training.out_of_fold import inner_folds

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

Progress = Callable[[str], None]
Fold = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class SearchPlan:
    """What the search has to know and how much work it may be; `log_target` None lets the search decide."""

    categorical_features: Sequence[int] = ()
    random_state: int = 0
    folds: int = 5
    trees: int = 400
    most_trees: int = 1000
    rows: int = 20_000
    log_target: bool | None = None


@dataclass(frozen=True)
class _Rows:
    Z: np.ndarray
    y: np.ndarray  # class codes, or the target
    classes: bool
    log_target: bool = False

    def losses(self, growth: Growth, train: np.ndarray, test: np.ndarray) -> np.ndarray:
        """Return the summed loss of the test rows after each round."""
        if self.classes:
            order, trees = growth.classes(self.Z[train], self.y[train])
        else:
            target = np.log(self.y[train]) if self.log_target else self.y[train]
            order, trees = growth.values(self.Z[train], target)
        parts = np.array_split(test, -(-len(test) * len(trees.node_starts) // SCORES_AT_ONCE))
        return sum(self._losses_of(trees.staged_scores(order.apply(self.Z[part])), self.y[part]) for part in parts)

    def _losses_of(self, staged: np.ndarray, y: np.ndarray) -> np.ndarray:
        if self.classes:
            return _log_losses(staged, y)
        values = staged[:, :, 0]
        if self.log_target:
            values = np.exp(np.clip(values, -LARGEST_SCORE, LARGEST_SCORE))
        return np.abs(values - y[:, None]).sum(axis=0)


def search(
    Z: np.ndarray,
    y: np.ndarray,
    task: str,
    plan: SearchPlan = SearchPlan(),
    progress: Progress = lambda text: None,
) -> BoostingClassifier | BoostingRegressor:
    """Return the unfitted estimator with the lowest cross-validated log loss or mean absolute error."""
    rows = _sample(Z, y, task, plan)
    plan = _fewer_rounds(plan, int(rows.y.max()) + 1) if task == "many" else plan
    growth = Growth(plan.trees, 0.06, 8, 20, plan.random_state, tuple(plan.categorical_features))
    if task == "number":
        rows = replace(rows, log_target=_takes_log(rows, growth, plan))
    shape, curve = _race(rows, growth, plan, progress)
    if curve.argmin() + 1 > AT_THE_END * plan.trees and plan.most_trees > plan.trees:
        progress("Boosting: more trees")
        more = replace(growth, max_iter=plan.most_trees, **shape)
        curve = _curve(rows, more, _folds(rows, plan)[:FIRST_FOLDS])

    fewest = int(np.flatnonzero(curve <= GOOD_ENOUGH * curve.min())[0]) + 1
    settings = {"max_iter": round(MORE_ROWS * fewest), "random_state": plan.random_state, **shape}
    settings["categorical_features"] = list(plan.categorical_features)
    if task == "number":
        return BoostingRegressor(log_target=rows.log_target, **settings)
    return BoostingClassifier(calibration="sigmoid", **settings)


def _race(rows: _Rows, growth: Growth, plan: SearchPlan, progress: Progress) -> tuple[dict, np.ndarray]:
    """Return the best shape and its loss after each round, judged on all folds if it is among the best on the first."""
    folds = _folds(rows, plan)
    curves = {}
    for place, shape in enumerate(SHAPES):
        progress(f"Boosting: trees of {shape['max_leaf_nodes']} leaves, {place + 1} of {len(SHAPES)}")
        curves[place] = _curve(rows, replace(growth, **shape), folds[:FIRST_FOLDS])
    lowest = min(curve.min() for curve in curves.values())
    close = [place for place, curve in curves.items() if curve.min() <= CLEARLY_WORSE * lowest]
    rest = folds[FIRST_FOLDS:]
    if rest:
        progress(f"Boosting: {len(close)} of {len(SHAPES)} on all folds")
        share = FIRST_FOLDS / len(folds)
        curves = {
            place: share * curves[place] + (1.0 - share) * _curve(rows, replace(growth, **SHAPES[place]), rest)
            for place in close
        }
    best = min(curves, key=lambda place: curves[place].min())
    return SHAPES[best], curves[best]


def _fewer_rounds(plan: SearchPlan, classes: int) -> SearchPlan:
    trees, most_trees = (max(FEWEST_ROUNDS, total // classes) for total in SEVERAL_CLASSES)
    return replace(plan, trees=min(plan.trees, trees), most_trees=min(plan.most_trees, most_trees))


def _folds(rows: _Rows, plan: SearchPlan) -> list[Fold]:
    return list(inner_folds(rows.y, plan.folds, plan.random_state, rows.classes).split(rows.Z, rows.y))


def _curve(rows: _Rows, growth: Growth, folds: list[Fold]) -> np.ndarray:
    """Return the mean loss of the held-out rows after each round."""
    return sum(rows.losses(growth, *fold) for fold in folds) / sum(len(held_out) for _, held_out in folds)


def _sample(Z: np.ndarray, y: np.ndarray, task: str, plan: SearchPlan) -> _Rows:
    """Return evenly spaced rows in order of the target, so that the sample's targets are like all of them."""
    kept = np.arange(len(y))
    if len(y) > plan.rows:
        noise = np.random.default_rng(plan.random_state).random(len(y))
        place = np.unique(y, return_inverse=True)[1]
        kept = np.sort(np.lexsort((noise, place))[np.linspace(0, len(y) - 1, plan.rows).astype(np.intp)])
    if task == "number":
        return _Rows(Z[kept], np.asarray(y, dtype=float)[kept], classes=False)
    return _Rows(Z[kept], np.unique(y[kept], return_inverse=True)[1], classes=True)


def _takes_log(rows: _Rows, growth: Growth, plan: SearchPlan) -> bool:
    if plan.log_target is not None or rows.y.min() <= 0.0:
        return bool(plan.log_target)
    short = replace(growth, max_iter=LOG_TREES)
    folds = _folds(rows, replace(plan, folds=LOG_FOLDS))
    raw, log = (_curve(replace(rows, log_target=taken), short, folds).min() for taken in (False, True))
    return bool(log < raw)


def _log_losses(staged: np.ndarray, codes: np.ndarray) -> np.ndarray:
    if staged.shape[2] == 1:
        scores = np.where(codes[:, None] == 1, -staged[:, :, 0], staged[:, :, 0])
        return np.logaddexp(0.0, scores).sum(axis=0)
    own = np.take_along_axis(staged, codes[:, None, None], axis=2)[:, :, 0]
    return (np.logaddexp.reduce(staged, axis=2) - own).sum(axis=0)
