"""The four JSON shapes and the CSV in which MLflow's clients send a table, as rows by column name."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from webapp.parsing.answers import Door
from webapp.parsing.texts import is_storable
from webapp.schema import Schema
from webapp.views.api.documents import sent_object
from webapp.views.api.replies import Fault, pointer, refuse
from webapp.views.api.rows import Where
from webapp.wording.numbers import counted
from webapp.wording.quoting import quoted

SHAPES = ("dataframe_split", "dataframe_records", "instances", "inputs")
EXAMPLE = '{"dataframe_split": {"columns": ["column"], "data": [["value"]]}}'
NOT_ONE_SHAPE = f"There must be exactly one of {', '.join(SHAPES)}"
NO_PARAMS = "params are not used here, so they must be left out"
NOT_ROWS = "This must be a list of rows"
NOT_SPLIT = "This must be an object with columns, a list of names, and data, a list of rows as lists"
TWICE = "The column {name} stands there twice"
NO_NAME = "A column has no name; pandas writes such a one for its index unless told index=False"
UNEQUAL = "All columns must be lists of equal length"
NOT_CSV = "Line {line} cannot be read as CSV: {why}"
NOT_TEXT = "What was sent is not text in UTF-8"
LONGEST_CELL = 131_072  # characters; csv keeps one limit for the whole process, and other readers set their own
WRONG_WIDTH = "This row has {found}, for {expected}"


class Sent(NamedTuple):
    """Rows, where they stand in what was sent, and by which door their values come in."""

    rows: list[Any]
    under: Where
    door: Door = Door.JSON


def rows_of_json(schema: Schema) -> Sent:
    content = sent_object(EXAMPLE, nan_is_null=True)
    found = [name for name in SHAPES if name in content]
    if len(found) != 1 or set(content) - {*found, "params"}:
        refuse(400, NOT_ONE_SHAPE)
    if content.get("params"):
        refuse(400, NO_PARAMS)
    [shape] = found
    table = content[shape]
    if shape == "dataframe_split":
        return Sent(_split(table), (shape, "data"))
    if shape == "inputs" and isinstance(table, dict):
        return Sent(_from_columns(table), (shape,))
    if not isinstance(table, list):
        refuse(400, NOT_ROWS, [Fault(pointer(shape), NOT_ROWS)])
    names = [feature.name for feature in schema.features]
    return Sent([_named(names, row, (shape, place)) for place, row in enumerate(table)], (shape,))


def rows_of_csv(content: bytes) -> Sent:
    """Cells as they stand, by the rules of a file; a row with a cell too many or too few is never shifted."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse(400, NOT_TEXT)
    if not is_storable(text):
        refuse(400, NOT_TEXT)
    csv.field_size_limit(LONGEST_CELL)
    lines = csv.reader(io.StringIO(text.rstrip("\r\n"), newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[list[str]] = []
    try:
        rows = list(lines)
    except csv.Error as problem:
        refuse(400, NOT_CSV.format(line=lines.line_num, why=problem))
    header = _checked_names(rows[0] if rows else [], ())
    return Sent([_row(header, row, (place,)) for place, row in enumerate(rows[1:])], (), Door.FILE)


def _delimiter(text: str) -> str:
    """A comma, unless the header has none: spreadsheets of many countries separate by semicolons."""
    header = text[: text.find("\n")] if "\n" in text else text
    return next((sign for sign in (",", ";", "\t") if sign in header), ",")


def _split(table: Any) -> list[Any]:
    columns, data = (table.get(name) for name in ("columns", "data")) if isinstance(table, dict) else (None, None)
    if not (isinstance(columns, list) and isinstance(data, list) and all(isinstance(name, str) for name in columns)):
        refuse(400, NOT_SPLIT, [Fault(pointer("dataframe_split"), NOT_SPLIT)])
    where = ("dataframe_split", "columns")
    names = _checked_names(columns, where)
    return [_row(names, row, ("dataframe_split", "data", place)) for place, row in enumerate(data)]


def _from_columns(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    lengths = {len(column) if isinstance(column, list) else -1 for column in table.values()}
    if len(lengths) > 1 or -1 in lengths:
        refuse(400, UNEQUAL, [Fault(pointer("inputs"), UNEQUAL)])
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]


def _named(names: Sequence[str], row: Any, where: Where) -> Any:
    """A row by name; one that is a list is read in the order of the columns."""
    return _row(names, row, where) if isinstance(row, list) else row


def _row(names: Sequence[str], row: Any, where: Where) -> Any:
    if not isinstance(row, list):
        return row  # refused as what it is, together with whatever else is wrong
    if len(row) != len(names):
        found = counted(len(row), "value", "values")
        expected = counted(len(names), "column", "columns")
        sentence = WRONG_WIDTH.format(found=found, expected=expected)
        refuse(400, "Every row must have a value for each column", [Fault(pointer(*where), sentence)])
    return dict(zip(names, row, strict=True))


def _checked_names(names: Sequence[str], where: Where) -> Sequence[str]:
    if not all(name.strip() for name in names):
        refuse(400, NO_NAME, [Fault(pointer(*where), NO_NAME)])
    if len(set(names)) < len(names):
        [(twice, _)] = Counter(names).most_common(1)
        sentence = TWICE.format(name=quoted(twice[:60]))
        refuse(400, sentence, [Fault(pointer(*where), sentence)])
    return names
