"""
Which rows of a large table are learned from: the same share of each class, by what stands in them.

Each row has a place between 0 and 1, made of its content and, among rows that are the same, of how many came before.
Of each class those with the lowest places are taken. So neither the order of rows and files nor the size of the pieces
in which they are read makes a difference, and of rows that are alike as many are taken as is their share.
"""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np

from webapp.training.sources.marks import fractions
from webapp.training.sources.spool import Numbers

IN_MEMORY = 500_000  # marks looked at together, a hundred bytes each while they are sorted
NO_TARGET = 0xFFFF
MOST_STRATA = 1_000  # different targets; with more it is a number, and all rows are one stratum


class Marks:
    """A mark and the stratum of every row, on the disk."""

    def __init__(self) -> None:
        self._marks, self._strata = Numbers(np.uint64), Numbers(np.uint16)
        self._sizes = np.zeros(NO_TARGET + 1, dtype=np.int64)
        self.rows = 0

    def add(self, marks: np.ndarray, strata: np.ndarray) -> None:
        self._marks.add(marks)
        self._strata.add(strata)
        self._sizes += np.bincount(strata, minlength=len(self._sizes))
        self.rows += len(marks)

    @property
    def having_target(self) -> int:
        return int(self._sizes[:NO_TARGET].sum())

    def drawn(self, count: int, seed: int, classes: Sequence[str] = ()) -> dict[int, int]:
        """
        Mark -> how many of its rows are taken, `count` in all of those that have a target.

        `classes` are the names of the strata; without them all rows are one.
        """
        by_class = bool(classes)
        quotas = np.array([min(count, self.having_target)])
        if by_class:
            order = np.argsort(np.array(classes))  # so that a tie does not depend on which class came first
            quotas = np.empty(len(classes), dtype=np.int64)
            quotas[order] = shares(self._sizes[: len(classes)][order], count)
        salt = np.uint64(int.from_bytes(hashlib.blake2b(f"seed {seed}".encode(), digest_size=8).digest(), "big"))
        lowest = _Lowest(quotas)
        for marks, strata in self._buckets():
            has_target = strata != NO_TARGET
            marks, strata = marks[has_target], strata[has_target].astype(np.int64)
            lowest.offer(marks, _places(marks, salt), strata if by_class else np.zeros_like(strata))
        taken, counts = np.unique(lowest.marks, return_counts=True)
        return dict(zip(taken.tolist(), counts.tolist(), strict=True))

    @property
    def copies(self) -> int:
        """How many rows are the same as another one."""
        found = 0
        for marks, _ in self._buckets():
            times = np.unique(marks, return_counts=True)[1]
            found += int(times[times > 1].sum())
        return found

    @property
    def sha256(self) -> str:
        """Of all rows, in whatever order they came."""
        digest = hashlib.sha256()
        for marks, _ in self._buckets():
            digest.update(np.sort(marks).astype(">u8").tobytes())
        return digest.hexdigest()

    def _buckets(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """All rows, some at a time, in the order of their marks' first bits: the same mark is never in two of them."""
        bits = max(int(np.ceil(np.log2(max(self.rows / IN_MEMORY, 1)))), 0)
        for bucket in range(2**bits):
            marks, strata = [], []
            pairs = zip(self._marks.blocks(IN_MEMORY), self._strata.blocks(IN_MEMORY), strict=True)
            for some_marks, some_strata in pairs:
                inside = (some_marks >> np.uint64(64 - bits)) == bucket if bits else np.ones(len(some_marks), bool)
                marks.append(some_marks[inside])
                strata.append(some_strata[inside])
            yield np.concatenate(marks), np.concatenate(strata)


class _Lowest:
    """The rows with the lowest places of each stratum, so many as its quota says."""

    def __init__(self, quotas: np.ndarray):
        self._quotas = quotas
        self.marks = np.empty(0, dtype=np.uint64)
        self._places, self._strata = np.empty(0), np.empty(0, dtype=np.int64)

    def offer(self, marks: np.ndarray, places: np.ndarray, strata: np.ndarray) -> None:
        marks = np.concatenate([self.marks, marks])
        places, strata = np.concatenate([self._places, places]), np.concatenate([self._strata, strata])
        order = np.lexsort((marks, places, strata))
        ordered = strata[order]
        starts = np.searchsorted(ordered, ordered, side="left")
        kept = order[np.arange(len(order)) - starts < self._quotas[ordered]]
        self.marks, self._places, self._strata = marks[kept], places[kept], strata[kept]


def shares(sizes: np.ndarray, count: int) -> np.ndarray:
    """How many of each stratum make `count` together, each as near to its share as whole rows allow."""
    exact = sizes * min(count / max(sizes.sum(), 1), 1.0)
    quotas = np.floor(exact + 1e-9).astype(np.int64)
    left = min(count, int(sizes.sum())) - int(quotas.sum())
    quotas[np.argsort(quotas - exact, kind="stable")[:left]] += 1
    return quotas


def _places(marks: np.ndarray, salt: np.uint64) -> np.ndarray:
    order = np.argsort(marks, kind="stable")
    ordered = marks[order]
    before = np.empty(len(marks), dtype=np.uint64)
    before[order] = np.arange(len(marks)) - np.searchsorted(ordered, ordered, side="left")
    return fractions(marks + before + np.full(1, salt, dtype=np.uint64))
