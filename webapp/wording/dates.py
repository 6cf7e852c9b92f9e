"""Moments as people read them: absolute, in the time zone of the model, with the zone's name."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from webapp.wording.numbers import listed

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FIRST = {"dmy": "day", "mdy": "month", "ymd": "year"}


def date_text(moment: datetime, timezone: str = "UTC") -> str:
    """'20 Nov 2026, 14:32 CET'; a moment without a zone is in UTC."""
    local = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone_of(timezone))
    name = local.tzname() or "UTC"
    return f"{day_text(local)}, {local:%H:%M} {name if name.isalpha() else 'UTC' + name}"


def day_text(day: date) -> str:
    """'3 Oct 2026'"""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def iso_day_text(text: str) -> str:
    """The day of an ISO date or moment, '2026-10-03' or '2026-10-12T08:00:00Z', in words; any other text unchanged."""
    try:
        return day_text(datetime.fromisoformat(text))
    except ValueError:
        return text


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The zone, or UTC for a name that this machine does not know: the text then says UTC."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def orders_text(orders: Iterable[str]) -> str:
    """'the day first' of one order of day, month and year or of several that are alike, '' of none."""
    first = listed([f"the {FIRST[order]}" for order in dict.fromkeys(orders)])
    return f"{first} first" if first else ""
