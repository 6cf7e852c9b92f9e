"""The file to begin with: a column for each question and two example rows; and what each column takes, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from webapp.forms.example import example_values
from webapp.parsing.shown import typed_text
from webapp.schema import DATES, NUMBERS, Feature, Schema, Value
from webapp.wording.quoting import quoted, shown
from webapp.wording.spreadsheets import Cell, Written, csv_lines, sent_cell

SHOWN_CHOICES = 12  # of one column; the form lists all of them
EXAMPLE_KEYS = ("example-1", "example-2")


@dataclass(frozen=True, slots=True)
class ColumnGuide:
    """One line of the table that explains the template."""

    name: str
    label: str
    takes: str


def template_lines(schema: Schema) -> Iterator[str]:
    """The template as a CSV file."""
    first = example_values(schema)
    second = [_another(feature, value) for feature, value in zip(schema.features, first, strict=True)]
    own = [schema.id_column] if schema.id_column else []
    rows = [
        [*EXAMPLE_KEYS[number : number + len(own)], *map(_cell, schema.features, values)]
        for number, values in enumerate((first, second))
    ]
    names = [*own, *(feature.name for feature in schema.features)]
    return csv_lines(names, rows, sent_cell, Written.with_decimal(schema.target.decimal))


def guide(schema: Schema) -> list[ColumnGuide]:
    lines = [ColumnGuide(shown(feature.name), shown(feature.label), takes_text(feature)) for feature in schema.features]
    if schema.id_column:
        label = shown(schema.id_label or schema.id_column)
        lines.insert(0, ColumnGuide(shown(schema.id_column), label, "Your own number of the case; may be left out"))
    return lines


def takes_text(feature: Feature) -> str:
    """'A whole number, in months, 0 or more', 'One of “Monthly”, “Yearly”', 'A date, like 2024-03-27; may be blank'."""
    blank = "; may be blank" if feature.optional else ""
    return f"{_takes(feature)}{_limits(feature)}{blank}"


def _takes(feature: Feature) -> str:
    if feature.kind == "yes_no":
        return " or ".join(quoted(choice.value) for choice in feature.choices)
    if feature.kind == "category":
        named = [quoted(choice.value) for choice in feature.choices]
        if len(named) <= SHOWN_CHOICES:
            return f"One of {', '.join(named)}"
        return f"One of {len(named)} words, such as {', '.join(named[:3])}; the form lists all of them"
    if feature.kind in DATES:
        return "A date, like 2024-03-27" if feature.kind == "date" else "A date and time, like 2024-03-27 14:30"
    unit = f", in {shown(feature.unit)}" if feature.unit else ""
    return f"A {'whole ' if feature.kind == 'integer' else ''}number{unit}"


def _limits(feature: Feature) -> str:
    ends = [
        None if end is None else feature.value_text(feature.from_number(end))
        for end in (feature.minimum, feature.maximum)
    ]
    if ends == [None, None]:
        return ""
    if None not in ends:
        return f", from {ends[0]} to {ends[1]}"
    return f", {ends[0]} or more" if ends[0] is not None else f", {ends[1]} or less"


def _another(feature: Feature, value: Value) -> Value:
    """A second typical value, so that the example shows that rows differ; no row of the table."""
    if feature.kind in NUMBERS and feature.usual:
        return float(feature.usual[0])
    if feature.kind == "category" and len(feature.choices) > 1:
        return next(choice.value for choice in feature.choices if choice.value != value)
    return 1.0 - value if feature.kind == "yes_no" and value is not None else value


def _cell(feature: Feature, value: Value) -> Cell:
    if isinstance(value, np.datetime64):
        return str(value).replace("T", " ")
    if value is None or isinstance(value, str):
        return value
    return (
        feature.to_answers(value)[0]
        if feature.kind == "yes_no" or feature.own_kind
        else typed_text(value, feature.decimal)
    )
