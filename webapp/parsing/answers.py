"""One rule for every door: the text of a form field, a file's cell or a JSON value becomes a typed value here."""

import difflib
import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from webapp.errors import InvalidValue
from webapp.parsing.dates import NotADate, clock_from_box, from_boxes, parse_date, parse_datetime
from webapp.parsing.doors import Door
from webapp.parsing.numbers import LARGEST, NotANumber, parse_number
from webapp.parsing.own_kinds import own_kind, read_text
from webapp.parsing.plain_dates import are_dates, settled_dates
from webapp.parsing.plain_numbers import are_read_at_once, plain_numbers, settled
from webapp.parsing.shown import typed_text
from webapp.parsing.texts import MAX_TEXT, in_sentence, is_storable, normal

Value = float | str | np.datetime64 | None

OTHER = "(another, not listed)"  # the typed value of a category too rare to be named in a package
MANY_CHOICES = 200  # beyond this a person types a category instead of picking it
YES, NO = ("yes", "y", "true", "t", "1", "1.0"), ("no", "n", "false", "f", "0", "0.0")


def parse_answer(feature: Any, text: str, door: Door) -> Value:
    """
    The typed value of one answer to `feature` (a webapp.schema.Feature); None for a missing one.

    Raises InvalidValue with a sentence for the person who typed it.
    """
    wanted = normal(text) if len(text) <= 4 * MAX_TEXT else text
    if len(wanted) > MAX_TEXT or not is_storable(wanted):
        raise InvalidValue(
            f"{feature.label} must be {MAX_TEXT} characters or less, without control characters", feature.name
        )
    if not wanted or (door in (Door.FILE, Door.TABLE) and wanted in feature.missing_markers):
        return blank(feature, door)
    if feature.kind in ("number", "integer"):
        return within_limits(feature, _number(feature, wanted, door), door)
    if are_dates(feature):
        return within_limits(feature, _date(feature, wanted, door), door)
    return _choice(feature, wanted, door)


def parse_distinct(feature: Any, texts: Iterable[str], door: Door) -> tuple[np.ndarray, dict[int, InvalidValue]]:
    """The typed value of each text, None for a refused one, and what is wrong with those, by their places."""
    texts = list(texts)
    typed, left = np.empty(len(texts), dtype=object), range(len(texts))
    if are_read_at_once(feature):
        typed, left = settled(feature, plain_numbers(texts, _decimal(feature, door)), door)
    elif are_dates(feature):
        typed, left = settled_dates(feature, texts, door)
    problems: dict[int, InvalidValue] = {}
    for place in left:
        try:
            typed[place] = parse_answer(feature, texts[place], door)
        except InvalidValue as problem:
            problems[place] = problem
    return typed, problems


def parse_json_answer(feature: Any, value: object) -> Value:
    """The typed value of one JSON value; the same rule, entered by a value that has a type already."""
    if value is None:
        return blank(feature, Door.JSON)
    if isinstance(value, bool):
        if feature.kind != "yes_no":
            raise InvalidValue(f"{feature.label} must not be true or false", feature.name)
        return float(value)
    if isinstance(value, int | float):
        return _json_number(feature, value)
    if isinstance(value, str):
        return parse_answer(feature, value, Door.JSON)
    raise InvalidValue(f"{feature.label} must be one value, not a list or an object", feature.name)


def parse_date_boxes(feature: Any, day: str, month: str, year: str, clock: str = "") -> Value:
    """The typed value of a form's three date boxes, and of the time box of a date-time."""
    if not any(normal(box) for box in (day, month, year, clock)):
        return blank(feature, Door.FORM)
    try:
        moment = from_boxes(normal(day), normal(month), normal(year))
        if feature.kind == "datetime":
            moment = moment.astype("datetime64[s]") + clock_from_box(normal(clock))
    except NotADate as problem:
        raise _date_problem(feature, problem.part) from problem
    return within_limits(feature, moment, Door.FORM)


def blank(feature: Any, door: Door) -> None:
    """Refuse a blank where the table never had one; otherwise it is a missing value, and never zero."""
    if feature.optional or door is Door.TABLE:
        return
    from_list = feature.kind == "yes_no" or (feature.kind == "category" and len(feature.choices) <= MANY_CHOICES)
    sentence = select_sentence(feature) if from_list else f"Enter {in_sentence(feature.label)}"
    raise InvalidValue(sentence, feature.name)


def select_sentence(feature: Any) -> str:
    """'Select an answer for contract': no article has to fit, for nobody tells us which labels can be counted."""
    label = in_sentence(feature.label)
    if feature.kind == "yes_no":
        return f"Select {feature.choices[0].label.lower()} or {feature.choices[1].label.lower()} for {label}"
    return f"Select an answer for {label}"


def within_limits(feature: Any, value: Value, door: Door) -> Value:
    """Hard limits that a person set; the table itself is taken as it is."""
    low, high = feature.minimum, feature.maximum
    if door is Door.TABLE or low is high is None:
        return value
    number = feature.as_number(value)
    if (low is None or number >= low) and (high is None or number <= high):
        return value
    shown = [None if limit is None else feature.value_text(feature.from_number(limit)) for limit in (low, high)]
    if shown[0] is not None and shown[1] is not None:
        rule = f"between {shown[0]} and {shown[1]}"
    elif feature.kind in ("date", "datetime"):
        rule = f"{shown[0]} or later" if shown[0] is not None else f"{shown[1]} or earlier"
    else:
        rule = f"{shown[0]} or more" if shown[0] is not None else f"{shown[1]} or less"
    raise InvalidValue(f"{feature.label} must be {rule}", feature.name)


