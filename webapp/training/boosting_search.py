"""Choose how large and how many the trees of a boosting candidate are, by cross-validation inside the training rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.model_selection import train_test_split

from webapp.estimators.boosting import BoostingClassifier, BoostingRegressor
from webapp.estimators.growing import Growth
from webapp.training.out_of_fold import inner_folds

SHAPES = (
    {"learning_rate": 0.06, "max_leaf_nodes": 8, "min_samples_leaf": 20},
    {"learning_rate": 0.08, "max_leaf_nodes": 4, "min_samples_leaf": 10},
    {"learning_rate": 0.06, "max_leaf_nodes": 31, "min_samples_leaf": 20},
)
AT_THE_END = 0.9  # the best number of trees beyond this share of the limit: there may be better ones behind it
MORE_ROWS = 1.1  # the final fit sees all rows and can use a few more trees than the folds could
LOG_FOLDS = 3
LOG_TREES = 100
LARGEST_SCORE = 700.0

Progress = Callable[[str], None]


@dataclass(frozen=True)
class SearchPlan:
    """How much work the search may be; `log_target` None lets the search decide."""

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
        staged = trees.staged_scores(order.apply(self.Z[test]))
        return _log_losses(staged, self.y[test]) if self.classes else self._absolute_errors(staged, test)

    def _absolute_errors(self, staged: np.ndarray, test: np.ndarray) -> np.ndarray:
        values = staged[:, :, 0]
        if self.log_target:
            values = np.exp(np.clip(values, -LARGEST_SCORE, LARGEST_SCORE))
        return np.abs(values - self.y[test][:, None]).sum(axis=0)


def search(
    Z: np.ndarray,
    y: np.ndarray,
    task: str,
    categorical_features: Sequence[int],
    plan: SearchPlan = SearchPlan(),  # noqa: B008 - frozen
    progress: Progress = lambda text: None,
) -> BoostingClassifier | BoostingRegressor:
    """Return the unfitted estimator with the lowest cross-validated log loss or mean absolute error."""
    rows = _sample(Z, y, task, plan)
    growth = Growth(plan.trees, 0.06, 8, 20, plan.random_state, tuple(categorical_features))
    if task == "number":
        rows = replace(rows, log_target=_takes_log(rows, growth, plan))

    curves = {}
    for place, shape in enumerate(SHAPES):
        progress(f"Boosting: trees of {shape['max_leaf_nodes']} leaves, {place + 1} of {len(SHAPES)}")
        curves[place] = _curve(rows, replace(growth, **shape), plan)
    best = min(curves, key=lambda place: curves[place].min())
    curve = curves[best]
    if curve.argmin() + 1 > AT_THE_END * plan.trees and plan.most_trees > plan.trees:
        progress("Boosting: more trees")
        curve = _curve(rows, replace(growth, max_iter=plan.most_trees, **SHAPES[best]), plan)
    trees = round(MORE_ROWS * (int(curve.argmin()) + 1))
    settings = {"categorical_features": list(categorical_features), "random_state": plan.random_state, **SHAPES[best]}
    if task == "number":
        return BoostingRegressor(max_iter=trees, log_target=rows.log_target, **settings)
    return BoostingClassifier(max_iter=trees, calibration="sigmoid", **settings)


def _curve(rows: _Rows, growth: Growth, plan: SearchPlan) -> np.ndarray:
    """Return the mean loss of all held-out rows after each round."""
    folds = inner_folds(rows.y, plan.folds, plan.random_state, rows.classes)
    return sum(rows.losses(growth, train, test) for train, test in folds.split(rows.Z, rows.y)) / len(rows.y)


def _sample(Z: np.ndarray, y: np.ndarray, task: str, plan: SearchPlan) -> _Rows:
    classes = task != "number"
    target = np.unique(y, return_inverse=True)[1] if classes else np.asarray(y, dtype=float)
    if len(y) <= plan.rows:
        return _Rows(Z, target, classes)
    kept = train_test_split(
        np.arange(len(y)), train_size=plan.rows, random_state=plan.random_state, stratify=target if classes else None
    )[0]
    kept.sort()
    return _Rows(Z[kept], target[kept], classes)


def _takes_log(rows: _Rows, growth: Growth, plan: SearchPlan) -> bool:
    if plan.log_target is not None or rows.y.min() <= 0.0:
        return bool(plan.log_target)
    short = replace(growth, max_iter=LOG_TREES)
    few = replace(plan, folds=LOG_FOLDS)
    raw, log = (_curve(replace(rows, log_target=taken), short, few).min() for taken in (False, True))
    return bool(log < raw)


def _log_losses(staged: np.ndarray, codes: np.ndarray) -> np.ndarray:
    if staged.shape[2] == 1:
        scores = np.where(codes[:, None] == 1, -staged[:, :, 0], staged[:, :, 0])
        return np.logaddexp(0.0, scores).sum(axis=0)
    own = np.take_along_axis(staged, codes[:, None, None], axis=2)[:, :, 0]
    return (np.logaddexp.reduce(staged, axis=2) - own).sum(axis=0)
