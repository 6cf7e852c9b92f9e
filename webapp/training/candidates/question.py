"""What every candidate is asked: the training rows, and what must be known about their columns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from webapp.preprocessing import Preprocessor
from webapp.schema import Schema


@dataclass(frozen=True)
class Question:
    """
    The training rows as every candidate sees them: encoded columns Z (n, e) and the target y (n,).

    `categorical` are the columns of level codes, `ordered` those of them that follow a scale. `directions` (e,) has 1
    or -1 for a column with which the value, or the chance of the second of `classes`, may only rise or only fall.
    `inputs` names the encoded columns of each input. `groups` (n,) are codes of rows that must stay in one fold. `own`
    are candidates that a data scientist brought, (name, estimator); `adopted` one that came fitted and is alone.
    `pairs` and `selection` say whether pairs of columns may have tables and whether inputs may be dropped.
    """

    Z: np.ndarray
    y: np.ndarray
    task: str
    classes: tuple[str, ...]
    categorical: Sequence[int]
    seed: int
    own: tuple[tuple[str, Any], ...] = ()
    adopted: Any = None
    ordered: Sequence[int] = ()
    directions: tuple[int, ...] = ()
    inputs: tuple[tuple[int, ...], ...] = ()
    groups: np.ndarray | None = None
    pairs: bool = True
    selection: bool = False

    @property
    def is_classes(self) -> bool:
        return self.task != "number"

    @property
    def is_directed(self) -> bool:
        return any(self.directions)

    @property
    def columns(self) -> dict[str, Any]:
        """The settings of our estimators that are about columns."""
        return {"categorical_features": list(self.categorical), "ordered_features": list(self.ordered)}

    @property
    def constraints(self) -> dict[str, Any]:
        """The setting of those that can keep to a direction."""
        return {"monotonic_cst": list(self.directions)} if self.is_directed else {}

    def only(self, inputs: Sequence[int]) -> "Question":
        """The same question without the other inputs; columns are numbered anew."""
        kept = sorted(column for position in inputs for column in self.inputs[position])
        place = {column: number for number, column in enumerate(kept)}
        return replace(
            self,
            Z=np.ascontiguousarray(self.Z[:, kept]),
            categorical=[place[column] for column in self.categorical if column in place],
            ordered=[place[column] for column in self.ordered if column in place],
            directions=tuple(self.directions[column] for column in kept) if self.directions else (),
            inputs=tuple(tuple(place[column] for column in self.inputs[position]) for position in inputs),
        )


def about_columns(schema: Schema, preprocessor: Preprocessor) -> dict[str, Any]:
    """What a Question says of the encoded columns, from the schema and the preprocessor that made them."""
    inputs: list[list[int]] = [[] for _ in schema.features]
    for column, encoded in enumerate(preprocessor.encoded):
        inputs[encoded.feature].append(column)
    # A direction is about the positive class; estimators know it by its place.
    target = schema.target
    sign = -1 if target.task == "binary" and np.unique(target.classes)[0] == target.positive else 1
    return {
        "categorical": preprocessor.categorical_columns_,
        "ordered": preprocessor.ordered_columns_,
        "directions": tuple(sign * schema.features[encoded.feature].monotonic for encoded in preprocessor.encoded),
        "inputs": tuple(tuple(columns) for columns in inputs),
    }
