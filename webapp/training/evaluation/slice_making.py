"""Which rows of the holdout form a slice: every category, every third of a number or date, and the missing values."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from webapp.parsing.shown import NOT_PROVIDED
from webapp.schema import DATES, NUMBERS, OTHER, Feature, Schema
from webapp.training.evaluation.rounded_edges import rounded_edges

THIRDS = 3
MOST_LEVELS = 50  # of one category; those with fewer rows are one slice together
REST = "All others"


@dataclass(frozen=True)
class Cut:
    """kind: 'category', 'range', 'missing', or 'rest' for categories too many to be told apart."""

    feature: Feature
    part: str
    kind: str
    rows: np.ndarray

    @property
    def label(self) -> str:
        return f"{self.feature.label}: {self.part}"


def cuts_of(schema: Schema, X: np.ndarray) -> list[Cut]:
    """Slices of typed rows X (n, d), sensitive features first; a feature that cuts nothing off has none."""
    columns = sorted(zip(schema.features, X.T, strict=True), key=lambda pair: not pair[0].sensitive)
    return [cut for feature, column in columns for cut in _of_feature(feature, column)]


def _of_feature(feature: Feature, column: np.ndarray) -> list[Cut]:
    is_missing = np.array([value is None for value in column], dtype=bool)
    cuts = list(_ranges(feature, column) if feature.kind in NUMBERS + DATES else _levels(feature, column, is_missing))
    if is_missing.any():
        cuts.append(Cut(feature, NOT_PROVIDED, "missing", np.flatnonzero(is_missing)))
    return cuts if len(cuts) > 1 else []


def _ranges(feature: Feature, column: np.ndarray) -> Iterator[Cut]:
    return cuts_of_numbers(feature, np.array([feature.as_number(value) for value in column]))


def cuts_of_numbers(feature: Feature, numbers: np.ndarray) -> Iterator[Cut]:
    """Thirds of (n,) numbers; NaN is in none of them."""
    known = np.flatnonzero(~np.isnan(numbers))
    edges = rounded_edges(numbers, THIRDS)
    places = np.searchsorted(edges, numbers[known], side="right")
    for place in range(len(edges) + 1):
        rows = known[places == place]
        if len(rows):
            yield Cut(feature, _range_words(feature, edges, place), "range", rows)


def _range_words(feature: Feature, edges: np.ndarray, place: int) -> str:
    if not len(edges):
        return "any"
    is_date = feature.kind in DATES
    texts = [feature.value_text(feature.from_number(edge)) for edge in edges]
    if place == 0:
        return f"{'before' if is_date else 'under'} {texts[0]}"
    if place == len(edges):
        return f"from {texts[-1]}" if is_date else f"{texts[-1]} or more"
    return f"{texts[place - 1]} to {'before' if is_date else 'under'} {texts[place]}"


def _levels(feature: Feature, column: np.ndarray, is_missing: np.ndarray) -> Iterator[Cut]:
    known = [choice.value for choice in feature.choices] if feature.kind == "category" else [1.0, 0.0]
    named = {value: np.flatnonzero(column == value) for value in known}
    by_size = sorted(known, key=lambda value: -len(named[value]))
    kept = set(by_size[:MOST_LEVELS])
    for value in known:
        if value in kept and len(named[value]):
            yield Cut(feature, feature.value_text(value), "category", named[value])
    told = np.concatenate([named[value] for value in kept]) if kept else np.array([], dtype=np.intp)
    rest = np.setdiff1d(np.flatnonzero(~is_missing), told)
    if len(rest):
        part = REST if len(by_size) > MOST_LEVELS else feature.value_text(OTHER)
        yield Cut(feature, part, "rest", rest)
