"""Rows of typed values as awkward as a file may hold: ordinary, missing, unheard of, far outside, on the very limit."""

import numpy as np

from webapp.prediction.many import LIGHTS, Answers, Column
from webapp.schema import OTHER, Feature, Schema


def awkward_rows(schema: Schema, learned: np.ndarray, rows: int = 120, seed: int = 0) -> np.ndarray:
    """(rows, d): values of the table, and in every fourth cell one of the features' awkward values."""
    random = np.random.default_rng(seed)
    X = learned[random.integers(0, len(learned), rows)].copy()
    for position, feature in enumerate(schema.features):
        odd = np.empty(len(found := _awkward(feature)), dtype=object)
        odd[:] = found
        chosen = random.random(rows) < 0.25 * (np.arange(rows) % 3 == 0)
        X[chosen, position] = odd[random.integers(0, len(odd), int(chosen.sum()))]
    return X


def _awkward(feature: Feature) -> list:
    if feature.kind == "category":
        return [None, OTHER, "never heard of", *(choice.value for choice in feature.choices)]
    if feature.kind == "yes_no":
        return [None, 0.0, 1.0]
    low, high = feature.observed
    span = high - low
    numbers = (low, high, np.nextafter(high, np.inf), high + span / 2, high + 3 * span, low - 3 * span, 0.0)
    return [None, *(feature.from_number(number) for number in numbers)]


def as_columns(X: np.ndarray) -> list[Column]:
    """Each column as its distinct values and their places."""
    columns = []
    for cells in X.T:
        found = list(dict.fromkeys(cells.tolist()))
        values = np.empty(len(found), dtype=object)
        values[:] = found
        columns.append(Column(values, np.array([found.index(cell) for cell in cells.tolist()])))
    return columns


def said_of(answers: Answers, schema: Schema, row: int) -> tuple[tuple, list[float]]:
    """What the answers hold of one row: in words, and the figures."""
    answer = "" if answers.answered is None else schema.target.classes[answers.answered[row]]
    words = answer, LIGHTS[answers.light[row]], answers.warnings[answers.warning[row]]
    figures = [figure[row] for figure in (answers.chance, answers.value) if figure is not None]
    return words, figures + ([] if answers.interval is None else answers.interval[row].tolist())
