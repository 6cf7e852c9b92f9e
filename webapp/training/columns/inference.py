"""A table and a person's spec to the schema, typed values and target that everything else is made from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from webapp.errors import UnusableTable
from webapp.parsing.texts import normal
from webapp.schema import Group, Schema, Target
from webapp.training.columns.all_rows import AllRows, look_at_all, notes_of_all
from webapp.training.columns.choice import (
    Column,
    divide,
    repeat_reason,
    typed_columns,
    without_leaks,
    without_repeats,
)
from webapp.training.columns.directions import refuse_unkept
from webapp.training.columns.doubts import Doubts, Leak, Repeat
from webapp.training.columns.features import NO_SPEC, finished
from webapp.training.columns.labels import labels_of
from webapp.training.columns.leaks import Suspicion
from webapp.training.columns.notes import notes_of, warnings_of
from webapp.training.columns.own_kinds import load_kinds, refuse_lossy
from webapp.training.columns.set_aside import is_text_identifier
from webapp.training.columns.spec_against_table import decimal_sign, input_columns, refuse_unfit_words
from webapp.training.columns.target import TargetColumn, infer_target
from webapp.training.columns.text_column import TextColumn
from webapp.training.sources.table_source import Table
from webapp.training.spec.file import FeatureSpec, Spec

NAMED_BY_SPEC = "identifier: the spec says so"


@dataclass(frozen=True)
class Inference:
    """
    What a table was understood to be.

    X: (n, d) typed values in schema order, y: (n,) classes as text or float64, kept_rows: (n,) their positions in the
    table, ids: (n,) texts of the id column or None, never stored in a package. `set_aside` holds (column, reason),
    `alone` how well each input predicts the target all by itself. `all_rows` is what the whole of a sample holds.
    """

    schema: Schema
    X: np.ndarray
    y: np.ndarray
    kept_rows: np.ndarray
    ids: np.ndarray | None
    set_aside: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    alone: Mapping[str, Suspicion]
    all_rows: AllRows | None = None


def infer_schema(table: Table, spec: Spec) -> Inference:
    """Raises UnusableTable or UnusableSpec in words for what cannot be learned from."""
    names = input_columns(table, spec)
    load_kinds(spec)
    decimal = decimal_sign(table, spec)
    target = infer_target(_column(table, spec.data.target), spec, decimal)
    refuse_unfit_words(spec, target.target)
    texts = [_column(table, name, target.kept_rows) for name in names]

    kinds, aside = divide(texts, spec, decimal)
    id_column = spec.data.id_column or _only_identifier(aside)
    if spec.data.id_column:
        kinds.pop(id_column, None)
        aside[id_column] = NAMED_BY_SPEC
    every = typed_columns(texts, kinds, spec, decimal, labels_of(names))
    columns, repeats = without_repeats(every)
    columns, leaks, alone = without_leaks(columns, target.y, spec)
    aside |= {name: repeat_reason(first) for name, first in repeats.items()} | leaks
    columns = _finished(columns, spec, decimal)
    _refuse_nothing(table, columns, aside)
    schema = _schema(spec, target.target, columns, id_column, labels_of(names))
    refuse_unkept(schema, spec)
    X = np.column_stack([column.values for column in columns])
    doubts = _doubts(table, target, (every, repeats, leaks), decimal)
    all_rows = look_at_all(table.whole, schema, X, decimal, doubts) if table.whole else None
    return Inference(
        schema=schema,
        X=X,
        y=target.y,
        kept_rows=target.kept_rows,
        ids=next((column.texts for column in texts if column.name == id_column), None) if id_column else None,
        set_aside=tuple((name, aside[name]) for name in names if name in aside),
        notes=(*notes_of(table, spec, decimal, columns), *target.notes, *notes_of_all(all_rows, schema)),
        warnings=(*target.warnings, *warnings_of(texts, columns, spec, decimal)),
        alone=alone,
        all_rows=all_rows,
    )


def _refuse_nothing(table: Table, columns: list[Column], aside: Mapping[str, str]) -> None:
    if not columns:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in aside.items())
        raise UnusableTable(f"No column of {table.location} is left to learn from. Set aside: {reasons}")


def _column(table: Table, name: str, rows: np.ndarray | slice = slice(None)) -> TextColumn:
    return TextColumn.of(name, table.columns[name][rows], table.whole.seen[name] if table.whole else None)


def _doubts(table: Table, target: TargetColumn, chosen: tuple, decimal: str) -> Doubts:
    """What the sample alone has decided: `chosen` are all columns, those that repeat another, and the leaks."""
    every, repeats, leaks = chosen if table.whole else ((), {}, {})
    texts = table.columns[target.target.name][target.kept_rows]
    return Doubts(
        target=target.target.name,
        known={normal(text): answer for text, answer in zip(texts.tolist(), target.y.tolist(), strict=True)},
        decimal=decimal,
        is_number=target.y.dtype != object,
        doubts=[Repeat(one.feature, repeats[one.name]) for one in every if one.name in repeats]
        + [Leak(one, target.y) for one in every if one.name in leaks],
    )


def _only_identifier(aside: dict[str, str]) -> str:
    """The column that names the case, when exactly one of texts was set aside as that."""
    found = [name for name, reason in aside.items() if is_text_identifier(reason)]
    return found[0] if len(found) == 1 else ""


def _finished(columns: list[Column], spec: Spec, decimal: str) -> list[Column]:
    """With limits and choices, in the order in which they are asked."""
    form_decimal = spec.data.decimal or decimal
    for column in columns:
        refuse_lossy(column.feature, column.values)
    made = [
        replace(column, feature=finished(column.feature, column.values, _said(spec, column), form_decimal))
        for column in columns
    ]
    last = float("inf")
    return sorted(made, key=lambda column: last if (order := _said(spec, column).order) is None else order)


def _said(spec: Spec, column: Column) -> FeatureSpec:
    return spec.features.get(column.name, NO_SPEC)


def _schema(spec: Spec, target: Target, columns: list[Column], id_column: str, labels: dict[str, str]) -> Schema:
    features = tuple(column.feature for column in columns)
    titles = dict.fromkeys(feature.group for feature in features if feature.group)
    id_label = spec.features.get(id_column, NO_SPEC).label or labels[id_column] if id_column else ""
    return Schema(
        model=spec.model,
        features=features,
        target=target,
        groups=tuple(Group(title, spec.groups.get(title, "")) for title in titles),
        id_column=id_column,
        id_label=id_label,
    )
