"""How often a set of classes held the real one, and how often it left nothing open."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from webapp.training.metrics.bootstrap import CERTAINTY
from webapp.training.metrics.judged import Judged


@dataclass(frozen=True, slots=True)
class SetFigures:
    """
    `coverage` is the share of rows whose real class was in their set, with its range; `promised` what was promised.
    `one` is the share of sets with a single class, `size` how many classes a set holds on average.
    """

    coverage: float
    low: float
    high: float
    promised: float
    one: float
    size: float


def set_figures(judged: Judged, sets: np.ndarray, promised: float) -> SetFigures:
    """`sets` (n, K): which classes each set holds, in the order of the classes."""
    held = int(sets[np.arange(len(judged)), judged.codes].sum())
    band = stats.binomtest(held, len(judged)).proportion_ci(CERTAINTY, method="wilson")
    sizes = sets.sum(axis=1)
    return SetFigures(
        coverage=held / len(judged),
        low=float(band.low),
        high=float(band.high),
        promised=float(promised),
        one=float(np.mean(sizes == 1)),
        size=float(sizes.mean()),
    )
