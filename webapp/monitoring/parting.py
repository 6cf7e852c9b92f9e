"""Parts of the cases, such as each region: how they were answered, and whether that proved as right as it said."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from webapp.monitoring.cases import Cases, as_numbers
from webapp.monitoring.judging import class_chances, error_by_width
from webapp.monitoring.watched import Parts, Watched, parts_of
from webapp.schema import Feature


def part_sums(watched: Watched, cases: Cases) -> dict[str, dict[str, dict[str, float]]]:
    """By the field that divides the cases, and by the label of each part."""
    sums = _of_numbers(watched, cases) if watched.task == "number" else _of_classes(watched, cases)
    return {feature.name: _of_parts(watched, feature, cases, sums) for feature in watched.grouped}


def _of_parts(
    watched: Watched, feature: Feature, cases: Cases, sums: Mapping[str, np.ndarray]
) -> dict[str, dict[str, float]]:
    parts = parts_of(watched, feature)
    places = _places(feature, parts, cases.column(feature.name)) + 1
    of_part = {name: np.bincount(places, column, len(parts.labels) + 1)[1:] for name, column in sums.items()}
    return {
        label: {name: float(column[at]) for name, column in of_part.items()}
        for at, label in enumerate(parts.labels)
        if of_part["rows"][at]
    }


def _places(feature: Feature, parts: Parts, column: Sequence[Any]) -> np.ndarray:
    """The part of each case; -1 of none."""
    if parts.edges:
        numbers = as_numbers(column)
        return np.where(np.isnan(numbers), -1, np.searchsorted(parts.edges, numbers))
    place = {name: at for at, name in enumerate(parts.levels)}
    if feature.kind == "yes_no":
        names = [None if value is None else feature.choices[0 if value else 1].value for value in column]
    else:
        names = column
    return np.array([place.get(name, -1) for name in names], dtype=int)


def _of_classes(watched: Watched, cases: Cases) -> dict[str, np.ndarray]:
    """`said` and `came` are of the positive class, or of several classes of the one answered."""
    target = watched.schema.target
    known = cases.known.astype(float)
    chances = class_chances(watched, cases)
    place = {name: at for at, name in enumerate(target.classes)}
    decided = np.array([place.get(name, 0) for name in cases.decided], dtype=int)
    happened = np.array([place.get(what, -1) for what in cases.happened], dtype=int)
    of = np.full(len(cases), place[target.positive]) if watched.task == "binary" else decided
    chance = chances[np.arange(len(cases)), of] if len(cases) else np.zeros(0)
    return {
        "rows": np.ones(len(cases)),
        "flagged": (decided == of).astype(float) if watched.task == "binary" else np.zeros(len(cases)),
        "known": known,
        "right": known * (decided == happened),
        "said": known * chance,
        "came": known * (happened == of),
        "variance": known * chance * (1.0 - chance),
    }


def _of_numbers(watched: Watched, cases: Cases) -> dict[str, np.ndarray]:
    known = cases.known
    real = np.array([float(what) if what is not None else np.nan for what in cases.happened], dtype=float)
    errors = np.where(known, real - cases.value, 0.0)
    width = np.nan_to_num(cases.high - cases.low)
    _, square = error_by_width(watched)
    inside = np.nan_to_num((cases.low <= real) & (real <= cases.high)).astype(float)
    return {
        "rows": np.ones(len(cases)),
        "known": known.astype(float),
        "right": known * inside,
        "value": cases.value,
        "error": errors,
        "squared": np.square(errors),
        "variance": known * square * np.square(width),
    }
