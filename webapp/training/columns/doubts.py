"""
What was decided by a sample about its columns, tried on all rows: whether one really repeats another, and whether one
that gives the target away in the sample does so everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from webapp.parsing.plain_numbers import plain_numbers
from webapp.parsing.texts import normal
from webapp.schema import Feature
from webapp.training.columns.choice import Column
from webapp.training.columns.features import numbers_of
from webapp.training.columns.leaks import LEAK, MAX_BINS

Values = Mapping[str, np.ndarray]  # typed values (n,) by column


@dataclass
class Repeat:
    """A column set aside because it has the values of another one, and in how many rows it has not."""

    feature: Feature
    first: str
    rows: int = 0
    differing: int = 0

    def add(self, values: Values, y: np.ndarray) -> None:
        pairs = zip(values[self.feature.name].tolist(), values[self.first].tolist(), strict=True)
        self.rows += len(y)
        self.differing += sum(ours != theirs for ours, theirs in pairs)

    def notes(self, target: str) -> list[str]:
        if not self.differing:
            return []
        return [
            f"{self.feature.name} was set aside because it repeats {self.first} in the sample, and does not in "
            f"{self.differing:,} of {self.rows:,} rows. If it matters exclude {self.first} instead, or raise --rows"
        ]


class Leak:
    """A column set aside because it gives the target away in the sample: how well what it says there tells all rows."""

    def __init__(self, column: Column, y: np.ndarray):
        self.feature = column.feature
        self._is_category = column.kind.kind == "category"
        self._is_classes = y.dtype == object
        self._classes = np.unique(y) if self._is_classes else np.empty(0)
        values = column.values
        self._levels = {value: code for code, value in enumerate(pd.unique(values))} if self._is_category else {}
        numbers = np.empty(0) if self._is_category else numbers_of(values)
        present = numbers[~np.isnan(numbers)]
        self._edges = np.unique(np.quantile(present, np.arange(1, MAX_BINS) / MAX_BINS)) if len(present) else present
        self._points, self._means = _line(numbers, y) if len(present) and not self._is_classes else (present, present)
        cells, size = self._cells(values), max(len(self._levels), len(self._edges) + 1) + 1
        if self._is_classes:
            of_class = [np.bincount(cells[y == name], minlength=size) for name in self._classes]
            self._seen = np.stack(of_class, axis=1)
            self._counts = np.zeros_like(self._seen)
        else:
            sums, counts = np.bincount(cells, y, size), np.bincount(cells, minlength=size)
            self._of_cell = (sums + y.mean()) / (counts + 1)
            self._sums = np.zeros(4)  # rows, answers, their squares, what was missed squared

    def add(self, values: Values, y: np.ndarray) -> None:
        own = values[self.feature.name]
        if not len(y):
            return
        if self._is_classes:
            cells, place = self._cells(own), np.searchsorted(self._classes, y)
            np.add.at(self._counts, (cells, place), 1)
            return
        told = self._of_cell[self._cells(own)]
        if not self._is_category and len(self._points):
            numbers = numbers_of(own)
            told = np.where(np.isnan(numbers), told, np.interp(numbers, self._points, self._means))
        self._sums += [len(y), y.sum(), np.square(y).sum(), np.square(y - told).sum()]

    def notes(self, target: str) -> list[str]:
        score, measure = self._score()
        if score > LEAK:
            return []
        return [
            f"{self.feature.name} was set aside because it gives {target} away in the sample; over all rows it does so "
            f"less ({measure} {score:.4f} alone). If it is known beforehand set its kind in the spec"
        ]

    def _score(self) -> tuple[float, str]:
        if not self._is_classes:
            rows, answers, squares, missed = self._sums
            return 1.0 - missed / max(squares - answers**2 / max(rows, 1.0), 1e-300), "R2"
        shares = (self._seen + 1e-9) / (self._seen + 1e-9).sum(axis=1, keepdims=True)
        wanted = range(1, 2) if len(self._classes) == 2 else range(len(self._classes))
        areas = [_area(shares[:, one], self._counts[:, one], self._counts.sum(axis=1)) for one in wanted]
        return float(np.mean(areas)), "AUC"

    def _cells(self, values: np.ndarray) -> np.ndarray:
        """(n,) the category or bin of each row; those that the sample has not, and missing numbers, are the last."""
        if self._is_category:
            last = max(len(self._levels), len(self._edges) + 1)
            return np.array([self._levels.get(value, last) for value in values.tolist()], dtype=np.intp)
        numbers = numbers_of(values) if any(value is not None for value in values) else np.full(len(values), np.nan)
        return np.where(np.isnan(numbers), len(self._edges) + 1, np.searchsorted(self._edges, numbers, side="right"))


@dataclass
class Doubts:
    """All of them. `known` is what each text of the target means in the sample; other rows are passed over."""

    target: str
    known: Mapping[str, object] = field(repr=False)
    decimal: str = "."
    is_number: bool = False
    doubts: Sequence[Repeat | Leak] = ()

    @property
    def features(self) -> list[Feature]:
        return [doubt.feature for doubt in self.doubts]

    def add(self, values: Values, texts: np.ndarray) -> None:
        """Rows with their typed values, and the target as it stands (n,)."""
        if not self.doubts:
            return
        codes, distinct = pd.factorize(texts)
        answers = self._answers([normal(text) for text in distinct])[codes]
        can_be_told = np.array([answer is not None for answer in answers], dtype=bool)
        y = answers[can_be_told]
        y = y.astype(float) if self.is_number else y
        kept = {name: column[can_be_told] for name, column in values.items()}
        for doubt in self.doubts:
            doubt.add(kept, y)

    def notes(self) -> list[str]:
        return [note for doubt in self.doubts for note in doubt.notes(self.target)]

    def _answers(self, texts: list[str]) -> np.ndarray:
        found = np.empty(len(texts), dtype=object)
        found[:] = [self.known.get(text) for text in texts]
        if self.is_number:
            plain = plain_numbers(texts, self.decimal)
            new = np.array([answer is None for answer in found], dtype=bool) & ~np.isnan(plain)
            found[new] = plain[new]
        return found


def _line(numbers: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct values in their order, and the mean answer at each."""
    present = ~np.isnan(numbers)
    points, places = np.unique(numbers[present], return_inverse=True)
    return points, np.bincount(places, y[present]) / np.bincount(places)


def _area(score: np.ndarray, hits: np.ndarray, rows: np.ndarray) -> float:
    """Under the curve, from how many rows of each cell are hits; half for those of equal score."""
    _, places = np.unique(score, return_inverse=True)
    hit, missed = np.bincount(places, hits), np.bincount(places, rows - hits)
    pairs = hit.sum() * missed.sum()
    return float((hit * (np.cumsum(missed) - missed / 2)).sum() / pairs) if pairs else 0.5
