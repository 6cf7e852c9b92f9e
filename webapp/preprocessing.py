"""
The shared module: rows or a table -> typed values -> encoded columns.

Training, form, API and files of cases all come through here, so that the value the model sees is the value the person
meant. `Preprocessor` is pickled: its path is a storage format.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted

from webapp.errors import InvalidRow, InvalidValue
from webapp.schema import Door, Feature, Schema, Value

FEW_ROWS = 32  # up to here a loop over Python values beats the fixed cost of numpy's conversions
_PARTS = {"date": ("year", "month", "weekday", "day"), "datetime": ("year", "month", "weekday", "day", "hour")}
_FIRST_WEEKDAY = 3  # 1970-01-01 was a Thursday, and Monday counts as 0


def typed_row(row: Mapping[str, object], schema: Schema, door: Door) -> list[Value]:
    """
    The typed values of one row in schema order; a column that is not there is a blank.

    Values are texts, or JSON values at the JSON door. Raises InvalidRow with every problem at once.
    """
    values: list[Value] = []
    problems: list[InvalidValue] = []
    for feature in schema.features:
        answer = row.get(feature.name)
        try:
            if door is Door.JSON:
                values.append(feature.parse_json(answer))
            else:
                values.append(feature.parse("" if answer is None else str(answer), door))
        except InvalidValue as problem:
            problems.append(problem)
    if problems:
        raise InvalidRow(problems)
    return values


def typed_table(columns: Mapping[str, np.ndarray], schema: Schema, door: Door) -> tuple[np.ndarray, dict[int, list]]:
    """
    Typed values (n, d) of a table of texts, and for each refused row (its position) its InvalidValue problems.

    Each distinct text of a column is parsed once, by the one scalar parser. A refused row holds None where it failed.
    """
    parsed = [_typed_column(columns[feature.name], feature, door) for feature in schema.features]
    table = np.empty((len(parsed[0][0]) if parsed else 0, len(parsed)), dtype=object)
    refused: dict[int, list[InvalidValue]] = {}
    for position, (values, problems) in enumerate(parsed):
        table[:, position] = values
        for row, problem in problems:
            refused.setdefault(row, []).append(problem)
    return table, refused


def _typed_column(texts: np.ndarray, feature: Feature, door: Door) -> tuple[np.ndarray, list]:
    codes, distinct = pd.factorize(texts)
    values = np.empty(len(distinct), dtype=object)
    problems: dict[int, InvalidValue] = {}
    for position, text in enumerate(distinct):
        try:
            values[position] = feature.parse(text, door)
        except InvalidValue as problem:
            problems[position] = problem
    wrong = np.flatnonzero(np.isin(codes, list(problems))) if problems else ()
    return values[codes], [(int(row), problems[codes[row]]) for row in wrong]


class EncodedColumn(NamedTuple):
    """One column after preprocessing: the input it comes from, which part of it, and whether it holds codes."""

    feature: int
    part: str
    categorical: bool


class Preprocessor(TransformerMixin, BaseEstimator):
    """
    Typed values (n, d) of object dtype, or a DataFrame, to encoded columns (n, e) of float64.

    number, integer, yes_no: the number, NaN where missing. category: the position in the sorted vocabulary learned in
    fit, -1 for one that is not in it, NaN where missing. date, datetime: year, month, weekday (Monday 0), days since
    1970-01-01 and, for a date-time, the hour with its fraction.

    Parameters
    ----------
    names : column names in schema order, by which a DataFrame is read; None: by position.
    kinds : a kind for each column, see webapp.schema.KINDS; None: all numbers.
    min_level_rows : categories with fewer rows in fit are not named; they encode as -1.
    orders : for each column of categories on a scale all of them in their order, by which they encode; else None.

    Attributes
    ----------
    encoded_ : tuple of EncodedColumn as plain tuples. categorical_columns_ : indexes of the columns that hold codes,
    ordered_columns_ : of those whose codes follow a scale.
    vocabularies_ : for each input a dict category -> code, or None.
    """

    def __init__(
        self,
        names: Sequence[str] | None = None,
        kinds: Sequence[str] | None = None,
        *,
        min_level_rows: int = 5,
        orders: Sequence[Sequence[str] | None] | None = None,
    ):
        self.names = names
        self.kinds = kinds
        self.min_level_rows = min_level_rows
        self.orders = orders

    def fit(self, X, y=None):
        """Learn the vocabularies. X: (n, d)."""
        columns = self._columns(X, fitting=True)
        kinds = self.kinds_
        orders = [None] * len(kinds) if self.orders is None else self.orders
        self.vocabularies_ = [
            _vocabulary(column, order, self.min_level_rows) if kind == "category" else None
            for column, kind, order in zip(columns, kinds, orders, strict=True)
        ]
        encoded = []
        for position, kind in enumerate(kinds):
            parts = _PARTS.get(kind, ("level",) if kind == "category" else ("value",))
            encoded += [(position, part, kind == "category") for part in parts]
        self.encoded_ = tuple(encoded)
        self.categorical_columns_ = [index for index, (_, _, codes) in enumerate(encoded) if codes]
        self.ordered_columns_ = [index for index in self.categorical_columns_ if orders[encoded[index][0]] is not None]
        self._encode_columns(columns)  # what cannot be encoded is refused here and not at the first answer
        return self

    @property
    def encoded(self) -> tuple[EncodedColumn, ...]:
        return tuple(EncodedColumn(*column) for column in self.encoded_)

    def transform(self, X) -> np.ndarray:
        """Encoded columns (n, e), C-contiguous float64. Raises ValueError for another width or infinity."""
        if type(X) is np.ndarray and X.dtype == object and X.ndim == 2 and len(X) <= FEW_ROWS:
            return self._encode_few(X)
        check_is_fitted(self)
        return self._encode_columns(self._columns(X, fitting=False))

    def _encode_columns(self, columns: list[np.ndarray]) -> np.ndarray:
        blocks = [
            _encode(column, kind, vocabulary)
            for column, kind, vocabulary in zip(columns, self.kinds_, self.vocabularies_, strict=True)
        ]
        return _finite(np.ascontiguousarray(np.column_stack(blocks), dtype=np.float64))

    def _encode_few(self, X: np.ndarray) -> np.ndarray:
        """The same values as the columns' way, cell by cell: for one row the fixed cost of numpy is the whole cost."""
        check_is_fitted(self)
        self._check_width(X.shape[1])
        encoded = np.empty((len(X), len(self.encoded_)))
        for row, cells in enumerate(X.tolist()):
            line: list[float] = []
            for cell, kind, vocabulary in zip(cells, self.kinds_, self.vocabularies_, strict=True):
                if vocabulary is not None:
                    line.append(np.nan if _is_missing(cell) else vocabulary.get(cell, -1.0))
                elif kind in _PARTS:
                    line.extend(_date_parts(np.array([cell], dtype="datetime64[s]"), kind)[0])
                else:
                    line.append(np.nan if cell is None else cell)
            encoded[row] = line
        return _finite(encoded)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        check_is_fitted(self)
        names = self.names or input_features or [f"x{position}" for position in range(self.n_features_in_)]
        return np.array([f"{names[feature]}:{part}" for feature, part, _ in self.encoded_], dtype=object)

    def _columns(self, X, *, fitting: bool) -> list[np.ndarray]:
        if isinstance(X, pd.DataFrame):
            names = list(X.columns) if self.names is None else list(self.names)
            lacking = [name for name in names if name not in X.columns]
            if lacking:
                raise ValueError(f"Columns are missing: {', '.join(map(str, lacking))}")
            X = X[names].to_numpy(dtype=object)
        X = check_array(X, dtype=None, ensure_all_finite=False, estimator=self)
        if fitting:
            self.n_features_in_ = X.shape[1]
            self.kinds_ = ["number"] * X.shape[1] if self.kinds is None else list(self.kinds)
        self._check_width(X.shape[1])
        return [X[:, position] for position in range(X.shape[1])]

    def _check_width(self, width: int) -> None:
        if width != len(self.kinds_):
            name = type(self).__name__
            raise ValueError(f"X has {width} features, but {name} is expecting {len(self.kinds_)} features as input")


