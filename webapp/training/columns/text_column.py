"""One column of a table as it is looked at: each distinct text once."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from webapp.parsing.texts import normal


@dataclass(frozen=True)
class TextColumn:
    """`levels` are the distinct texts after NFC and trim, without the blank; `codes` (n,) their positions, -1 blank."""

    name: str
    texts: np.ndarray
    codes: np.ndarray
    levels: tuple[str, ...]
    counts: np.ndarray

    @classmethod
    def of(cls, name: str, texts: np.ndarray) -> "TextColumn":
        raw_codes, raw_levels = pd.factorize(texts)
        positions: dict[str, int] = {}
        merged = [positions.setdefault(text, len(positions)) if (text := normal(raw)) else -1 for raw in raw_levels]
        codes = np.array(merged, dtype=np.int64)[raw_codes]
        counts = np.bincount(codes[codes >= 0], minlength=len(positions))
        return cls(name, texts, codes, tuple(positions), counts)

    def rows_of(self, levels: Collection[str]) -> int:
        """How many rows hold one of these texts."""
        return int(sum(count for level, count in zip(self.levels, self.counts, strict=True) if level in levels))

    def is_in(self, levels: Collection[str]) -> np.ndarray:
        """(n,) True where the row's text is one of these; a blank is in none."""
        member = np.array([level in levels for level in self.levels] + [False])
        return member[self.codes]

    @property
    def blank(self) -> np.ndarray:
        return self.codes < 0
