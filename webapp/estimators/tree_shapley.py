"""
Exact reasons for boosted trees: interventional Shapley values against a fixed set of background rows.

A leaf is a game of its own. A background row and the case may each meet or fail the leaf's condition on a feature;
where both fail, the leaf is out of reach and adds nothing. Otherwise, with p conditions that only the case meets and
q that only the background row meets, each of the p features earns value * (p-1)! q! / (p+q)! and each of the q
features loses value * p! (q-1)! / (p+q)!. What the background rows fail is counted once, when the model is fitted.
"""

from dataclasses import dataclass, replace
from math import factorial

import numpy as np

from webapp.estimators.tree_ensemble import LARGEST, MAX_LEAVES, TreeEnsemble

_EARNED = np.zeros((MAX_LEAVES, MAX_LEAVES))
_LOST = np.zeros((MAX_LEAVES, MAX_LEAVES))
for _p in range(MAX_LEAVES):
    for _q in range(MAX_LEAVES):
        if _p:
            _EARNED[_p, _q] = factorial(_p - 1) * factorial(_q) / factorial(_p + _q)
        if _q:
            _LOST[_p, _q] = factorial(_p) * factorial(_q - 1) / factorial(_p + _q)


@dataclass(frozen=True)
class LeafGames:
    """The conditions of all leaves, and which of them the background rows fail."""

    features: int
    values: np.ndarray  # (leaves,)
    outputs: np.ndarray  # (leaves,) the score a leaf adds to
    starts: np.ndarray  # (leaves,) first condition of each leaf
    feature: np.ndarray  # (conditions,)
    above: np.ndarray  # (conditions,) met by above < x <= up_to
    up_to: np.ndarray
    missing_meets: np.ndarray
    bit: np.ndarray  # (conditions,) this condition's bit in the leaf's word
    pair_leaf: np.ndarray  # (pairs,) each leaf with each distinct set of conditions failed by a background row
    pair_failed: np.ndarray
    pair_rows: np.ndarray  # background rows that fail exactly this set
    background_rows: int
    background_score: np.ndarray  # (outputs,) their mean score

    def contributions(self, row: np.ndarray) -> np.ndarray:
        """Return (features, outputs): the difference from the mean background score, divided among the features."""
        total = np.zeros(self.features * len(self.background_score))
        if len(self.values) == 0:
            return total.reshape(self.features, -1)
        meets = self._meets(row)
        failed = _words(~meets, self.bit, self.starts)
        reached = np.flatnonzero((self.pair_failed & failed[self.pair_leaf]) == 0)
        leaf, other = self.pair_leaf[reached], self.pair_failed[reached]
        p, q = np.bitwise_count(other), np.bitwise_count(failed)[leaf]
        weight = self.pair_rows[reached] / self.background_rows * self.values[leaf]

        lost = np.bincount(leaf, weights=weight * _LOST[p, q], minlength=len(self.values))
        self._take(total, np.flatnonzero(~meets), lost)
        self._give(total, leaf, other, weight * _EARNED[p, q])
        return total.reshape(self.features, -1)

    def _meets(self, row: np.ndarray) -> np.ndarray:
        x = row[self.feature]
        return ((x > self.above) & (x <= self.up_to)) | (np.isnan(x) & self.missing_meets)

    def _place(self, condition: np.ndarray, leaf: np.ndarray) -> np.ndarray:
        return self.feature[condition] * len(self.background_score) + self.outputs[leaf]

    def _take(self, total: np.ndarray, conditions: np.ndarray, lost: np.ndarray) -> None:
        leaf = np.searchsorted(self.starts, conditions, side="right") - 1
        total -= np.bincount(self._place(conditions, leaf), weights=lost[leaf], minlength=len(total))

    def _give(self, total: np.ndarray, leaf: np.ndarray, failed: np.ndarray, earned: np.ndarray) -> None:
        for position in range(int(failed.max(initial=0)).bit_length()):
            pair = np.flatnonzero(failed & failed.dtype.type(1 << position))
            places = self._place(self.starts[leaf[pair]] + position, leaf[pair])
            total += np.bincount(places, weights=earned[pair], minlength=len(total))


