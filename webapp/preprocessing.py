"""
The shared module: rows or a table -> typed values -> encoded columns.

Training, form, API and files of cases all come through here, so that the value the model sees is the value the person
meant. `Preprocessor` is pickled: its path is a storage format.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.utils.validation import check_array, check_is_fitted

from webapp.encoding import PARTS, date_parts, encode, finite, is_missing, vocabulary_of
from webapp.errors import InvalidRow, InvalidValue
from webapp.parsing.answers import parse_distinct
from webapp.schema import Door, Feature, Schema, Value

FEW_ROWS = 32  # up to here a loop over Python values beats the fixed cost of numpy's conversions


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
    values, problems = parse_distinct(feature, distinct, door)
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
    encoders : for each column an unfitted transformer of somebody's own, typed values (n, 1) to numbers (n, k), by
        which it encodes in place of the above; else None.

    Attributes
    ----------
    encoded_ : tuple of EncodedColumn as plain tuples. categorical_columns_ : indexes of the columns that hold codes,
    ordered_columns_ : of those whose codes follow a scale.
    vocabularies_ : for each input a dict category -> code, or None.
    encoders_ : dict input -> its fitted encoder, of those that have their own.
    """

    encoders_: Mapping[int, Any] = MappingProxyType({})  # in packages without any, and in those of earlier code

    def __init__(
        self,
        names: Sequence[str] | None = None,
        kinds: Sequence[str] | None = None,
        *,
        min_level_rows: int = 5,
        orders: Sequence[Sequence[str] | None] | None = None,
        encoders: Sequence[Any] | None = None,
    ):
        self.names = names
        self.kinds = kinds
        self.min_level_rows = min_level_rows
        self.orders = orders
        self.encoders = encoders

    def fit(self, X, y=None):
        """Learn the vocabularies. X: (n, d)."""
        columns = self._columns(X, fitting=True)
        kinds = self.kinds_
        orders = [None] * len(kinds) if self.orders is None else self.orders
        self.vocabularies_ = [
            vocabulary_of(column, order, self.min_level_rows) if kind == "category" else None
            for column, kind, order in zip(columns, kinds, orders, strict=True)
        ]
        if self.encoders is not None:
            brought = enumerate(zip(self.encoders, columns, strict=True))
            self.encoders_ = {
                position: clone(encoder).fit(column.reshape(-1, 1))
                for position, (encoder, column) in brought
                if encoder is not None
            }
        encoded = [part for position, kind in enumerate(kinds) for part in self._parts(position, kind, columns)]
        self.encoded_ = tuple(encoded)
        self.categorical_columns_ = [index for index, (_, _, codes) in enumerate(encoded) if codes]
        self.ordered_columns_ = [index for index in self.categorical_columns_ if orders[encoded[index][0]] is not None]
        self._encode_columns(columns)  # what cannot be encoded is refused here and not at the first answer
        return self

    def _parts(self, position: int, kind: str, columns: list[np.ndarray]) -> list[tuple[int, str, bool]]:
        """What of an input becomes a column of its own."""
        if position in self.encoders_:
            width = self._own(position, columns[position][:1]).shape[1]
            return [(position, f"own {number}", False) for number in range(1, width + 1)]
        parts = PARTS.get(kind, ("level",) if kind == "category" else ("value",))
        return [(position, part, kind == "category") for part in parts]

    def _own(self, position: int, column: np.ndarray) -> np.ndarray:
        """Numbers (n, k) of an input that somebody's own encoder encodes."""
        given = self.encoders_[position].transform(column.reshape(-1, 1))
        return np.asarray(given, dtype=np.float64).reshape(len(column), -1)

    @property
    def encoded(self) -> tuple[EncodedColumn, ...]:
        return tuple(EncodedColumn(*column) for column in self.encoded_)

    def transform(self, X) -> np.ndarray:
        """Encoded columns (n, e), C-contiguous float64. Raises ValueError for another width or infinity."""
        if type(X) is np.ndarray and X.dtype == object and X.ndim == 2 and len(X) <= FEW_ROWS:
            return self._encode_few(X)
        check_is_fitted(self)
        return self._encode_columns(self._columns(X, fitting=False))

    def transform_distinct(self, columns: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        """The same for rows that share their values: of each column those (k,), and which of them each row has (n,)."""
        check_is_fitted(self)
        self._check_width(len(columns))
        blocks = self._blocks([values for values, _ in columns])
        encoded = np.empty((len(columns[0][1]), len(self.encoded_)))
        start = 0
        for block, (_, codes) in zip(blocks, columns, strict=True):
            for part in block.reshape(len(block), -1).T:
                encoded[:, start] = part[codes]
                start += 1
        return finite(encoded)

    def _encode_columns(self, columns: list[np.ndarray]) -> np.ndarray:
        return finite(np.ascontiguousarray(np.column_stack(self._blocks(columns)), dtype=np.float64))

    def _blocks(self, columns: list[np.ndarray]) -> list[np.ndarray]:
        """The encoded columns of each input."""
        described = enumerate(zip(columns, self.kinds_, self.vocabularies_, strict=True))
        return [
            self._own(position, column) if position in self.encoders_ else encode(column, kind, vocabulary)
            for position, (column, kind, vocabulary) in described
        ]

    def _encode_few(self, X: np.ndarray) -> np.ndarray:
        """The same values as the columns' way, cell by cell: for one row the fixed cost of numpy is the whole cost."""
        check_is_fitted(self)
        self._check_width(X.shape[1])
        encoded = np.empty((len(X), len(self.encoded_)))
        for row, cells in enumerate(X.tolist()):
            line: list[float] = []
            described = zip(cells, self.kinds_, self.vocabularies_, strict=True)
            for position, (cell, kind, vocabulary) in enumerate(described):
                if position in self.encoders_:
                    line.extend(self._own(position, X[row : row + 1, position])[0])
                elif vocabulary is not None:
                    line.append(np.nan if is_missing(cell) else vocabulary.get(cell, -1.0))
                elif kind in PARTS:
                    line.extend(date_parts(np.array([cell], dtype="datetime64[s]"), kind)[0])
                else:
                    line.append(np.nan if cell is None else cell)
            encoded[row] = line
        return finite(encoded)

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
