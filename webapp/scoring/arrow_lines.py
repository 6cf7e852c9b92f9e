"""Lines of text and the columns behind them as Arrow writes them: what PlainLines writes, several times as fast."""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.scoring.lines import Beside, Chosen, Figures

ALIKE = (1e-4, 1e9)  # between these sizes Arrow writes numbers as Python does, but for those without decimals


@dataclass(frozen=True, slots=True)
class ArrowLines:
    """Lines without their ends, as an array of Arrow's texts."""

    array: Any

    @classmethod
    def of(cls, content: bytes, count: int) -> "ArrowLines":
        """The first so many lines of UTF-8."""
        arrow, compute = _arrow(), _compute()
        offsets = arrow.py_buffer(np.array([0, len(content)], dtype=np.int32))
        whole = arrow.StringArray.from_buffers(1, offsets, arrow.py_buffer(content))
        return cls(compute.split_pattern(whole, "\n").values[:count])

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, row: int) -> str:
        return self.array[row].as_py()

    def kept(self, rows: np.ndarray) -> "ArrowLines":
        return ArrowLines(self.array.take(_arrow().array(rows)))

    def replaced(self, others: Mapping[int, str]) -> "ArrowLines":
        """With other lines in some places."""
        rows = sorted(others)
        is_other = np.zeros(len(self), dtype=bool)
        is_other[rows] = True
        texts = _arrow().array([others[row] for row in rows], self.array.type)
        return ArrowLines(_compute().replace_with_mask(self.array, _arrow().array(is_other), texts))

    def with_columns(self, columns: Sequence[Beside]) -> bytes:
        """Each line and the columns behind it, with nothing between them."""
        joined = _compute().binary_join_element_wise(self.array, *map(_texts, columns), "")
        start, end = np.frombuffer(joined.buffers()[1], dtype=np.int32)[[joined.offset, joined.offset + len(joined)]]
        return joined.buffers()[2][start:end].to_pybytes() if end > start else b""


def _texts(column: Beside) -> Any:
    arrow = _arrow()
    if isinstance(column, str):
        return column
    if isinstance(column, Chosen):
        return arrow.array(column.texts, arrow.string()).take(arrow.array(column.codes))
    if isinstance(column, np.ndarray):
        return arrow.array(column).cast(arrow.string())
    return _figures(column) if isinstance(column, Figures) else arrow.array(column, arrow.string())


def _figures(figures: Figures) -> Any:
    arrow, compute = _arrow(), _compute()
    numbers, size = figures.numbers, np.abs(figures.numbers)
    is_alike = (size >= ALIKE[0]) & (size < ALIKE[1]) & (numbers != np.rint(numbers))
    texts = arrow.array(numbers).cast(arrow.string())
    if not is_alike.all():
        others = arrow.array(list(map(repr, numbers[~is_alike].tolist())))
        texts = compute.replace_with_mask(texts, arrow.array(~is_alike), others)
    return texts if figures.decimal == "." else compute.replace_substring(texts, ".", figures.decimal)


def _arrow() -> Any:
    return importlib.import_module("pyarrow")


def _compute() -> Any:
    return importlib.import_module("pyarrow.compute")
