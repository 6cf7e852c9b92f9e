"""
What estimators that somebody brought share: the way in, what stands in for a value they refuse, and their reasons.

Their inside is not known, so reasons are estimated: the inputs of a made-up case become those of the case in hand in
many orders, each also backwards (Strumbelj and Kononenko 2014); the made-up cases are spread evenly over what the
estimator says of them. What the estimates miss of the sum is divided by their size.
"""

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils import check_random_state

from webapp.estimators.frames import as_frame
from webapp.estimators.permutations import contributions, mixed_rows, random_orders, spread_by_score

ROWS_AT_ONCE = 20_000
NEAR_ZERO = 1e-12
PATIENCE_S = 2.0  # for the reasons of one answer


class TriedOut:
    """Wants _as_scores(given), _worth(scores), _averaged(scores) and the settings of BroughtClassifier."""

    is_exact_ = False

    def explain(self, Z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """
        Return the scores (rows, scores) and the estimated contributions (rows, columns, scores) that sum to them.

        Raises ReasonsTakeTooLong where the estimator is too slow to be tried out.
        """
        Z = self._checked(Z)
        scores = self._scores_of(Z)
        found = np.zeros((len(Z), Z.shape[1], scores.shape[1]))
        firsts = [columns[0] for columns in self.groups_]
        for row in range(len(Z)):
            found[row, firsts] = self._estimated(Z[row], scores[row])
        return scores, found

    def _scores(self, X) -> np.ndarray:
        return self._scores_of(self._fully_checked(X))

    def _scores_of(self, Z: np.ndarray) -> np.ndarray:
        parts = [self._answered(Z[at : at + ROWS_AT_ONCE]) for at in range(0, len(Z), ROWS_AT_ONCE)]
        return np.concatenate(parts)

    def _answered(self, Z: np.ndarray) -> np.ndarray:
        """Where the estimator refuses a value, the average over made-up cases with others in its place."""
        refused = self._refused(Z)
        plain = ~refused.any(axis=1)
        scores = np.empty((len(Z), len(self.reference_score_)))
        if plain.any():
            scores[plain] = self._asked(Z[plain])
        for row in np.flatnonzero(~plain):
            scores[row] = self._averaged(self._asked(np.where(refused[row], self.background_, Z[row])))
        return scores

    def _refused(self, Z: np.ndarray) -> np.ndarray:
        """(rows, columns)"""
        return (np.isnan(Z) & self.no_missing_) | ((Z == -1.0) & self.no_unknown_)

    def _estimated(self, case: np.ndarray, score: np.ndarray) -> np.ndarray:
        """(inputs, scores)"""
        refused = self._refused(case[None])[0]
        is_open = np.array([not refused[list(columns)].any() for columns in self.groups_])
        owner = np.empty(len(case), dtype=np.intp)
        for position, columns in enumerate(self.groups_):
            owner[list(columns)] = position
        game = (self.orders_, self.background_, owner)
        found = contributions(case, is_open, game, lambda Z: self._worth(self._asked(Z)), PATIENCE_S)
        return self._in_scores(found, score)

    def _in_scores(self, found: np.ndarray, score: np.ndarray) -> np.ndarray:
        """Contributions in what the game was played for, completed, to those in scores."""
        ends = self._worth(np.stack([self.reference_score_, score]))
        found = _adding_up_to(found, ends[1] - ends[0])
        moved = score - self.reference_score_
        total = found.sum(axis=0)
        scale = np.divide(moved, total, out=np.ones_like(total), where=np.abs(total) > NEAR_ZERO)
        return _adding_up_to(found * np.where(scale > 0.0, scale, 1.0), moved)

    def _asked(self, Z: np.ndarray) -> np.ndarray:
        """Scores (rows, scores) of the estimator itself."""
        return self._as_scores(Z if self.columns is None else as_frame(Z, self.columns))

    def _learn(self, X: np.ndarray, y: np.ndarray) -> None:
        """Fit the estimator, unless it came fitted."""
        self.groups_ = tuple((column,) for column in range(X.shape[1])) if self.groups is None else self.groups
        self.estimator_ = self.estimator
        if not self.fitted:
            self.estimator_ = clone(self.estimator).fit(X if self.columns is None else as_frame(X, self.columns), y)

    def _look_around(self, X: np.ndarray, reference_score: np.ndarray) -> None:
        """Find out which values it refuses, and which made-up cases its answers are measured against."""
        rng = check_random_state(self.random_state)
        self.reference_score_ = reference_score
        mixed = mixed_rows(X, self.groups_, rng)
        whole = self._without_gaps(mixed)
        self.no_missing_, self.no_unknown_ = np.zeros((2, X.shape[1]), dtype=bool)
        codes = self._columns_of_codes(X.shape[1])
        for columns in map(list, self.groups_):
            self.no_missing_[columns] = self._refuses(whole, columns, np.nan)
            self.no_unknown_[columns] = set(columns) <= set(codes) and self._refuses(whole, columns, -1.0)
        usable = np.where(self._refused(mixed), whole, mixed)
        self.background_ = spread_by_score(usable, self._asked(usable), self.permutations)
        self.orders_ = random_orders(len(self.groups_), self.permutations, rng)

    def _without_gaps(self, Z: np.ndarray) -> np.ndarray:
        """The rows with a known value of the same column wherever something is missing or unknown."""
        whole = Z.copy()
        codes = np.isin(np.arange(Z.shape[1]), self._columns_of_codes(Z.shape[1]))
        gaps = np.isnan(Z) | ((Z == -1.0) & codes)
        for column in np.flatnonzero(gaps.any(axis=0)):
            known = Z[~gaps[:, column], column]
            if len(known):
                whole[gaps[:, column], column] = np.resize(known, gaps[:, column].sum())
        return whole

    def _refuses(self, Z: np.ndarray, columns: list[int], value: float) -> bool:
        tried = Z[:2].copy()
        tried[:, columns] = value
        try:
            return not np.isfinite(self._asked(tried)).all()
        except Exception:  # whatever code that somebody brought raises, it refuses the value
            return True

    def __sklearn_clone__(self) -> BaseEstimator:
        """One that came fitted keeps what it has learned."""
        settings = self.get_params(deep=False)
        if not self.fitted:
            settings = {name: clone(value, safe=False) for name, value in settings.items()}
        return type(self)(**settings)


def _adding_up_to(found: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Contributions (inputs, scores) with what they miss of the sum divided among them by their size."""
    size = np.abs(found)
    total = size.sum(axis=0)
    even = np.full_like(size, 1.0 / len(size))
    return found + np.divide(size, total, out=even, where=total > 0.0) * (wanted - found.sum(axis=0))
