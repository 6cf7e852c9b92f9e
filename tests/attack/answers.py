"""What people, programs and mischief type: plain answers, odd ways to write them, and hostile ones."""

import calendar
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from tests.attack.reference_parser import Question

HOSTILE = (
    "", " ", "\u00a0", "\u200b", "\t\n", "nan", "NaN", "inf", "-Infinity", "sNaN", "1e5", "1e400", "1e39", "1_000",
    "0x10", "\u00bd", "\u00b2", "12abc", "--5", "5-", "+-5", "12,34", "1,23,4", "1.234.567", "1,234.5", "1.234,5",
    "0,123", ".", ",", "-", "+", "\u2212", "9" * 400, "9" * 30, "9" * 31, "1" + "0" * 38, "0." + "0" * 40 + "1", "5.",
    ".5", "\u0661\u0662", "\uff11\uff12", "27%", "\u00a32,500", "80 kg", "80kg", "kg 80", "-\u00a35", "\u00a3-5",
    "$5", "True", "None", "null", "NA", "~", "other", "-1", "0", "00", "1;2", "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>', "{{7*7}}", "{% raw %}", "javascript:alert(1)", "</title>", "' OR 1=1 --",
    "\u202eabc", "\u0645\u0631\u062d\u0628\u0627", "\U0001f600", "e" + "\u0301" * 100, "\x00", "a\x00b", "\ud800",
    "\x1f", "\x85", "\u2028", "../../etc/passwd", "%ff", "%00", "&f0=1", "a" * 501, "a" * 9_000, "a" * 20_000,
    "\u00e9" * 6_000, "29", "31", "32", "13", "0000", "10000", "999", "24:00", "14:60", "1430", "14:30:61", "febr",
    "Sept", "MAY", "\u0663",
)  # fmt: skip
ALPHABET = (
    "0123456789+-.,' _eExX%\u00a3$kg\u00e9\u2212\u00a0\u200b\u0661\uff15\u00bd:/<>&\"\u0301\u202e\U0001f600abcXYZ\t"
)
MAX_MONTH_DAY = 31


def plain(question: Question, random: Random) -> list[str]:
    """A text a person would type into each box."""
    return _PLAIN[question.kind](question, random)


def odd(question: Question, random: Random) -> list[str]:
    """The same sort of answer, written in an unusual way."""
    return [random.choice(_ODD)(text, question, random) for text in plain(question, random)]


def hostile(question: Question, random: Random) -> list[str]:
    """Anything, or a plain answer with a few characters changed."""
    texts = plain(question, random)
    place = random.randrange(len(texts))
    texts[place] = random.choice(HOSTILE) if random.random() < 0.5 else mutated(texts[place], random)
    return texts


def mutated(text: str, random: Random) -> str:
    characters = list(text)
    for _ in range(random.randint(1, 3)):
        place = random.randint(0, len(characters))
        kind = random.randrange(3)
        if kind == 0:
            characters.insert(place, random.choice(ALPHABET))
        elif characters and kind == 1:
            del characters[min(place, len(characters) - 1)]
        elif characters:
            code = random.choice((random.randrange(0x80), random.randrange(0x3000), random.randrange(0x110000)))
            characters[min(place, len(characters) - 1)] = chr(code)
    return "".join(characters)


def _number(question: Question, random: Random) -> list[str]:
    low = question.minimum if question.minimum is not None else -80.0
    high = question.maximum if question.maximum is not None else 150.0
    value = random.uniform(low, high)
    if question.kind == "integer":
        return [str(round(value))]
    digits = random.choice((0, 1, 2, 3, 12))
    return [f"{value:.{digits}f}".replace(".", question.decimal)]


def _level(question: Question, random: Random) -> list[str]:
    return [random.choice(question.levels)]


def _date(question: Question, random: Random) -> list[str]:
    day = date(1995, 1, 1) + timedelta(days=random.randrange(15_000))
    boxes = [str(day.day), str(day.month), str(day.year)]
    return boxes if question.kind == "date" else [*boxes, f"{random.randrange(24):02d}:{random.randrange(60):02d}"]


def _grouped(text: str, question: Question, random: Random) -> str:
    whole, sign, fraction = text.partition(question.decimal)
    digits = whole.lstrip("-") + str(random.randrange(10**6))
    by = random.choice((" ", "\u00a0", "'", "\u2019", "," if question.decimal == "." else "."))
    return f"{int(digits):,}".replace(",", by) + sign + fraction if digits.isdecimal() else text


def _other_digits(text: str, question: Question, random: Random) -> str:
    zero = random.choice(("\uff10", "\u0660", "\u0966", "\U0001d7d8"))
    return "".join(chr(ord(zero) + int(one)) if one in "0123456789" else one for one in text)


def _with_unit(text: str, question: Question, random: Random) -> str:
    unit = question.unit or "kg"
    return random.choice((f"{unit}{text}", f"{text} {unit}", f"{text}{unit.upper()}"))


def _with_sign(text: str, question: Question, random: Random) -> str:
    return text.replace("-", random.choice("\u2212\uff0d\ufe63")) if text.startswith("-") else f"+{text}"


def _padded(text: str, question: Question, random: Random) -> str:
    around = (" ", "\t", "\u00a0", "\u200b", "\ufeff", "\u3000", "\n")
    return random.choice(around) + text + random.choice(around)


def _otherwise_composed(text: str, question: Question, random: Random) -> str:
    return unicodedata.normalize("NFD", text)


def _other_case(text: str, question: Question, random: Random) -> str:
    return text.swapcase()


def _month_name(text: str, question: Question, random: Random) -> str:
    if not text.isdecimal() or not 1 <= int(text) <= 12:
        return text
    return random.choice((calendar.month_name, calendar.month_abbr))[int(text)]


def _long_zeros(text: str, question: Question, random: Random) -> str:
    return "00" + text if random.random() < 0.5 else f"{text}{question.decimal}000"


_PLAIN: dict[str, Callable[[Question, Random], list[str]]] = {
    "number": _number,
    "integer": _number,
    "yes_no": _level,
    "category": _level,
    "date": _date,
    "datetime": _date,
}
_ODD = (
    _grouped, _other_digits, _with_unit, _with_sign, _padded, _otherwise_composed, _other_case, _month_name,
    _long_zeros,
)  # fmt: skip
