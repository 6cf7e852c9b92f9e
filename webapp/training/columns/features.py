"""A feature from a column that is learned from: first as far as its texts need it to be parsed, then with its facts."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pandas as pd

from webapp.errors import UnusableSpec, UnusableTable
from webapp.prediction.care import is_rare
from webapp.schema import DATES, NUMBERS, OTHER, Choice, Feature, Schema
from webapp.training.columns.kinds import YES, ColumnKind
from webapp.training.columns.numbers_seen import decimals_seen, limits_of, typical_of
from webapp.training.columns.set_aside import MIN_LEVEL_ROWS
from webapp.training.columns.text_column import TextColumn
from webapp.training.spec.file import FeatureSpec, Spec

NO_SPEC = FeatureSpec()


def drafted(column: TextColumn, kind: ColumnKind, said: FeatureSpec, decimal: str, label: str) -> Feature:
    """The feature as far as it takes to parse its column."""
    missing_seen = bool(column.blanks) or bool(kind.markers)
    return Feature(
        name=column.name,
        kind=kind.kind,
        label=said.label or label,
        unit=said.unit or kind.unit,
        help=said.help,
        group=said.group,
        reason=said.reason,
        choices=_yes_and_no(column, kind, said) if kind.kind == "yes_no" else (),
        ordered=said.ordered,
        decimals=decimals_seen(column, kind, decimal) if kind.kind == "number" else 0,
        decimal=decimal,
        date_order=kind.date_order or "dmy",
        missing_seen=missing_seen,
        optional={"allow": True, "refuse": False}.get(said.missing, missing_seen),
        missing_markers=kind.markers,
        sensitive=said.sensitive,
        actionable=said.actionable,
        direction=said.direction,
        monotonic={"up": 1, "down": -1}.get(said.monotonic, 0),
        own_kind=said.kind if ":" in said.kind else "",
    )


def finished(draft: Feature, values: np.ndarray, said: FeatureSpec, form_decimal: str) -> Feature:
    """The feature with its limits, choices and typical value. values: (n,) typed, None where missing."""
    feature = _with_facts(replace(draft, decimal=form_decimal), values, said)
    if feature.kind == "category" and all(choice.rows < MIN_LEVEL_ROWS for choice in feature.choices):
        raise UnusableTable(
            f"No category of “{feature.name}” has {MIN_LEVEL_ROWS} rows. Exclude the column under [data] in the spec"
        )
    return feature


def learned_from(schema: Schema, X: np.ndarray, spec: Spec) -> Schema:
    """
    The schema with the facts of the rows that are learned from, X (n, d); what only others show is new to the model.

    Whether a blank is accepted stays as the whole table has it.
    """
    features = [
        replace(
            _with_facts(feature, values, spec.features.get(feature.name, NO_SPEC)),
            missing_seen=any(value is None for value in values),
        )
        for feature, values in zip(schema.features, X.T, strict=True)
    ]
    return replace(schema, features=tuple(features))


def _with_facts(feature: Feature, values: np.ndarray, said: FeatureSpec) -> Feature:
    if feature.kind in NUMBERS + DATES:
        return _measured(feature, numbers_of(values), said)
    if said.minimum is not None or said.maximum is not None:
        raise UnusableSpec(f"[features.{feature.name}] has min or max, but only numbers and dates have limits")
    if feature.kind == "yes_no":
        return _counted(feature, values)
    return _with_choices(feature, values, said)


def numbers_of(values: np.ndarray) -> np.ndarray:
    """(n,) floats of typed numbers or dates (days or seconds), NaN where missing."""
    first = next((value for value in values if value is not None), None)
    if not isinstance(first, np.datetime64):
        return values.astype(float)
    moments = np.array([np.datetime64("NaT") if value is None else value for value in values], dtype=first.dtype)
    return np.where(np.isnat(moments), np.nan, moments.astype(np.int64))


def beyond_limits(feature: Feature, values: np.ndarray) -> int:
    """How many rows of the table a person's hard limits would refuse."""
    if feature.minimum is None and feature.maximum is None:
        return 0
    numbers = numbers_of(values)
    low = -np.inf if feature.minimum is None else feature.minimum
    high = np.inf if feature.maximum is None else feature.maximum
    return int(np.sum((numbers < low) | (numbers > high)))


