"""A CSV file that says what happened to cases: which column says what, and its lines as texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from webapp.errors import UnusableTable
from webapp.parsing.dates import NotADate, infer_order, parse_datetime
from webapp.parsing.decimal_sign import sniff_decimal
from webapp.parsing.delimited import numbered_rows, sniff_delimiter
from webapp.parsing.text_encoding import decode
from webapp.parsing.texts import MAX_TEXT, is_storable, normal

# What a column may be called, in any case; a model's own names for its number of the case and its target come before.
NAMES = {
    "id": ("prediction_id", "prediction", "id"),
    "reference": ("reference",),
    "key": ("business_key", "key"),
    "model": ("model",),
    "value": ("outcome", "value"),
    "time": ("time", "happened_at", "happened", "at"),
}
FINDING = ("id", "reference", "key")
NO_VALUE = "has no column that says what happened: call it outcome, or give --model and call it like the target"
NO_NAME = "has no column that names the answers: call it prediction_id, reference or business_key"
UNCLEAR_DAY = "has days that could be read in two ways, such as 03/04/2026: write them like 2026-04-03"
UNCLEAR_SIGN = "has numbers that could be read in two ways, such as “{text}”: add --decimal . or --decimal ,"


@dataclass(frozen=True, slots=True)
class Line:
    """One row by the meaning of its cells; what the file does not have is ""."""

    number: int
    id: str = ""
    reference: str = ""
    key: str = ""
    model: str = ""
    value: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeFile:
    """`broken` are rows that cannot be read, `unused` the columns that mean nothing here, `order` that of its days."""

    name: str
    lines: tuple[Line, ...]
    broken: tuple[tuple[int, str], ...]
    unused: tuple[str, ...]
    order: str

    def decimal(self, unit: str) -> str:
        """The decimal sign of outcomes in that unit. Raises UnusableTable where none of them decides."""
        bare = [line.value.replace(unit, "").strip() if unit else line.value for line in self.lines]
        sign, doubtful = sniff_decimal({"value": np.array(bare, dtype=object)})
        if doubtful:
            raise UnusableTable(f"{self.name} {UNCLEAR_SIGN.format(text=doubtful)}")
        return sign

    def moment(self, text: str) -> datetime | None:
        """When it happened, in UTC; None where the line does not say. Raises NotADate."""
        if not text:
            return None
        return parse_datetime(text, self.order).astype("datetime64[s]").item().replace(tzinfo=UTC)


def read_outcome_file(path: Path, own_names: Mapping[str, Sequence[str]]) -> OutcomeFile:
    """`own_names` are what one model calls its columns, by meaning. Raises UnusableTable in words."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise UnusableTable(f"{path} cannot be read: {problem.strerror}") from problem
    try:
        text, _ = decode(content)
        return _parsed(path.name, text, own_names)
    except UnusableTable as problem:
        raise UnusableTable(f"{path} {problem}") from problem


def _parsed(name: str, text: str, own_names: Mapping[str, Sequence[str]]) -> OutcomeFile:
    rows = numbered_rows(text, sniff_delimiter(text))
    _, header, problem = next(rows, (1, [], ""))
    if problem or not header:
        raise UnusableTable(f"has a header that cannot be read: {problem}" if problem else "is empty")
    places, unused = _places(header, own_names)
    lines, broken = [], []
    for number, cells, wrong in rows:
        if not wrong and len(cells) != len(header):
            wrong = f"{len(cells)} cells instead of {len(header)}"
        if not wrong:
            line = Line(number, **{meaning: normal(cells[place]) for meaning, place in places.items()})
            wrong = "" if all(map(_fits, cells)) else f"a cell of more than {MAX_TEXT} characters, or no text"
        if wrong:
            broken.append((number, wrong))
        else:
            lines.append(line)
    return OutcomeFile(name, tuple(lines), tuple(broken), unused, _order([line.time for line in lines if line.time]))


def _places(header: Sequence[str], own_names: Mapping[str, Sequence[str]]) -> tuple[dict[str, int], tuple[str, ...]]:
    """(where each meaning stands, the names of all other columns)"""
    named = [normal(cell) for cell in header]
    means = {text.casefold(): meaning for meaning, texts in NAMES.items() for text in texts}
    means |= {normal(text).casefold(): meaning for meaning, texts in own_names.items() for text in texts if text}
    places: dict[str, int] = {}
    for place, text in enumerate(named):
        meaning = means.get(text.casefold())
        if meaning in places:
            raise UnusableTable(f"has two columns that say the same: “{named[places[meaning]]}” and “{text}”")
        if meaning:
            places[meaning] = place
    if "value" not in places:
        raise UnusableTable(NO_VALUE)
    if not any(meaning in places for meaning in FINDING):
        raise UnusableTable(NO_NAME)
    return places, tuple(text for place, text in enumerate(named) if place not in places.values())


def _fits(cell: str) -> bool:
    return len(cell) <= MAX_TEXT and is_storable(cell)


def _order(times: list[str]) -> str:
    try:
        return infer_order(list(dict.fromkeys(times))) or "ymd"
    except NotADate:
        raise UnusableTable(UNCLEAR_DAY) from None
