"""Made-up rows, typical and extreme, that every later loading of the package must answer as it does now."""

import numpy as np

from webapp.schema import DATES, OTHER, Feature, Schema, Value

ROWS = 24


def golden_rows(schema: Schema, seed: int) -> np.ndarray:
    """Typed rows (ROWS, d): the typical case first, then every feature walking through values of its own."""
    random = np.random.default_rng(seed)
    rows = np.empty((ROWS, len(schema.features)), dtype=object)
    for position, feature in enumerate(schema.features):
        values = _telling_values(feature)
        start = int(random.integers(len(values)))
        rows[:, position] = [values[(start + row) % len(values)] for row in range(ROWS)]
        rows[0, position] = feature.typical_value
    return rows


def _telling_values(feature: Feature) -> list[Value]:
    values: list[Value] = [feature.typical_value]
    if feature.kind == "category":
        values += [choice.value for choice in feature.choices[: ROWS // 2]] + [OTHER]
    elif feature.kind == "yes_no":
        values += [0.0, 1.0]
    else:
        limits = [limit for pair in (feature.usual, feature.observed) if pair for limit in pair]
        values += [feature.from_number(limit) if feature.kind in DATES else float(limit) for limit in limits]
    return [*values, None]
