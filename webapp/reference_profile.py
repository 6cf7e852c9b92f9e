"""
What the training rows looked like, without keeping one of them: counts by bin and a fitted distance.

Drift is measured against the counts; `Unusualness` tells a case whose values are each ordinary and together are not.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.model_selection import KFold

from webapp.schema import Feature, Schema

MAX_LEVELS = 12  # of one category in the distance; rarer ones have a flag of their own
MAX_COLUMNS = 150  # of the distance: its matrix is stored in the package
MAX_ROWS = 20_000  # enough to estimate a covariance of 150 columns; more only costs time
BINS = 10  # of a number in the profile
EDGE_FIGURES = 3  # of what the edges of its bins span: a single value would have more
AMBER_SHARE, RED_SHARE = 0.99, 0.999
CHUNK_ROWS = 1024  # keeps the work on many rows in the processor's cache
SURPRISE = 4.0  # squared; from about here on a larger surprise of one column adds little
SPREAD_OF_HALF = 0.3247  # mean distance from the centre in the middle half of a normal distribution of spread 1
LEAST = 1e-12  # of the precision of a column that tells nothing


@dataclass(frozen=True)
class Unusualness:
    """
    How far each column of a case is from what its other columns lead one to expect, from a shrunken covariance (Ledoit
    and Wolf 2004), added up so that many small surprises count more than a single large one, which is an outlier.

    `numbers` are columns that are centred, scaled and drawn together at both ends; `columns` and `codes` name a
    frequent level each, 1 or 0. A missing number or level, or an unknown level, counts as the mean: it has its own
    flag. `amber` and `red` are the 99th and 99.9th percentile of the distance of rows that it was not fitted on.
    """

    numbers: np.ndarray
    centre: np.ndarray
    scale: np.ndarray
    columns: np.ndarray
    codes: np.ndarray
    mean: np.ndarray
    precision: np.ndarray
    amber: float = np.inf
    red: float = np.inf

    def distances(self, Z: np.ndarray) -> np.ndarray:
        """Distances (n,) of encoded rows (n, e)."""
        if len(Z) > CHUNK_ROWS:
            parts = range(0, len(Z), CHUNK_ROWS)
            return np.concatenate([self.distances(Z[start : start + CHUNK_ROWS]) for start in parts])
        away = self._vectors(Z) - self.mean
        away[np.isnan(away)] = 0.0
        return np.log1p(np.square((away @ self.precision) * self._spreads) / SURPRISE).sum(axis=1)

    @cached_property
    def _spreads(self) -> np.ndarray:
        """How much a column is expected to vary where all others are known."""
        return 1.0 / np.sqrt(np.maximum(np.diag(self.precision), LEAST))

    def _vectors(self, Z: np.ndarray) -> np.ndarray:
        """(n, numbers + levels), NaN where nothing is known."""
        vectors = np.empty((len(Z), len(self.numbers) + len(self.columns)))
        vectors[:, : len(self.numbers)] = np.arcsinh((Z[:, self.numbers] - self.centre) / self.scale)
        codes = Z[:, self.columns]
        vectors[:, len(self.numbers) :] = np.where(codes >= 0, codes == self.codes, np.nan)
        return vectors

    def to_json(self) -> dict[str, Any]:
        return {
            "numbers": self.numbers.tolist(),
            "centre": self.centre.tolist(),
            "scale": self.scale.tolist(),
            "columns": self.columns.tolist(),
            "codes": self.codes.tolist(),
            "mean": self.mean.tolist(),
            "precision": self.precision.round(9).tolist(),
            "amber": self.amber,
            "red": self.red,
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "Unusualness":
        floats = ("centre", "scale", "codes", "mean", "precision")
        arrays = {name: np.array(document[name], dtype=float) for name in floats}
        arrays["precision"] = arrays["precision"].reshape(2 * arrays["mean"].shape)
        places = {name: np.array(document[name], dtype=np.intp) for name in ("numbers", "columns")}
        return cls(
            **places,
            amber=document["amber"],
            red=document["red"],
            **arrays,
        )


def fit_unusualness(Z: np.ndarray, categorical: Sequence[int], seed: int = 0) -> Unusualness:
    """Fit the distance on encoded training rows (n, e); its limits come from rows held out of five fits."""
    if len(Z) > MAX_ROWS:
        Z = Z[np.random.default_rng(seed).choice(len(Z), MAX_ROWS, replace=False)]
    distances = np.empty(len(Z))
    for fitted_on, held_out in KFold(5, shuffle=True, random_state=seed).split(Z):
        distances[held_out] = _fit(Z[fitted_on], categorical).distances(Z[held_out])
    fitted = _fit(Z, categorical)
    amber, red = np.quantile(distances, [AMBER_SHARE, RED_SHARE])
    return Unusualness(**{**vars(fitted), "amber": float(amber), "red": float(max(red, amber))})


def _fit(Z: np.ndarray, categorical: Sequence[int]) -> Unusualness:
    from sklearn.covariance import ledoit_wolf  # noqa: PLC0415 - with linear models and more, for nothing but learning

    numbers = np.array([column for column in range(Z.shape[1]) if column not in set(categorical)], dtype=np.intp)
    centre, scale = np.array([_middle(Z[:, number]) for number in numbers]).reshape(-1, 2).T
    columns, codes = _frequent_levels(Z, categorical, MAX_COLUMNS - len(numbers))
    start = Unusualness(
        numbers=numbers,
        centre=centre,
        scale=scale,
        columns=columns,
        codes=codes,
        mean=np.zeros(0),
        precision=np.zeros((0, 0)),
    )
    vectors = start._vectors(Z)
    if not vectors.shape[1]:
        return start
    known = ~np.isnan(vectors)
    mean = np.nan_to_num(vectors).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    covariance, _ = ledoit_wolf(np.nan_to_num(vectors - mean), assume_centered=True)
    return Unusualness(**{**vars(start), "mean": mean, "precision": np.linalg.pinv(covariance, hermitian=True)})


def _middle(column: np.ndarray) -> tuple[float, float]:
    """The mean of the middle half of the values, and their spread as that half shows it: nobody's own value."""
    values = np.sort(column[~np.isnan(column)])
    if not len(values):
        return 0.0, 1.0
    half = values[len(values) // 4 : len(values) - len(values) // 4]
    centre = float(half.mean())
    spread = float(np.abs(half - centre).mean()) / SPREAD_OF_HALF or float(values.std())
    return centre, spread or 1.0


def _frequent_levels(Z: np.ndarray, categorical: Sequence[int], room: int) -> tuple[np.ndarray, np.ndarray]:
    """Column and code of each level that gets a column of its own, in their order."""
    counted: list[tuple[int, int, int]] = []
    for column in categorical:
        codes, counts = np.unique(Z[Z[:, column] >= 0, column], return_counts=True)
        by_size = sorted(zip(counts.tolist(), codes.astype(int).tolist(), strict=True), reverse=True)[:MAX_LEVELS]
        counted += [(count, column, code) for count, code in by_size]
    kept = sorted((column, code) for _, column, code in sorted(counted, reverse=True)[: max(room, 0)])
    return np.array([column for column, _ in kept], dtype=np.intp), np.array([code for _, code in kept], dtype=float)


def feature_counts(schema: Schema, X: np.ndarray) -> dict[str, Any]:
    """For each input how often it was missing, and its counts by level or by bins of about equal size."""
    return {
        feature.name: {"missing": int(sum(value is None for value in column))} | _counts(feature, column)
        for feature, column in zip(schema.features, X.T, strict=True)
    }


def _counts(feature: Feature, column: np.ndarray) -> dict[str, Any]:
    present = [value for value in column if value is not None]
    if feature.kind == "category":
        counted = Counter(present)
        named = {choice.value: counted.get(choice.value, 0) for choice in feature.choices}
        return {"levels": named, "other": len(present) - sum(named.values())}
    numbers = np.array([feature.as_number(value) for value in present])
    if not len(numbers):
        return {"edges": [], "counts": []}
    rounded = bin_edges(numbers)
    counts = np.bincount(np.searchsorted(rounded, numbers), minlength=len(rounded) + 1)
    return {"edges": rounded, "counts": counts.tolist()}


def bin_edges(numbers: np.ndarray) -> list[float]:
    """Between bins of about equal counts; numbers: (n,) without NaN."""
    if not len(numbers):
        return []
    edges = np.unique(np.quantile(numbers, np.linspace(0, 1, BINS + 1))[1:-1])
    return sorted({round(float(edge), _decimals(edges)) for edge in edges})


def _decimals(edges: np.ndarray) -> int:
    """As many as tell a thousandth of what the edges span; a lone edge, which spans nothing, has three figures."""
    span = float(edges[-1] - edges[0])
    size, figures = (span, EDGE_FIGURES) if span else (abs(float(edges[0])), EDGE_FIGURES - 1)
    return figures - int(np.floor(np.log10(size))) if size else 0
