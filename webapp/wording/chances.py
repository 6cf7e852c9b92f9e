"""
Chances as people read them: whole, always out of 100, never certain.

A chance under 1 in 100 or over 99 in 100 is said in words instead of a figure, since no model knows a case for sure.
"""

import math
from dataclasses import dataclass

from webapp.wording.numbers import to_whole

UNDER_ONE, OVER_99 = 0, 100  # what `whole` returns where no figure is shown
BAND_STEP = 5  # the ends of a band are multiples of five: it is shown where a finer figure cannot be defended


def whole(probability: float) -> int:
    """The one rounding behind every shown chance: 1 to 99, or UNDER_ONE, or OVER_99."""
    if probability < 0.01:
        return UNDER_ONE
    return OVER_99 if probability > 0.99 else to_whole(100 * probability)


def percent_text(probability: float) -> str:
    """'27%', 'less than 1%', 'more than 99%'"""
    return {UNDER_ONE: "less than 1%", OVER_99: "more than 99%"}.get(figure := whole(probability), f"{figure}%")


def in_hundred_text(probability: float) -> str:
    """'27 in 100', 'fewer than 1 in 100', 'more than 99 in 100'"""
    return f"{of_hundred_text(probability)} in 100"


def hundred_text(probability: float) -> str:
    """'about 27 in 100', 'fewer than 1 in 100', 'more than 99 in 100'"""
    text = in_hundred_text(probability)
    return f"about {text}" if text[0].isdigit() else text


def of_hundred_text(probability: float) -> str:
    """'27', 'fewer than 1', 'more than 99': for sentences that name the hundred themselves."""
    return {UNDER_ONE: "fewer than 1", OVER_99: "more than 99"}.get(figure := whole(probability), str(figure))


def figure_text(figure: int) -> str:
    """A whole number of `whole` where only a figure fits: '27', '<1', '>99'."""
    return {UNDER_ONE: "<1", OVER_99: ">99"}.get(figure, str(figure))


def rule_text(threshold: float) -> str:
    """A threshold is a rule and not a chance, so it keeps a decimal: '40%', '12.5%', '0.25%'."""
    points = 100 * threshold
    return f"{round(points, 1 if points >= 1 else 2):g}%"


def points_text(points: int) -> str:
    """'+16 points', '−1 point', 'under 1 point'"""
    if points == 0:
        return "under 1 point"
    return f"{signed_text(points)} {'point' if abs(points) == 1 else 'points'}"


def signed_text(whole_number: int) -> str:
    """'+16', '−6', '0'"""
    return f"{whole_number:+,}".replace("-", "\u2212") if whole_number else "0"


@dataclass(frozen=True, slots=True)
class Band:
    """A chance that may only be said as a range, both ends out of 100."""

    low: int
    high: int

    @property
    def text(self) -> str:
        """'between 20 and 35 in 100', 'at most 15 in 100', 'at least 85 in 100'"""
        return f"{self.short_text} in 100"

    @property
    def short_text(self) -> str:
        if self.low <= 0:
            return f"at most {self.high}"
        return f"at least {self.low}" if self.high >= 100 else f"between {self.low} and {self.high}"


def band(probability: float, half_width: float) -> Band:
    """The chance widened by so many points to either side, and outward to multiples of five."""
    points = round(100 * probability, 9)
    low = math.floor((points - half_width) / BAND_STEP) * BAND_STEP
    high = math.ceil((points + half_width) / BAND_STEP) * BAND_STEP
    return Band(max(low, 0), min(high, 100))
