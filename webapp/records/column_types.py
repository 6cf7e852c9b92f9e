"""Column types that refuse what one of the two databases would refuse, or quietly change, later."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson
from sqlalchemy import JSON, DateTime, Dialect, Double, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

from webapp.errors import InvalidValue
from webapp.parsing.texts import texts_in

LARGEST_EXACT_INTEGER = 2**53
NOT_A_NUMBER = "A value is not a finite number, so it cannot be kept"
NOT_TEXT = "A text contains a character that cannot be kept"


def check_text(text: str) -> str:
    """Return the text; NUL is refused by Postgres, half a surrogate pair by SQLite.

    Raises InvalidValue for either, on both databases.
    """
    if "\x00" in text:
        raise InvalidValue(NOT_TEXT)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise InvalidValue(NOT_TEXT) from None
    return text


def as_stored(value: Any) -> Any:
    """A JSON value as it comes back from either database.

    Postgres keeps neither the order of keys nor the difference between 1e16 and 10000000000000000, nor a negative
    zero; so keys are sorted, and numbers too large to be counted exactly are floats, whatever the database.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if kind is float:
        return value + 0.0
    if kind is dict:
        return {key: as_stored(item) for key, item in sorted(value.items())}
    if kind is list or kind is tuple:
        return [as_stored(item) for item in value]
    if isinstance(value, np.datetime64):
        return str(value)
    if isinstance(value, float) or (kind is int and abs(value) > LARGEST_EXACT_INTEGER):
        return float(value) + 0.0
    return value


def _plain(value: object) -> str:
    if isinstance(value, np.datetime64):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a record")


_THOROUGH = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
_STRICT = orjson.OPT_STRICT_INTEGER | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def json_text(value: Any) -> str:
    """JSON without NaN or infinity, in which every text can be stored. Raises InvalidValue."""
    text = _quick_text(value, _STRICT)
    return _thorough_text(value) if text is None or _is_doubtful(text) else text


def stored_text(value: Any) -> str:
    """`as_stored` of a value as JSON, found at once where nothing has to be changed. Raises InvalidValue."""
    text = _quick_text(value, _STRICT | orjson.OPT_SORT_KEYS)
    return json_text(as_stored(value)) if text is None or "-0.0" in text or _is_doubtful(text) else text


def _quick_text(value: Any, options: int) -> str | None:
    """None where that encoder does not take the value."""
    try:
        return orjson.dumps(value, _plain, options).decode()
    except TypeError:
        return None


def _is_doubtful(text: str) -> bool:
    """That encoder writes null for NaN too; and a NUL looks like six harmless characters that somebody typed."""
    return "null" in text or "\\u0000" in text


def _thorough_text(value: Any) -> str:
    try:
        text = _THOROUGH.encode(value)
    except ValueError:
        raise InvalidValue(NOT_A_NUMBER) from None
    if "\\u0000" in text:
        for one in texts_in(value):
            check_text(one)
    return check_text(text)


class Line(TypeDecorator[str]):
    """Text that both databases keep unchanged."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else check_text(value)


class Number(TypeDecorator[float]):
    """A finite double; SQLite would turn NaN into NULL without a word."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> float | None:
        if value is None:
            return None
        if not math.isfinite(value):
            raise InvalidValue(NOT_A_NUMBER)
        return float(value)


class Moment(TypeDecorator[datetime]):
    """A time in UTC that comes back with its time zone; SQLite itself keeps none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise InvalidValue("A time without a time zone cannot be kept")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Document(TypeDecorator[Any]):
    """
    JSON: binary on Postgres, text on SQLite, the same value back from both.

    SQLite gives back what it was given, so there a value is put in order once, when it is written; `in_order` says
    that whoever writes has done that.
    """

    impl = JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, *, in_order: bool = False):
        super().__init__()
        self.in_order = in_order

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(JSON(none_as_null=True))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value if self.in_order or dialect.name != "sqlite" else as_stored(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return value if dialect.name == "sqlite" else as_stored(value)
