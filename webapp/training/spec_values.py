"""The values a spec may hold: each check gives the value to keep, or raises ValueError with 'must be ...'."""

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from webapp.parsing.texts import normal

COSTS = ("false_alarm", "missed")
MAX_DECIMALS = 6

Check = Callable[[Any], Any]


def a_text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError('must be a text in quotation marks, like "text"')
    return value.strip()


def a_name(value: Any) -> str:
    return normal(a_text(value))


def true_or_false(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def a_number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("must be a number, without quotation marks")
    return value


def a_limit(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value
    try:
        return float(a_number(value))
    except ValueError as problem:
        raise ValueError("must be a number or a date like 2024-01-31, without quotation marks") from problem


def a_chance(value: Any) -> float:
    if not 0 < a_number(value) < 1:
        raise ValueError("must be a number between 0 and 1, like 0.4")
    return float(value)


def decimals(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_DECIMALS:
        raise ValueError(f"must be a whole number from 0 to {MAX_DECIMALS}")
    return value


def texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError('must be a list of texts, like ["first", "second"]')
    return tuple(normal(item) for item in value)


def choices(value: Any) -> tuple[tuple[str, str], ...]:
    pairs = list(value.items()) if isinstance(value, Mapping) else [(item, "") for item in _choice_list(value)]
    if not all(isinstance(label, str) for _, label in pairs):
        raise ValueError('must give a label in quotation marks for each value, like { dsl = "DSL line" }')
    values = [normal(item) for item, _ in pairs]
    if len(set(values)) < len(values):
        raise ValueError("must name each value once")
    return tuple(zip(values, (label.strip() for _, label in pairs), strict=True))


def _choice_list(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError('must be a list of the values as texts, like ["low", "high"], or value = "label" pairs')
    return tuple(value)


def costs(value: Any) -> Mapping[str, float]:
    complete = isinstance(value, Mapping) and set(value) == set(COSTS)
    if not complete or not all(a_number(cost) > 0 for cost in value.values()):
        raise ValueError(
            "must be { false_alarm = 10, missed = 100 }: what each of the two mistakes costs, more than nothing"
        )
    return {name: float(cost) for name, cost in value.items()}


def a_day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else a_text(value)


def one_of(*known: str) -> Check:
    def check(value: Any) -> str:
        if value not in known:
            raise ValueError("must be one of " + ", ".join(f'"{word}"' for word in known))
        return value

    return check


def of_a_later_release(value: Any) -> None:
    raise ValueError("comes with a later release. Take it out of the spec for now: the model would not keep to it")


def a_section(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("must be a section of its own")
    return dict(value)
