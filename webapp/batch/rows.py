"""One part of a file: its rows as typed values, by the one parser, and what is wrong with those that cannot be used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from webapp.errors import InvalidValue
from webapp.parsing.texts import MAX_KEY, is_storable, normal
from webapp.preprocessing import typed_table
from webapp.schema import NUMBERS, Door, Feature, Schema
from webapp.wording.quoting import shortened
from webapp.wording.spreadsheets import own_text

LONGEST_SHOWN = 60  # of a cell that is wrong
KEY_TOO_LONG = f"{{label}} must be {MAX_KEY} characters or less"

Row = Sequence[Any]  # number, cells, what is wrong with the row as a whole


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, or with a whole row where `column` is blank, and what to do about it."""

    row: int
    column: str
    found: str
    what: str


@dataclass(frozen=True, slots=True)
class Part:
    """`good` are the positions of the rows that can be answered, `values` and `keys` what those say, in their order."""

    rows: Sequence[Row]
    good: tuple[int, ...]
    values: np.ndarray
    keys: tuple[str, ...]
    problems: Mapping[int, list[Problem]]


def understood(rows: Sequence[Row], file: Mapping[str, Any], schema: Schema) -> Part:
    """`file` says which column is which and which decimal sign it has."""
    problems = {place: [Problem(row[0], "", "", row[2])] for place, row in enumerate(rows) if row[2]}
    fitting = [place for place in range(len(rows)) if place not in problems]
    cells = np.empty((len(fitting), len(file["header"])), dtype=object)
    for at, place in enumerate(fitting):
        cells[at] = rows[place][1]
    columns = {
        feature.name: np.array([own_text(text) if text[:1] == "'" else text for text in cells[:, column]], dtype=object)
        for feature, column in zip(schema.features, file["places"], strict=True)
    }
    typed, refused = typed_table(columns, _as_written(schema, file), Door.FILE)
    keys = _keys(cells, file["key"], schema, refused)
    for at, wrong in refused.items():
        problems[fitting[at]] = [_problem(rows[fitting[at]], error, columns, at, schema) for error in wrong]
    good = [at for at in range(len(fitting)) if at not in refused]
    return Part(
        rows,
        tuple(fitting[at] for at in good),
        typed[good],
        tuple(keys[at] for at in good),
        dict(sorted(problems.items())),
    )


def _as_written(schema: Schema, file: Mapping[str, Any]) -> Schema:
    """Numbers and dates as this file writes them."""
    decimal, orders = file["decimal"], file.get("date_orders", {})  # no orders: sent to an earlier release
    if not (decimal or orders):
        return schema
    return replace(schema, features=tuple(_feature(one, decimal, orders) for one in schema.features))


def _feature(feature: Feature, decimal: str, orders: Mapping[str, str]) -> Feature:
    if decimal and feature.kind in NUMBERS:
        return replace(feature, decimal=decimal)
    return replace(feature, date_order=orders[feature.name]) if feature.name in orders else feature


def _keys(cells: np.ndarray, column: int | None, schema: Schema, refused: dict[int, list]) -> list[str]:
    """The asker's own numbers of the cases; one that cannot be kept is a problem of its row."""
    if column is None:
        return [""] * len(cells)
    keys = [normal(own_text(text)) for text in cells[:, column]]
    for at, key in enumerate(keys):
        if len(key) > MAX_KEY or not is_storable(key):
            label = schema.id_label or schema.id_column
            refused.setdefault(at, []).append(InvalidValue(KEY_TOO_LONG.format(label=label), schema.id_column))
    return keys


def _problem(row: Row, error: InvalidValue, columns: Mapping[str, np.ndarray], at: int, schema: Schema) -> Problem:
    feature = schema.by_name.get(error.feature)
    label = feature.label if feature else schema.id_label or schema.id_column
    found = str(columns[error.feature][at]) if feature else ""
    return Problem(row[0], label, shortened(normal(found), LONGEST_SHOWN), str(error))
