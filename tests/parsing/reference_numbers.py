"""The written grammar of numbers a second time, read character by character: what the product is compared with."""

import unicodedata
from fractions import Fraction

INVISIBLE = {"\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"}
SPACES = {" ", "\u00a0", "\u2007", "\u2009", "\u202f"}
LOOKS_LIKE = {"\u2212": "-", "\ufe63": "-", "\uff0d": "-", "\uff0b": "+", "\u2019": "'", "\uff0e": "."}
LONGEST = 30
LARGEST = Fraction(34028234, 10**7) * 10**38


def reference_number(text, decimal=".", scientific=False):
    """The exact Fraction that a text without a unit says, or None where it is to be refused."""
    symbols = [_symbol(character) for character in text if character not in INVISIBLE]
    written = "".join(symbols).strip()
    if not written or len(written) > LONGEST:
        return None
    sign = -1 if written[0] == "-" else 1
    body = written[1:] if written[0] in "+-" else written
    body, power = _power(body, scientific)
    if body is None or not body:
        return None
    whole, mark, fraction = body.partition(decimal)
    whole = _whole(whole, "," if decimal == "." else ".")
    if whole is None or not all(digit in "0123456789" for digit in fraction) or not whole + fraction:
        return None
    value = sign * Fraction(int((whole + fraction) or "0")) * Fraction(10) ** (power - len(fraction))
    if abs(value) > LARGEST or not (scientific or Fraction(repr(float(value))) == value):
        return None
    return value


def _symbol(character):
    character = LOOKS_LIKE.get(character, character)
    if character in SPACES:
        return " "
    if not character.isascii() and unicodedata.category(character) == "Nd":
        return str(unicodedata.digit(character))
    return character


def _power(body, scientific):
    """('12', 5) of '12e5'; (None, 0) where the exponent is not allowed or not one."""
    at = max(body.find("e"), body.find("E"))
    if at < 0:
        return body, 0
    digits = body[at + 1 :]
    sign = -1 if digits[:1] == "-" else 1
    digits = digits[1:] if digits[:1] in ("+", "-") else digits
    if not scientific or not 1 <= len(digits) <= 4 or not all(digit in "0123456789" for digit in digits):
        return None, 0
    return body[:at], sign * int(digits)


def _whole(whole, group_mark):
    """Its digits without the marks between groups of three; None where the groups are wrong."""
    if all(digit in "0123456789" for digit in whole):
        return whole
    for mark in (group_mark, " ", "'"):
        first, *others = whole.split(mark)
        right_sizes = 1 <= len(first) <= 3 and others and all(len(group) == 3 for group in others)
        digits = first + "".join(others)
        if right_sizes and first[0] != "0" and all(digit in "0123456789" for digit in digits):
            return digits
    return None
