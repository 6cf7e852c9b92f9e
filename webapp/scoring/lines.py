"""Rows as lines of text, and columns written behind them: the plain way, which decides what is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np


@dataclass(frozen=True, slots=True)
class Chosen:
    """A column of few distinct texts, and which of them each row has (n,)."""

    texts: Sequence[str]
    codes: np.ndarray


@dataclass(frozen=True, slots=True)
class Figures:
    """A column of numbers, written in as many figures as tell them apart, with this decimal sign."""

    numbers: np.ndarray
    decimal: str

    @property
    def texts(self) -> list[str]:
        texts = map(repr, self.numbers.tolist())
        return list(texts) if self.decimal == "." else [text.replace(".", self.decimal) for text in texts]


# A text is the same in every line; whole numbers are written as they are.
Beside = str | Chosen | Figures | Sequence[str] | np.ndarray


@dataclass(frozen=True, slots=True)
class PlainLines:
    """Lines without their ends."""

    texts: Sequence[str]

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, row: int) -> str:
        return self.texts[row]

    def kept(self, rows: np.ndarray) -> "PlainLines":
        return PlainLines([self.texts[row] for row in rows.tolist()])

    def replaced(self, others: Mapping[int, str]) -> "PlainLines":
        """With other lines in some places."""
        texts = list(self.texts)
        for row, text in others.items():
            texts[row] = text
        return PlainLines(texts)

    def with_columns(self, columns: Sequence[Beside]) -> bytes:
        """Each line and the columns behind it, with nothing between them."""
        written = [self.texts, *(_texts(column, len(self.texts)) for column in columns)]
        joined = "".join(chain.from_iterable(zip(*written, strict=True)))
        return joined.encode("utf-8", "surrogateescape")


def _texts(column: Beside, rows: int) -> Sequence[str]:
    if isinstance(column, str):
        return [column] * rows
    if isinstance(column, Chosen):
        return [column.texts[code] for code in column.codes.tolist()]
    if isinstance(column, np.ndarray):
        return list(map(str, column.tolist()))
    return column.texts if isinstance(column, Figures) else column
