"""
To which values an answer may be changed: what the spec allows, inside what was usual, in figures a person would say.

What people should not be judged by, a date and an answer that nobody gave are never changed. A direction of a category
means something only where its choices are a scale; of yes or no, up is yes.
"""

import math
from dataclasses import dataclass

from webapp.schema import DATES, Feature, Schema, Value

MOST_VALUES = 24  # of one number: more would cost time and say nothing more
MOST_CHOICES = 24  # of one category, the most frequent ones
OTHER_CHOICE = 0.5  # another choice counts as much as half of the usual range of a number
ROUND = (1, 2, 5)  # steps that people count in, times a power of ten


@dataclass(frozen=True, slots=True)
class Option:
    """One value that an answer may be changed to, and how far that is: 1 is the whole usual range."""

    value: Value
    distance: float


def is_changeable(feature: Feature) -> bool:
    return feature.actionable and not feature.sensitive and feature.kind not in DATES


def options_by_position(schema: Schema, values: list[Value]) -> dict[int, list[Option]]:
    """For each answer that may be changed what it may be changed to, the nearest first."""
    found = {
        position: allowed(feature, value)
        for position, (feature, value) in enumerate(zip(schema.features, values, strict=True))
        if is_changeable(feature)
    }
    return {position: options for position, options in found.items() if options}


def allowed(feature: Feature, value: Value) -> list[Option]:
    """The nearest first; none for an answer that nobody gave."""
    if value is None:
        return []
    if feature.kind == "yes_no":
        options = _other_of_two(feature, bool(value))
    elif feature.kind == "category":
        options = _other_choices(feature, value)
    else:
        options = _other_numbers(feature, float(value))
    return sorted(options, key=lambda option: option.distance)


def round_numbers(feature: Feature, low: float, high: float, most: int) -> list[float]:
    """At most so many multiples of a round step between both ends; whole ones where the feature is whole."""
    digit, power = _step(feature, (high - low) / most)
    step = digit * 10.0**power
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    numbers = (round(count * step, max(0, -power)) + 0.0 for count in range(first, last + 1))
    return [number for number in numbers if low <= number <= high]


def usual_range(feature: Feature) -> tuple[float, float] | None:
    """What was usual, inside what a person allows; None where nothing is left of it."""
    if feature.usual is None:
        return None
    lows = (feature.usual[0], feature.minimum, feature.observed[0] if feature.observed else None)
    highs = (feature.usual[1], feature.maximum, feature.observed[1] if feature.observed else None)
    low, high = max(end for end in lows if end is not None), min(end for end in highs if end is not None)
    return (low, high) if low < high else None


def _step(feature: Feature, at_least: float) -> tuple[int, int]:
    """Digit and power of ten of the smallest step that people count in and that is not finer than the table."""
    finest = 0 if feature.kind == "integer" else -feature.decimals
    power = max(math.floor(math.log10(at_least)), finest) if at_least > 0 else finest
    for digit in (*ROUND, 10):
        if digit * 10.0**power >= at_least * (1 - 1e-9):
            return digit, power
    return 1, power + 1


def _other_numbers(feature: Feature, value: float) -> list[Option]:
    ends = usual_range(feature)
    if ends is None:
        return []
    width = ends[1] - ends[0]
    numbers = round_numbers(feature, *ends, MOST_VALUES)
    return [Option(number, abs(number - value) / width) for number in numbers if _is_allowed(feature, number - value)]


def _other_of_two(feature: Feature, is_yes: bool) -> list[Option]:
    other = feature.choices[1 if is_yes else 0]
    if other.rare or not _is_allowed(feature, -1 if is_yes else 1):
        return []
    return [Option(0.0 if is_yes else 1.0, OTHER_CHOICE)]


def _other_choices(feature: Feature, value: Value) -> list[Option]:
    place = feature.choice_values.get(value)
    if feature.direction and (place is None or not feature.ordered):
        return []
    others = [choice for choice in feature.choices if not choice.rare and choice.value != value]
    others.sort(key=lambda choice: -choice.rows)
    options = []
    for choice in others[:MOST_CHOICES]:
        steps = feature.choice_values[choice.value] - (place or 0)
        if not feature.direction or _is_allowed(feature, steps):
            on_scale = feature.ordered and place is not None
            share = abs(steps) / (len(feature.choices) - 1) if on_scale else OTHER_CHOICE
            options.append(Option(choice.value, share))
    return options


def _is_allowed(feature: Feature, moved: float) -> bool:
    """Whether an answer may move that far up or, below zero, down."""
    return moved > 0 if feature.direction == "up" else moved < 0 if feature.direction == "down" else moved != 0
