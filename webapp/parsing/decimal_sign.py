"""The decimal sign of a file: it belongs to the source as a whole, never to the single value."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import numpy as np

from webapp.parsing.numbers import NotANumber, parse_number
from webapp.parsing.shown import CURRENCIES
from webapp.parsing.texts import normal

# Case-folded, and only among numbers and dates; a blank is always missing.
MARKERS = frozenset((
    "na", "n/a", "n.a.", "#n/a", "<na>", "nan", "nat", "null", "nil", "none", "?", "-", "--", "\u2013", "\u2014", ".",
    "unknown", "missing", "not available", "not known", "unbekannt", "k.a.", "k. a.", "keine angabe", "#nv",
))  # fmt: skip
LOOKED_AT = 2_000  # distinct cells with a point or comma, and others; the sign shows in the first few
# Behind a number without a space only what can hardly be the end of a code; k and m could be thousands and millions.
SHORT_UNITS = frozenset((
    "m²", "m2", "m³", "m3", "km²", "km", "cm", "mm", "km/h", "mi", "mph", "ft", "kg", "mg", "g", "lb", "lbs", "oz",
    "ml", "h", "hrs", "min", "kwh", "mwh", "kw", "gb", "tb", "°c", "°f", "°", "eur", "usd", "gbp", "chf",
))  # fmt: skip
_SHORT = re.compile(r"[0-9](\D{1,4}[23]?)\Z")
_WORD = re.compile(r"[0-9] ((?:[^\W\d_]|[°µ])[^\s\d,;]{0,11}[23²³]?)\Z")


def is_missing(text: str) -> bool:
    """A blank or, among numbers and dates, one of the customary markers."""
    return not text or text.casefold() in MARKERS


def own_unit(texts: Iterable[str]) -> str:
    """
    The currency or per cent sign in the first of these texts that has a digit, or the word for a unit behind the
    numbers of all that have one, as in 80 kg; else ''.
    """
    numbers = (text for text in texts if any(character.isdigit() for character in text))
    first = next(numbers, "")
    signs = [sign for sign in ("%", *CURRENCIES) if _has_at_an_end(first, sign)]
    if signs:
        return max(signs, key=len)
    unit = _word_behind(first)
    # One number without it may be another quantity: 900 among 5 kg.
    return unit if unit and all(text.endswith(unit) for text in numbers) else ""


def _has_at_an_end(text: str, sign: str) -> bool:
    return text.startswith(sign) or text.endswith(sign)


def _word_behind(text: str) -> str:
    """'kg' of '80 kg' and of '80kg'; '' of '80', '12 B 7' and '80x'."""
    if apart := _WORD.search(text):
        return apart[1]
    joined = _SHORT.search(text)
    return joined[1] if joined and joined[1].casefold() in SHORT_UNITS else ""


def is_number(text: str, decimal: str, unit: str = "") -> bool:
    try:
        parse_number(text, decimal=decimal, unit=unit, scientific=True)
    except NotANumber:
        return False
    return True


def sniff_decimal(columns: Mapping[str, np.ndarray]) -> tuple[str, str]:
    """
    ('.' or ',', a cell that could be read both ways when no cell of the file decides, else '').

    Only columns whose cells are all numbers in one of the two ways are heard; each has one vote.
    """
    sign, doubtful = decided_sign(columns)
    return sign or ".", doubtful


def decided_sign(columns: Mapping[str, np.ndarray]) -> tuple[str, str]:
    """As `sniff_decimal`, but '' where no cell decides."""
    votes = {".": 0, ",": 0}
    doubtful = ""
    for cells in columns.values():
        vote, doubt = _vote(text for text in map(str.strip, dict.fromkeys(cells.tolist())) if not is_missing(text))
        if vote:
            votes[vote] += 1
        doubtful = doubtful or doubt
    if not any(votes.values()):
        return "", doubtful
    return "," if votes[","] > votes["."] else ".", ""


def numbers_among(texts: Iterable[str], unit: str = "") -> list[str]:
    """Those that are a number with one sign or the other, without their unit; one slip must not silence a column."""
    bare = (normal(text).replace(unit, "").strip() if unit else normal(text) for text in texts)
    return [text for text in bare if text and (is_number(text, ".") or is_number(text, ","))]


def _vote(texts: Iterator[str]) -> tuple[str, str]:
    """
    (the sign that this column shows or '', a cell that leaves it open or '').

    The texts come one by one: most columns of words show with the first that they are none of numbers.
    """
    first = next(texts, "")
    unit, signed, plain = own_unit([first]), [], 0
    for text in chain([first], texts):
        if "." in text or "," in text:
            signed.append(text)
        elif plain < LOOKED_AT and not is_number(text, ".", unit):
            return "", ""
        else:
            plain += 1
        if len(signed) == LOOKED_AT:
            break
    possible = [sign for sign in ".," if all(is_number(text, sign, unit) for text in signed)]
    if len(possible) == 1:
        return possible[0], ""
    return "", next((text for text in signed if "," in text), "") if possible else ""
