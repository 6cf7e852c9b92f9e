"""The version in use while another is trained: how it answers the new rows, and which of them it never saw."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from webapp.model_package.format import ModelPackage
from webapp.preprocessing import typed_table
from webapp.schema import DATES, NUMBERS, Door, Feature, Schema, Target
from webapp.training.columns.inference import Inference
from webapp.training.columns.spec_against_table import decimal_sign
from webapp.training.division.row_keys import BY_ID, case_marks
from webapp.training.division.row_marks import marks_of_rows, places
from webapp.training.division.splitting import EVERYBODY
from webapp.training.metrics.losses import row_losses
from webapp.training.sources.table_source import Table
from webapp.training.spec.file import Spec

_NO_TARGET = Target("", "classes", "")
_UNREADABLE = object()  # stands for a cell that the other schema cannot take


@dataclass(frozen=True)
class Incumbent:
    """
    The version in use, opened once. `package` is None, and `problem` a sentence, where it cannot be opened here;
    `metadata` is empty where not even that can be read.
    """

    number: int
    version: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    package: ModelPackage | None = None
    problem: str = ""

    @property
    def name(self) -> str:
        return f"version {self.number}" if self.number else "the version in use"

    @property
    def schema(self) -> Schema | None:
        return Schema.from_json(self.metadata["schema"]) if self.metadata else None


@dataclass(frozen=True)
class NewRows:
    """Some rows of the table of a run, by their positions in `inference`; `is_common` (n,) as RowKeys has it."""

    table: Table
    spec: Spec
    inference: Inference
    rows: np.ndarray
    is_common: np.ndarray

    @property
    def y(self) -> np.ndarray:
        return self.inference.y[self.rows]

    def values(self, name: str) -> np.ndarray | None:
        """(n,) typed values of one input; None where there is no such input."""
        own = self.inference.schema.by_name.get(name)
        return None if own is None else self.inference.X[self.rows, self.inference.schema.features.index(own)]

    def lacks(self, features: Iterable[Feature]) -> list[str]:
        """Names of those that no column of the table has."""
        own = self.inference.schema.by_name
        return [f.name for f in features if f.name not in own and f.name not in self.table.columns]

    def read_as(self, features: Sequence[Feature]) -> tuple[np.ndarray, np.ndarray]:
        """X (n, d) as features of another schema have it, and which rows (n,) they can read. None may be lacking."""
        X, readable = np.empty((len(self.rows), len(features)), dtype=object), np.ones(len(self.rows), dtype=bool)
        for position, feature in enumerate(features):
            X[:, position] = values = self._column_as(feature)
            readable &= np.array([value is not _UNREADABLE for value in values], dtype=bool)
        return X, readable

    def _column_as(self, feature: Feature) -> np.ndarray:
        own = self.inference.schema.by_name.get(feature.name)
        if own is not None and same_sort(own.kind, feature.kind):
            return _of_kind(self.values(feature.name), feature.kind)
        return self._parsed(self.table.columns[feature.name][self.inference.kept_rows[self.rows]], feature, own)

    def _parsed(self, texts: np.ndarray, feature: Feature, own: Feature | None) -> np.ndarray:
        """By the one shared parser, in the way in which this table is written."""
        order = own.date_order if own is not None and own.kind in DATES else feature.date_order
        written = replace(feature, decimal=decimal_sign(self.table, self.spec), date_order=order)
        typed, refused = typed_table({feature.name: texts}, Schema("", (written,), _NO_TARGET), Door.TABLE)
        values = typed[:, 0]
        values[list(refused)] = _UNREADABLE
        return values


@dataclass(frozen=True)
class Replay:
    """Losses (n,) of the version in use, NaN where it cannot read the row; `unseen` (n,): it surely never had it."""

    losses: np.ndarray
    unseen: np.ndarray

    @property
    def readable(self) -> np.ndarray:
        return ~np.isnan(self.losses)


def replayed(incumbent: Incumbent, new: NewRows) -> Replay | str:
    """Let the version in use answer the new rows; or why that cannot be, to go on after a colon."""
    package = incumbent.package
    if package is None:
        return f"it cannot be opened here. {incumbent.problem.rstrip('.')}"
    if other := _other_question(package.schema.target, new.inference.schema.target):
        return other
    features = package.schema.features
    if absent := new.lacks(features):
        return f"the table no longer has {', '.join(f'“{name}”' for name in absent)}, which it needs"
    X, readable = new.read_as(features)
    losses = np.full(len(X), np.nan)
    losses[readable] = losses_of(package.pipeline, X[readable], new.y[readable])
    return Replay(losses, readable & never_seen(incumbent, new))


def losses_of(pipeline: Any, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(n,) the loss of a fitted pipeline on each typed row; classes are found by name, in whatever order they stand."""
    if not len(X):
        return np.empty(0)
    if not hasattr(pipeline, "predict_proba"):
        return row_losses(y, np.asarray(pipeline.predict(X), dtype=float), ())
    names = np.array([str(name) for name in pipeline.classes_])
    order = np.argsort(names, kind="stable")
    return row_losses(y.astype(str), np.asarray(pipeline.predict_proba(X))[:, order], tuple(names[order]))


