"""Five-fold figures, learned and chosen anew in every fold, beside those that the method had when it was found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.learning_tables import Known
from benchmarks.lessons import Told, as_candidate, as_trained, division_of, searched
from webapp.training.candidates.learner import Lesson, begin
from webapp.training.candidates.out_of_fold import FOLDS, inner_folds
from webapp.training.candidates.trials import ADDITIVE, BOOSTING
from webapp.training.division.rows import Division
from webapp.training.metrics.named import METRICS

SEED = 0
SHOWN = {
    "binary": ("auc", "log_loss"),
    "many": ("accuracy", "log_loss"),
    "number": ("mean_absolute_error", "r2"),
}
CHOSEN = "as train.py chooses"

Learning = Callable[[Division], Told]


@dataclass(frozen=True)
class FoldFigure:
    """The mean of five folds, the standard error of that mean, and the figure to reach; None where there is none."""

    table: str
    rows: int
    model: str
    metric: str
    value: float
    error: float
    known: float | None = None

    @property
    def verdict(self) -> str:
        """'ok' up to one standard error worse than what is known, 'short' beyond; '' where nothing is."""
        if self.known is None:
            return ""
        sign = 1.0 if METRICS[self.metric].better == "lower" else -1.0
        return "ok" if sign * (self.value - self.known) <= self.error else "short"


def five_folds(known: Known, kinds: tuple[str, ...] = (ADDITIVE, BOOSTING, CHOSEN)) -> list[FoldFigure]:
    spec, inference = known.understood()
    classes = inference.schema.target.kind == "classes"
    folds = [division_of(*fold, SEED) for fold in inner_folds(inference.y, FOLDS, SEED, classes)]

    def boosting(fold: Division) -> Told:
        found = searched(begin(Lesson(inference, fold, spec, SEED)))
        return as_candidate(BOOSTING, spec, inference, fold, found)

    ways: Mapping[str, Learning] = {
        ADDITIVE: lambda fold: as_candidate(ADDITIVE, spec, inference, fold),
        BOOSTING: boosting,
        CHOSEN: lambda fold: as_trained(spec, inference, fold, SEED)[0],
    }
    figures = []
    for kind in kinds:
        to_reach = {ADDITIVE: known.additive, BOOSTING: known.boosting}.get(kind, {})
        told = [ways[kind](fold).judged for fold in folds]
        for metric in SHOWN[inference.schema.target.task]:
            values = np.array([METRICS[metric].value(judged) for judged in told])
            error = float(values.std(ddof=1) / np.sqrt(len(values)))
            mean, rows = float(values.mean()), len(inference.y)
            figures.append(FoldFigure(known.name, rows, kind, metric, mean, error, to_reach.get(metric)))
    return figures
