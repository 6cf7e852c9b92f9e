"""
What a typed answer means, written a second time and from the rules alone.

Nothing here is shared with the product: it reads characters one by one where the product matches patterns, and counts
in exact decimals where the product counts in floats. Values are as a record keeps them: floats, texts, None for a
missing value, dates as ISO texts. `REFUSED` stands for every answer that must be refused.
"""

import calendar
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

REFUSED = "\x00refused"
OTHER = "(another, not listed)"
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
SPACES = " \u00a0\u2007\u2009\u202f"
MINUSES, PLUSES = "-\u2212\ufe63\uff0d", "+\uff0b"
APOSTROPHES = "'\u2019"
LONGEST_NUMBER = 30
LARGEST = Decimal("3.4028234e38")
DIGITS = "0123456789"
TYPED_FROM = 200  # a category with more levels than this is typed, not picked
MONTHS = [name.casefold() for name in calendar.month_name]
SHORT_MONTHS = [name.casefold() for name in calendar.month_abbr]


@dataclass(frozen=True)
class Question:
    """What is known of an input from its table and from what a person said."""

    name: str
    kind: str
    decimal: str = "."
    unit: str = ""
    levels: tuple[str, ...] = ()
    optional: bool = False
    has_other: bool = False
    minimum: float | None = None
    maximum: float | None = None

    @property
    def is_picked(self) -> bool:
        return self.kind == "yes_no" or (self.kind == "category" and len(self.levels) <= TYPED_FROM)

    @property
    def parts(self) -> tuple[str, ...]:
        """The boxes of a date; one nameless box for anything else."""
        boxes = {"date": ("day", "month", "year"), "datetime": ("day", "month", "year", "time")}
        return boxes.get(self.kind, ("",))


def meant(question: Question, typed: list[str]) -> object:
    """The value that the texts of the question's boxes mean, or REFUSED; of a picked one give the level's text."""
    if any(_is_unstorable(text) for text in typed):
        return REFUSED
    texts = [stripped(text) for text in typed]
    if not any(texts):
        return None if question.optional else REFUSED
    if question.kind in ("number", "integer"):
        return _limited(question, number(typed[0], question.decimal, question.unit))
    if question.kind in ("date", "datetime"):
        return moment(texts, with_time=question.kind == "datetime")
    return level(question, texts[0])


def picked(question: Question, label: str) -> object:
    """The value of an option by the words the page shows for it."""
    if label.replace("\u2019", "'") == "Don't know":
        return None
    if question.kind == "yes_no":
        return {"yes": 1.0, "no": 0.0}[label.casefold()]
    return OTHER if label == "Another, not listed" and question.has_other else label


def stripped(text: str) -> str:
    """Without white space and invisible characters at the ends, composed."""
    start, end = 0, len(text)
    while start < end and (text[start].isspace() or text[start] in INVISIBLE):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in INVISIBLE):
        end -= 1
    return unicodedata.normalize("NFC", text[start:end])


def number(text: str, decimal: str, unit: str) -> object:
    plain = _plain_characters(text)
    if plain is None:
        return REFUSED
    sign, digits = _signed(_without_unit(plain, unit))
    whole, separator, fraction = digits.partition(decimal)
    grouped = _ungrouped(whole, "," if decimal == "." else ".")
    is_digits = grouped is not None and all(one in DIGITS for one in grouped + fraction)
    if not is_digits or not (grouped + fraction) or (separator and not grouped and not fraction):
        return REFUSED
    exact = Decimal(f"{grouped or '0'}.{fraction or '0'}")
    exact = exact if sign > 0 else exact.copy_negate()  # arithmetic would round to 28 figures
    kept = float(Fraction(exact)) + 0.0
    return REFUSED if exact.copy_abs() > LARGEST or Decimal(repr(kept)) != exact else kept


