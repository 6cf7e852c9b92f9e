"""Columns that nothing can be learned from, and why; judged without looking at the target."""

import re

import numpy as np

from webapp.parsing.texts import MAX_TEXT
from webapp.training.columns.kinds import DATED, NUMERIC, ColumnKind
from webapp.training.columns.labels import label_of
from webapp.training.columns.text_column import TextColumn

NEARLY_UNIQUE = 0.95
MANY_LEVELS = 20  # below this even all-different texts are too few to be called identifiers
MIN_LEVEL_ROWS = 5  # a category with fewer rows is not named in a package, so it cannot be learned
LONG_TEXT = 40  # characters on average
MOSTLY_DISTINCT = 0.5
LONG_AND_DISTINCT = 0.2
_NEARLY_ALL = (1.0, 0.9)  # of the rows have values of their own; an estimate of how many is off by some in 100
ROW_NUMBER_SPAN = 1.2  # a row number may have gaps where rows were taken out
_ID_WORDS = {"id", "ids", "key", "uuid", "guid", "index", "idx", "ref", "reference", "nr", "no", "number", "num", "row"}

IDENTIFIER = "identifier: nearly every row has another value"
ROW_NUMBER = "identifier: it numbers the rows"


def reason_to_set_aside(column: TextColumn, kind: ColumnKind) -> str:
    """A sentence, or '' for a column that can be learned from."""
    if not kind.kind:
        return "no values: every cell is blank or a missing marker"
    present = column.rows - column.blanks - column.rows_of(kind.markers)
    distinct = column.distinct(kind.markers)
    if distinct < 2 and (present == column.rows or kind.kind in NUMERIC + DATED):
        return "constant: every row has the same value"
    if kind.kind == "category":
        return _text_reason(column, kind, distinct / present, distinct)
    if kind.kind == "integer":
        return _integer_reason(column, kind, distinct, present)
    return ""


def is_text_identifier(reason: str) -> bool:
    """True for a column that names the case, as a customer number does."""
    return reason == IDENTIFIER


def names_a_case(name: str) -> bool:
    """True for 'customer_id', 'OrderNo' or a column without a name."""
    words = re.findall(r"\w+", label_of(name).casefold()) if name else ["id"]
    return words[-1:] != [] and words[-1] in _ID_WORDS


def _text_reason(column: TextColumn, kind: ColumnKind, share: float, distinct: int) -> str:
    levels = [level for level in column.levels if level not in kind.markers]
    counts = np.array([n for level, n in zip(column.levels, column.counts, strict=True) if level not in kind.markers])
    length = float(np.average([len(level) for level in levels], weights=counts))
    spaced = float(np.average([" " in level for level in levels], weights=counts)) > MOSTLY_DISTINCT
    if max(map(len, levels)) > MAX_TEXT:
        return f"free text: cells of more than {MAX_TEXT} characters"
    if share > LONG_AND_DISTINCT and length > LONG_TEXT and distinct > MANY_LEVELS:
        return "free text: long, and mostly different from row to row"
    if share >= NEARLY_UNIQUE and (distinct >= MANY_LEVELS or not column.name) and not spaced:
        return IDENTIFIER
    if share > MOSTLY_DISTINCT and spaced and distinct > MANY_LEVELS:
        return "free text: several words, and mostly different from row to row"
    if share >= NEARLY_UNIQUE and distinct >= MANY_LEVELS:
        return IDENTIFIER
    if column.commonest(kind.markers) < MIN_LEVEL_ROWS:
        return f"too many values: none of them has {MIN_LEVEL_ROWS} rows"
    return ""


def _integer_reason(column: TextColumn, kind: ColumnKind, distinct: int, present: int) -> str:
    if distinct < present * _NEARLY_ALL[column.seen is not None] or present < NEARLY_UNIQUE * column.rows:
        return ""
    if _is_row_number(column, kind):
        return ROW_NUMBER
    return IDENTIFIER if names_a_case(column.name) else ""


def _is_row_number(column: TextColumn, kind: ColumnKind) -> bool:
    """Strictly increasing from row to row, and hardly wider than there are rows; of a sample nobody knows the order."""
    if column.seen:
        return column.seen.highest - column.seen.lowest < ROW_NUMBER_SPAN * column.rows
    levels = [level for level in column.levels if level not in kind.markers]
    if not all(level.isdecimal() and len(level) < 16 for level in levels):
        return False
    numbers = np.array([int(level) for level in levels], dtype=np.int64)  # levels stand in the order of the rows
    return bool(np.all(np.diff(numbers) > 0)) and numbers[-1] - numbers[0] < ROW_NUMBER_SPAN * len(numbers)
