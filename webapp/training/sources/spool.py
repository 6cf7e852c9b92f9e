"""Rows that wait on the disk of this machine while they are looked at: a file without a name, gone with its process."""

import json
import tempfile
import weakref
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

LENGTH = 8  # bytes of the number before each piece


def _file_of(owner: object) -> BinaryIO:
    """It lives as long as its owner."""
    file = tempfile.TemporaryFile(prefix="formcast-")  # noqa: SIM115
    weakref.finalize(owner, file.close)
    return file


class Spool:
    """Pieces of columns of text, written once and read as often as needed."""

    def __init__(self) -> None:
        self._file = _file_of(self)
        self.rows = 0

    def add(self, columns: dict[str, np.ndarray]) -> None:
        content = json.dumps({name: cells.tolist() for name, cells in columns.items()}, ensure_ascii=False).encode()
        self._file.write(len(content).to_bytes(LENGTH, "big") + content)
        self.rows += len(next(iter(columns.values())))

    def __iter__(self) -> Iterator[dict[str, np.ndarray]]:
        self._file.seek(0)
        while head := self._file.read(LENGTH):
            columns = json.loads(self._file.read(int.from_bytes(head, "big")))
            yield {name: np.array(cells, dtype=object) for name, cells in columns.items()}


class Numbers:
    """Numbers of one kind that wait on the disk."""

    def __init__(self, dtype: type) -> None:
        self._file = _file_of(self)
        self._dtype = np.dtype(dtype)

    def add(self, numbers: np.ndarray) -> None:
        self._file.write(numbers.astype(self._dtype).tobytes())

    def blocks(self, count: int) -> Iterator[np.ndarray]:
        self._file.seek(0)
        while content := self._file.read(count * self._dtype.itemsize):
            yield np.frombuffer(content, dtype=self._dtype)
