"""Values as people read them: the opposite direction of the grammars."""

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import numpy as np

from webapp.parsing.own_kinds import written

CURRENCIES = ("$", "£", "€", "¥", "₹", "US$", "A$", "C$", "CHF")
MINUS = "\u2212"
NOT_PROVIDED = "Not provided"
YEAR_WORDS = {"year", "yr", "jahr", "baujahr", "jahrgang", "année", "annee", "año", "anno", "jaar", "bouwjaar", "rok"}
FIRST_YEAR, LAST_YEAR = 1000, 2999
YEAR_FIGURES = 3  # of the range of years: decades


def number_text(value: float, *, unit: str = "", decimals: int = 0, decimal: str = ".", is_year: bool = False) -> str:
    """
    '$1,397.00', '20 months', '27%': every digit the value has, and at least `decimals` of them behind a currency.

    A year has no comma.
    """
    digits = _digits(abs(float(value)), decimals, pad=unit in CURRENCIES)
    if is_year:
        digits = digits.replace(",", "")
    if decimal == ",":
        digits = digits.translate(str.maketrans(",.", ".,"))
    return with_unit(digits, unit, negative=value < 0)


def figure_text(value: float, figures: int = 4) -> str:
    """'0.857', '1,234', '−0.02': a measured figure to so many figures."""
    return number_text(float(f"{value:.{figures}g}"))


def with_unit(digits: str, unit: str, *, negative: bool = False) -> str:
    """Currency in front, per cent sign behind, any other unit behind a space; a true minus sign."""
    sign = MINUS if negative else ""
    if unit in CURRENCIES:
        return f"{sign}{unit}{' ' if unit[-1].isalpha() else ''}{digits}"
    if unit == "%":
        return f"{sign}{digits}%"
    return f"{sign}{digits} {unit}".rstrip()


def typed_text(value: float, decimal: str = ".") -> str:
    """What a person would type to get exactly this number back."""
    text = repr(int(value)) if float(value).is_integer() and abs(value) < 1e15 else np.format_float_positional(value)
    return text.rstrip(".").replace(".", decimal)


def names_year(name: str, low: float, high: float) -> bool:
    """True for 'year_built' or 'YearBuilt' with whole numbers that can be years of a calendar."""
    words = re.findall(r"[^\W\d_][^\W\d_A-Z]*", name)
    return FIRST_YEAR <= low <= high <= LAST_YEAR and any(word.casefold() in YEAR_WORDS for word in words)


def answers_of(feature: Any, value: Any) -> tuple[str, ...]:
    """
    What to type to get this value of a webapp.schema.Feature back; for dates day, month, year and, with a time, hh:mm.
    """
    if value is None:
        return ("",)
    if isinstance(value, np.datetime64):
        moment = value.astype("datetime64[s]").item()
        boxes = (str(moment.day), str(moment.month), f"{moment.year:04d}")
        return boxes if feature.kind == "date" else (*boxes, f"{moment:%H:%M}")
    if isinstance(value, str):
        return (value,)
    if feature.kind == "yes_no":
        return (feature.choices[0 if value else 1].value,)
    own = written(feature.own_kind, value) if feature.own_kind else ""
    return (own or typed_text(value, feature.decimal),)


def date_text(day: np.datetime64) -> str:
    """'3 Oct 2026', and ', 14:32' behind it for a moment."""
    moment = day.astype("datetime64[s]").item()
    text = f"{moment.day} {moment:%b %Y}"
    return text if day.dtype == np.dtype("datetime64[D]") else f"{text}, {moment:%H:%M}"


def round_outward(low: float, high: float, figures: int = 2) -> tuple[float, float]:
    """
    The range widened, so that nobody's own value can be read off its ends.

    Each end to so many figures or to the leading figure of the range's width, whichever widens it less: in 1995 to 2022
    the figures of the years say little, those of the 27 years between them do.
    """
    width = Decimal(repr(float(high))) - Decimal(repr(float(low)))
    places = [width.adjusted()] if width > 0 else []
    return (
        max(_rounded(low, place, ROUND_FLOOR) for place in [*places, _place(low, figures)]),
        min(_rounded(high, place, ROUND_CEILING) for place in [*places, _place(high, figures)]),
    )


def _place(value: float, figures: int) -> int:
    """The power of ten of the last of so many figures."""
    return Decimal(repr(float(value))).adjusted() - figures + 1


def _rounded(value: float, place: int, towards: str) -> float:
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(place), rounding=towards)) + 0.0


def _digits(value: float, decimals: int, pad: bool) -> str:
    shown = f"{value:,.{decimals}f}"
    if float(shown.replace(",", "")) != value:
        whole, _, fraction = np.format_float_positional(value).partition(".")
        return f"{int(whole):,}" + (f".{fraction}" if fraction else "")
    if pad and not value.is_integer():
        return shown
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
