"""A table as it was read: every cell is text, and what is known of where the cells come from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from webapp.training.sources.seen import Seen


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a source is wanted, beside its location: what [data] of a spec says."""

    query: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    sheet: str = ""
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Portion:
    """How many rows are learned from at most, all without a number, and the seed by which they are drawn."""

    rows: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """
    What a reader hands over.

    `decimal` is the sign that the reader knows of, '' where the cells have to show it. `sha256` and `size` are those
    of the bytes, '' and 0 where a source has none. `notes` are sentences for the person who trains.
    """

    kind: str
    columns: dict[str, np.ndarray]
    rows: int
    skipped: tuple[tuple[int, str], ...] = ()
    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    sha256: str = ""
    size: int = 0
    sheet: str = ""
    object_version: str = ""
    timezone: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """
    How a table was read. `kind` is 'csv', 'parquet', 'excel', 'json lines', 'sql', 'sklearn' or 'example'.

    `parameters` are the names alone; `timezone` is what the source says of its times, '' where it says nothing.
    """

    kind: str = "csv"
    query: str = ""
    parameters: tuple[str, ...] = ()
    sheet: str = ""
    object_version: str = ""
    timezone: str = ""
    read_at: str = ""


@dataclass(frozen=True, slots=True)
class Whole:
    """
    The whole of which a table is a sample: how many rows, what was seen of each column in those with a target, and its
    pieces of columns of text. `by_class`: the sample has the same share of each class of the target. `copies` are rows
    that are the same as another in every column.
    """

    rows: int
    seen: Mapping[str, Seen]
    pieces: Iterable[dict[str, np.ndarray]] = field(repr=False)
    by_class: bool = True
    copies: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table as it was written: every cell is text.

    `skipped` holds (line, reason) of rows with another number of cells; `doubtful_decimal` a cell such as 1,234 when
    no cell of the file shows whether the comma is its decimal sign. `location` is fit to be shown: without secrets.
    Of a table too large to be learned from as a whole, `columns` and `rows` are those of a sample; `whole` is set then.
    """

    name: str
    columns: dict[str, np.ndarray]
    rows: int
    skipped: tuple[tuple[int, str], ...]
    encoding: str
    delimiter: str
    decimal: str
    sha256: str
    size: int
    location: str
    doubtful_decimal: str = ""
    rows_sha256: str = ""
    column_sha256: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = Origin()
    notes: tuple[str, ...] = ()
    files: int = 1
    whole: Whole | None = None

    @property
    def all_rows(self) -> int:
        return self.whole.rows if self.whole else self.rows