def _measured(feature: Feature, numbers: np.ndarray, said: FeatureSpec) -> Feature:
    present = numbers[~np.isnan(numbers)]
    low, high = _limit(feature, said.minimum, "min"), _limit(feature, said.maximum, "max")
    if low is not None and high is not None and low > high:
        raise UnusableSpec(f"[features.{feature.name}] min is larger than max")
    if not len(present):
        return replace(feature, observed=None, usual=None, typical=None, minimum=low, maximum=high)
    observed, usual = limits_of(present, feature.kind, feature.name)
    typical = typical_of(present, feature.kind, feature.decimals)
    return replace(feature, observed=observed, usual=usual, typical=typical, minimum=low, maximum=high)


def _limit(feature: Feature, said: object, key: str) -> float | None:
    if said is None:
        return None
    is_date = isinstance(said, date | datetime)
    if is_date != (feature.kind in DATES):
        wanted = "a date like 2024-01-31" if feature.kind in DATES else "a number"
        raise UnusableSpec(f"[features.{feature.name}] {key} must be {wanted}, because the column is one of them")
    if not is_date:
        return float(said)
    naive = said.replace(tzinfo=None) if isinstance(said, datetime) else said
    unit = "D" if feature.kind == "date" else "s"
    return float(np.datetime64(naive, "s").astype(f"datetime64[{unit}]").astype(np.int64))


def _yes_and_no(column: TextColumn, kind: ColumnKind, said: FeatureSpec) -> tuple[Choice, ...]:
    """The two choices, yes first; their values are the commonest spellings of the table."""
    labels = dict(said.choices)
    by_count = sorted(zip(-column.counts, column.levels, strict=True))
    levels = [level for _, level in by_count if level not in kind.markers]
    if said.choices and set(levels) <= set(labels) and len(labels) == 2:
        yes, no = labels
    else:
        yes = next((level for level in levels if level.casefold() in YES), "Yes")
        no = next((level for level in levels if level.casefold() not in YES), "No")
    return Choice(yes, labels.get(yes) or "Yes"), Choice(no, labels.get(no) or "No")


def _counted(feature: Feature, values: np.ndarray) -> Feature:
    rows = [int(np.sum(values == number)) for number in (1.0, 0.0)]
    choices = tuple(
        replace(choice, rows=count, rare=is_rare(count, len(values)))
        for choice, count in zip(feature.choices, rows, strict=True)
    )
    return replace(feature, choices=choices, typical=float(rows[0] > rows[1]))


def _with_choices(feature: Feature, values: np.ndarray, said: FeatureSpec) -> Feature:
    codes, levels = pd.factorize(values)
    counts = dict(zip(levels, np.bincount(codes[codes >= 0], minlength=len(levels)).tolist(), strict=True))
    labels = {value: label for value, label in said.choices if label}
    named = [level for level, rows in counts.items() if rows >= MIN_LEVEL_ROWS]
    listed = [value for value, _ in said.choices]
    shown = listed + sorted(set(named) - set(listed), key=natural)
    unnamed = {level.casefold() for level in counts if level not in shown}
    choices = tuple(
        Choice(
            value=level,
            label=labels.get(level, level),
            rows=counts.get(level, 0),
            rare=is_rare(counts.get(level, 0), len(values)),
            exact=level.casefold() in unnamed,
        )
        for level in shown
    )
    other = sum(rows for level, rows in counts.items() if level not in shown)
    known = named or [level for level in shown if level in counts]
    typical = max(known, key=lambda level: counts[level], default=OTHER if other else None)
    return replace(feature, choices=choices, other_rows=other, typical=typical)


def natural(text: str) -> tuple[Sequence[object], str]:
    """Sort key in which 9 comes before 10, and capitals do not matter."""
    parts = re.split(r"([0-9]+)", text.casefold())
    return [(int(part), "") if at % 2 else (0, part) for at, part in enumerate(parts)], text
