"""What is said about values, column by column: rows that are answered together have most of their values in common."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from webapp.prediction.care import flag_of
from webapp.prediction.terms import Terms
from webapp.prediction.values import CareFlag
from webapp.schema import Schema, Value

Said = TypeVar("Said")
Column = Sequence[Value]  # of typed values, one a row


def flags_of_rows(schema: Schema, columns: Sequence[Column], rows: int) -> list[tuple[CareFlag, ...]]:
    """The flags of the values of each row, in the order of the form."""
    cells = zip(schema.features, columns, strict=True)
    flagged = [flags for feature, column in cells if any(flags := each(partial(flag_of, feature), column))]
    return [tuple(filter(None, of_row)) for of_row in zip(*flagged, strict=True)] if flagged else [()] * rows


def texts_of_rows(terms: Terms, columns: Sequence[Column]) -> list[tuple[str, ...]]:
    """What each row says on each term."""
    rows = [] if all(only is not None for only in terms.only) else list(zip(*columns, strict=True))
    texts = [
        each(terms.schema.features[only].value_text, columns[only])
        if only is not None
        else [terms.value_text(term, values) for values in rows]
        for term, only in enumerate(terms.only)
    ]
    return list(zip(*texts, strict=True))


def each(find: Callable[[Value], Said], column: Column) -> list[Said]:
    """What `find` says of each value; it is asked once about those that are there several times."""
    return list(map(find if len(column) == 1 else _Answers(find).__getitem__, column))


class _Answers(dict):
    """What a function said of the values so far."""

    def __init__(self, find: Callable[[Value], Said]):
        super().__init__()
        self._find = find

    def __missing__(self, value: Value) -> Said:
        said = self[value] = self._find(value)
        return said
