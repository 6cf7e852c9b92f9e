"""Columns of a piece by their distinct texts, and those texts parsed by the one rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from webapp.errors import InvalidValue
from webapp.parsing.answers import parse_distinct
from webapp.parsing.plain_numbers import are_read_at_once, plain_numbers, settled
from webapp.prediction.many import Column
from webapp.schema import Door, Schema
from webapp.scoring.layout import Layout

MOST_KEPT = 50_000  # texts of a column whose values are remembered from piece to piece


@dataclass(frozen=True)
class Texts:
    """One column of a piece: its distinct texts, and which of them each row has (n,)."""

    distinct: Sequence[str]
    codes: np.ndarray

    @classmethod
    def of(cls, cells: Sequence[str]) -> "Texts":
        places = {text: place for place, text in enumerate(dict.fromkeys(cells))}
        return cls(list(places), np.fromiter(map(places.__getitem__, cells), dtype=np.intp, count=len(cells)))

    def kept(self, rows: np.ndarray) -> "Texts":
        return Texts(self.distinct, self.codes[rows])

    def plain_numbers(self, decimal: str) -> np.ndarray:
        """What each of the distinct texts says that is a number written plainly, NaN for the others."""
        return plain_numbers(self.distinct, decimal)


class Parser:
    """Texts to typed values; what was parsed once by itself is remembered for the pieces that follow."""

    def __init__(self, schema: Schema, layout: Layout):
        orders = dict(layout.orders)
        self.features = [
            replace(feature, decimal=decimal, date_order=orders.get(feature.name, feature.date_order))
            for feature, decimal in zip(schema.features, layout.decimals, strict=True)
        ]
        self._kept: list[dict[str, object]] = [{} for _ in self.features]

    def column(self, place: int, texts: Texts) -> tuple[Column, dict[int, list[InvalidValue]]]:
        """The typed column, and of each refused row what is wrong."""
        values, problems = self._parsed(place, texts)
        refused: dict[int, list[InvalidValue]] = {}
        if problems:
            for row in np.flatnonzero(np.isin(texts.codes, list(problems))).tolist():
                refused[row] = [problems[int(texts.codes[row])]]
        return Column(values, texts.codes), refused

    def _parsed(self, place: int, texts: Texts) -> tuple[np.ndarray, dict[int, InvalidValue]]:
        feature = self.features[place]
        if are_read_at_once(feature):
            values, left = settled(feature, texts.plain_numbers(feature.decimal), Door.FILE)
        else:
            values, left = np.empty(len(texts.distinct), dtype=object), range(len(texts.distinct))
        problems: dict[int, InvalidValue] = {}
        if len(left):
            distinct = texts.distinct
            found = self._one_by_one(place, [distinct[at] for at in left])
            problems = {at: value for at, value in zip(left, found, strict=True) if type(value) is InvalidValue}
            values[left] = [None if type(value) is InvalidValue else value for value in found]
        return values, problems

    def _one_by_one(self, place: int, texts: Sequence[str]) -> list[object]:
        """The value of each text, or what is wrong with it."""
        kept = self._kept[place]
        new = [text for text in texts if text not in kept]
        if new:
            values, problems = parse_distinct(self.features[place], new, Door.FILE)
            kept.update(zip(new, values.tolist(), strict=True))
            kept.update({new[at]: problem for at, problem in problems.items()})
        if len(kept) > MOST_KEPT:
            self._kept[place] = {}  # and not emptied: another thread may be reading it
        return [kept[text] for text in texts]
