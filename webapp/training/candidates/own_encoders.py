"""Encoders of one's own, [features.<column>] encoder = "module:function", tried before they are used."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import clone

from webapp.errors import UnusableSpec
from webapp.schema import Feature, Schema
from webapp.training.candidates.foreign_pickle import untrusted_modules
from webapp.training.own_code import own_code, refuse_untrusted
from webapp.training.spec.file import Spec

TRIED_ROWS = 20
UNSEEN_LEVEL = "a level that no table has"


def refuse_untrusted_inputs(spec: Spec, trusted: Sequence[str]) -> None:
    """Raises UnusableSpec for code that no service would load: it is needed for every answer."""
    for column, said in spec.features.items():
        if ":" in said.kind:
            refuse_untrusted([said.kind.partition(":")[0]], trusted, f"[features.{column}] kind “{said.kind}”")
        if said.encoder:
            modules = untrusted_modules(_made(said.encoder, column))
            refuse_untrusted(modules, trusted, f"[features.{column}] encoder “{said.encoder}”")


def encoders_of(schema: Schema, spec: Spec, X: np.ndarray) -> list[Any] | None:
    """For each feature its unfitted encoder or None; None where nobody brought one. Raises UnusableSpec."""
    made = [
        _tried(_made(spec.features[feature.name].encoder, feature.name), feature, X[:, [position]])
        if feature.name in spec.features and spec.features[feature.name].encoder
        else None
        for position, feature in enumerate(schema.features)
    ]
    return made if any(encoder is not None for encoder in made) else None


def _made(place: str, column: str) -> Any:
    where = f"[features.{column}] encoder"
    function = own_code(place, where)
    try:
        encoder = function()
    except Exception as problem:  # whatever a function of somebody's own raises
        raise UnusableSpec(f"{where} “{place}” gave nothing: {type(problem).__name__}: {problem}") from problem
    if not all(hasattr(encoder, name) for name in ("fit", "transform", "get_params")):
        raise UnusableSpec(f"{where} “{place}” must give an unfitted scikit-learn transformer")
    return encoder


def _tried(encoder: Any, feature: Feature, column: np.ndarray) -> Any:
    """The encoder, once it gives the same numbers for a row alone as among others, for a blank and for new levels."""
    where = f"[features.{feature.name}] encoder"
    if feature.monotonic:
        raise UnusableSpec(f"{where}: monotonic cannot be kept to when the column is encoded in a way of its own")
    some = np.array([*column[:TRIED_ROWS, 0], None, *([UNSEEN_LEVEL] if feature.kind == "category" else [])], object)
    rows = some.reshape(-1, 1)
    try:
        fitted = clone(encoder).fit(column)
        together = np.asarray(fitted.transform(rows), dtype=float).reshape(len(rows), -1)
        alone = [np.asarray(fitted.transform(rows[[at]]), dtype=float).reshape(-1) for at in range(len(rows))]
    except Exception as problem:  # whatever somebody's own code raises
        raise UnusableSpec(f"{where} failed: {type(problem).__name__}: {problem}") from problem
    same = [np.array_equal(one, other, equal_nan=True) for one, other in zip(together, alone, strict=True)]
    if not together.shape[1] or not all(same):
        raise UnusableSpec(f"{where} must encode a row alone as it does among others, into at least one number")
    if np.isinf(together).any():
        raise UnusableSpec(f"{where} gives infinite numbers. NaN stands for a missing one")
    return encoder
