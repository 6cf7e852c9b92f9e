"""
Typed values to text, exactly once and by rules that lose nothing, so that one grammar reads every source.

A whole number is written without '.0' whatever its type, any other by as many digits as it takes to get it back; dates
and times in ISO form with their offset, yes and no as true and false, a missing value or NaN as a blank.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from webapp.errors import UnusableTable
from webapp.parsing.texts import is_storable
from webapp.training.sources.fingerprints import BETWEEN

LARGEST_WHOLE = 2.0**53  # up to it a double holds every whole number
REMEMBERED = 10_000  # different texts of a column that are kept once; beyond it nearly every cell is its own
_ONE_VALUE = "Formcast takes one value a cell"
_NESTED = (list, tuple, dict, set)


class TextColumns:
    """Collects rows of typed values, some at a time, as columns of text."""

    def __init__(self, names: Sequence[str] = (), left_out: Iterable[str] = ()):
        self.rows = 0
        self._left_out = frozenset(left_out)
        self._columns: list[TextCells] = []
        self.widen(names)

    def widen(self, names: Iterable[str]) -> None:
        """More columns, blank in the rows that are there already."""
        for name in names:
            column = TextCells(name, name in self._left_out)
            column.texts += [""] * self.rows
            self._columns.append(column)

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Rows of as many values as there are names. Raises UnusableTable for a value that is none of one cell."""
        if rows:
            for column, values in zip(self._columns, zip(*rows, strict=True), strict=True):
                column.add(values)
            self.rows += len(rows)

    @property
    def texts(self) -> list[list[str]]:
        return [column.texts for column in self._columns]

    @property
    def decimal(self) -> str:
        """'.' once there was a number with a fraction, which is always written with one; '' where texts decide."""
        return "." if any(column.has_fractions for column in self._columns) else ""

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(note for column in self._columns for note in column.notes)


class TextCells:
    """The texts of one column; of one that is left out nothing but blanks."""

    def __init__(self, name: str, is_left_out: bool = False):
        self.name, self.is_left_out = name, is_left_out
        self.texts: list[str] = []
        self.has_fractions = self.has_spans = False
        self._kept: dict[str, str] = {}

    def add(self, values: Iterable[Any]) -> None:
        """Raises UnusableTable, in words that go on after the source's name."""
        values = list(values)
        if self.is_left_out:
            self.texts += [""] * len(values)
            return
        kinds = set(map(type, values))
        writers = {kind: _writer(kind, self.name) for kind in kinds}
        self.has_fractions |= any(issubclass(kind, float | np.floating | Decimal) for kind in kinds)
        self.has_spans |= any(issubclass(kind, timedelta) for kind in kinds)
        texts = [writers[type(value)](value) for value in values]
        joined = BETWEEN.join(texts)
        if joined.count(BETWEEN) >= max(len(texts), 1) or not is_storable(joined.replace(BETWEEN, "")):
            raise UnusableTable(f"has signs in the column “{self.name}” that no text has: NUL or half a character")
        if len(self._kept) < REMEMBERED and len(texts) < REMEMBERED:
            texts = [self._kept.setdefault(text, text) for text in texts]
        self.texts += texts

    @property
    def notes(self) -> tuple[str, ...]:
        return (f"{self.name} holds durations; they are read as seconds",) if self.has_spans else ()


def text_of(value: Any, name: str = "") -> str:
    """The text of one value. Raises UnusableTable where it is none of one cell, in words for the column `name`."""
    return _writer(type(value), name)(value)


def _writer(kind: type, name: str) -> Callable[[Any], str]:
    known = next((_WRITERS[base] for base in kind.__mro__ if base in _WRITERS), None)
    if known is _of_bytes:
        return lambda value: _of_bytes(value, name)
    if known is not None:
        return known
    if issubclass(kind, _NESTED) or kind.__name__ in ("ndarray",):
        raise UnusableTable(
            f"has nested values (lists or objects) in the column “{name}”, and {_ONE_VALUE}. Write them as columns of "
            f'their own, or leave them out: exclude = ["{name}"] under [data] in the spec'
        )
    raise UnusableTable(
        f"has values of the kind {kind.__name__} in the column “{name}”, which Formcast cannot write as text. "
        f'Convert them to text or numbers, or leave them out: exclude = ["{name}"] under [data] in the spec'
    )


def _of_float(value: float) -> str:
    if value != value:
        return ""
    if value.is_integer() and abs(value) < LARGEST_WHOLE:
        return str(int(value))
    return repr(float(value))


def _of_short_float(value: np.floating) -> str:
    """As many digits as it takes to get it back in its own, smaller type: 0.1 and not 0.10000000149011612."""
    wide = float(value)
    return _of_float(wide) if wide != wide or wide.is_integer() else repr(float(str(value)))


def _of_decimal(value: Decimal) -> str:
    if value.is_nan():
        return ""
    return format(value, "f") if value.is_finite() else repr(float(value))


def _of_moment(value: datetime) -> str:
    if value != value:  # NaT
        return ""
    offset = value.utcoffset()
    if offset is not None and offset % timedelta(minutes=1):  # of the time before time zones
        value = value.astimezone(UTC)
    return value.isoformat()


def _of_span(value: timedelta) -> str:
    return "" if value != value else _of_float(value.total_seconds())


def _of_bytes(value: bytes | memoryview, name: str) -> str:
    """Some writers do not say that their texts are texts."""
    try:
        return bytes(value).decode()
    except UnicodeDecodeError as problem:
        raise UnusableTable(
            f"holds bytes in the column “{name}” that are no text, and {_ONE_VALUE}. Leave it out: "
            f'exclude = ["{name}"] under [data] in the spec'
        ) from problem


_WRITERS: dict[type, Callable[..., str]] = {
    type(None): lambda _: "",
    str: str,
    bool: lambda value: "true" if value else "false",
    np.bool_: lambda value: "true" if value else "false",
    int: str,
    np.integer: lambda value: str(int(value)),
    float: _of_float,
    np.floating: _of_short_float,
    Decimal: _of_decimal,
    datetime: _of_moment,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: _of_span,
    uuid.UUID: str,
    bytes: _of_bytes,
    bytearray: _of_bytes,
    memoryview: _of_bytes,
}
