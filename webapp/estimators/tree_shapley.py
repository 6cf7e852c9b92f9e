"""
Exact reasons for boosted trees: interventional Shapley values against a fixed set of background rows.

A leaf is a game of its own. A background row and the case may each meet or fail the leaf's condition on a feature;
where both fail, the leaf is out of reach and adds nothing. Otherwise, with p conditions that only the case meets and
q that only the background row meets, each of the p features earns value * (p-1)! q! / (p+q)! and each of the q
features loses value * p! (q-1)! / (p+q)!. What the background rows fail is counted once, when the model is fitted.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from math import factorial

import numpy as np

from webapp.estimators.leaf_plan import Plan, blocks, distinct
from webapp.estimators.tree_ensemble import LARGEST, MAX_LEAVES, TreeEnsemble

WORDS_AT_ONCE, CONDITIONS_AT_ONCE, PAIRS_AT_ONCE = 4_000_000, 4_000_000, 500_000  # what is in memory at a time

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

    def contributions(self, rows: np.ndarray) -> np.ndarray:
        """
        Return (rows, features, outputs): the difference from the mean background score, divided among the features. A
        row alone gets what it gets beside others, to the last bit.
        """
        found = np.zeros((len(rows), self.features * len(self.background_score)))
        at_once = max(1, WORDS_AT_ONCE // max(1, len(self.values)))
        for start in range(0, len(rows) if len(self.values) else 0, at_once):
            self._play(rows[start : start + at_once], found[start : start + at_once])
        return found.reshape(len(rows), self.features, len(self.background_score))

    def failed(self, rows: np.ndarray) -> np.ndarray:
        """Return (rows, leaves): the conditions of each leaf that a row fails, as a word."""
        words = np.empty((len(rows), len(self.values)), dtype=self.bit.dtype)
        at_once = max(1, CONDITIONS_AT_ONCE // len(self.feature))
        for start in range(0, len(rows), at_once):
            x = rows[start : start + at_once, self.feature]
            meets = (x > self.above) & (x <= self.up_to) | (np.isnan(x) & self.missing_meets)
            words[start : start + at_once] = np.bitwise_or.reduceat(~meets * self.bit, self.starts, axis=1)
        return words

    @cached_property
    def plan(self) -> Plan:
        """What many rows have in common; never stored."""
        return Plan.of(self)

    def __getstate__(self) -> dict:
        return {name: value for name, value in vars(self).items() if name != "plan"}

    def _play(self, rows: np.ndarray, found: np.ndarray) -> None:
        """Each leaf plays once against every set of conditions that some of the rows fail."""
        plan = self.plan
        leaf, word, which = distinct(self.failed(rows))
        parts = blocks(np.cumsum(plan.pairs[leaf]), PAIRS_AT_ONCE)
        shares = np.concatenate([self._shares(leaf[part], word[part]) for part in parts])
        starts = np.cumsum(plan.counts[leaf]) - plan.counts[leaf]
        for row in range(len(rows)):
            own = starts[which[row]][plan.leaf] + plan.position
            found[row] = np.bincount(plan.place, weights=shares[own], minlength=found.shape[1])

    def _shares(self, leaf: np.ndarray, word: np.ndarray) -> np.ndarray:
        """What each condition of these leaves, in their order, earns or loses where the case fails these words."""
        plan, games = self.plan, np.arange(len(leaf))
        pairs, counts = plan.pairs[leaf], plan.counts[leaf]
        starts = np.cumsum(counts) - counts
        if len(leaf) == len(self.values) and leaf[-1] - leaf[0] == len(leaf) - 1:  # each plays once, as for a row alone
            game, pair = self.pair_leaf, plan.every_pair
        else:
            game = np.repeat(games, pairs)
            pair = np.arange(len(game)) + (plan.pair_starts[leaf] - (np.cumsum(pairs) - pairs))[game]
        reached = np.flatnonzero((self.pair_failed[pair] & word[game]) == 0)
        game, pair = game[reached], pair[reached]
        other = self.pair_failed[pair]
        p, q = np.bitwise_count(other), np.bitwise_count(word)[game]
        weight = self.pair_rows[pair] / self.background_rows * self.values[leaf][game]
        lost = np.bincount(game, weights=weight * _LOST[p, q], minlength=len(leaf))
        earned = weight * _EARNED[p, q]

        held = [np.flatnonzero(other & word.dtype.type(1 << position)) for position in range(int(counts.max()))]
        places = np.concatenate([starts[game[own]] + position for position, own in enumerate(held)])
        gains = np.bincount(places, weights=earned[np.concatenate(held)], minlength=counts.sum())
        owner = np.repeat(games, counts)
        fails = word[owner] >> (np.arange(len(owner)) - starts[owner]).astype(word.dtype) & word.dtype.type(1)
        return np.where(fails, -lost[owner], gains)


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
    failed = np.sort(games.failed(background).T, axis=1)
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
