"""Amounts as people read them: rounded to what the estimate supports, with their unit."""

import math
from dataclasses import dataclass

from webapp.parsing.shown import CURRENCIES, with_unit

FIGURES = 3  # of the width of a range: its ends then move by less than 1 in 100 of it
OWN_FIGURES = 2  # a number far smaller than its range keeps two figures of its own
LONGEST = 1e15  # beyond it, and below SHORTEST, figures are unreadable: powers of ten are shown
SHORTEST = 1e-6
UNKNOWN = "not known"
LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
FROM_TEN = 1e7  # from ten million on a rounded amount is said in millions: '12.3 million'
SUPERSCRIPTS = str.maketrans("-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")
SWAPPED = str.maketrans(",.", ".,")  # 1,234.5 to 1.234,5


@dataclass(frozen=True, slots=True)
class Measure:
    """How the amounts of one target are written: unit, decimals of the table it was learned from, decimal sign."""

    unit: str = ""
    decimals: int = 0
    decimal: str = "."


def amount_text(value: float, measure: Measure = Measure(), step: float = 0.0) -> str:
    """'$6,640', '−12.5%', '80 km/h', rounded to a multiple of `step`, or to the measure's decimals where that is 0."""
    if not math.isfinite(value):
        return UNKNOWN
    step = step or 10.0**-measure.decimals
    rounded = to_step(value, step)
    digits = _digits(abs(rounded), step, pad=measure.unit in CURRENCIES)
    if measure.decimal == ",":
        digits = digits.translate(SWAPPED)
    return with_unit(digits, measure.unit, negative=rounded < 0)


def signed_amount_text(value: float, measure: Measure, step: float = 0.0) -> str:
    """'+$1,650', '−$570', '+12 km/h'"""
    text = amount_text(value, measure, step)
    return text if text.startswith("\u2212") or text == amount_text(0.0, measure, step) else f"+{text}"


def range_text(low: float, high: float, measure: Measure, joint: str = "to") -> str:
    """'$5,830 to $7,560', '80 to 95 km/h': each end rounded to what the width supports."""
    ends = [amount_text(end, measure, step_for(end, low, high, measure)) for end in (low, high)]
    behind = f" {measure.unit}"
    if measure.unit and ends[0].endswith(behind) and ends[1].endswith(behind):
        ends[0] = ends[0].removesuffix(behind)
    return f"{ends[0]} {joint} {ends[1]}"


def step_for(value: float, low: float, high: float, measure: Measure) -> float:
    """
    The rounding step of a number beside a range: three figures of the range's width, yet at least two of its own,
    and never finer than the table the model learned from.
    """
    finest = 10.0**-measure.decimals
    of_range, own = _power(high - low, FIGURES), _power(value, OWN_FIGURES)
    return max(min(of_range, own or of_range), finest)


def to_step(value: float, step: float) -> float:
    """The nearest multiple of a power of ten; never -0."""
    places = -round(math.log10(step))
    return round(value, places) + 0.0


def _power(number: float, figures: int) -> float:
    """The place value of the last of so many figures: 1730 with three is 10; 0 where there is none."""
    if number == 0 or not math.isfinite(number):
        return 0.0
    return 10.0 ** (math.floor(math.log10(abs(number))) - figures + 1)


def _decimals(step: float) -> int:
    return max(0, -math.floor(math.log10(step) + 1e-9))


def _digits(value: float, step: float, pad: bool) -> str:
    if value and not SHORTEST <= value < LONGEST:
        figures, exponent = f"{value:.1e}".split("e")
        return f"{figures.removesuffix('.0')} \u00d7 10{str(int(exponent)).translate(SUPERSCRIPTS)}"
    if value >= FROM_TEN:
        for scale, word in LARGE:
            if value >= scale and step >= scale / 1000:
                return f"{_trimmed(f'{value / scale:,.3f}')} {word}"
    decimals = _decimals(step)
    if pad and decimals == 1:
        decimals = 2
    text = f"{value:,.{decimals}f}"
    return text if pad and decimals == 2 and not value.is_integer() else _trimmed(text)


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
