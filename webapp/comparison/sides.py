"""One version as far as it can be compared: it reads texts by its own schema and answers them by its own pipeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from webapp.model_package.format import ModelPackage
from webapp.model_package.golden_rows import pipeline_answers
from webapp.parsing.numbers import NotANumber, parse_number
from webapp.parsing.shown import typed_text
from webapp.parsing.texts import normal
from webapp.preprocessing import typed_table
from webapp.schema import Door, Schema, Target

DEFAULT_THRESHOLD = 0.5
ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Side:
    """`name` as in a sentence: 'version 3', `version` its id. `profile` and `metadata` are those of the package."""

    name: str
    schema: Schema
    pipeline: Any
    profile: Mapping[str, Any]
    metadata: Mapping[str, Any]
    version: str = ""

    @classmethod
    def of(cls, package: ModelPackage) -> "Side":
        return cls(
            name=f"version {package.number}",
            schema=package.schema,
            pipeline=package.pipeline,
            profile=package.profile,
            metadata=package.metadata,
            version=package.version,
        )

    @property
    def rows(self) -> int:
        """How many rows it learned from; where nobody knows, those of the table it was tried on, and 0 without one."""
        table = (self.metadata.get("data") or {}).get("rows")
        return int(self.metadata.get("rows", {}).get("train") or table or 0)

    @property
    def threshold(self) -> float:
        """The chance from which on something is done; a half where nobody said."""
        said = self.metadata.get("words", {}).get("decision", {}).get("threshold")
        return DEFAULT_THRESHOLD if said is None else said

    def typed(self, columns: Mapping[str, np.ndarray], decimal: str = ".") -> tuple[np.ndarray, np.ndarray]:
        """Typed rows (n, d) of columns of texts, and which of them (n,) it can read at all."""
        return _typed(columns, self.schema, decimal)

    def typed_column(self, name: str, texts: np.ndarray, decimal: str = ".") -> tuple[np.ndarray, np.ndarray]:
        """Likewise the values (n,) of one of its features alone."""
        X, readable = _typed({name: texts}, replace(self.schema, features=(self.schema.by_name[name],)), decimal)
        return X[:, 0], readable

    def answers(self, X: np.ndarray) -> np.ndarray:
        """Probabilities (n, K) in the order of its classes, or values (n, 1)."""
        if not len(X):
            return np.empty((0, max(len(self.schema.target.classes), 1)))
        parts = [pipeline_answers(self.pipeline, X[at : at + ROWS_AT_ONCE]) for at in range(0, len(X), ROWS_AT_ONCE)]
        return np.concatenate(parts)

    def outcomes(self, texts: np.ndarray, decimal: str = ".") -> np.ndarray:
        """What really happened (n,), a class or a number; None for a cell that says neither."""
        found = np.empty(len(texts), dtype=object)
        found[:] = [_outcome(normal(text), self.schema.target, decimal) for text in texts]
        return found

    def decisions(self, answers: np.ndarray) -> np.ndarray:
        """The class (n,) that each answer stands for: by the threshold where there are two, else the most probable."""
        classes = np.array(self.schema.target.classes, dtype=object)
        if len(classes) != 2:
            return classes[answers.argmax(axis=1)]
        positive = self.schema.target.classes.index(self.schema.target.positive)
        return classes[np.where(answers[:, positive] >= self.threshold, positive, 1 - positive)]


def _typed(columns: Mapping[str, np.ndarray], schema: Schema, decimal: str) -> tuple[np.ndarray, np.ndarray]:
    features = tuple(replace(feature, decimal=decimal) for feature in schema.features)
    X, refused = typed_table(columns, replace(schema, features=features), Door.TABLE)
    readable = np.ones(len(X), dtype=bool)
    readable[list(refused)] = False
    return X, readable


def _outcome(text: str, target: Target, decimal: str) -> str | float | None:
    if text in target.classes:
        return text
    try:
        number = parse_number(text, decimal=decimal, unit=target.unit, scientific=True) if text else None
    except NotANumber:
        return None
    if number is None or target.kind == "number":
        return number
    return typed_text(number) if typed_text(number) in target.classes else None  # 1.0 is the class 1


def same_kind_of_answer(a: Side, b: Side) -> bool:
    """Whether answers of both can be laid side by side: numbers, or at least one class in common."""
    if a.schema.target.kind != b.schema.target.kind:
        return False
    return a.schema.target.kind == "number" or bool(set(a.schema.target.classes) & set(b.schema.target.classes))


def aligned(answers: np.ndarray, own: Sequence[str], all_classes: Sequence[str]) -> np.ndarray:
    """Probabilities in the order of `all_classes`; a class that a version does not know has none."""
    if not all_classes:
        return answers
    spread = np.zeros((len(answers), len(all_classes)))
    spread[:, [all_classes.index(name) for name in own]] = answers
    return spread


def classes_of(sides: Sequence[Side]) -> tuple[str, ...]:
    """Every class that any of them knows."""
    return tuple(dict.fromkeys(name for side in sides for name in side.schema.target.classes))


def distance(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """How far answers (..., K) are apart: the share of the chance that moved, or the difference of two numbers."""
    apart = np.abs(after - before)
    return apart[..., 0] if apart.shape[-1] == 1 else apart.sum(axis=-1) / 2
