"""Columns of a piece by their distinct texts, and those texts parsed by the one rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from webapp.errors import InvalidValue
from webapp.parsing.answers import parse_distinct
from webapp.prediction.many import Column
from webapp.schema import Door, Feature, Schema

MOST_KEPT = 50_000  # texts of a column whose values are remembered from piece to piece


@dataclass(frozen=True, slots=True)
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


class Parser:
    """Texts to typed values; what was parsed once is remembered for the pieces that follow."""

    def __init__(self, schema: Schema, decimals: Sequence[str]):
        own = zip(schema.features, decimals, strict=True)
        self.features = [replace(feature, decimal=decimal) for feature, decimal in own]
        self._kept: list[dict[str, object]] = [{} for _ in self.features]

    def column(self, place: int, texts: Texts) -> tuple[Column, dict[int, list[InvalidValue]]]:
        """The typed column, and of each refused row what is wrong."""
        values, problems = self._parsed(place, texts.distinct)
        refused: dict[int, list[InvalidValue]] = {}
        if problems:
            for row in np.flatnonzero(np.isin(texts.codes, list(problems))).tolist():
                refused[row] = [problems[int(texts.codes[row])]]
        return Column(values, texts.codes), refused

    def _parsed(self, place: int, texts: Sequence[str]) -> tuple[np.ndarray, dict[int, InvalidValue]]:
        feature, kept = self.features[place], self._kept[place]
        new = [text for text in texts if text not in kept]
        if new:
            self._remember(feature, kept, new)
        found = [kept[text] for text in texts]
        problems = {at: value for at, value in enumerate(found) if type(value) is InvalidValue}
        for at in problems:
            found[at] = None
        values = np.empty(len(found), dtype=object)
        values[:] = found
        if len(kept) > MOST_KEPT:
            self._kept[place] = {}  # and not emptied: another thread may be reading it
        return values, problems

    @staticmethod
    def _remember(feature: Feature, kept: dict[str, object], texts: Sequence[str]) -> None:
        values, problems = parse_distinct(feature, texts, Door.FILE)
        kept.update(zip(texts, values.tolist(), strict=True))
        kept.update({texts[at]: problem for at, problem in problems.items()})
