"""
What was seen of a column in all rows of a large table: every text with its count, as long as there are not too many.

Beyond that one text stands for all of its shape: digits are as good as one another, so that 12.5 and 71.9 are alike and
012, 1e5 and NA are not. How many there are is then an estimate, by the least of their marks (Bar-Yossef and others
2002).
"""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from webapp.parsing.texts import normal
from webapp.training.sources.marks import text_marks

MOST_LEVELS = 20_000
MOST_WORDS = 5_000  # texts without a digit, each kept as it stands
LONG_SHAPE = 30  # signs; numbers and dates are shorter
KEPT_MARKS = 2_048  # the estimate is then off by about 2 in 100
_LARGEST = 2.0**64
_LETTERS = "abcdfghijklmnopqrstuvwxyzABCDFGHIJKLMNOPQRSTUVWXYZ"  # not e, which has a meaning in numbers
_SHAPES = str.maketrans(dict.fromkeys("0123456789", "9") | dict.fromkeys(_LETTERS, "a"))
_DAY = re.compile(r"9{1,2}([./-])9{1,2}\1(?:9999|99)(?!9)")  # whose day and month each text may decide
_CODE = re.compile(r"[+-]?0[0-9]+")
_TAIL = re.compile(r"[0-9](\D{1,13}[23]?)\Z")  # perhaps a unit: 80 kg and 80 lb are different quantities
_RUNS = re.compile(r"[^\W_]+")


@dataclass
class Seen:
    """`counts` has each text, or one for each shape once `is_wide`, with its rows; blanks are counted by themselves."""

    rows: int = 0
    blanks: int = 0
    is_wide: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    lowest: float = np.inf  # of whole numbers without a sign
    highest: float = -np.inf
    _marks: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.uint64))
    _of_shape: dict[str, str] = field(default_factory=dict)
    _words: int = 0

    def add(self, texts: np.ndarray) -> None:
        if not len(texts):
            return
        codes, distinct = pd.factorize(texts)
        times = np.bincount(codes, minlength=len(distinct)).tolist()
        self.rows += len(texts)
        self._marks = np.unique(np.concatenate([self._marks, text_marks(distinct)]))[:KEPT_MARKS]
        named = [(normal(text), count) for text, count in zip(distinct, times, strict=True)]
        self.blanks += sum(count for text, count in named if not text)
        present = [(text, count) for text, count in named if text]
        self._measure([text for text, _ in present])
        self._count(present)

    @property
    def distinct(self) -> int:
        """How many texts there are; an estimate where there are many."""
        if not self.is_wide:
            return len(self.counts)
        return int((KEPT_MARKS - 1) / (float(self._marks[-1]) / _LARGEST))

    def _count(self, present: list[tuple[str, int]]) -> None:
        if self.is_wide:
            self._count_shapes(present)
            return
        for text, count in present:
            self.counts[text] = self.counts.get(text, 0) + count
        if len(self.counts) > MOST_LEVELS:
            before, self.counts, self.is_wide = list(self.counts.items()), {}, True
            self._count_shapes(before)

    def _count_shapes(self, present: list[tuple[str, int]]) -> None:
        for text, count in present:
            text = self._of_shape.setdefault(self._shape(text), text)
            self.counts[text] = self.counts.get(text, 0) + count

    def _shape(self, text: str) -> str:
        shape = text.translate(_SHAPES)
        if tail := _TAIL.search(text):
            shape = shape[: tail.start(1)] + tail[1]
        if "9" not in shape:
            if self._words < MOST_WORDS and text not in self._of_shape:
                self._words += 1
                return text
            return text if text in self._of_shape else _RUNS.sub("w", text)
        if len(shape) > LONG_SHAPE or len(self._of_shape) > 2 * MOST_LEVELS:
            return _RUNS.sub("w", text)
        if day := _DAY.match(shape):
            return text[: day.end()] + shape[day.end() :]
        return f"0{shape}" if _CODE.fullmatch(text) else shape

    def _measure(self, texts: list[str]) -> None:
        numbers = [int(text) for text in texts if text.isdecimal() and len(text) < 16]
        if numbers:
            self.lowest = min(self.lowest, min(numbers))
            self.highest = max(self.highest, max(numbers))