def build_leaf_games(trees: TreeEnsemble, background: np.ndarray) -> LeafGames:
    """Work out the conditions of every leaf and let the background rows play once."""
    owner, feature, above, up_to, missing_meets = _conditions(trees)
    leaves, starts = np.unique(owner, return_index=True)
    counts = np.diff([*starts, len(owner)])
    position = np.arange(len(owner)) - np.repeat(starts, counts)
    bit = np.left_shift(np.uint64(1), position.astype(np.uint64))
    bit = bit.astype(np.min_scalar_type(bit.max(initial=np.uint64(1))))
    tree = np.searchsorted(trees.leaf_starts, leaves, side="right") - 1
    games = LeafGames(
        features=background.shape[1],
        values=trees.values[leaves],
        outputs=tree % trees.outputs,
        starts=starts,
        feature=feature,
        above=above,
        up_to=up_to,
        missing_meets=missing_meets,
        bit=bit,
        pair_leaf=np.empty(0, dtype=np.int32),
        pair_failed=np.empty(0, dtype=bit.dtype),
        pair_rows=np.empty(0, dtype=np.int32),
        background_rows=len(background),
        background_score=trees.scores(background).mean(axis=0),
    )
    return _with_background(games, background)


def _with_background(games: LeafGames, background: np.ndarray) -> LeafGames:
    if len(games.values) == 0:
        return games
    failed = np.stack([_words(~games._meets(row), games.bit, games.starts) for row in background], axis=1)
    failed.sort(axis=1)
    new = np.ones(failed.shape, dtype=bool)
    new[:, 1:] = failed[:, 1:] != failed[:, :-1]
    at = np.flatnonzero(new)
    rows = np.diff(at, append=failed.size).astype(np.min_scalar_type(len(background)))
    pair_leaf = np.repeat(np.arange(len(failed), dtype=np.int32), new.sum(axis=1))
    return replace(games, pair_leaf=pair_leaf, pair_failed=failed[new], pair_rows=rows)


def _conditions(trees: TreeEnsemble) -> tuple[np.ndarray, ...]:
    """Return leaf, feature, lower and upper limit and the meaning of a blank, one entry per leaf and feature."""
    first, middle, after = trees.spans.T
    splits = np.arange(len(first))
    left, right = _spread(splits, first, middle), _spread(splits, middle, after)
    node = np.concatenate([left[0], right[0]])
    leaf = np.concatenate([left[1], right[1]])
    goes_right = np.arange(len(node)) >= len(left[0])
    threshold, column = trees.thresholds[node], trees.columns[node]

    order = np.lexsort((column // 2, leaf))
    leaf, feature, goes_right = leaf[order], column[order] // 2, goes_right[order]
    threshold, missing_right = threshold[order], column[order] % 2 == 1
    start = np.flatnonzero(np.append(True, (np.diff(leaf) != 0) | (np.diff(feature) != 0))[: len(leaf)])
    if len(start) == 0:
        return leaf, feature, threshold, threshold, missing_right
    above = np.maximum.reduceat(np.where(goes_right, threshold, -np.inf), start)
    up_to = np.minimum.reduceat(np.where(goes_right, LARGEST, threshold), start)
    missing_meets = np.logical_and.reduceat(missing_right == goes_right, start)
    return leaf[start], feature[start], above, up_to, missing_meets


def _spread(splits: np.ndarray, first: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (split, leaf) for every leaf from first to before after."""
    counts = after - first
    split = np.repeat(splits, counts)
    return split, np.arange(len(split)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)


def _words(flags: np.ndarray, bit: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Pack each leaf's flags into one word."""
    return np.bitwise_or.reduceat(flags * bit, starts)
