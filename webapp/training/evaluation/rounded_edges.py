"""Borders between groups of about equal counts, rounded so that none of them is one row's own value."""

import numpy as np

FIGURES = 2  # of what the middle nine tenths of the values span
MIDDLE = (0.05, 0.95)


def rounded_edges(values: np.ndarray, groups: int) -> np.ndarray:
    """
    At most groups - 1 rising borders; a value on a border belongs above it. NaN counts nowhere.

    Where nearly all values are the lowest one, as with amounts that are mostly zero, one border sets it apart.
    """
    known = values[~np.isnan(values)]
    if groups < 2 or not len(known):
        return np.array([])
    edges = np.quantile(known, np.arange(1, groups) / groups)
    low, high = np.quantile(known, MIDDLE)
    span = high - low if high > low else known.max() - known.min()
    if not span > 0:
        return np.array([])
    places = FIGURES - 1 - int(np.floor(np.log10(span)))
    rounded = np.unique(np.round(edges, places) + 0.0)
    inside = rounded[(rounded > known.min()) & (rounded <= known.max())]
    if len(inside):
        return inside
    apart = np.round(np.quantile(known[known > known.min()], MIDDLE[0]), places)
    return np.array([apart]) if known.min() < apart <= known.max() else inside
