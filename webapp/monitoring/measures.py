"""Figures from sums of days, and the yardstick that they are held against: what was measured on rows kept back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.monitoring.watched import Watched

NORMAL_95 = 1.959964
PROPER = {"binary": "log_loss", "many": "log_loss", "number": "mean_absolute_error"}

Sums = Mapping[str, Any]


def figure(name: str, sums: Sums, positive: int = 1) -> float:
    """NaN where these cases do not have it; `positive` is the place of the positive class."""
    if not sums or not sums.get("rows"):
        return float("nan")
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(FIGURES[name](sums, positive))


def _mean(name: str) -> Callable[[Sums, int], float]:
    return lambda sums, _: sums[name] / sums["rows"]


def _confusion(sums: Sums) -> np.ndarray:
    return np.array(sums["confusion"], dtype=float)


def _balanced(sums: Sums, _: int) -> float:
    table = _confusion(sums)
    return float(np.nanmean(np.where(table.sum(axis=1) > 0, np.diag(table) / table.sum(axis=1), np.nan)))


def _f1(sums: Sums, positive: int) -> float:
    table = _confusion(sums)
    both = 2.0 * np.diag(table)
    each = np.where(table.sum(axis=0) + table.sum(axis=1) > 0, both / (table.sum(axis=0) + table.sum(axis=1)), np.nan)
    return float(each[positive] if len(table) == 2 else np.nanmean(each))


def _precision(sums: Sums, positive: int) -> float:
    table = _confusion(sums)
    return table[positive, positive] / table[:, positive].sum()


def _recall(sums: Sums, positive: int) -> float:
    table = _confusion(sums)
    return table[positive, positive] / table[positive].sum()


def _auc(sums: Sums, _: int) -> float:
    """Cases of one bin of the chance count as ties."""
    hits, others = (np.array(sums[name], dtype=float) for name in ("positive", "other"))
    return float((hits * (np.cumsum(others) - others / 2.0)).sum() / (hits.sum() * others.sum()))


def _average_precision(sums: Sums, _: int) -> float:
    hits, others = (np.array(sums[name], dtype=float)[::-1] for name in ("positive", "other"))
    seen = np.cumsum(hits) + np.cumsum(others)
    return float((hits * np.cumsum(hits) / np.where(seen > 0, seen, 1.0)).sum() / hits.sum())


def _r2(sums: Sums, _: int) -> float:
    spread = sums["real_squared"] - sums["real"] ** 2 / sums["rows"]
    return 1.0 - sums["squared"] / spread if spread > 0 else float("nan")


FIGURES: Mapping[str, Callable[[Sums, int], float]] = {
    "log_loss": _mean("log_loss"),
    "brier": _mean("brier"),
    "accuracy": _mean("right"),
    "balanced_accuracy": _balanced,
    "f1": _f1,
    "precision": _precision,
    "recall": _recall,
    "auc": _auc,
    "average_precision": _average_precision,
    "mean_absolute_error": _mean("absolute"),
    "root_mean_squared_error": lambda sums, _: float(np.sqrt(sums["squared"] / sums["rows"])),
    "r2": _r2,
    "mean_absolute_percentage_error": lambda sums, _: sums["share"] / sums["share_rows"],
}
OF_MANY = ("log_loss", "brier", "accuracy", "balanced_accuracy", "f1")
OF_TWO = (*OF_MANY, "precision", "recall", "auc", "average_precision")
OF_NUMBERS = ("mean_absolute_error", "root_mean_squared_error", "r2", "mean_absolute_percentage_error")
OF_TASK = {"binary": OF_TWO, "many": OF_MANY, "number": OF_NUMBERS}
NOT_EXPECTED = ("mean_absolute_percentage_error",)  # small real values decide it, and those are not foreseen


@dataclass(frozen=True, slots=True)
class Yardstick:
    """
    The metric that the version is judged by, as it was on the rows kept back. `spread` is what one case adds to its
    uncertainty. `instead_of` is the metric of the spec where that cannot be worked out from counts of days.
    """

    name: str
    label: str
    better: str
    holdout: float
    baseline: float
    spread: float
    rows: int
    positive: int = 1
    words: str = ""
    instead_of: str = ""

    def of(self, sums: Sums) -> float:
        return figure(self.name, sums, self.positive)

    def band(self, rows: int, errors: float) -> tuple[float, float]:
        """Within what the figure of so many cases is expected, so many standard errors wide."""
        width = errors * self.error(rows)
        return self.holdout - width, self.holdout + width

    def error(self, rows: int) -> float:
        return self.spread * float(np.sqrt(1.0 / max(rows, 1) + 1.0 / max(self.rows, 1)))

    def worse_by(self, value: float) -> float:
        """How much worse than on the rows kept back; negative: better."""
        return value - self.holdout if self.better == "lower" else self.holdout - value

    def lost(self, value: float) -> float:
        """Of what it was better than guessing, the share that is gone; 1: it is no better than guessing was."""
        gain = abs(self.baseline - self.holdout)
        return self.worse_by(value) / gain if gain else float(self.worse_by(value) > 0)


def yardstick(watched: Watched) -> Yardstick | None:
    """None where nothing was measured, or the package that says so is gone."""
    evaluation = watched.evaluation
    chosen = evaluation.get("metric") or {}
    target = watched.schema.target
    positive = target.classes.index(target.positive) if watched.task == "binary" else 0
    if chosen.get("name") in OF_TASK[watched.task] and chosen.get("low") is not None:
        return _yardstick(chosen, (chosen["low"], chosen["high"]), evaluation["holdout_rows"], positive)
    name = PROPER[watched.task]
    ends = (evaluation.get("intervals") or {}).get(name)
    if not ends or evaluation.get("baseline_loss") is None:
        return None
    proper = {
        "name": name,
        "label": "Log loss" if name == "log_loss" else "Mean absolute error",
        "better": "lower",
        "value": evaluation["figures"][name],
        "baseline": evaluation["baseline_loss"],
    }
    return _yardstick(proper, ends, evaluation["holdout_rows"], positive, chosen.get("label") or "")


def _yardstick(chosen: Mapping[str, Any], ends: Any, rows: int, positive: int, instead_of: str = "") -> Yardstick:
    spread = (ends[1] - ends[0]) / (2.0 * NORMAL_95) * float(np.sqrt(rows))
    baseline = chosen.get("baseline")
    return Yardstick(
        name=chosen["name"],
        label=chosen["label"],
        better=chosen["better"],
        holdout=chosen["value"],
        baseline=chosen["value"] if baseline is None else baseline,
        spread=spread,
        rows=rows,
        positive=positive,
        words=chosen.get("words") or "",
        instead_of=instead_of,
    )