def never_seen(incumbent: Incumbent, new: NewRows) -> np.ndarray:
    """
    (n,) True for rows that the version in use certainly did not learn from.

    Either they are later than all that it learned from, or what stands in them would have kept them back from it. Of
    rows that are common cases the latter cannot be known.
    """
    kept_back = incumbent.metadata.get("kept_back") or {}
    if kept_back.get("by") == "time":
        return _later(incumbent.metadata.get("data_until", ""), kept_back["column"], new)
    if not kept_back:
        return np.zeros(len(new.rows), dtype=bool)
    marks, is_known = _marks(kept_back, incumbent, new)
    limits = kept_back["limits"]
    limit = np.array([limits.get(str(answer), limits.get(EVERYBODY, 0.0)) for answer in new.y])
    return is_known & ~new.is_common & (places(marks, kept_back["seed"]) <= limit)


def _marks(kept_back: Mapping[str, Any], incumbent: Incumbent, new: NewRows) -> tuple[np.ndarray, np.ndarray]:
    """Marks (n,) as that version's own run made them, and of which rows (n,) they can be made."""
    marks, is_known = np.zeros(len(new.rows), dtype=np.uint64), np.zeros(len(new.rows), dtype=bool)
    known = incumbent.schema.by_name
    columns = kept_back["columns"].items()
    features = [known[name] if name in known else Feature(name, kind, name) for name, kind in columns]
    if not new.lacks(features):
        X, is_known = new.read_as(features)
        marks[is_known] = marks_of_rows(X[is_known], [feature.name for feature in features])
    if kept_back["key"] != BY_ID:
        return marks, is_known
    if new.inference.ids is None:
        return marks, np.zeros(len(new.rows), dtype=bool)
    own = case_marks(new.inference.ids[new.rows], np.zeros_like(marks))
    return np.where(own == 0, marks, own), is_known | (own != 0)


def _later(until: str, column: str, new: NewRows) -> np.ndarray:
    values = new.values(column)
    if not until or values is None or new.inference.schema.by_name[column].kind not in DATES:
        return np.zeros(len(new.rows), dtype=bool)
    last = np.datetime64(until, "D")
    return np.array([value is not None and value.astype("datetime64[D]") > last for value in values], dtype=bool)


def _other_question(known: Target, asked: Target) -> str:
    if (known.name, known.kind) != (asked.name, asked.kind):
        return f"it answers another question, “{known.name}”"
    if set(known.classes) != set(asked.classes):
        return f"it knows other classes of “{known.name}”"
    return ""


def same_sort(own: str, other: str) -> bool:
    """Whether values of one kind can be read as those of the other."""
    return own == other or any({own, other} <= set(sort) for sort in (NUMBERS, DATES))


def _of_kind(values: np.ndarray, kind: str) -> np.ndarray:
    if kind not in DATES:
        return values
    unit = "D" if kind == "date" else "s"
    return np.array([None if value is None else value.astype(f"datetime64[{unit}]") for value in values], dtype=object)