def _vocabulary(column: np.ndarray, order: Sequence[str] | None, min_rows: int) -> dict[str, float]:
    if order is not None:
        return {level: float(code) for code, level in enumerate(order)}
    levels, counts = np.unique(column[[not _is_missing(cell) for cell in column]].astype(str), return_counts=True)
    return {str(level): float(code) for code, level in enumerate(levels[counts >= min_rows])}


def _is_missing(cell: object) -> bool:
    return cell is None or cell != cell  # only NaN and NaT differ from themselves


def _encode(column: np.ndarray, kind: str, vocabulary: dict[str, float] | None) -> np.ndarray:
    if vocabulary is not None:
        return np.array([np.nan if _is_missing(cell) else vocabulary.get(cell, -1.0) for cell in column], dtype=float)
    if kind in _PARTS:
        return _date_parts(np.array([None if _is_missing(cell) else cell for cell in column], "datetime64[s]"), kind)
    return column.astype(np.float64)


def _date_parts(moments: np.ndarray, kind: str) -> np.ndarray:
    """(n, 4 or 5): year, month, weekday, day number and, for a date-time, hour; NaN where missing."""
    absent = np.isnat(moments)
    filled = np.where(absent, np.datetime64(0, "s"), moments)
    days = filled.astype("datetime64[D]")
    months = filled.astype("datetime64[M]").astype(np.int64)
    number = days.astype(np.int64)
    parts = [months // 12 + 1970, months % 12 + 1, (number + _FIRST_WEEKDAY) % 7, number]
    if kind == "datetime":
        parts.append((filled - days) / np.timedelta64(1, "h"))
    encoded = np.column_stack(parts).astype(np.float64)
    encoded[absent] = np.nan
    return encoded


def _finite(encoded: np.ndarray) -> np.ndarray:
    if np.isinf(encoded).any():
        raise ValueError("Input contains infinity")
    return encoded
