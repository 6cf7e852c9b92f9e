"""Figures that depend on the order of the rows, for many draws at once."""

import numpy as np

from webapp.training.metrics.bootstrap import Drawn

TINY = 1e-300


def area_under_curve(positive: np.ndarray, score: np.ndarray) -> Drawn:
    """How often a positive row scores above another one, ties counting half."""
    order = np.argsort(score, kind="stable")
    is_positive, starts = positive[order].astype(float), _starts(score[order])

    def figure(weights: np.ndarray) -> np.ndarray:
        ordered = weights[:, order]
        ups = _summed(ordered * is_positive, starts)
        downs = _summed(ordered * (1.0 - is_positive), starts)
        wins = (ups * (np.cumsum(downs, axis=1) - downs / 2.0)).sum(axis=1)
        return _share(wins, ups.sum(axis=1) * downs.sum(axis=1))

    return figure


def average_precision(positive: np.ndarray, score: np.ndarray) -> Drawn:
    """The precision at every positive row, going down from the highest score, on average."""
    order = np.argsort(-score, kind="stable")
    is_positive, starts = positive[order].astype(float), _starts(score[order])

    def figure(weights: np.ndarray) -> np.ndarray:
        ordered = weights[:, order]
        ups, everyone = _summed(ordered * is_positive, starts), _summed(ordered, starts)
        precision = np.cumsum(ups, axis=1) / np.maximum(np.cumsum(everyone, axis=1), TINY)
        return _share((ups * precision).sum(axis=1), ups.sum(axis=1))

    return figure


def median(values: np.ndarray) -> Drawn:
    """The middle one of the values; between two, their mean."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]

    def figure(weights: np.ndarray) -> np.ndarray:
        below = np.cumsum(weights[:, order], axis=1)
        half = below[:, -1:] / 2.0
        lower, upper = (below >= half).argmax(axis=1), (below > half).argmax(axis=1)
        return (ordered[lower] + ordered[upper]) / 2.0

    return figure


def share_found(positive: np.ndarray, score: np.ndarray, shares: np.ndarray) -> Drawn:
    """
    Of all positive rows, the part among the highest-scoring share of the rows, for each of `shares` (k,).

    Where the border falls among rows with one score, they count in proportion.
    """
    order = np.argsort(-score, kind="stable")
    is_positive, starts = positive[order].astype(float), _starts(score[order])

    def figure(weights: np.ndarray) -> np.ndarray:
        ordered = weights[:, order]
        ups = np.cumsum(_summed(ordered * is_positive, starts), axis=1)
        everyone = np.cumsum(_summed(ordered, starts), axis=1)
        found = np.full((len(weights), len(shares)), np.nan)
        for row in np.flatnonzero(ups[:, -1] > 0):
            reached = np.concatenate([[0.0], everyone[row]]) / everyone[row, -1]
            found[row] = np.interp(shares, reached, np.concatenate([[0.0], ups[row]]) / ups[row, -1])
        return found

    return figure


def _starts(ordered: np.ndarray) -> np.ndarray | None:
    """Where each run of equal scores begins; None where no two are equal."""
    is_new = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    return None if is_new.all() else np.flatnonzero(is_new)


def _summed(columns: np.ndarray, starts: np.ndarray | None) -> np.ndarray:
    return columns if starts is None else np.add.reduceat(columns, starts, axis=1)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
