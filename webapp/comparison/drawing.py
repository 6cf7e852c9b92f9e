"""
Made-up cases drawn from what a package remembers of its training rows: bins and levels of each column, and the matrix
of the fitted distance, which says which columns go together.

Ranks are drawn jointly (a Gaussian copula), values from each column's own bins: twins among columns stay twins, and no
value is anybody's.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.stats import norm

from webapp.comparison.sides import Side
from webapp.schema import DATES, OTHER, Feature, Value

ROUNDS = 12  # in which the shares of drawn levels come close to those remembered
LEAST_SHARE = 1e-6
ORDERING = ("value", "day")  # of the encoded parts of a field the one by which its values are ordered


def draw(side: Side, count: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Typed values (count,) of every field of a version."""
    joint = _Joint(side, count, random)
    columns = {}
    for at, feature in enumerate(side.schema.features):
        profile = side.profile["features"][feature.name]
        values = np.full(count, None, dtype=object)
        if _known_rows(profile):
            values[:] = _values(feature, profile, joint, at)
        values[random.random(count) < profile["missing"] / max(profile["missing"] + _known_rows(profile), 1)] = None
        columns[feature.name] = values
    return columns


class _Joint:
    """Standard normal columns for every field, correlated as the fitted distance says."""

    def __init__(self, side: Side, count: int, random: np.random.Generator):
        self.count, self.random = count, random
        preprocessor = side.pipeline.steps[0][1]
        self.encoded, self.vocabularies = tuple(preprocessor.encoded_), preprocessor.vocabularies_
        distance = side.profile.get("unusualness") or {"numbers": [], "columns": [], "codes": [], "precision": []}
        self.numbers = list(map(int, distance["numbers"]))
        self.levels = list(zip(map(int, distance["columns"]), map(float, distance["codes"]), strict=True))
        self.drawn = _correlated(np.array(distance["precision"], dtype=float), count, random)

    def of_number(self, feature: int) -> np.ndarray:
        """(count,) for a number, a yes or no, or a date."""
        columns = [at for at, (owner, part, _) in enumerate(self.encoded) if owner == feature and part in ORDERING]
        places = [self.numbers.index(column) for column in columns if column in self.numbers]
        return self.drawn[:, places[0]] if places else self.random.standard_normal(self.count)

    def of_levels(self, feature: int, levels: list[str]) -> np.ndarray:
        """(count, levels) for a category; a level that the distance does not know goes with nothing."""
        found = self.random.standard_normal((self.count, len(levels)))
        column = next(at for at, (owner, _, _) in enumerate(self.encoded) if owner == feature)
        names = {code: level for level, code in self.vocabularies[feature].items()}
        for at, (owner, code) in enumerate(self.levels):
            if owner == column and names.get(code) in levels:
                found[:, levels.index(names[code])] = self.drawn[:, len(self.numbers) + at]
        return found


def _correlated(precision: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """(count, v) standard normal columns; a column without variance goes with nothing."""
    drawn = random.standard_normal((count, int(np.sqrt(precision.size))))
    if not precision.size:
        return drawn
    covariance = np.linalg.pinv(precision.reshape(2 * (drawn.shape[1],)), hermitian=True)
    spread = np.sqrt(np.clip(np.diag(covariance), 0.0, None))
    unit = np.where(spread > 0, spread, 1.0)
    sizes, directions = np.linalg.eigh(covariance / np.outer(unit, unit))
    together = drawn @ (directions * np.sqrt(np.clip(sizes, 0.0, None))).T
    return np.where(spread > 0, together, drawn)


def _values(feature: Feature, profile: Mapping[str, Any], joint: _Joint, at: int) -> list[Value]:
    if feature.kind == "category":
        return _levels(profile, joint, at)
    ranks = (np.argsort(np.argsort(joint.of_number(at))) + 0.5) / joint.count
    if feature.kind == "yes_no":
        yes, no = (choice.rows for choice in feature.choices)
        return (ranks > 1.0 - yes / max(yes + no, 1)).astype(float).tolist()
    return _numbers(feature, profile, ranks)


def _levels(profile: Mapping[str, Any], joint: _Joint, at: int) -> list[Value]:
    """For each case the level with the largest normal, after lifts that give every level its share."""
    rows = {level: count for level, count in {**profile["levels"], OTHER: profile["other"]}.items() if count}
    shares = np.array(list(rows.values()), dtype=float) / sum(rows.values())
    normals, lift = joint.of_levels(at, list(rows)), norm.ppf(np.clip(shares, LEAST_SHARE, 1 - LEAST_SHARE))
    for _ in range(ROUNDS):
        found = np.bincount((normals + lift).argmax(axis=1), minlength=len(rows)) / joint.count
        lift += np.log(np.maximum(shares, LEAST_SHARE) / np.maximum(found, 1 / joint.count)) / 2
    names = list(rows)
    return [names[place] for place in (normals + lift).argmax(axis=1).tolist()]


def _numbers(feature: Feature, profile: Mapping[str, Any], ranks: np.ndarray) -> list[Value]:
    """The quantiles of these ranks, taking each bin as evenly filled between its edges."""
    edges = profile["edges"]
    low, high = feature.usual or feature.observed or (edges[0], edges[-1])
    limits = [min([low, *edges]), *edges, max([high, *edges])]
    filled = [0.0, *np.cumsum(profile["counts"]) / sum(profile["counts"])]
    drawn = np.interp(ranks, filled, limits)
    if feature.kind in DATES:
        return [feature.from_number(round(number)) for number in drawn.tolist()]
    return (np.round(drawn) if feature.kind == "integer" else drawn).tolist()


def _known_rows(profile: Mapping[str, Any]) -> int:
    if "levels" in profile:
        return sum(profile["levels"].values()) + profile["other"]
    return sum(profile["counts"])
