"""
A few made-up rows with the numbers the pipeline gave when it was packed, replayed after every load.

golden_rows.json is {"rows": [[value, ...], ...], "expected": [[number, ...], ...]}: values in schema order, a number or
text as itself, null for a missing one, {"date": "2024-01-31"} or {"datetime": "2024-01-31T08:00:00"} for a moment.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from webapp.errors import PackageCorrupt, PackageIncompatible
from webapp.model_package.compatibility import retraining

# Relative for numbers beyond 1: doubles near a million are themselves 1e-10 apart.
TOLERANCE = 1e-9


def pack_golden_rows(pipeline: Any, X: np.ndarray) -> bytes:
    """The content of golden_rows.json: these typed rows and what the pipeline answers to them now."""
    rows = array_to_golden_values(X)
    expected = pipeline_answers(pipeline, golden_values_to_array(rows)).tolist()
    return json.dumps({"rows": rows, "expected": expected}, allow_nan=False, indent=1).encode()


def replay_golden_rows(pipeline: Any, golden: Mapping[str, Any], model: str) -> None:
    """Raise PackageIncompatible unless the pipeline still gives the numbers it gave when it was packed."""
    X, expected = _read(golden)
    try:
        answers = pipeline_answers(pipeline, X)
    except Exception as problem:  # what another library version breaks can fail in any way
        raise PackageIncompatible(f"Its golden rows cannot be replayed. {retraining(model)}") from problem
    allowed = TOLERANCE * np.maximum(1.0, np.abs(expected))
    if answers.shape != expected.shape or not np.all(np.abs(answers - expected) <= allowed):
        raise PackageIncompatible(f"It answers its golden rows differently than when trained. {retraining(model)}")


def pipeline_answers(pipeline: Any, X: np.ndarray) -> np.ndarray:
    """Probabilities (n, classes), or values (n, 1)."""
    if hasattr(pipeline, "predict_proba"):
        return np.asarray(pipeline.predict_proba(X), dtype=float)
    return np.asarray(pipeline.predict(X), dtype=float).reshape(len(X), -1)


def golden_values_to_array(rows: Sequence[Sequence[Any]]) -> np.ndarray:
    """JSON values to the 2-D object array of typed values a pipeline takes."""
    width = len(rows[0]) if rows else 0
    X = np.empty((len(rows), width), dtype=object)
    for at, row in enumerate(rows):
        if len(row) != width:
            raise ValueError("golden rows differ in length")
        for column, value in enumerate(row):
            X[at, column] = _typed(value)
    return X


def array_to_golden_values(X: np.ndarray) -> list[list[Any]]:
    """The inverse of `golden_values_to_array`."""
    return [[_json_value(value) for value in row] for row in X]


def _read(golden: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    try:
        X = golden_values_to_array(golden["rows"])
        expected = np.array(golden["expected"], dtype=float)
    except (KeyError, TypeError, ValueError) as problem:
        raise PackageCorrupt("golden_rows.json is damaged") from problem
    if expected.ndim != 2 or len(expected) != len(X) or not len(X):
        raise PackageCorrupt("golden_rows.json needs one line of expected numbers for each row")
    return X, expected


def _typed(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, dict) and len(value) == 1:
        [(kind, text)] = value.items()
        units = {"date": "D", "datetime": "s"}
        if kind in units and isinstance(text, str):
            return np.datetime64(text, units[kind])
    raise ValueError(f"{value!r} is not a golden value")


def _json_value(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value if value is None else str(value)
    if isinstance(value, np.datetime64) and not np.isnat(value):
        kind = "date" if np.datetime_data(value.dtype)[0] == "D" else "datetime"
        return {kind: str(value)}
    if isinstance(value, int | float | np.integer | np.floating) and np.isfinite(value):
        return float(value)
    raise ValueError(f"{value!r} is not a typed value")
