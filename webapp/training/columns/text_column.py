"""One column of a table as it is looked at: each distinct text once."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from webapp.parsing.texts import normal
from webapp.training.sources.seen import Seen


@dataclass(frozen=True)
class TextColumn:
    """
    `levels` are the distinct texts after NFC and trim, without the blank; `codes` (n,) their positions, -1 blank.

    Of a sample `levels` and `counts` are those of the whole table, as far as they were kept; `seen` is set then.
    """

    name: str
    texts: np.ndarray
    codes: np.ndarray
    levels: tuple[str, ...]
    counts: np.ndarray
    seen: Seen | None = None

    @classmethod
    def of(cls, name: str, texts: np.ndarray, seen: Seen | None = None) -> "TextColumn":
        raw_codes, raw_levels = pd.factorize(texts)
        positions: dict[str, int] = {}
        merged = [positions.setdefault(text, len(positions)) if (text := normal(raw)) else -1 for raw in raw_levels]
        codes = np.array(merged, dtype=np.int64)[raw_codes]
        counts = np.bincount(codes[codes >= 0], minlength=len(positions))
        if seen is None:
            return cls(name, texts, codes, tuple(positions), counts)
        of_all = {**dict(zip(positions, counts.tolist(), strict=True)), **seen.counts}
        return cls(name, texts, codes, tuple(of_all), np.array(list(of_all.values()), dtype=np.int64), seen)

    @property
    def rows(self) -> int:
        return self.seen.rows if self.seen else len(self.texts)

    @property
    def blanks(self) -> int:
        """How many rows are blank."""
        return self.seen.blanks if self.seen else int(self.blank.sum())

    def distinct(self, markers: Collection[str]) -> int:
        """How many different texts there are besides these; an estimate where only a sample is at hand."""
        found = self.seen.distinct if self.seen and self.seen.is_wide else len(self.levels)
        return found - len(set(self.levels) & set(markers))

    def commonest(self, markers: Collection[str]) -> int:
        """The rows of the most frequent text besides these; of a sample those that are learned from, not all."""
        counts = np.bincount(self.codes[self.codes >= 0], minlength=len(self.levels))
        kept = [count for level, count in zip(self.levels, counts, strict=True) if level not in markers]
        return int(max(kept, default=0))

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
