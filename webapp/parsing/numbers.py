"""
The written grammar of numbers: one parser for a typed answer, a table cell and a JSON string.

Accepted: an optional sign, digits of any script, groups of three set apart by a space, an apostrophe or the sign that
is not the decimal sign, one decimal sign, and the number's own unit before or behind. Refused: everything else, among
it `nan`, `inf`, `1_000`, `0x10`, `½`, `12,34` and, unless `scientific`, `1e5` and more figures than a double keeps.
"""

import re
import unicodedata
from decimal import Decimal

from webapp.parsing.texts import INVISIBLE

MAX_LENGTH = 30  # characters; no quantity people type is longer, and it bounds the work before any conversion
LARGEST = 3.4028234e38  # float32: tree ensembles convert to it and fail beyond

SURE_DIGITS = 15  # a double holds any number of so many figures; of a longer one it may keep another

# What is nothing but figures, at most PLAIN_LENGTH characters of it: no rounding, no unit, nothing to be said about it.
PLAIN = {sign: rf"-?[0-9]{{1,14}}(?:{re.escape(sign)}[0-9]{{1,14}})?" for sign in ".,"}
PLAIN_LENGTH = SURE_DIGITS + 1
is_plain = {sign: re.compile(pattern).fullmatch for sign, pattern in PLAIN.items()}
_SPACES = re.compile(r"[ \u00a0\u2007\u2009\u202f]")
_MINUS = str.maketrans({"\u2212": "-", "\ufe63": "-", "\uff0d": "-", "\uff0b": "+", "\u2019": "'", "\uff0e": "."})


def _grammar(decimal: str) -> re.Pattern[str]:
    point, comma = re.escape(decimal), re.escape("," if decimal == "." else ".")
    grouped = r"[1-9][0-9]{0,2}(?:(?P<by>[" + comma + r" '])[0-9]{3})(?:(?P=by)[0-9]{3})*"  # never 0,123
    whole = rf"(?:{grouped}|[0-9]+)"
    return re.compile(rf"[+-]?(?:{whole}(?:{point}[0-9]*)?|{point}[0-9]+)(?P<exponent>[eE][+-]?[0-9]{{1,4}})?")


_GRAMMAR = {".": _grammar("."), ",": _grammar(",")}


class NotANumber(ValueError):
    """`reason` is one of: text, decimal_sign, too_long, too_large, too_precise."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def parse_number(text: str, *, decimal: str = ".", unit: str = "", scientific: bool = False) -> float:
    """
    The finite number that `text` says, never `-0.0`.

    Raises NotANumber, never another error, whatever the text. Give a text that is not blank.
    """
    if len(text) <= PLAIN_LENGTH and is_plain[decimal](text):
        return float(text.replace(decimal, ".")) + 0.0  # + 0.0 turns -0.0 into 0.0
    cleaned = _without_unit(_clean(text), unit)
    found = _GRAMMAR[decimal].fullmatch(cleaned)
    if found is None or (found["exponent"] and not scientific):
        raise NotANumber(_why_refused(cleaned, decimal))
    plain = cleaned.replace("'", "").replace(" ", "").replace("," if decimal == "." else ".", "").replace(decimal, ".")
    value = float(plain) + 0.0
    if abs(value) > LARGEST:
        raise NotANumber("too_large")
    if not scientific and Decimal(repr(value)) != Decimal(plain):
        raise NotANumber("too_precise")
    return value


def _clean(text: str) -> str:
    if len(text) > 4 * MAX_LENGTH:
        raise NotANumber("too_long")
    kept = "".join(character for character in text if character not in INVISIBLE).translate(_MINUS)
    if not kept.isascii():
        kept = "".join(_ascii_digit(character) for character in kept)
    kept = _SPACES.sub(" ", kept).strip()
    if len(kept) > MAX_LENGTH:
        raise NotANumber("too_long")
    return kept


def _ascii_digit(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def _without_unit(text: str, unit: str) -> str:
    if not unit.strip():
        return text
    own, size = unit.strip().casefold(), len(unit.strip())
    if text[-size:].casefold() == own:  # cut by the unit's own length: folding makes ß two characters
        return text[:-size].rstrip()
    sign = text[:1] if text[:1] in "+-" else ""
    rest = text[len(sign) :].lstrip()
    if rest[:size].casefold() == own:
        number = rest[size:].lstrip()
        return text if sign and number[:1] in "+-" else sign + number
    return text


def _why_refused(cleaned: str, decimal: str) -> str:
    other = "," if decimal == "." else "."
    found = _GRAMMAR[other].fullmatch(cleaned)
    return "decimal_sign" if found and not found["exponent"] else "text"
