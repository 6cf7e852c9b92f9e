"""
Every row of a table of which only a sample is learned from, read by the schema that came of it.

Nothing is kept but counts: what is missing, the levels of each category and the bins of each number, so that the
profile that later cases are compared with is that of all rows.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from webapp.errors import UnusableTable
from webapp.parsing.texts import normal
from webapp.preprocessing import typed_table
from webapp.reference_profile import bin_edges
from webapp.schema import DATES, NUMBERS, Door, Feature, Schema
from webapp.training.columns.doubts import Doubts
from webapp.training.columns.features import numbers_of
from webapp.training.sources.table import Whole

LISTED = 3
_PLAIN = {
    "number": re.compile(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,17})?", re.ASCII),
    "integer": re.compile(r"-?(?:0|[1-9][0-9]{0,14})", re.ASCII),
}
MOST_UNUSUAL = 0.02  # of all rows beyond one end of the usual range: twice what it says
MOST_LEVELS = 50_000  # of a category that are counted one by one


@dataclass
class Counted:
    """
    What one input holds in all rows; `outside` are those beyond what the sample shows, `unusual` those below and above
    its 1st and 99th percentile. `is_one` and `is_full`: in the sample it is constant, and never missing.
    """

    edges: np.ndarray
    bins: np.ndarray
    is_one: bool = False
    is_full: bool = False
    levels: Counter = field(default_factory=Counter)
    missing: int = 0
    outside: int = 0
    low: float = np.inf
    high: float = -np.inf
    unusual: np.ndarray = field(default_factory=lambda: np.zeros(2, dtype=np.int64))

    @property
    def varies(self) -> bool:
        return len(self.levels) > 1 or self.low < self.high or (self.missing > 0) != (self.bins.sum() == 0)


@dataclass(frozen=True)
class AllRows:
    """`rows` are those with a target; `copies` those of the table that are the same as another in every column."""

    rows: int
    counted: Mapping[str, Counted]
    doubts: Doubts
    copies: int = 0

    def profile(self, schema: Schema) -> dict[str, Any]:
        """For each input how often it was missing, and its counts by level or by bins, as of rows in memory."""
        return {feature.name: self._profile_of(feature) for feature in schema.features}

    def months(self, name: str) -> tuple[np.datetime64, np.datetime64] | None:
        """The months of the earliest and the latest date; None without any."""
        found = self.counted[name]
        if not np.isfinite(found.low):
            return None
        return tuple(np.datetime64(int(end), "D").astype("datetime64[M]") for end in (found.low, found.high))

    def beyond_sample(self, schema: Schema) -> tuple[str, ...]:
        """What the sample does not show and the other rows do."""
        unseen = {}
        for feature in schema.features:
            if feature.kind == "category":
                named = {choice.value for choice in feature.choices if choice.rows}
                new = sum(rows for level, rows in self.counted[feature.name].levels.items() if level not in named)
                unseen[feature.name] = max(new - feature.other_rows, 0)
        outside = {feature.name: self.counted[feature.name].outside for feature in schema.features}
        notes = [f"All {self.rows:,} rows with a target were read by this schema, and every cell fits it"]
        if lines := _listed(unseen):
            notes.append(f"Rows with categories that the sample does not name: {lines}; they count as others")
        if lines := _listed(outside):
            notes.append(f"Rows beyond what the sample shows: {lines}; they would be answered with a warning")
        return (*notes, *self._otherwise(schema), *self.doubts.notes())

    def _otherwise(self, schema: Schema) -> list[str]:
        """What was judged on the sample and looks different in all rows."""
        notes = []
        counted = {feature.name: self.counted[feature.name] for feature in schema.features}
        unseen = {name: found.missing for name, found in counted.items() if found.is_full}
        if lines := _listed(unseen):
            notes.append(f"Missing values that the sample does not have: {lines}; they are answered as average cases")
        if names := [name for name, found in counted.items() if found.is_one and found.varies]:
            more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
            notes.append(f"Only one value in the sample, so nothing was learned from {', '.join(names[:LISTED])}{more}")
        often = {name: int(found.unusual.max()) for name, found in counted.items()}
        if lines := _listed({name: rows for name, rows in often.items() if rows > MOST_UNUSUAL * self.rows}):
            notes.append(f"More rows than 1 in 100 lie beyond one end of the usual range: {lines}")
        if self.copies:
            notes.append(f"{self.copies:,} rows are the same as another in every column")
        return notes

    def _profile_of(self, feature: Feature) -> dict[str, Any]:
        found = self.counted[feature.name]
        if feature.kind != "category":
            return {"missing": found.missing, "edges": found.edges.tolist(), "counts": found.bins.tolist()}
        named = {choice.value: found.levels.get(choice.value, 0) for choice in feature.choices}
        other = found.levels.total() - sum(named.values())
        return {"missing": found.missing, "levels": named, "other": other}


def notes_of_all(found: AllRows | None, schema: Schema) -> tuple[str, ...]:
    """For the person who trains; none where the table was no sample."""
    return found.beyond_sample(schema) if found else ()


def look_at_all(whole: Whole, schema: Schema, X: np.ndarray, decimal: str, doubts: Doubts) -> AllRows:
    """
    `schema` and the typed rows X (n, d) are those of the sample, `decimal` is the sign of the table. `doubts` are what
    has been decided by the sample about other columns.

    Raises UnusableTable for a cell that is not of the kind of its column.
    """
    lenient = [replace(one, decimal=decimal, minimum=None, maximum=None, optional=True) for one in schema.features]
    reading = replace(schema, features=tuple(lenient))
    counted = {feature.name: _begun(feature, values) for feature, values in zip(schema.features, X.T, strict=True)}
    rows = 0
    for piece in whole.pieces:
        codes, distinct = pd.factorize(piece[schema.target.name])
        has_target = np.array([bool(normal(text)) for text in distinct], dtype=bool)[codes]
        rows += int(has_target.sum())
        values = {}
        for feature in reading.features:
            values[feature.name] = _typed(piece[feature.name][has_target], feature, schema)
            _count(counted[feature.name], feature, values[feature.name])
        for feature in doubts.features:
            values[feature.name] = _typed(piece[feature.name][has_target], feature, schema)
        doubts.add(values, piece[schema.target.name][has_target])
    return AllRows(rows, counted, doubts, whole.copies)


def _typed(texts: np.ndarray, feature: Feature, schema: Schema) -> np.ndarray:
    """(n,) typed values; numbers that are written plainly are read many at a time, which makes the same of them."""
    is_plain = feature.kind in ("number", "integer") and not (feature.own_kind or feature.unit)
    pattern = _PLAIN[feature.kind] if is_plain and feature.decimal == "." else None
    if pattern is not None and not feature.missing_markers:
        codes, distinct = pd.factorize(texts)
        if all(not text or pattern.fullmatch(text) for text in distinct):
            values = np.array([float(text) if text else None for text in distinct], dtype=object)
            return values[codes]
    typed, refused = typed_table({feature.name: texts}, replace(schema, features=(feature,)), Door.TABLE)
    if refused:
        _refuse({feature.name: texts}, refused)
    return typed[:, 0]


def _begun(feature: Feature, values: np.ndarray) -> Counted:
    seen = set(values.tolist())
    is_one, is_full = len(seen) < 2, None not in seen
    if feature.kind == "category":
        return Counted(np.empty(0), np.zeros(1, dtype=np.int64), is_one, is_full)
    numbers = numbers_of(values)
    edges = np.array(bin_edges(numbers[~np.isnan(numbers)]))
    return Counted(edges, np.zeros(len(edges) + 1, dtype=np.int64), is_one, is_full)


def _count(found: Counted, feature: Feature, values: np.ndarray) -> None:
    present = values[np.array([value is not None for value in values], dtype=bool)] if len(values) else values
    found.missing += len(values) - len(present)
    if not len(present):
        return
    if feature.kind == "category":
        found.levels.update(present.tolist())
        found.bins += len(present)
        if len(found.levels) > MOST_LEVELS:
            found.levels = Counter(dict(found.levels.most_common(MOST_LEVELS // 2)))
        return
    numbers = numbers_of(present)
    found.bins += np.bincount(np.searchsorted(found.edges, numbers), minlength=len(found.bins))
    found.low, found.high = min(found.low, float(numbers.min())), max(found.high, float(numbers.max()))
    if feature.kind in NUMBERS + DATES and feature.observed is not None:
        low, high = feature.observed
        found.outside += int(np.sum((numbers < low) | (numbers > high)))
    if feature.usual is not None:
        found.unusual += [np.sum(numbers < feature.usual[0]), np.sum(numbers > feature.usual[1])]


def _refuse(columns: Mapping[str, np.ndarray], refused: Mapping[int, list]) -> None:
    row, problems = min(refused.items())
    name = problems[0].feature
    raise UnusableTable(
        f"“{columns[name][row][:40]}” in the column “{name}” does not fit what the other rows hold: "
        f"{str(problems[0]).rstrip('.')}. If it stands for a missing value add it to missing under [data] in the spec, "
        "or set another kind"
    )


def _listed(rows: Mapping[str, int]) -> str:
    found = sorted(((count, name) for name, count in rows.items() if count), reverse=True)
    others = len(found) - LISTED
    more = f" and {others} more column{'s' if others > 1 else ''}" if others > 0 else ""
    return ", ".join(f"{name} {count:,}" for count, name in found[:LISTED]) + more
