"""The written grammar of dates and times; the order of day and month belongs to the column, never to one value."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

ORDERS = ("dmy", "mdy", "ymd")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAMES = {
    "january": 1, "february": 2, "march": 3, "april": 4, "june": 6, "july": 7, "august": 8, "september": 9, "sept": 9,
    "october": 10, "november": 11, "december": 12,
} | {name: number for number, name in enumerate(_MONTHS, 1)}  # fmt: skip
_DATE = re.compile(r"([0-9]{1,4}|[A-Za-z]{3,9})[-/. ]\s*([0-9]{1,2}|[A-Za-z]{3,9})\.?[-/., ]\s*([0-9]{1,4})")
_CLOCK = re.compile(
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,9})?)?(?:\s*([AaPp])\.?[Mm]\.?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_BOX_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?")
# As most files write it; nothing in it depends on the order of day and month.
is_plain = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?").fullmatch
EARLIEST, LATEST = 1000, 9999
LARGEST_OFFSET = timedelta(hours=14)  # no clock on Earth is further from Greenwich


class NotADate(ValueError):
    """`part` names what is wrong: date, day, month, year or time."""

    def __init__(self, part: str):
        super().__init__(part)
        self.part = part


def parse_date(text: str, order: str = "dmy") -> np.datetime64:
    """A day (datetime64[D]); a time behind it must be midnight. Raises NotADate."""
    moment = parse_datetime(text, order)
    day = moment.astype("datetime64[D]")
    if day != moment:
        raise NotADate("date")
    return day


def parse_datetime(text: str, order: str = "dmy") -> np.datetime64:
    """A moment (datetime64[s]); midnight where no time is given, UTC where an offset is. Raises NotADate."""
    cleaned = text.strip()
    if is_plain(cleaned):
        with suppress(ValueError):  # the long way says which part is wrong
            return np.datetime64(datetime.fromisoformat(cleaned), "s")
    if len(cleaned) > 40:
        raise NotADate("date")
    day_text, clock_text = _divide(cleaned)
    moment = datetime.combine(_day(day_text, order), datetime.min.time())
    if clock_text:
        moment = _later(moment, _clock(clock_text))
    return np.datetime64(moment, "s")


def from_boxes(day: str, month: str, year: str) -> np.datetime64:
    """The day that three boxes say; a month may be a name or a number. Raises NotADate with the first wrong box."""
    day_number, year_number = _whole(day, "day", 31), _whole(year, "year", LATEST)
    month_number = _MONTH_NAMES.get(month.strip().casefold()) or _whole(month, "month", 12)
    if year_number < EARLIEST:
        raise NotADate("year")
    return np.datetime64(_made(year_number, month_number, day_number), "D")


def clock_from_box(text: str) -> np.timedelta64:
    """The time of day in one `hh:mm` box, without a zone. Raises NotADate('time')."""
    if not _BOX_CLOCK.fullmatch(text.strip()):
        raise NotADate("time")
    return np.timedelta64(int(_clock(text.strip()).total_seconds()), "s")


def infer_order(texts: list[str]) -> str:
    """
    The one order in which every text is a date, or '' when none is.

    'ymd' where every year stands in front or every month has a name: 03/04/2019 is then refused later, not guessed.
    Raises NotADate('order') when 03/04/2019 could be both and no cell decides.
    """
    if all(_is_date(text, "ymd") for text in texts):
        return "ymd"
    fitting = [order for order in ("dmy", "mdy") if all(_is_date(text, order) for text in texts)]
    if len(fitting) == 2 and any(_differs(text) for text in texts):
        raise NotADate("order")
    return fitting[0] if fitting else ""


def written_order(texts: Iterable[str], own: str) -> str:
    """
    The order in which a file writes a column of dates: `own`, that of the model, unless some do not fit it and all fit
    exactly one other. What is no date in any order is a slip and decides nothing.
    """
    dates = [text for text in texts if any(_is_date(text, order) for order in ORDERS)]
    if all(_is_date(text, own) for text in dates):
        return own
    with suppress(NotADate):
        return infer_order(dates) or own
    return own


def other_orders(columns: Iterable[tuple[Any, Iterable[str]]]) -> dict[str, str]:
    """By the name of each webapp.schema.Feature the order of its texts, where it is not the feature's own."""
    written = ((feature, written_order(texts, feature.date_order)) for feature, texts in columns)
    return {feature.name: order for feature, order in written if order != feature.date_order}


def has_offset(text: str) -> bool:
    """True for a time that says how far it is from Greenwich: 10:00Z, 10:00+02:00."""
    with suppress(NotADate):
        clock = _CLOCK.fullmatch(_divide(text.strip())[1])
        return clock is not None and clock[5] is not None
    return False


def _is_date(text: str, order: str) -> bool:
    try:
        parse_datetime(text, order)
    except NotADate:
        return False
    return True


def _differs(text: str) -> bool:
    return parse_datetime(text, "dmy") != parse_datetime(text, "mdy")


def _divide(text: str) -> tuple[str, str]:
    """'2024-01-31T10:00' -> day and clock."""
    colon = text.find(":")
    if colon < 0:
        return text, ""
    start = max(text.rfind(" ", 0, colon), text.rfind("T", 0, colon))
    if start < 0:
        raise NotADate("date")
    return text[:start].strip(), text[start + 1 :].strip()


def _day(text: str, order: str) -> date:
    found = _DATE.fullmatch(text)
    if found is None:
        raise NotADate("date")
    first, second, third = found.groups()
    if first.isalpha():  # January 31, 2024
        return _made(_year(third), _month(first), _whole(second, "day", 31))
    if second.isalpha() and len(first) <= 2:  # 31 January 2024
        return _made(_year(third), _month(second), _whole(first, "day", 31))
    if len(first) == 4:  # a year in front leaves no doubt, whatever the column's order
        return _made(_year(first), _month(second), _whole(third, "day", 31))
    day, month = (first, second) if order != "mdy" else (second, first)
    if order == "ymd":
        raise NotADate("date")
    return _made(_year(third), _month(month), _whole(day, "day", 31))


def _clock(text: str) -> timedelta:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise NotADate("time")
    hours, minutes, seconds, half, zone = int(found[1]), int(found[2]), int(found[3] or 0), found[4], found[5]
    if half:  # 12:05 AM is five past midnight, 12:05 PM five past noon
        if not 1 <= hours <= 12:
            raise NotADate("time")
        hours = hours % 12 + (12 if half in "Pp" else 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        raise NotADate("time")
    offset = timedelta()
    if zone and zone != "Z":
        digits = zone[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (-1 if zone[0] == "-" else 1)
        if abs(offset) > LARGEST_OFFSET:
            raise NotADate("time")
    return timedelta(hours=hours, minutes=minutes, seconds=seconds) - offset


def _later(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError as problem:  # the last evening of 9999, west of Greenwich
        raise NotADate("year") from problem


def _year(text: str) -> int:
    if len(text) != 4:
        raise NotADate("year")
    return _whole(text, "year", LATEST)


def _month(text: str) -> int:
    named = _MONTH_NAMES.get(text.casefold())
    return named or _whole(text, "month", 12)


def _whole(text: str, part: str, most: int) -> int:
    stripped = text.strip()
    if not (stripped.isdecimal() and len(stripped) <= 4 and 1 <= int(stripped) <= most):
        raise NotADate(part)
    return int(stripped)


def _made(year: int, month: int, day: int) -> date:
    if year < EARLIEST:
        raise NotADate("year")
    try:
        return date(year, month, day)
    except ValueError as problem:
        raise NotADate("day") from problem