def moment(texts: list[str], *, with_time: bool) -> object:
    day, year = _counted(texts[0], 31), _counted(texts[2], 9999)
    month = _month(texts[1])
    if day is None or month is None or year is None or year < 1000:
        return REFUSED
    if day > calendar.monthrange(year, month)[1]:
        return REFUSED
    if not with_time:
        return date(year, month, day).isoformat()
    clock = _clock(texts[3])
    return REFUSED if clock is None else (datetime(year, month, day) + clock).isoformat()


def level(question: Question, text: str) -> object:
    """A level by its text: exactly, or by its letters where only one level has them."""
    if text in question.levels:
        return text
    alike = [one for one in question.levels if one.casefold() == text.casefold()]
    return alike[0] if len(alike) == 1 else REFUSED


def _is_unstorable(text: str) -> bool:
    return any(one == "\x00" or unicodedata.category(one) == "Cs" for one in text)


def _plain_characters(text: str) -> str | None:
    """ASCII digits, one kind of space, minus and apostrophe; None when too long to be a quantity."""
    plain = "".join(_plain_character(one) for one in text).strip()
    return plain if len(plain) <= LONGEST_NUMBER else None


def _plain_character(one: str) -> str:
    digit = unicodedata.decimal(one, None)
    if digit is not None:
        return DIGITS[digit]
    for written, alike in (
        ("-", MINUSES),
        ("+", PLUSES),
        ("'", APOSTROPHES),
        (".", "\uff0e"),
        (" ", SPACES),
        ("", INVISIBLE),
    ):
        if one in alike:
            return written
    return one


def _without_unit(plain: str, unit: str) -> str:
    if not unit:
        return plain
    if plain.casefold().endswith(unit.casefold()):
        return plain[: -len(unit)].rstrip()
    sign = plain[:1] if plain[:1] in ("-", "+") else ""
    rest = plain[len(sign) :].lstrip()
    if not rest.casefold().startswith(unit.casefold()):
        return plain
    rest = rest[len(unit) :].lstrip()
    return "two signs" if sign and rest[:1] in ("-", "+") else sign + rest


def _signed(plain: str) -> tuple[int, str]:
    if plain[:1] in ("-", "+"):
        return (-1 if plain[0] == "-" else 1), plain[1:]
    return 1, plain


def _ungrouped(whole: str, comma: str) -> str | None:
    """The digits of a whole part whose groups of three are set apart by one and the same sign."""
    used = {one for one in whole if one not in DIGITS}
    if not used:
        return whole
    if len(used) > 1 or not used <= {comma, " ", "'"}:
        return None
    first, *others = whole.split(used.pop())
    if not 1 <= len(first) <= 3 or first.startswith("0") or any(len(group) != 3 for group in others):
        return None
    return first + "".join(others)


def _limited(question: Question, value: object) -> object:
    if value == REFUSED:
        return REFUSED
    if question.kind == "integer" and value != int(value):
        return REFUSED
    low, high = question.minimum, question.maximum
    return REFUSED if (low is not None and value < low) or (high is not None and value > high) else value


def _counted(text: str, most: int) -> int | None:
    digits = [unicodedata.decimal(one, None) for one in text]
    if not 1 <= len(digits) <= 4 or None in digits:
        return None
    counted = sum(digit * 10**place for place, digit in enumerate(reversed(digits)))
    return counted if 1 <= counted <= most else None


def _month(text: str) -> int | None:
    folded = text.casefold()
    for names in (MONTHS, SHORT_MONTHS):
        if folded and folded in names:
            return names.index(folded)
    return 9 if folded == "sept" else _counted(text, 12)


def _clock(text: str) -> timedelta | None:
    """hh:mm, with seconds if need be."""
    parts = text.split(":")
    if not 2 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    if len(parts[0]) > 2 or any(len(part) != 2 for part in parts[1:]):
        return None
    hours, minutes, seconds = [int(part) for part in [*parts, "00"][:3]]
    is_real = hours < 24 and minutes < 60 and seconds < 60
    return timedelta(hours=hours, minutes=minutes, seconds=seconds) if is_real else None
