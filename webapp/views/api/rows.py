"""From rows as they were sent to rows that can be asked about, by the one parser, or everything that is wrong."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from webapp.errors import InvalidRow, InvalidValue
from webapp.forms.example import answers_saying
from webapp.parsing.answers import Door
from webapp.parsing.texts import MAX_KEY, is_storable, normal
from webapp.preprocessing import typed_row
from webapp.recording import Asked
from webapp.schema import Schema
from webapp.views.api.replies import MOST_FAULTS, Fault, pointer, refuse
from webapp.wording.numbers import count_text, counted
from webapp.wording.quoting import quoted, shortened

MAX_ROWS = 1000
LONGEST_SHOWN = 60
EXAMPLE = '{"rows": [{"column": "value"}]}'
NO_ROWS = "There must be at least one row"
TOO_MANY_ROWS = f"At most {count_text(MAX_ROWS)} rows can be sent at once"
NOT_A_ROW = "A row must be an object of column names and values"
NO_COLUMN = "There is no such column"
ONLY_ROWS = "Only rows can be sent, and no {name}"
NOT_A_LIST = f"rows must be a list of rows, as in {EXAMPLE}"
KEY_TOO_LONG = f"{{column}} must be a text of {MAX_KEY} characters or less"

Where = Sequence[str | int]


def rows_sent(content: Mapping[str, Any]) -> list[Any]:
    """What stands under `rows`. Ends the request where nothing usable does, or something else does too."""
    faults = [Fault(pointer(name), ONLY_ROWS.format(name=_called(name))) for name in content if name != "rows"]
    rows = content.get("rows")
    if not isinstance(rows, list):
        faults.append(Fault("/rows", NOT_A_LIST))
    if faults:
        refuse(400, "This is not how rows are sent", faults)
    return rows


def asked_rows(schema: Schema, rows: Sequence[Any], under: Where = ("rows",), door: Door = Door.JSON) -> list[Asked]:
    """Every row with its typed values. Ends the request with everything that is wrong, unless nothing is."""
    if not rows:
        refuse(400, NO_ROWS)
    if len(rows) > MAX_ROWS:
        refuse(413, TOO_MANY_ROWS)
    asked: list[Asked] = []
    faults: list[Fault] = []
    wrong_rows = 0
    for place, row in enumerate(rows):
        one = _asked(schema, row, (*under, place), door)
        if isinstance(one, Asked):
            asked.append(one)
            continue
        wrong_rows += 1
        faults += one
        if len(faults) > MOST_FAULTS * 2:  # nobody reads on; the rest of the rows is not looked at
            break
    if faults:
        at_least = "At least " if len(asked) + wrong_rows < len(rows) else ""
        refuse(400, f"{at_least}{counted(wrong_rows, 'row', 'rows')} cannot be used; nothing was predicted", faults)
    return asked


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """'There is no column “tenur”. Did you mean “tenure”?'"""
    by_fold = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(normal(name[:LONGEST_SHOWN]).casefold(), by_fold, n=1, cutoff=0.5)
    hint = f" Did you mean {quoted(by_fold[near[0]])}?" if near else ""
    return f"There is no {what} {_called(name)}.{hint}"


def _called(name: str) -> str:
    return quoted(shortened(name, LONGEST_SHOWN))


def _asked(schema: Schema, row: Any, where: Where, door: Door) -> Asked | list[Fault]:
    """The row as it can be asked about, or everything that is wrong with it."""
    if not isinstance(row, dict):
        return [Fault(pointer(*where), NOT_A_ROW)]
    faults, values, key = _strangers(schema, row, where), [], ""
    try:
        key = _business_key(schema, row)
    except InvalidValue as problem:
        faults.append(_fault(problem, row, where))
    try:
        values = typed_row(row, schema, door)
    except InvalidRow as refused:
        faults += [_fault(problem, row, where) for problem in refused.problems]
    return faults or Asked(values, answers_saying(schema, values), key, "api")


def _strangers(schema: Schema, row: Mapping[str, Any], where: Where) -> list[Fault]:
    known = columns_of(schema)
    strange = [name for name in row if name not in known]
    named = [Fault(pointer(*where, name), unknown("column", name, known)) for name in strange[:MOST_FAULTS]]
    return named + [Fault(pointer(*where, name), NO_COLUMN) for name in strange[MOST_FAULTS:]]


def _fault(problem: InvalidValue, row: Mapping[str, Any], where: Where) -> Fault:
    """Of a column that is not there the parser sees a blank only."""
    missing = f"The column {quoted(problem.feature)} is missing"
    return Fault(pointer(*where, problem.feature), str(problem) if problem.feature in row else missing)


def columns_of(schema: Schema) -> list[str]:
    """Every column a row may have."""
    return [*schema.by_name, *([schema.id_column] if schema.id_column else [])]


def _business_key(schema: Schema, row: Mapping[str, Any]) -> str:
    """The asker's own reference of the case: a text, or a whole number as its figures."""
    value = row.get(schema.id_column) if schema.id_column else None
    if value is None:
        return ""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or len(normal(text)) > MAX_KEY or not is_storable(text):
        raise InvalidValue(KEY_TOO_LONG.format(column=quoted(schema.id_column)), schema.id_column)
    return normal(text)
