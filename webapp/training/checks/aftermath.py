"""Inputs that may have been filled in after the answer was known, told by their names and by where they are blank."""

import numpy as np
from scipy import stats

from webapp.metrics import area_under_curve
from webapp.schema import DATES
from webapp.training.columns.inference import Inference
from webapp.training.columns.leaks import Suspicion
from webapp.training.columns.moments import words_of
from webapp.training.spec.file import Spec

FEWEST_ROWS = 30  # filled in, and blank
ALMOST_ONLY = 0.98
COMMONEST = 0.9  # a class that is more frequent than that is everywhere
BY_CHANCE = 1e-6
TOLD_APART = 0.95  # of a number: how often it is larger where the column is filled in than where it is blank
TELLING = {"AUC": 0.7, "R2": 0.3}  # below, a name alone is no reason to trouble anybody
_AFTERWARDS = {
    "actual", "after", "aftermath", "cancel", "canceled", "cancellation", "cancelled", "chargeoff", "closed", "closing",
    "closure", "collections", "completed", "completion", "decision", "discharge", "discharged", "dropoff", "ended",
    "exit", "exited", "final", "finished", "lost", "outcome", "post", "quit", "reason", "recovered", "recovery",
    "refund", "refunded", "resolution", "resolved", "result", "results", "returned", "settled", "settlement",
    "terminated", "termination", "verdict", "won", "writeoff",
}  # fmt: skip
_SAY_LITTLE = {
    "amount", "class", "count", "flag", "label", "level", "number", "price", "rate", "score", "status", "target",
    "total", "type", "value",
}  # fmt: skip
FEWEST_LETTERS = 4


def told_afterwards(spec: Spec, inference: Inference) -> list[tuple[str, str]]:
    """(column, sentence) of every input that looks like that."""
    found = []
    for feature, values in zip(inference.schema.features, inference.X.T, strict=True):
        if feature.name == spec.data.time_column:
            continue
        blank = np.array([value is None for value in values], dtype=bool)
        reason = _where_blank(blank, inference.y, spec.data.target)
        if not reason and feature.kind not in DATES:
            reason = _by_name(feature.name, spec.data.target, inference.alone.get(feature.name))
        if reason:
            found.append((feature.name, reason))
    return found


def _by_name(name: str, target: str, alone: Suspicion | None) -> str:
    """A telling name, of a column that tells much."""
    if alone is None or alone.score < TELLING[alone.measure]:
        return ""
    words = set(words_of(name))
    of_target = {word for word in words_of(target) if len(word) >= FEWEST_LETTERS} - _SAY_LITTLE
    if words & of_target:
        return (
            f"its name speaks of “{target}” itself, and it tells much of it ({alone.measure} {alone.score:.2f} alone)"
        )
    if words & _AFTERWARDS:
        return f"its name sounds like the end of a case, and it tells much ({alone.measure} {alone.score:.2f} alone)"
    return ""


def _where_blank(blank: np.ndarray, y: np.ndarray, target: str) -> str:
    """Filled in almost only for one answer, or blank almost only for one."""
    if min(blank.sum(), (~blank).sum()) < FEWEST_ROWS:
        return ""
    if y.dtype != object:
        apart = area_under_curve(~blank, y)
        if max(apart, 1 - apart) < TOLD_APART:
            return ""
        return f"whether it is filled in nearly tells “{target}”: {'larger' if apart > 0.5 else 'smaller'} where it is"
    for rows, words in ((~blank, "filled in"), (blank, "blank")):
        only = _almost_only_class(y, rows)
        if only:
            return f"it is {words} almost only where {target} is “{only}”"
    return ""


def _almost_only_class(y: np.ndarray, rows: np.ndarray) -> str:
    names, counts = np.unique(y[rows], return_counts=True)
    name, count = names[counts.argmax()], int(counts.max())
    usual = float(np.mean(y == name))
    if count < ALMOST_ONLY * rows.sum() or usual > COMMONEST:
        return ""
    return str(name) if stats.binom.sf(count - 1, int(rows.sum()), usual) < BY_CHANCE else ""
