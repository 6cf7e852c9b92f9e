"""What every estimator made of trees shares: ordered levels, trees, and the exact part of each column in their sum."""

import numpy as np

from webapp.estimators.explained import EncodedInput
from webapp.estimators.level_order import LevelOrder
from webapp.estimators.reference_case import shift_to
from webapp.estimators.tree_ensemble import TreeEnsemble
from webapp.estimators.tree_shapley import build_leaf_games

BACKGROUND_ROWS = 100
REFERENCE_ROWS = 200  # training rows whose mean contributions are the average case


class ExplainedTrees(EncodedInput):
    """Scores and contributions of `trees_`; the settings `explained` and `random_state` are the estimator's own."""

    is_exact_ = True

    def explain(self, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the scores (rows, scores) and the contributions (rows, columns, scores) against the reference case."""
        Z = self._checked(Z)
        Z = self.order_.apply(Z)
        contributions = self.games_.contributions(Z)
        return self.trees_.scores(Z), contributions - self.reference_case_

    def _scores(self, X) -> np.ndarray:
        """Return what `explain` calls scores, after scikit-learn's full check of the input."""
        X = self._fully_checked(X)
        return self.trees_.scores(self.order_.apply(X))

    def _store(self, X: np.ndarray, order: LevelOrder, trees: TreeEnsemble, rng: np.random.RandomState) -> None:
        """Keep the trees and the games of their leaves; no value of a training row stays."""
        self.order_, self.trees_ = order, trees
        if self.explained:
            self.games_ = build_leaf_games(trees, _shuffled_columns(order.apply(X), rng))

    def _store_reference(self, X: np.ndarray, target_score: np.ndarray, rng: np.random.RandomState) -> None:
        sample = rng.permutation(len(X))[:REFERENCE_ROWS]
        parts = self.games_.contributions(self.order_.apply(X[sample]))
        size = np.abs(parts).max() or 1.0
        mean, variance = parts.mean(axis=0), (parts / size).var(axis=0)
        start_score = self.games_.background_score + mean.sum(axis=0)
        self.reference_case_ = shift_to(mean, variance, start_score, target_score)
        self.reference_score_ = target_score


def _shuffled_columns(Z: np.ndarray, rng: np.random.RandomState) -> np.ndarray:
    """Return rows made of evenly spaced values of each column, every column shuffled on its own."""
    ranks = ((np.arange(BACKGROUND_ROWS) + 0.5) / BACKGROUND_ROWS * len(Z)).astype(np.intp)
    spread = np.sort(Z, axis=0)[ranks]
    return np.column_stack([rng.permutation(column) for column in spread.T])
