"""Parts of the cases, such as each region: how they were answered, and whether that proved as right as it said."""

from typing import Any

import numpy as np

from webapp.monitoring.cases import Cases
from webapp.monitoring.judging import class_chances, error_by_width
from webapp.monitoring.watched import Watched, parts_of
from webapp.schema import Feature


def part_sums(watched: Watched, feature: Feature, cases: Cases) -> dict[str, dict[str, float]]:
    """By the label of each part."""
    parts = parts_of(watched, feature)
    places = _places(feature, parts, cases.column(feature.name))
    sums = _of_numbers(watched, cases) if watched.task == "number" else _of_classes(watched, cases)
    return {
        label: {name: float(column[places == at].sum()) for name, column in sums.items()}
        for at, label in enumerate(parts.labels)
        if (places == at).any()
    }


def _places(feature: Feature, parts: Any, column: list[Any]) -> np.ndarray:
    """The part of each case; -1 of none."""
    if parts.edges:
        numbers = np.array([value if isinstance(value, int | float) else np.nan for value in column], dtype=float)
        return np.where(np.isnan(numbers), -1, np.searchsorted(parts.edges, numbers))
    place = {name: at for at, name in enumerate(parts.levels)}
    if feature.kind == "yes_no":
        names = [None if value is None else feature.choices[0 if value else 1].value for value in column]
    else:
        names = column
    return np.array([-1 if name is None else place.get(str(name), -1) for name in names], dtype=int)


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
