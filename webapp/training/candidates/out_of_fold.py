"""What a candidate answers for training rows that it had not seen: the only fair ground for comparing candidates."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import KFold, StratifiedKFold

from webapp.estimators.boosting import without_reasons
from webapp.training.candidates.effort import Effort
from webapp.training.candidates.question import Question
from webapp.training.metrics.losses import row_losses

FOLDS = 5
ROWS_SHUFFLED = 3_000  # of all folds together, to see what the loss is without an input

Fold = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class CrossFit:
    """
    Answers for every training row from the fit that left its fold out.

    `scores` (n, K) before any calibration, or values (n,); `answers` (n, K) in the order of the question's classes, or
    values (n,). `grown` (m, inputs): how much the losses of some rows grew when one input was shuffled among them.
    `fit_seconds` is what one fit took.
    """

    scores: np.ndarray
    answers: np.ndarray
    losses: np.ndarray
    grown: np.ndarray
    seconds: float
    fit_seconds: float


def cross_fit(estimator: Any, question: Question, effort: Effort, deadline: float = float("inf")) -> CrossFit | None:
    """
    Every fold answered by a fit of the others; None when not all were done at the deadline.

    All candidates get the same folds, so their losses can be paired row by row.
    """
    started = time.monotonic()
    folds = folds_of(question)
    plain = uncalibrated(without_reasons(estimator))
    parts = effort.run([partial(_answered, plain, question, fold, len(folds)) for fold in folds], deadline)
    if any(part is None for part in parts):
        return None
    scores, answers = (_in_place([part[kind] for part in parts], folds) for kind in (0, 1))
    losses = row_losses(question.y, answers, question.classes)
    grown = np.concatenate([part[2] for part in parts])
    fit_seconds = float(np.mean([part[3] for part in parts]))
    return CrossFit(scores, answers, losses, grown, time.monotonic() - started, fit_seconds)


def first_fold_losses(estimator: Any, question: Question, effort: Effort) -> tuple[np.ndarray, np.ndarray]:
    """Which rows the first fold holds out, and their losses: enough to see that a candidate is hopeless."""
    fold = folds_of(question)[0]
    quick = replace(question, selection=False)
    [part] = effort.run([partial(_answered, without_reasons(estimator), quick, fold, 1)])
    return fold[1], row_losses(question.y[fold[1]], part[1], question.classes)


def uncalibrated(estimator: Any) -> Any:
    """A copy to compare with: a calibrator costs five more fits in every fold, and the folds themselves make one."""
    copied = clone(estimator)
    return copied.set_params(calibration="none") if "calibration" in copied.get_params() else copied


def folds_of(question: Question, folds: int = FOLDS) -> list[Fold]:
    return inner_folds(question.y, folds, question.seed, question.is_classes, question.groups)


def inner_folds(y: np.ndarray, folds: int, seed: int, classes: bool, groups: np.ndarray | None = None) -> list[Fold]:
    """
    (learned from, held out) for each fold; fewer where the rarest class or the table is too small, never under two.

    Rows of one group stay together, unless a class would then be missing from what a fold is learned from.
    """
    if groups is not None:
        first = np.unique(groups, return_index=True)[1]
        smallest = np.unique(y[first], return_counts=True)[1].min() if classes else len(first)
        units = _split(y[first], folds, seed, classes) if smallest > 1 else []
        together = [_rows_of(first, groups, unit) for unit in units]
        if together and all(len(np.unique(y[learned])) == len(np.unique(y)) for learned, _ in together if classes):
            return together
    return _split(y, folds, seed, classes)


def _split(y: np.ndarray, folds: int, seed: int, classes: bool) -> list[Fold]:
    smallest = int(np.unique(y, return_counts=True)[1].min()) if classes else len(y)
    kind = StratifiedKFold if classes else KFold
    return list(kind(max(2, min(folds, smallest)), shuffle=True, random_state=seed).split(np.zeros((len(y), 1)), y))


def _rows_of(first: np.ndarray, groups: np.ndarray, units: Fold) -> Fold:
    held_out = np.isin(groups, groups[first[units[1]]])
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)


def _answered(estimator: Any, question: Question, fold: Fold, folds: int) -> tuple[Any, ...]:
    learned, held_out = fold
    started = time.monotonic()
    fitted = clone(estimator).fit(question.Z[learned], question.y[learned])
    seconds = time.monotonic() - started
    Z = question.Z[held_out]
    scores = fitted.decision_function(Z).reshape(len(Z), -1) if question.is_classes else fitted.predict(Z)
    return scores, _answers(fitted, Z, question.classes), _grown(fitted, question, held_out, folds), seconds


def _answers(fitted: Any, Z: np.ndarray, classes: Sequence[str]) -> np.ndarray:
    """Chances in the order of `classes`, whatever the estimator's own order is."""
    if not classes:
        return fitted.predict(Z)
    chances = fitted.predict_proba(Z)
    place = {name: column for column, name in enumerate(fitted.classes_)}
    return chances[:, [place[name] for name in classes]]


def _grown(fitted: Any, question: Question, held_out: np.ndarray, folds: int) -> np.ndarray:
    if not question.selection:
        return np.empty((0, len(question.inputs)))
    rows = held_out[:: max(1, folds * len(held_out) // ROWS_SHUFFLED)]
    Z, y = question.Z[rows], question.y[rows]
    shuffled = np.random.default_rng(question.seed).permutation(len(rows))
    whole = row_losses(y, _answers(fitted, Z, question.classes), question.classes)
    grown = np.empty((len(rows), len(question.inputs)))
    for position, columns in enumerate(map(list, question.inputs)):
        without = Z.copy()
        without[:, columns] = Z[shuffled][:, columns]
        grown[:, position] = row_losses(y, _answers(fitted, without, question.classes), question.classes) - whole
    return grown


def _in_place(parts: Sequence[np.ndarray], folds: Sequence[Fold]) -> np.ndarray:
    whole = np.empty((sum(len(part) for part in parts), *parts[0].shape[1:]))
    for part, (_, held_out) in zip(parts, folds, strict=True):
        whole[held_out] = part
    return whole
