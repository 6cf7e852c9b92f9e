"""What many rows have in common when the leaves of trees play: made when it is first needed, and never stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Plan:
    """Where each condition and each leaf's pairs are."""

    leaf: np.ndarray  # (conditions,)
    position: np.ndarray  # (conditions,) among those of its leaf
    place: np.ndarray  # (conditions,) its feature and output
    counts: np.ndarray  # (leaves,) conditions
    pairs: np.ndarray  # (leaves,)
    pair_starts: np.ndarray  # (leaves,)
    every_pair: np.ndarray  # (pairs,)

    @classmethod
    def of(cls, games: Any) -> "Plan":
        """Of the LeafGames of tree_shapley."""
        leaves = len(games.values)
        counts = np.diff([*games.starts, len(games.feature)])
        leaf = np.repeat(np.arange(leaves), counts)
        return cls(
            leaf,
            np.arange(len(leaf)) - np.repeat(games.starts, counts),
            games.feature * len(games.background_score) + games.outputs[leaf],
            counts,
            np.bincount(games.pair_leaf, minlength=leaves),
            np.searchsorted(games.pair_leaf, np.arange(leaves)),
            np.arange(len(games.pair_leaf)),
        )


def distinct(words: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each leaf with each distinct word of (rows, leaves), and (rows, leaves): which of them it is."""
    if len(words) == 1:
        leaves = np.arange(words.shape[1])
        return leaves, words[0], leaves[None]
    words = np.ascontiguousarray(words.T)
    order = np.argsort(words, axis=1, kind="stable")
    in_order = np.take_along_axis(words, order, axis=1)
    new = np.ones(words.shape, dtype=bool)
    new[:, 1:] = in_order[:, 1:] != in_order[:, :-1]
    which = np.empty(words.shape, dtype=np.int32)
    np.put_along_axis(which, order, (np.cumsum(new, dtype=np.int32) - 1).reshape(words.shape), axis=1)
    return np.nonzero(new)[0], in_order[new], np.ascontiguousarray(which.T)


def blocks(ends: np.ndarray, most: int) -> Iterator[slice]:
    """Runs of things of which no more than so many come together; `ends` are how many there are up to each."""
    start, before = 0, 0
    while start < len(ends):
        end = max(int(np.searchsorted(ends, before + most, side="right")), start + 1)
        yield slice(start, end)
        start, before = end, ends[end - 1]
