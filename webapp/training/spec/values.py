"""The values a spec may hold: each check gives the value to keep, or raises ValueError with 'must be ...'."""

import difflib
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from webapp.parsing.texts import normal
from webapp.schema import KINDS
from webapp.training.metrics.named import KNOWN_METRICS

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


def a_metric(value: Any) -> str:
    said = a_text(value)
    own = said.partition(":")
    if said in KNOWN_METRICS or all(part and part.replace(".", "_").isidentifier() for part in (own[0], own[2])):
        return said
    near = difflib.get_close_matches(said.casefold(), KNOWN_METRICS, n=1, cutoff=0.5)
    hint = f"did you mean “{near[0]}”?" if near else f"known are {', '.join(KNOWN_METRICS)}"
    raise ValueError(f'must be the name of a metric, or a function of yours as "module:function"; {hint}')


def a_place_in_code(value: Any) -> str:
    said = a_text(value)
    module, _, name = said.partition(":")
    if not all(part and part.replace(".", "_").isidentifier() for part in (module, name)) or "." in name:
        raise ValueError('must name a function of yours as "module:function"')
    return said


def places_in_code(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError('must be a list of functions of yours, ["module:function"]')
    return tuple(map(a_place_in_code, value))


def a_kind(value: Any) -> str:
    if isinstance(value, str) and ":" in value:
        return a_place_in_code(value)
    return one_of(*KINDS)(value)


def a_count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError("must be a whole number of at least 1, without quotation marks")
    return value


def above_zero(value: Any) -> float:
    if a_number(value) <= 0:
        raise ValueError("must be a number above 0")
    return float(value)


def a_percentage(value: Any) -> float:
    if not 0 <= a_number(value) <= 100:
        raise ValueError("must be a number from 0 to 100")
    return float(value)


def a_reason(value: Any) -> str:
    if not a_text(value):
        raise ValueError("must say why in a few words: they are kept with every version")
    return a_text(value)


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


def parameters(value: Any) -> Mapping[str, Any]:
    named = isinstance(value, Mapping) and all(name.isidentifier() for name in value)
    if not named or not all(isinstance(given, str | bool | int | float | date) for given in value.values()):
        raise ValueError('must be { region = "north", since = 2024-01-01 }: a text, number or date for each name')
    return dict(value)


def one_or_more_texts(value: Any) -> tuple[str, ...]:
    """As paragraphs; a single text is one of them."""
    lines = value if isinstance(value, list) else [value]
    if not all(isinstance(line, str) for line in lines):
        raise ValueError('must be a text in quotation marks, or a list of them, like ["first", "second"]')
    return tuple(line.strip() for line in lines if line.strip())


def results(value: Any) -> tuple[tuple[str, str], ...]:
    """What was considered, and what came of it, in the order in which it is written."""
    if not isinstance(value, Mapping) or not all(isinstance(result, str) for result in value.values()):
        raise ValueError('must be a section of alternatives, each with its result, like "By hand" = "Found 40 of 100"')
    return tuple((name.strip(), result.strip()) for name, result in value.items())


def a_real_day(value: Any) -> str:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ValueError("must be a day like 2027-12-31, without quotation marks")
    return value.isoformat()


def a_day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else a_text(value)


def one_of(*known: str) -> Check:
    def check(value: Any) -> str:
        if value not in known:
            raise ValueError("must be one of " + ", ".join(f'"{word}"' for word in known))
        return value

    return check


def a_section(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("must be a section of its own")
    return dict(value)
