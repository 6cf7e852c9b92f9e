"""How the files of the input are written: found out once, from the beginning of each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from webapp.errors import UnusableTable
from webapp.parsing.dates import other_orders
from webapp.parsing.decimal_sign import is_number, numbers_among, sniff_decimal
from webapp.parsing.delimited import sniff_delimiter
from webapp.parsing.texts import normal
from webapp.schema import DATES, NUMBERS, Feature, Schema
from webapp.scoring.records import NeverClosed, records
from webapp.training.sources.text_table import named_columns
from webapp.wording.quoting import quoted

MOST_COLUMNS = 10_000
LISTED = 5  # columns in a sentence
LOOKED_AT = 2_000  # rows, to find out the decimal sign


@dataclass(frozen=True, slots=True)
class Layout:
    """
    `header` as it stands in the file. `places` are where the inputs of the model stand in it, `decimals` the decimal
    sign of each of them, `sign` the one that its numbers show. `marked` where it begins with a byte-order mark, or is
    in an encoding without which spreadsheets would not know UTF-8. `types` are those of the columns of Parquet.
    `orders` has the name and 'dmy', 'mdy' or 'ymd' of each input whose dates are written in another order than the
    model's own.
    """

    header: tuple[str, ...]
    places: tuple[int, ...]
    decimals: tuple[str, ...]
    delimiter: str = ","
    line_end: str = "\n"
    marked: bool = False
    sign: str = ""
    types: tuple[str, ...] = ()
    orders: tuple[tuple[str, str], ...] = ()

    @property
    def is_parquet(self) -> bool:
        return bool(self.types)

    @property
    def decimal(self) -> str:
        """The sign in which the answers are written: that of the inputs, unless it separates the columns."""
        return "," if "," in self.decimals and self.delimiter != "," else "."


def understood(start: str, schema: Schema, decimal: str = "", marked: bool = False) -> tuple[Layout, int]:
    """
    The layout of a file that begins with this text, and where its rows begin. `decimal` is what a person said.

    Raises UnusableTable, in words that go on after the file's name.
    """
    delimiter = sniff_delimiter(start)
    header, begin, cells = _beginning(start, delimiter)
    places = places_of(schema, header, cells)
    cells = {feature: cells[place] for feature, place in zip(schema.features, places, strict=True)}
    sign = decimal or sign_of(cells)
    return Layout(
        header=tuple(header),
        places=places,
        decimals=decimals_of(schema, sign),
        orders=orders_of(cells),
        sign=sign,
        delimiter=delimiter,
        line_end="\r\n" if start[:begin].endswith("\r\n") else "\n",
        marked=marked,
    ), begin


def decimals_of(schema: Schema, sign: str) -> tuple[str, ...]:
    """The decimal sign of each input: that of the file, or where it shows none that of the model."""
    return tuple(sign or feature.decimal for feature in schema.features)


def orders_of(cells: Mapping[Feature, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple(other_orders((one, texts) for one, texts in cells.items() if one.kind in DATES).items())


def places_of(schema: Schema, header: Sequence[str], cells: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """
    Where each input stands, found by the name of its column or by its label.

    Raises UnusableTable, in words that go on after the file's name.
    """
    if len(header) > MOST_COLUMNS:
        raise UnusableTable(f"has {len(header):,} columns, and {MOST_COLUMNS:,} are the most that is read")
    named_columns(header, cells)
    names = {normal(name): place for place, name in reversed(list(enumerate(header)))}
    folded = Counter(name.casefold() for name in names)
    alone = {name.casefold(): place for name, place in names.items() if folded[name.casefold()] == 1}
    found = [_place(feature, names, alone) for feature in schema.features]
    lacking = [feature.name for feature, place in zip(schema.features, found, strict=True) if place < 0]
    if lacking:
        raise UnusableTable(_lacking(lacking, header, schema))
    return tuple(found)


def _place(feature: Feature, names: Mapping[str, int], alone: Mapping[str, int]) -> int:
    """By its name or its label, whose capitals matter only where two columns differ in nothing else; -1 for none."""
    called = (feature.name, normal(feature.label))
    exactly = [names[name] for name in called if name in names]
    return next(iter([*exactly, *(alone[name.casefold()] for name in called if name.casefold() in alone)]), -1)


def _lacking(lacking: Sequence[str], header: Sequence[str], schema: Schema) -> str:
    known = {feature.name for feature in schema.features}
    others = [name for name in map(normal, header) if name and name not in known]
    is_one = len(lacking) == 1
    column = f"the column {_listed(lacking)} is" if is_one else f"the columns {_listed(lacking)} are"
    beside = f". It has {_listed(others)}, which the model does not ask for" if others else ""
    return f"does not fit the model {schema.model}: {column} missing{beside}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(quoted(name[:60]) for name in names[:LISTED])
    return f"{shown} and {len(names) - LISTED:,} more" if len(names) > LISTED else shown


def _beginning(start: str, delimiter: str) -> tuple[list[str], int, list[list[str]]]:
    """The header, where what is below it begins, and the cells of the first rows of its width, by column."""
    rows, begin, header = [], 0, None
    try:
        for record in records(start, delimiter):
            if header is None:
                if record.problem:
                    raise UnusableTable(f"has a header that cannot be read: {record.problem}")
                header, begin = record.cells, record.end
            elif len(record.cells) == len(header) and len(rows) < LOOKED_AT:
                rows.append(record.cells)
    except NeverClosed as problem:
        if header is None:
            raise UnusableTable("has a quotation mark in its header that is never closed") from problem
    if header is None:
        raise UnusableTable("is empty: a table needs a header line and rows below it")
    cells = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in header]
    return header, begin, cells


def sign_of(cells: Mapping[Feature, Sequence[str]]) -> str:
    """
    The decimal sign of a whole file; '' where no number has one.

    Raises UnusableTable where the numbers could be read in both ways.
    """
    asked = [feature for feature in cells if feature.kind in NUMBERS and not feature.own_kind]
    numbers = {feature.name: np.array(numbers_among(cells[feature], feature.unit), dtype=object) for feature in asked}
    signed = [cell for column in numbers.values() for cell in column if "." in cell or "," in cell]
    if not signed:
        return ""
    sign, doubtful = sniff_decimal(numbers)
    if not doubtful and sign == "." and {feature.decimal for feature in asked} == {","}:
        doubtful = signed[0] if all(is_number(cell, ",") for cell in signed) else ""
    if doubtful:
        raise UnusableTable(
            f"has numbers that could be read in two ways, such as {quoted(doubtful)}: add --decimal . or --decimal ,"
        )
    return sign
