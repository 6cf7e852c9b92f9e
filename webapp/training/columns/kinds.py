"""What a column holds: numbers, dates, yes or no, categories; judged by all its cells, never by a sample."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from webapp.errors import UnusableTable
from webapp.parsing.dates import NotADate, has_offset, infer_order, parse_datetime
from webapp.parsing.decimal_sign import MARKERS, is_number, own_unit
from webapp.parsing.numbers import parse_number
from webapp.training.columns.text_column import TextColumn

YES_NO_PAIRS = ({"yes", "no"}, {"true", "false"}, {"y", "n"}, {"t", "f"}, {"1", "0"})
YES = ("yes", "true", "y", "t", "1", "1.0")
NUMERIC, DATED = ("number", "integer"), ("date", "datetime")
# A float holds no number of more than 15 digits exactly: two account numbers would become one.
_CODE = re.compile(r"[+-]?0[0-9]+|[+-]?[0-9]{16,}")


@dataclass(frozen=True, slots=True)
class ColumnKind:
    """kind '' where every cell is missing; `markers` are the texts that stand for a missing value in this column."""

    kind: str
    markers: tuple[str, ...] = ()
    unit: str = ""
    date_order: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How texts are understood: the file's decimal sign, and what a person says about markers, dates, kind and unit."""

    decimal: str = "."
    missing: tuple[str, ...] = ()
    date_order: str = ""
    kind: str = ""
    unit: str = ""


def kind_of(column: TextColumn, reading: Reading) -> ColumnKind:
    """The kind of a column. Raises UnusableTable where 03/04/2019 could be both and no cell decides."""
    said_missing = [level for level in column.levels if level in reading.missing]
    levels = [level for level in column.levels if level not in reading.missing]
    values = [level for level in levels if level.casefold() not in MARKERS]
    all_markers = tuple(said_missing + [level for level in levels if level.casefold() in MARKERS])
    if reading.kind:
        return _forced(column, reading, values, all_markers, tuple(said_missing))
    if not values:
        return ColumnKind("", all_markers)
    unit = reading.unit or own_unit(values)
    if are_numbers(values, reading.decimal, unit):
        return ColumnKind(number_kind(values, reading.decimal, unit), all_markers, unit=unit)
    order = _date_order(column.name, values, reading.date_order)
    if order:
        _refuse_mixed_offsets(column.name, values)
        return ColumnKind(_date_kind(values, order), all_markers, date_order=order)
    is_pair = {level.casefold() for level in levels} in YES_NO_PAIRS
    return ColumnKind("yes_no" if is_pair else "category", tuple(said_missing), unit=reading.unit)


def are_numbers(texts: Sequence[str], decimal: str, unit: str = "") -> bool:
    """True when every text is a quantity; 01234 and digits too long for a number are codes, whatever stands beside."""
    return all(is_number(text, decimal, unit) and not _CODE.fullmatch(text) for text in texts)


def number_kind(texts: Collection[str], decimal: str, unit: str = "") -> str:
    """'yes_no' for exactly 0 and 1, 'integer' for whole numbers written as such, else 'number'."""
    values = {parse_number(text, decimal=decimal, unit=unit, scientific=True) for text in texts}
    if values == {0.0, 1.0}:
        return "yes_no"
    whole = all(value.is_integer() for value in values) and all(_is_written_whole(text, decimal) for text in texts)
    return "integer" if whole else "number"


def looks_numeric_otherwise(column: TextColumn, decimal: str) -> bool:
    """True for a column that would be numbers if the other decimal sign were the file's."""
    values = [level for level in column.levels if level.casefold() not in MARKERS]
    other, unit = "," if decimal == "." else ".", own_unit(values)
    return bool(values) and are_numbers(values, other, unit) and not are_numbers(values, decimal, unit)


def _is_written_whole(text: str, decimal: str) -> bool:
    """7 and 7.0, which is what a whole number becomes beside a blank; but not 7.00, which is an amount."""
    if "e" in text.casefold():
        return False
    _, sign, fraction = text.rpartition(decimal)
    return not sign or re.sub(r"\D", "", fraction) in ("", "0")


def _forced(column: TextColumn, reading: Reading, values: list[str], markers: tuple, said: tuple) -> ColumnKind:
    kind = reading.kind
    if ":" in kind:
        return ColumnKind("number", markers, unit=reading.unit)
    if kind in NUMERIC:
        return ColumnKind(kind, markers, unit=reading.unit or own_unit(values))
    if kind in DATED:
        order = _date_order(column.name, values, reading.date_order)
        _refuse_mixed_offsets(column.name, values)
        return ColumnKind(kind, markers, date_order=order or reading.date_order or "dmy")
    return ColumnKind(kind, said, unit=reading.unit)


def _date_order(name: str, values: list[str], said: str) -> str:
    """The order of day and month in which all values are dates; '' when they are not."""
    try:
        order = infer_order(values)
    except NotADate:
        if said in ("dmy", "mdy"):
            return said
        raise UnusableTable(_ambiguous(name, values)) from None
    return said if order == "ymd" and said and _all_fit(values, said) else order


def _all_fit(values: list[str], order: str) -> bool:
    try:
        return all(parse_datetime(value, order) is not None for value in values)
    except NotADate:
        return False


def _refuse_mixed_offsets(name: str, values: list[str]) -> None:
    """A time without an offset could be anywhere on Earth: beside others with one it has no place in their order."""
    zoned = [has_offset(value) for value in values]
    if any(zoned) and not all(zoned):
        raise UnusableTable(
            f"In the column “{name}” some times have an offset, like {values[zoned.index(True)]}, and others none, "
            f"like {values[zoned.index(False)]}. Write all of them with an offset, or none"
        )


def _ambiguous(name: str, values: list[str]) -> str:
    example = next(value for value in values if parse_datetime(value, "dmy") != parse_datetime(value, "mdy"))
    return (
        f"In the column “{name}” a date such as {example} can be read with the day or the month first, and no cell "
        'decides. Say date_order = "dmy" or date_order = "mdy" under [data] in the spec'
    )


def _date_kind(values: list[str], order: str) -> str:
    moments = [parse_datetime(value, order) for value in values]
    return "date" if all(moment == moment.astype("datetime64[D]") for moment in moments) else "datetime"
