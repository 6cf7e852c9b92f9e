"""Which rows are learned from and which are kept back to judge on."""

from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import train_test_split

HOLDOUT_SHARE = 0.2


@dataclass(frozen=True)
class Split:
    """Positions of the rows; none stands in both."""

    train: np.ndarray
    holdout: np.ndarray
    by_time: bool = False


def split_rows(y: np.ndarray, *, is_classes: bool, seed: int, moments: np.ndarray | None = None) -> Split:
    """
    A fifth of the rows for judging: the latest ones where `moments` (n,) says when each happened, else by chance.

    A row without a moment counts as an early one. By chance every class keeps its share, as far as it has at least two
    rows.
    """
    if moments is not None:
        order = np.argsort(np.where(np.isnan(moments), -np.inf, moments), kind="stable")
        border = len(y) - max(1, round(HOLDOUT_SHARE * len(y)))
        return Split(np.sort(order[:border]), np.sort(order[border:]), by_time=True)
    strata = _strata(y) if is_classes else None
    train, holdout = train_test_split(
        np.arange(len(y)), test_size=HOLDOUT_SHARE, random_state=seed, shuffle=True, stratify=strata
    )
    return Split(np.sort(train), np.sort(holdout))


def _strata(y: np.ndarray) -> np.ndarray | None:
    _, counts = np.unique(y, return_counts=True)
    enough_for_each_side = round(HOLDOUT_SHARE * len(y)) >= len(counts)
    return y if counts.min() >= 2 and enough_for_each_side else None
