"""Numbers as people read them, and amounts rounded so that what is shown also adds up."""

import math
from collections.abc import Sequence

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
REST_MAY_STRAY = 1.5


def count_text(count: int) -> str:
    """'5,634'"""
    return f"{count:,}"


def number_word(count: int) -> str:
    """'three'; figures from eleven on."""
    return WORDS[count] if 0 <= count < len(WORDS) else count_text(count)


def counted(count: int, one: str, many: str) -> str:
    """'1 customer', '5,634 customers'"""
    return f"{count_text(count)} {one if count == 1 else many}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """'a, b and c'"""
    return f" {last} ".join(word for word in (", ".join(words[:-1]), *words[-1:]) if word)


def to_whole(value: float) -> int:
    """The nearest whole number, halves away from zero, blind to the last bits: 28.499999999999996 is a half."""
    return int(math.copysign(math.floor(round(abs(value), 9) + 0.5), value))


def add_up(amounts: Sequence[float], total: int, rest: int | None = None) -> list[int]:
    """
    The amounts as whole numbers that sum to `total`.

    Each goes to its nearest whole number; what is then missing goes to the amount at position `rest` as long as that
    one stays within REST_MAY_STRAY of its true value, and otherwise to the amounts that rounding moved furthest.
    """
    shown = [to_whole(amount) for amount in amounts]
    missing = total - sum(shown)
    if shown and abs(missing) > len(shown):  # more than rounding can explain: amounts that never summed to the total
        shown[_furthest(amounts) if rest is None else rest] += missing
        return shown
    step = 1 if missing > 0 else -1
    for _ in range(abs(missing) if shown else 0):
        strays = [step * (amount - whole) for amount, whole in zip(amounts, shown, strict=True)]
        rest_takes_it = rest is not None and strays[rest] > 1 - REST_MAY_STRAY
        shown[rest if rest_takes_it else strays.index(max(strays))] += step
    return shown


def _furthest(amounts: Sequence[float]) -> int:
    return max(range(len(amounts)), key=lambda position: abs(amounts[position]))