def _number(feature: Any, text: str, door: Door) -> float:
    if feature.own_kind:
        return _number_of_own_kind(feature, text)
    decimal = _decimal(feature, door)
    try:
        value = parse_number(text, decimal=decimal, unit=feature.unit, scientific=door is not Door.FORM)
    except NotANumber as problem:
        raise InvalidValue(_number_problem(feature, problem.reason, decimal), feature.name) from problem
    return _whole_if_integer(feature, value)


def _decimal(feature: Any, door: Door) -> str:
    return "." if door is Door.JSON else feature.decimal


def _number_of_own_kind(feature: Any, text: str) -> float:
    try:
        value = read_text(feature.own_kind, text)
    except ValueError as problem:
        kind = own_kind(feature.own_kind)
        like = f"written like {kind.example}" if kind and kind.example else "written as in the table"
        raise InvalidValue(f"{feature.label} must be {like}", feature.name) from problem
    if not abs(value) <= LARGEST:
        raise InvalidValue(f"{feature.label} must be a number of 30 characters or less", feature.name)
    return value + 0.0


def _whole_if_integer(feature: Any, value: float) -> float:
    if feature.kind == "integer" and not value.is_integer():
        raise InvalidValue(f"{feature.label} must be a whole number, like {_example(feature, '.')}", feature.name)
    return value


def _number_problem(feature: Any, reason: str, decimal: str) -> str:
    if reason == "decimal_sign":
        sign = "full stop" if decimal == "." else "comma"
        return f"{feature.label}: use a {sign} for decimals, like 12{decimal}5"
    if reason == "too_precise":
        return f"{feature.label} must be a number of 15 figures or less"
    if reason in ("too_long", "too_large"):
        return f"{feature.label} must be a number of 30 characters or less"
    return f"{feature.label} must be a number, like {_example(feature, decimal)}"


def _example(feature: Any, decimal: str) -> str:
    typical = feature.typical if isinstance(feature.typical, float | int) else 1
    return typed_text(round(float(typical), max(feature.decimals, 0)), decimal)


def _date(feature: Any, text: str, door: Door) -> np.datetime64:
    try:
        return (parse_date if feature.kind == "date" else parse_datetime)(text, feature.date_order)
    except NotADate as problem:
        raise _date_problem(feature, problem.part, door) from problem


def _date_problem(feature: Any, part: str, door: Door = Door.FORM) -> InvalidValue:
    day, joint = ("27 3 2024", " and ") if door is Door.FORM else ("2024-03-27", "T" if door is Door.JSON else " ")
    example = day if feature.kind == "date" else f"{day}{joint}14:30"
    sentence = f"{feature.label} must be a real date, like {example}"
    if part == "time":
        sentence = f"{feature.label} must have a time, like 14:30"
    elif part == "year":
        sentence = f"{feature.label} must have a year of 4 figures, like 2024"
    return InvalidValue(sentence, feature.name, part if part in ("day", "month", "year", "time") else "day")


def _choice(feature: Any, wanted: str, door: Door) -> Value:
    value = wanted if wanted in feature.choice_values else feature.folded.get(wanted.casefold())
    if feature.kind == "yes_no":
        return _yes_or_no(feature, wanted if value is None else value, door)
    if value is not None:
        return value
    if feature.has_other and (wanted == OTHER or _says_other(feature, wanted, door)):
        return OTHER
    if door is not Door.FORM:
        return wanted
    raise InvalidValue(_unknown_choice(feature, wanted), feature.name)


def _says_other(feature: Any, wanted: str, door: Door) -> bool:
    """Where a category is typed and not picked, `other` stands for the option that a list would end with."""
    return door is Door.FORM and len(feature.choices) > MANY_CHOICES and wanted.casefold() == "other"


def _yes_or_no(feature: Any, wanted: str, door: Door) -> float:
    if wanted in feature.choice_values:
        return 1.0 - feature.choice_values[wanted]
    if wanted.casefold() in YES + NO:
        return float(wanted.casefold() in YES)
    sentence = select_sentence(feature)
    raise InvalidValue(sentence if door is Door.FORM else f"{feature.label} must be yes or no", feature.name)


def _unknown_choice(feature: Any, wanted: str) -> str:
    if len(feature.choices) <= MANY_CHOICES:
        return f"{select_sentence(feature)} from the list"
    near = difflib.get_close_matches(wanted.casefold(), feature.folded, n=1, cutoff=0.6)
    hint = f" Did you mean {feature.value_text(feature.folded[near[0]])}?" if near else ""
    another = " Type “other” if it is right all the same." if feature.has_other else ""
    return f"{feature.label}: we do not know “{wanted[:60]}”.{hint}{another}"


def _json_number(feature: Any, value: int | float) -> Value:
    if isinstance(value, int) and abs(value) <= LARGEST and int(float(value)) != value:
        raise InvalidValue(f"{feature.label} must be a number of 15 figures or less", feature.name)
    if abs(value) > LARGEST or (isinstance(value, float) and not math.isfinite(value)):
        raise InvalidValue(f"{feature.label} must be a number of 30 characters or less", feature.name)
    if feature.kind in ("number", "integer"):
        return within_limits(feature, _whole_if_integer(feature, float(value) + 0.0), Door.JSON)
    if feature.kind == "yes_no" and value in (0, 1):
        return float(value)
    if feature.kind == "category" and float(value).is_integer():
        return parse_answer(feature, str(int(value)), Door.JSON)
    raise InvalidValue(f"{feature.label} must not be a number", feature.name)
