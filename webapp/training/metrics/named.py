"""
The metrics that a spec may name, `[evaluation] metric = "auc"`, each with its direction and with plain words.

A metric is one function: from what was judged to a figure of many draws of the rows at once, weights (b, n) -> (b,).
The figure itself is the one of the draw that holds every row once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from webapp.errors import UnusableSpec
from webapp.training.metrics import of_classes, of_numbers
from webapp.training.metrics.bootstrap import DRAWS, FEWEST_DRAWS, Drawn
from webapp.training.metrics.judged import Judged
from webapp.training.own_code import own_code

CLASSES, BINARY, NUMBER = ("binary", "many"), ("binary",), ("number",)
SHARE = (0.0, 1.0)
TASK_WORDS = {"binary": "two classes", "many": "several classes", "number": "a number"}


@dataclass(frozen=True)
class Metric:
    """`better` is 'lower' or 'higher'; `limits` what it can be; `draws` how many are enough where each costs time."""

    name: str
    label: str
    words: str
    better: str
    tasks: tuple[str, ...]
    of: Callable[[Judged], Drawn]
    limits: tuple[float, float] = (0.0, np.inf)
    draws: int = DRAWS

    def value(self, judged: Judged) -> float:
        """NaN where these rows do not have the figure."""
        return float(self.of(judged)(np.ones((1, len(judged))))[0])


_ALL = (
    Metric(
        "log_loss", "Log loss", "how surprised the stated chances are by what happened", "lower", CLASSES,
        of_classes.log_loss,
    ),
    Metric(
        "brier", "Brier score", "the squared distance of chances from what happened", "lower", CLASSES,
        of_classes.brier,
    ),
    Metric(
        "auc", "AUC", "how often a case of the class gets a higher chance than a case of another", "higher", CLASSES,
        of_classes.auc, SHARE,
    ),
    Metric("accuracy", "Accuracy", "the share of right answers", "higher", CLASSES, of_classes.accuracy, SHARE),
    Metric(
        "balanced_accuracy", "Balanced accuracy", "the share of right answers, every class counting the same", "higher",
        CLASSES, of_classes.balanced_accuracy, SHARE,
    ),
    Metric(
        "f1", "F1", "precision and recall in one figure; of several classes their mean", "higher", CLASSES,
        of_classes.f1, SHARE,
    ),
    Metric(
        "precision", "Precision", "of the cases flagged, the share that really were", "higher", BINARY,
        of_classes.precision, SHARE,
    ),
    Metric(
        "recall", "Recall", "of the cases that really were, the share flagged", "higher", BINARY,
        of_classes.recall, SHARE,
    ),
    Metric(
        "average_precision", "Average precision", "precision at every case found, from the highest chance down",
        "higher", BINARY, of_classes.average_precision, SHARE,
    ),
    Metric(
        "mean_absolute_error", "Mean absolute error", "how far estimates are off, on average", "lower", NUMBER,
        of_numbers.mean_absolute_error,
    ),
    Metric(
        "median_absolute_error", "Median absolute error", "half of the estimates are closer than this", "lower", NUMBER,
        of_numbers.median_absolute_error,
    ),
    Metric(
        "root_mean_squared_error", "Root mean squared error", "how far estimates are off, large errors counting more",
        "lower", NUMBER, of_numbers.root_mean_squared_error,
    ),
    Metric(
        "r2", "R²", "the share of the differences between cases that is explained", "higher", NUMBER,
        of_numbers.r2, (-np.inf, 1.0),
    ),
    Metric(
        "mean_absolute_percentage_error", "Mean absolute percentage error",
        "how far estimates are off, as a share of the real value", "lower", NUMBER,
        of_numbers.mean_absolute_percentage_error,
    ),
    Metric(
        "pinball", "Pinball loss of the range", "how well the two ends of the range are placed", "lower", NUMBER,
        of_numbers.pinball,
    ),
)  # fmt: skip
METRICS: Mapping[str, Metric] = {metric.name: metric for metric in _ALL}
SHORT = {
    "mae": "mean_absolute_error",
    "rmse": "root_mean_squared_error",
    "mape": "mean_absolute_percentage_error",
    "median_error": "median_absolute_error",
    "roc_auc": "auc",
}
KNOWN_METRICS = (*METRICS, *SHORT)
OF_TASK = {"binary": "log_loss", "many": "log_loss", "number": "mean_absolute_error"}


def metrics_of(task: str) -> tuple[Metric, ...]:
    return tuple(metric for metric in _ALL if task in metric.tasks)


def metric_of(said: str, task: str, better: str = "") -> Metric:
    """The metric that a spec names, or the proper score of the task. Raises UnusableSpec for one that does not fit."""
    if ":" in said:
        return _own(said, better)
    metric = METRICS.get(SHORT.get(said, said) or OF_TASK[task])
    if metric is None:
        raise UnusableSpec(f"[evaluation] metric “{said}” is not known. Known are: {', '.join(KNOWN_METRICS)}")
    if task not in metric.tasks:
        fitting = ", ".join(other.name for other in metrics_of(task))
        raise UnusableSpec(
            f"[evaluation] metric “{said}” is not for a target of {TASK_WORDS[task]}. For that there are: {fitting}"
        )
    return metric


def _own(path: str, better: str) -> Metric:
    """A person's own function of truth (n,) and prediction: chances of the positive class, or of all, or values."""
    if not better:
        raise UnusableSpec(
            f'[evaluation] metric “{path}” is your own: say which way is better, better = "higher" or "lower"'
        )
    function = own_code(path, "[evaluation] metric")

    def of(judged: Judged) -> Drawn:
        predicted = judged.chance if judged.is_binary else judged.predicted

        def figure(weights: np.ndarray) -> np.ndarray:
            draws = (np.repeat(np.arange(len(judged)), line.astype(np.intp)) for line in weights)
            return np.array([float(function(judged.truth[rows], predicted[rows])) for rows in draws])

        return figure

    label = path.rpartition(":")[2].replace("_", " ").strip().capitalize() or path
    anything = (-np.inf, np.inf)
    return Metric(path, label, "a measure of your own", better, (*CLASSES, *NUMBER), of, anything, FEWEST_DRAWS)
