"""The decimal sign of a file: it belongs to the source as a whole, never to the single value."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import numpy as np

from webapp.parsing.numbers import NotANumber, parse_number
from webapp.parsing.shown import CURRENCIES

MARKERS = frozenset(("na", "n/a", "nan", "null", "none", "?", "-", "."))  # case-folded; a blank is always missing
LOOKED_AT = 2_000  # distinct cells with a point or comma, and others; the sign shows in the first few


def is_missing(text: str) -> bool:
    """A blank or, among numbers and dates, one of the customary markers."""
    return not text or text.casefold() in MARKERS


def own_unit(texts: Iterable[str]) -> str:
    """The currency or per cent sign in the first of these texts that has a digit, else ''."""
    for text in texts:
        if any(character.isdigit() for character in text):
            signs = [sign for sign in ("%", *CURRENCIES) if text.startswith(sign) or text.endswith(sign)]
            return max(signs, key=len, default="")
    return ""


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
    votes = {".": 0, ",": 0}
    doubtful = ""
    for cells in columns.values():
        vote, doubt = _vote(text for text in map(str.strip, dict.fromkeys(cells.tolist())) if not is_missing(text))
        if vote:
            votes[vote] += 1
        doubtful = doubtful or doubt
    sign = "," if votes[","] > votes["."] else "."
    return sign, "" if any(votes.values()) else doubtful


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
