"""
Care flags: what about this case lies outside the model's experience.

Codes: unknown_category, rare_category, missing, outside_range, unlike_training, ambiguous. One of them makes the light
amber. Red is an unknown category, two of the others, a case far from all others, a value further outside the limits
than these lie apart, and an answer in doubt where that is exceptional. A date later than all that were learned from is
flagged, but is not one of the two: time goes on, so every new case has it. Nor is a rare category where many have one.
A category without a name is unknown only where those too rare to be named were rare together; else it is one of many
such, and rare. A flag warns and never blocks.
"""

from collections.abc import Collection, Sequence

from webapp.parsing.texts import in_sentence
from webapp.prediction.values import CareFlag
from webapp.schema import DATES, OTHER, Feature, Schema, Value

RARE_ROWS, RARE_SHARE = 20, 0.005  # below either a category is rare
MANY_RARE = 0.05  # of the rows: where more have a rare category, one is nothing exceptional
RED_CODES = ("unknown_category",)
AMBIGUOUS = "ambiguous"
UNLIKE = "Taken together, these answers are unlike the cases the model learned from."


def flags_of_case(is_unusual: bool, doubt: Sequence[str] = ()) -> tuple[CareFlag, ...]:
    """What is flagged of a case as a whole; `doubt` are the classes between which it is left open."""
    flags = (CareFlag("unlike_training", "", UNLIKE),) if is_unusual else ()
    return (*flags, CareFlag(AMBIGUOUS, "", doubt_text(doubt))) if doubt else flags


def light(flags: Sequence[CareFlag], is_exceptional: bool, unexceptional: Collection[str] = ()) -> str:
    """green, amber or red; the flags of `unexceptional` features are amber however many they are."""
    counted = [flag for flag in flags if flag.code != AMBIGUOUS and flag.feature not in unexceptional]
    if is_exceptional or len(counted) > 1 or any(flag.code in RED_CODES for flag in flags):
        return "red"
    return "amber" if flags else "green"


def is_far_out(schema: Schema, values: Sequence[Value]) -> bool:
    """Whether a value lies further outside the limits than these lie apart."""
    return any(lies_far_out(feature, value) for feature, value in zip(schema.features, values, strict=True))


def lies_far_out(feature: Feature, value: Value) -> bool:
    if not feature.observed or value is None:
        return False
    return _outside(feature, value) > feature.observed[1] - feature.observed[0]


def _outside(feature: Feature, value: Value) -> float:
    number, (low, high) = feature.as_number(value), feature.observed
    return max(low - number, number - high)


def unexceptional(schema: Schema, values: Sequence[Value]) -> set[str]:
    """
    Features whose flag is nothing exceptional: dates that are later than all the model learned from, and categories of
    which so many rows had a rare one that a rare one is to be expected.
    """
    cells = zip(schema.features, values, strict=True)
    return {feature.name for feature, value in cells if is_unexceptional(feature, value)}


def is_unexceptional(feature: Feature, value: Value) -> bool:
    if value is None:
        return False
    return _is_later(feature, value) or (feature.kind == "category" and _has_many_rare(feature))


def _is_later(feature: Feature, value: Value) -> bool:
    return feature.kind in DATES and bool(feature.observed) and feature.as_number(value) > feature.observed[1]


def _has_many_rare(feature: Feature) -> bool:
    rare = feature.other_rows + sum(choice.rows for choice in feature.choices if choice.rare)
    return rare > MANY_RARE * (feature.other_rows + sum(choice.rows for choice in feature.choices))


def doubt_text(doubt: Sequence[str]) -> str:
    named = [f"“{name}”" for name in doubt]
    listed = " or ".join(filter(None, (", ".join(named[:-1]), named[-1])))
    return f"The model is less sure here than usual: the answer may well turn out to be {listed}."


def flag_of(feature: Feature, value: Value) -> CareFlag | None:
    """What of this one value lies outside the model's experience."""
    if value is None:
        return CareFlag("missing", feature.name, _missing_text(feature))
    if feature.kind == "category":
        return _category_flag(feature, value)
    if feature.kind == "yes_no":
        return _rare_flag(feature, value) if feature.choices[0 if value else 1].rare else None
    if feature.observed is None:
        return None
    number = feature.as_number(value)
    if feature.observed[0] <= number <= feature.observed[1]:
        return None
    return CareFlag("outside_range", feature.name, _outside_text(feature, value, number > feature.observed[1]))


def _category_flag(feature: Feature, value: Value) -> CareFlag | None:
    position = feature.choice_values.get(value)
    if position is None and value != OTHER:
        if not is_rare(feature.other_rows, feature.other_rows + sum(choice.rows for choice in feature.choices)):
            text = f"{feature.label}, {feature.value_text(value)}, is one of many too rare for the model to tell apart."
            return CareFlag("rare_category", feature.name, text)
        how = "treats it like other rare ones" if feature.other_rows else "used an average case instead"
        text = f"{feature.label}, {feature.value_text(value)}, is not known to the model, which {how}."
        return CareFlag("unknown_category", feature.name, text)
    if position is None or feature.choices[position].rare:
        return _rare_flag(feature, value)
    return None


def is_rare(rows: int, all_rows: int) -> bool:
    return rows < RARE_ROWS or rows < RARE_SHARE * all_rows


def _rare_flag(feature: Feature, value: Value) -> CareFlag:
    text = f"{feature.label}, {feature.value_text(value)}, was rare among the cases the model learned from."
    return CareFlag("rare_category", feature.name, text)


def _missing_text(feature: Feature) -> str:
    were = "were" if _is_plural(feature.label) else "was"
    used = "what it learned from cases without it" if feature.missing_seen else "an average case instead"
    return f"{feature.label} {were} not provided. The model used {used}."


def _outside_text(feature: Feature, value: Value, above: bool) -> str:
    are = "are" if _is_plural(feature.label) else "is"
    higher, lower = ("later", "earlier") if feature.kind in DATES else ("higher", "lower")
    side = higher if above else lower
    usual = f" Usually {usual_range(feature)}." if feature.usual else ""
    return f"{feature.label}, {feature.value_text(value)}, {are} {side} than any the model learned from.{usual}"


def usual_range(feature: Feature) -> str:
    """'$19 to $115', '1 to 72 months': the unit once where it stands behind."""
    low, high = (feature.value_text(feature.from_number(limit)) for limit in feature.usual)
    unit = f" {feature.unit}"
    if feature.unit and low.endswith(unit) and high.endswith(unit):
        low = low[: -len(unit)]
    return f"{low} to {high}"


def _is_plural(label: str) -> bool:
    word = in_sentence(label).split(" (")[0]
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))
