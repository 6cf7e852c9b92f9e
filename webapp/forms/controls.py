"""How each feature is asked: everything about a control that never changes, worked out once per version."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from webapp.parsing.answers import MANY_CHOICES, OTHER
from webapp.parsing.shown import CURRENCIES
from webapp.schema import DATES, NUMBERS, Feature
from webapp.wording.quoting import shown

MAX_RADIOS = 6
MAX_PLAIN_SELECT = 20  # beyond this the script offers to shorten the list
MAX_INLINE_RADIOS = 3
HALF_COLUMN = 376  # pixels that radios beside each other may take in one of two columns
WIDE_COLUMN = 560  # the same where a row of choices has its label at the left
CHIP, LETTER, BETWEEN = 58, 8.2, 8  # pixels of a radio without its words, of a letter, between two radios

UNKNOWN = "~"  # posted for "Don't know", which is an answer; nothing chosen is none
UNLISTED = "other"  # posted for a category too rare to be named
BLANK_HINT = "Leave blank if you do not know"


@dataclass(frozen=True, slots=True)
class Option:
    """One radio or one line of a list; `posted` is what the browser sends, never the text of the table."""

    posted: str
    label: str
    answer: str
    id: str


@dataclass(frozen=True, slots=True)
class Box:
    """One of the boxes of a date; `position` is its place in what was typed: day, month, year, time."""

    part: str
    label: str
    position: int
    width: str
    inputmode: str


@dataclass(frozen=True)
class Control:
    """One question as it stands on the form. `kind` names the macro: text, select, radios or dates."""

    name: str
    kind: str
    label: str
    unit: str = ""
    hint: str = ""
    says_optional: bool = False
    inputmode: str = ""
    width: str = "w-s"
    prompt: str = ""
    options: tuple[Option, ...] = ()
    extras: tuple[Option, ...] = ()
    boxes: tuple[Box, ...] = ()
    is_stacked: bool = False
    is_long: bool = False

    @cached_property
    def by_posted(self) -> dict[str, Option]:
        return {option.posted: option for option in self.options + self.extras}

    @cached_property
    def by_answer(self) -> dict[str, Option]:
        return {option.answer: option for option in self.options + self.extras}

    @property
    def is_one_line(self) -> bool:
        """True for a control that can stand on one line with its neighbour."""
        return not (self.kind == "radios" and self.is_stacked)

    @property
    def short_choices(self) -> tuple[str, ...]:
        """The words of a few radios, by which equal neighbours are recognised; empty for any other control."""
        labels = tuple(option.label for option in self.options + self.extras)
        return labels if self.kind == "radios" and inline_width(labels) <= WIDE_COLUMN else ()


def control_for(feature: Feature, name: str) -> Control:
    """The control of a feature, by its kind and its number of choices."""
    words = {
        "name": name,
        "label": shown(feature.label),
        "unit": shown(feature.unit),
        "hint": _hint(feature),
        "says_optional": feature.optional,
    }
    if feature.kind in NUMBERS:
        return Control(kind="text", inputmode=_inputmode(feature), width=_width(feature), **words)
    if feature.kind in DATES:
        return Control(kind="dates", boxes=_boxes(feature), **words)
    if len(feature.choices) > MANY_CHOICES:
        return Control(kind="text", width="w-l", **words)
    return _list_of_choices(feature, words)


def _list_of_choices(feature: Feature, words: dict) -> Control:
    name = words["name"]
    options = tuple(
        Option(str(position), shown(choice.label), choice.value, f"{name}-{position}" if position else name)
        for position, choice in enumerate(feature.choices)
    )
    extras = _extras(feature, name, first=not options)
    words["says_optional"] = False  # "Don't know" among the choices says it better
    if len(options) > MAX_RADIOS:
        is_long = len(options) > MAX_PLAIN_SELECT
        return Control(
            kind="select",
            options=options,
            extras=extras,
            prompt="Select an answer",
            is_long=is_long,
            **words,
        )
    labels = [option.label for option in options + extras]
    stacked = len(labels) > MAX_INLINE_RADIOS or inline_width(labels) > HALF_COLUMN
    return Control(kind="radios", options=options, extras=extras, is_stacked=stacked, **words)


def _extras(feature: Feature, name: str, first: bool) -> tuple[Option, ...]:
    """What stands behind the choices of the table: another one, and not knowing."""
    extras = []
    if feature.has_other:
        extras.append(Option(UNLISTED, "Another, not listed", OTHER, name if first else f"{name}-other"))
    if feature.optional:
        extras.append(Option(UNKNOWN, "Don’t know", "", f"{name}-unknown" if extras or not first else name))
    return tuple(extras)


def inline_width(labels: Sequence[str]) -> float:
    return sum(CHIP + LETTER * len(label) for label in labels) + BETWEEN * (len(labels) - 1)


def _hint(feature: Feature) -> str:
    parts = [shown(feature.help).rstrip(".")] if feature.help else []
    if feature.usual is not None and feature.kind in (*NUMBERS, *DATES):
        parts.append(f"Usually {_range_text(feature)}")
    by_blank = feature.kind in (*NUMBERS, *DATES) or len(feature.choices) > MANY_CHOICES
    if feature.optional and by_blank:
        parts.append(BLANK_HINT)
    return ". ".join(parts)


def _range_text(feature: Feature) -> str:
    low, high = feature.usual
    ends = shown(feature.value_text(feature.from_number(high)))
    if low == high:
        return ends
    if feature.kind in DATES or feature.own_kind or feature.unit in (*CURRENCIES, "%"):
        return f"{shown(feature.value_text(feature.from_number(low)))} to {ends}"
    return f"{feature.number_text(low)} to {ends}"


def _inputmode(feature: Feature) -> str:
    """The keypad on a phone; none where a minus or other signs may be needed, since some keypads have none."""
    if feature.own_kind:
        return ""
    lowest = feature.minimum if feature.minimum is not None else (feature.observed or (-1.0,))[0]
    if lowest < 0:
        return ""
    return "numeric" if feature.kind == "integer" else "decimal"


def _width(feature: Feature) -> str:
    ends = [abs(end) for end in (*(feature.observed or ()), feature.minimum, feature.maximum) if end is not None]
    digits = len(f"{max(ends, default=0):.0f}") + (feature.decimals + 1 if feature.decimals else 0)
    return "w-s" if digits <= 8 else "w-m"


def _boxes(feature: Feature) -> tuple[Box, ...]:
    day = Box("day", "Day", 0, "d", "numeric")
    month = Box("month", "Month", 1, "m", "")  # a name is accepted too
    year = Box("year", "Year", 2, "y", "numeric")
    # A year in front is how files write dates; people are asked for the day first.
    order = (month, day, year) if feature.date_order == "mdy" else (day, month, year)
    return (*order, Box("time", "Time, hh:mm", 3, "t", "")) if feature.kind == "datetime" else order
