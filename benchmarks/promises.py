"""Whether ranges, sets and chances hold what they promise, on rows kept back by many seeds, taken together."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from benchmarks.learning_tables import Known
from benchmarks.lessons import Told, as_candidate, searched
from webapp.metrics import calibration_error
from webapp.training.candidates.learner import Lesson, begin
from webapp.training.candidates.trials import ADDITIVE, BOOSTING
from webapp.training.division.rows import divide_rows

SEEDS = 20
FEWEST_HOLDOUT_ROWS = 1_000
OFF_BY = 0.02  # that a share may be off what was promised
MOST_ECE = 0.05
THIRDS = 3
RANGES, SETS, CHANCES = "ranges", "sets", "chances"


@dataclass(frozen=True)
class Promise:
    """
    What was promised and what came of it on `rows` rows; `thirds` are those with the lowest, middle and highest
    prediction. For ranges and sets shares of rows that they held, for chances their calibration error.
    """

    table: str
    model: str
    what: str
    promised: float
    held: float
    thirds: tuple[float, ...]
    rows: int
    seeds: int

    @property
    def verdict(self) -> str:
        is_kept = self.held <= MOST_ECE if self.what == CHANCES else abs(self.held - self.promised) <= OFF_BY
        return "ok" if is_kept else "missed"

    @property
    def worst_verdict(self) -> str:
        """Of the thirds; that ranges and sets hold more than promised where cases are easy is no harm to anybody."""
        if self.what == CHANCES:
            return "ok" if max(self.thirds) <= MOST_ECE else "missed"
        return "ok" if min(self.thirds) >= self.promised - OFF_BY else "missed"


def promises(known: Known, seeds: Iterable[int] = range(SEEDS)) -> list[Promise]:
    """None for a table of which too few rows are kept back. Boosting keeps the settings found with the first seed."""
    told = kept_back_by(known, seeds)
    return [promise for kind, of_kind in told.items() for promise in kept_promises(known.name, kind, of_kind)]


def kept_back_by(known: Known, seeds: Iterable[int]) -> dict[str, list[Told]]:
    """What each kind of model says of the rows that each seed keeps back."""
    spec, inference = known.understood()
    divisions = [divide_rows(spec, inference, seed) for seed in seeds]
    if min(len(division.holdout) for division in divisions) < FEWEST_HOLDOUT_ROWS:
        return {}
    found = searched(begin(Lesson(inference, divide_rows(spec, inference, 0), spec, 0)))
    return {
        kind: [as_candidate(kind, spec, inference, division, found) for division in divisions]
        for kind in (ADDITIVE, BOOSTING)
    }


def kept_promises(table: str, kind: str, told: list[Told]) -> list[Promise]:
    """What one kind of model promised of each seed's rows, judged on all of them together."""

    def promise(what: str, promised: float, of_rows: list[np.ndarray], share) -> Promise:
        thirds = zip(*(np.array_split(rows, THIRDS) for rows in of_rows), strict=True)
        worst = tuple(share(np.concatenate(third)) for third in thirds)
        together = np.concatenate(of_rows)
        return Promise(table, kind, what, promised, share(together), worst, len(together), len(told))

    if told[0].judged.is_number:
        held = [one.judged.covered[np.argsort(one.judged.predicted, kind="stable")] for one in told]
        return [promise(RANGES, told[0].judged.promised, held, lambda rows: float(rows.mean()))]
    orders = [np.argsort(one.judged.chance, kind="stable") for one in told]
    in_set = [one.sets[np.arange(len(order)), one.judged.codes][order] for one, order in zip(told, orders, strict=True)]
    said = [
        np.column_stack([one.judged.happened, one.judged.chance])[order]
        for one, order in zip(told, orders, strict=True)
    ]
    return [
        promise(SETS, told[0].promised, in_set, lambda rows: float(rows.mean())),
        promise(CHANCES, 0.0, said, lambda rows: calibration_error(rows[:, 0], rows[:, 1])),
    ]
