"""The rows of one run: which are learned from, which are kept back, and which must stay together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.errors import UnusableSpec
from webapp.schema import DATES, NUMBERS
from webapp.training.columns.inference import Inference
from webapp.training.division.row_keys import RowKeys, row_keys
from webapp.training.division.splitting import split_rows
from webapp.training.spec.file import Spec


@dataclass(frozen=True)
class Division:
    """
    Positions in the inference; none stands in both. `groups` (rows of train): codes of rows that must stay in one fold,
    None where all stand alone. `large` (rows of holdout) as in RowKeys. `columns`: the inputs by which a row is known,
    with their kinds, whether or not the model is asked with all of them in the end.
    """

    train: np.ndarray
    holdout: np.ndarray
    groups: np.ndarray | None
    large: np.ndarray
    by: str
    seed: int
    limits: Mapping[str, float]
    columns: Mapping[str, str]
    time_column: str = ""

    @property
    def by_time(self) -> bool:
        return bool(self.time_column)

    def to_json(self) -> dict[str, Any]:
        """By what another run can tell which rows were kept back; no row can be found out from it."""
        if self.by_time:
            return {"by": "time", "column": self.time_column}
        return {
            "by": "chance",
            "key": self.by,
            "columns": dict(self.columns),
            "seed": self.seed,
            "limits": dict(self.limits),
        }


def divide_rows(spec: Spec, inference: Inference, seed: int, most_rows: int | None = None) -> Division:
    """Of all rows, or of so many drawn by chance. Raises UnusableSpec for a time column that tells no time."""
    moments = moments_of(spec, inference)
    chosen = _drawn(len(inference.y), seed, most_rows)
    keys = row_keys(inference, chosen, seed)
    split = split_rows(
        inference.y[chosen],
        keys,
        is_classes=inference.schema.target.kind == "classes",
        moments=None if moments is None else moments[chosen],
    )
    return Division(
        train=chosen[split.train],
        holdout=chosen[split.holdout],
        groups=_groups_of(keys, split.train),
        large=keys.large[split.holdout],
        by=keys.by,
        seed=seed,
        limits=split.limits,
        columns={feature.name: feature.kind for feature in inference.schema.features},
        time_column=spec.data.time_column,
    )


def moments_of(spec: Spec, inference: Inference) -> np.ndarray | None:
    """(n,) when each case happened, where the spec names a column for that. Raises UnusableSpec for an unfit one."""
    name = spec.data.time_column
    if not name:
        return None
    feature = inference.schema.by_name.get(name)
    if feature is None:
        reason = dict(inference.set_aside).get(name, "it is no input")
        raise UnusableSpec(
            f"[data] time_column “{name}” cannot say which rows are the latest, because it is set aside: {reason}"
        )
    if feature.kind not in NUMBERS + DATES:
        raise UnusableSpec(f"[data] time_column “{name}” holds neither dates nor numbers. Name a date column")
    values = inference.X[:, inference.schema.features.index(feature)]
    return np.array([feature.as_number(value) for value in values])


def _drawn(rows: int, seed: int, most_rows: int | None) -> np.ndarray:
    if most_rows is None or most_rows >= rows:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, most_rows, replace=False))


def _groups_of(keys: RowKeys, train: np.ndarray) -> np.ndarray | None:
    codes = np.unique(keys.groups[train], return_inverse=True)[1]
    return codes if codes.max() + 1 < len(codes) else None
