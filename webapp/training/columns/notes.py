"""What a person should hear about a table that was understood: printed once, at training."""

import re

from webapp.parsing.dates import has_offset
from webapp.parsing.decimal_sign import MARKERS, is_number, own_unit
from webapp.parsing.texts import normal
from webapp.schema import DATES, NUMBERS, Feature
from webapp.training.columns.choice import Column
from webapp.training.columns.features import beyond_limits
from webapp.training.columns.kinds import DATED, looks_numeric_otherwise
from webapp.training.columns.text_column import TextColumn
from webapp.training.sources.table import Table, Whole
from webapp.training.spec.file import Spec

_SHORT_YEAR = re.compile(r"[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{2}(?:[ ,].*)?")
LOOKED_AT = 300  # levels of a text column; enough to see that nearly all are numbers
NEARLY_ALL = 0.8
LISTED = 3
LISTED_LINES = 20


def notes_of(table: Table, spec: Spec, decimal: str, columns: list[Column]) -> tuple[str, ...]:
    """What was assumed about the file, and which texts were taken as missing values."""
    notes = list(table.notes)
    if table.whole:
        notes += _of_sample(table, table.whole)
    if table.encoding == "cp1252":
        notes.append("The file is not UTF-8; it was read as Windows text (cp1252). Check letters with accents")
    if decimal == "," or table.doubtful_decimal:
        how = " (no cell decides)" if table.doubtful_decimal else ""
        notes.append(f"The decimal sign of the file was taken to be “{decimal}”{how}")
    notes += [f"Line {line} skipped: {reason}" for line, reason in table.skipped[:LISTED_LINES]]
    if len(table.skipped) > LISTED_LINES:
        notes.append(f"{len(table.skipped) - LISTED_LINES:,} more lines skipped for reasons like these")
    missing = [_missing_note(column) for column in columns if column.feature.missing_seen]
    if missing:
        notes.append(f"Missing values: {'; '.join(missing)}")
    notes += [
        f"{column.name} has times with an offset; they are read as UTC"
        for column in columns
        if column.kind.kind in DATED and any(map(has_offset, column.texts.levels))
    ]
    return tuple(notes)


def warnings_of(texts: list[TextColumn], columns: list[Column], spec: Spec, decimal: str) -> tuple[str, ...]:
    """What may not be as it was meant to be; nothing of it stops the training."""
    kinds = {column.name: column.kind.kind for column in columns}
    warnings = []
    for column in texts:
        if column.name not in spec.data.exclude and kinds.get(column.name) in (None, "category"):
            warnings += _short_years(column) or _nearly_numbers(column, decimal)
    for column in columns:
        warnings += _doubts(column.feature, column)
        warnings += _choices_not_seen(column.feature) + _alike(column.feature)
    return tuple(warnings)


def _of_sample(table: Table, whole: Whole) -> list[str]:
    alike = ", the same share of each class" if whole.by_class else ""
    return [
        f"Learned from {table.rows:,} of {whole.rows:,} rows, drawn by what stands in them{alike}",
        "Kinds of columns, missing values, identifiers and constants were judged on all rows; limits, categories and "
        "columns that repeat another or give the target away on the sample, and then tried on all rows; every figure "
        "on the sample alone",
    ]


def _missing_note(column: Column) -> str:
    markers = ", ".join(f"“{marker}”" for marker in column.kind.markers)
    rows = column.texts.blanks + column.texts.rows_of(column.kind.markers)
    said = "blank" if not markers else f"blank or {markers}" if column.texts.blanks else markers
    return f"{column.name} {rows:,} ({said})"


def _short_years(column: TextColumn) -> list[str]:
    levels = [level for level in column.levels if level.casefold() not in MARKERS]
    if not levels or not all(map(_SHORT_YEAR.fullmatch, levels)):
        return []
    return [f"{column.name} is taken as text: its dates, like {levels[0]}, need years of four figures"]


def _nearly_numbers(column: TextColumn, decimal: str) -> list[str]:
    levels = [level for level in column.levels if level.casefold() not in MARKERS][:LOOKED_AT]
    if looks_numeric_otherwise(column, decimal):
        other = "," if decimal == "." else "."
        return [f"{column.name} is taken as text: its decimal sign is “{other}”, that of the file “{decimal}”"]
    unit = own_unit(levels)
    words = [level for level in levels if not is_number(level, decimal, unit)]
    if not words or len(words) > (1 - NEARLY_ALL) * len(levels):
        return []
    shown = ", ".join(f"“{word[:30]}”" for word in words[:LISTED])
    return [
        f"{column.name} is taken as text, but nearly all of it are numbers; the others are {shown}. If they stand for "
        "missing values add them to missing under [data] in the spec"
    ]


def _doubts(feature: Feature, column: Column) -> list[str]:
    rows = beyond_limits(feature, column.values) if feature.kind in NUMBERS + DATES else 0
    beyond = f"{rows:,} rows of {feature.name} are beyond the spec's min or max; they are learned from too"
    return [beyond] if rows else []


def _choices_not_seen(feature: Feature) -> list[str]:
    unseen = [choice.value for choice in feature.choices if not choice.rows]
    if not unseen or feature.kind != "category":
        return []
    named = ", ".join(f"“{normal(value)}”" for value in unseen)
    return [f"{feature.name} has choices in the spec that the table never shows: {named}"]


def _alike(feature: Feature) -> list[str]:
    """Choices that a person would take for one."""
    spellings: dict[str, list[str]] = {}
    for choice in feature.choices:
        spellings.setdefault(normal(choice.value).casefold(), []).append(choice.value)
    alike = ["”, “".join(values) for values in spellings.values() if len(values) > 1][:LISTED]
    if not alike:
        return []
    named = "; ".join(f"“{values}”" for values in alike)
    return [f"{feature.name} writes the same choice in different ways, and each is a choice of its own: {named}"]
