"""Shapley values of an estimator whose inside is unknown, estimated from orders in which its inputs are replaced."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from webapp.errors import ReasonsTakeTooLong

MOST_CELLS = 4_000_000  # of the cases asked about at once, so that wide tables need no more memory
MADE_UP_ROWS = 1_000
FIRST_ORDERS, MORE_ORDERS = 2, 4  # asked about first, and times as many after that: a slow estimator is found out early

Scores = Callable[[np.ndarray], np.ndarray]


def mixed_rows(Z: np.ndarray, groups: Sequence[Sequence[int]], rng: np.random.RandomState) -> np.ndarray:
    """
    Rows made of evenly spaced values of each input, every input shuffled on its own: no row of Z is among them.

    `groups` holds the encoded columns of each input, which stay together.
    """
    count = min(len(Z), MADE_UP_ROWS)
    ranks = ((np.arange(count) + 0.5) / count * len(Z)).astype(np.intp)
    origins = np.column_stack(
        [rng.permutation(np.lexsort(Z[:, list(reversed(columns))].T)[ranks]) for columns in groups]
    )
    _part(origins)
    mixed = np.empty((count, Z.shape[1]))
    for position, columns in enumerate(groups):
        mixed[:, list(columns)] = Z[np.ix_(origins[:, position], list(columns))]
    return mixed


def _part(origins: np.ndarray) -> None:
    """No made-up row takes all inputs from one row: where chance did that, the last one goes to the row behind."""
    count, inputs = origins.shape
    while inputs > 1 and count > 1:
        whole = np.flatnonzero((origins == origins[:, :1]).all(axis=1))
        if not len(whole):
            return
        here, behind = whole[0], (whole[0] + 1) % count
        origins[[here, behind], -1] = origins[[behind, here], -1]


def spread_by_score(Z: np.ndarray, scores: np.ndarray, count: int) -> np.ndarray:
    """So many rows, evenly spread over their scores (rows, outputs), so that their mean is that of all."""
    order = np.argsort(scores[:, -1], kind="stable")
    return Z[order[((np.arange(count) + 0.5) / count * len(Z)).astype(np.intp)]]


def random_orders(inputs: int, count: int, rng: np.random.RandomState) -> np.ndarray:
    """(2 count, inputs) places of each input in an order, and in the same order backwards."""
    places = np.array([rng.permutation(inputs) for _ in range(count)], dtype=np.intp).reshape(count, inputs)
    return np.concatenate([places, inputs - 1 - places])


def contributions(
    case: np.ndarray, open_inputs: np.ndarray, game: "Game", scores: Scores, patience_s: float = float("inf")
) -> np.ndarray:
    """
    (inputs, outputs): how much the score moves when an input of a background case becomes that of the case.

    Inputs that are not open (inputs,) stay as the background case has them, and contribute nothing. Raises
    ReasonsTakeTooLong as soon as it is clear that it would not be done within `patience_s`.
    """
    orders = game[0]
    at_once = max(1, MOST_CELLS // ((orders.shape[1] + 1) * len(case)))
    total, start, size = 0.0, 0, min(FIRST_ORDERS, at_once)
    began = time.monotonic()
    while start < len(orders):
        asked = time.monotonic()
        total = total + _moved(case, open_inputs, game, scores, slice(start, start + size))
        now, start, done = time.monotonic(), start + size, size
        size = min(MORE_ORDERS * size, at_once, len(orders) - start)
        if size > 0 and now - began + (now - asked) * size / done > patience_s:
            raise ReasonsTakeTooLong(f"Explaining one answer would take more than {patience_s:g} seconds")
    return total / len(orders)


def _moved(case: np.ndarray, open_inputs: np.ndarray, game: "Game", scores: Scores, some: slice) -> np.ndarray:
    """(inputs, outputs): the sum over some of the orders."""
    orders, background, owner = game
    places = orders[some]
    inputs = orders.shape[1]
    from_case = (places[:, None, :] < np.arange(inputs + 1)[None, :, None]) & open_inputs
    base = background[np.arange(some.start, some.start + len(places)) % len(background)]
    asked = np.where(from_case[:, :, owner], case, base[:, None, :])
    answered = scores(asked.reshape(-1, len(case))).reshape(*asked.shape[:2], -1)
    steps = np.diff(answered, axis=1)
    return np.take_along_axis(steps, places[:, :, None], axis=1).sum(axis=0)


Game = tuple[np.ndarray, np.ndarray, np.ndarray]  # orders, background rows, the input that each encoded column is of
