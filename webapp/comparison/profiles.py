"""Columns compared by what packages remember: whether their values are spread alike, and which go together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.comparison.sides import Side
from webapp.schema import OTHER, Feature

LEAST_SHARE = 1e-4  # of a level, so that one without rows does not make the index infinite
GRID = 1_000  # points at which two columns of numbers are laid over each other
MISSING_WEIGHT = 2.0
NUMBER_NOISE = 1.5


@dataclass(frozen=True)
class Spread:
    """How the values of one column are spread: shares by level, or counts between edges; and the share missing."""

    feature: Feature
    profile: Mapping[str, Any]

    @classmethod
    def of(cls, side: Side, name: str) -> "Spread":
        return cls(side.schema.by_name[name], side.profile["features"][name])

    @property
    def known(self) -> int:
        if self.levels is not None:
            return sum(self.levels.values())
        return sum(self.profile["counts"])

    @property
    def missing(self) -> float:
        return self.profile["missing"] / max(self.profile["missing"] + self.known, 1)

    @property
    def levels(self) -> dict[str, int] | None:
        """Rows by category, or by yes and no; None for numbers and dates."""
        if self.feature.kind == "yes_no":
            return {choice.value: choice.rows for choice in self.feature.choices}
        if "levels" in self.profile:
            return {**self.profile["levels"], OTHER: self.profile["other"]}
        return None

    @property
    def limits(self) -> tuple[float, float]:
        own = self.profile["edges"]
        low, high = self.feature.usual or self.feature.observed or (own[0], own[-1])
        return min([low, *own]), max([high, *own])

    def up_to(self, edges: np.ndarray) -> np.ndarray:
        """The share of values below each edge, each bin taken as evenly filled."""
        low, high = self.limits
        limits = [low, *self.profile["edges"], high]
        filled = [0.0, *np.cumsum(self.profile["counts"]) / max(self.known, 1)]
        return np.interp(edges, limits, filled)


def apart(before: Spread, after: Spread) -> float:
    """
    How differently two columns are spread: 0.1 is little, 0.25 much.

    Of levels the population stability index. Of numbers the mean distance that values would have to be moved by
    (Wasserstein), in units of the earlier spread: bins cut through a heap of equal values at any place, and a distance
    does not mind.
    """
    if before.levels is None:
        return _distance(before, after) + MISSING_WEIGHT * abs(after.missing - before.missing)
    old, new = (np.maximum(share, LEAST_SHARE) for share in _level_shares(before, after))
    return float(((new - old) * np.log(new / old)).sum())


def apart_by_chance(before: Spread, after: Spread) -> float:
    """What `apart` hardly exceeds between two samples of the same cases."""
    noise = sum(1.0 / max(spread.known + spread.profile["missing"], 1) for spread in (before, after))
    if before.levels is None:
        return NUMBER_NOISE * float(np.sqrt(noise))
    freedom = len({*before.levels, *after.levels})
    return float((freedom + 4.0 * np.sqrt(2.0 * freedom)) * noise)


def comparable(before: Spread, after: Spread) -> bool:
    """Both are levels, or both are numbers or dates, and something is known of each."""
    return (before.levels is None) == (after.levels is None) and bool(before.known) and bool(after.known)


def _level_shares(before: Spread, after: Spread) -> tuple[np.ndarray, np.ndarray]:
    names = list(dict.fromkeys((*before.levels, *after.levels)))
    return tuple(
        _with_missing(np.array([spread.levels.get(name, 0) for name in names]) / max(spread.known, 1), spread)
        for spread in (before, after)
    )


def _distance(before: Spread, after: Spread) -> float:
    limits = np.array([spread.limits for spread in (before, after)])
    grid = np.linspace(limits.min(), limits.max(), GRID)
    old, new = before.up_to(grid), after.up_to(grid)
    middle = np.interp([0.16, 0.84], old, grid)
    spread = (middle[1] - middle[0]) / 2 or (grid[-1] - grid[0]) or 1.0
    return float(np.abs(new - old).mean() * (grid[-1] - grid[0]) / spread)


def _with_missing(shares: np.ndarray, spread: Spread) -> np.ndarray:
    return np.append(shares * (1.0 - spread.missing), spread.missing)


def associations(side: Side) -> dict[frozenset[str], float]:
    """For each pair of fields the largest correlation between their encoded columns; {} where nothing is remembered."""
    distance = side.profile.get("unusualness")
    if not distance or not distance["precision"]:
        return {}
    encoded = side.pipeline.steps[0][1].encoded_
    owners = np.array([encoded[int(column)][0] for column in (*distance["numbers"], *distance["columns"])])
    precision = np.array(distance["precision"], dtype=float).reshape(len(owners), -1)
    covariance = np.linalg.pinv(precision, hermitian=True)
    spread = np.sqrt(np.clip(np.diag(covariance), 1e-12, None))
    correlation = np.abs(covariance / np.outer(spread, spread))
    names = [feature.name for feature in side.schema.features]
    found: dict[frozenset[str], float] = {}
    for first in np.unique(owners):
        for second in np.unique(owners[owners > first]):
            largest = correlation[np.ix_(owners == first, owners == second)].max()
            found[frozenset((names[first], names[second]))] = float(largest)
    return found
