"""
The one schema of a model in the words of JSON Schema (2020-12).

It describes the plain way to write each value. What the parser takes besides, such as a number as text, is said in
words; what no keyword can say, such as the limits of a date, stands in `x-` annotations.
"""

from typing import Any

from webapp.parsing.answers import OTHER
from webapp.parsing.shown import number_text
from webapp.parsing.texts import MAX_KEY
from webapp.schema import DATES, NUMBERS, Feature, Schema, Target, to_json_value
from webapp.serving import Champion
from webapp.views.api.replies import without_nothing

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_TYPE = "application/schema+json"
LARGEST = 10**15 - 1  # 15 figures, which every double keeps exactly
# Days that there are: a pattern that let 31 April pass would promise what is refused.
_LONG, _SHORT = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])", "(0[469]|11)-(0[1-9]|[12][0-9]|30)"
_EVERY_YEAR = f"[1-9][0-9]{{3}}-({_LONG}|{_SHORT}|02-(0[1-9]|1[0-9]|2[0-8]))"
_LEAP_YEAR = "([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)-02-29"
DAY = f"({_EVERY_YEAR}|{_LEAP_YEAR})"
CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
NO_CONTROLS = "^[^\\u0000-\\u001f\\u007f]*$"

HOW = {
    "number": "A number. A text is read by the rules of a typed answer, with a full stop for decimals.",
    "integer": "A whole number. A text is read by the rules of a typed answer.",
    "yes_no": "true or false; also 1 or 0, and the words listed.",
    "category": "One of the texts listed. Another one is answered too, with a warning that the model does not know it.",
    "date": "A day, as year-month-day.",
    "datetime": "A day and a time, as year-month-dayThh:mm; without an offset it is taken as it stands.",
}
NULL = " null, or leaving it out, says that it is not known."


def model_schema(champion: Champion) -> dict[str, Any]:
    """One row of the model, with what else a program should know about it."""
    words, schema = champion.words, champion.predictor.schema
    title = words.get("title") or champion.model
    about = {"x-model": champion.model, "x-version": champion.version, "x-number": words.get("number")}
    question = {"title": title, "description": words.get("question") or ""}
    return {"$schema": DIALECT, **without_nothing({**question, **about}), **row_schema(schema)} | {
        "x-target": target_schema(schema.target)
    }


def row_schema(schema: Schema) -> dict[str, Any]:
    properties = {feature.name: feature_schema(feature) for feature in schema.features}
    if schema.id_column:
        properties[schema.id_column] = _key_schema(schema)
    return {
        "type": "object",
        "properties": properties,
        "required": [feature.name for feature in schema.features if not feature.optional],
        "additionalProperties": False,
    }


def feature_schema(feature: Feature) -> dict[str, Any]:
    """One column: its kind, its real choices and limits, and a typical value."""
    said = _said(feature)
    if feature.optional:
        said = {name: [*allowed, None] if name == "enum" else allowed for name, allowed in said.items()}
        if "type" in said:
            said["type"] = [said["type"], "null"]
    typical = to_json_value(_plain(feature, feature.typical_value))
    limits = {"x-minimum": _limit(feature, feature.minimum), "x-maximum": _limit(feature, feature.maximum)}
    notes = {
        "title": feature.label,
        "description": _description(feature),
        "x-kind": feature.kind,
        "x-unit": feature.unit,
        "x-learned-from": [_limit(feature, limit) for limit in feature.observed or ()],
        **(limits if feature.kind in DATES else {}),
    }
    return {**without_nothing(notes), **said, **({"examples": [typical]} if typical is not None else {})}


def target_schema(target: Target) -> dict[str, Any]:
    """What is answered."""
    described = {"name": target.name, "label": target.label, "kind": target.task, "unit": target.unit}
    return without_nothing({**described, "classes": list(target.classes), "positive": target.positive})


def example_row(schema: Schema) -> dict[str, Any]:
    """A typical case in the plain way to write it; no row of the table."""
    values = {feature.name: _plain(feature, feature.typical_value) for feature in schema.features}
    return {name: to_json_value(value) for name, value in values.items()}


def _said(feature: Feature) -> dict[str, Any]:
    if feature.kind in NUMBERS:
        low, high = _number_limits(feature)
        return {"type": feature.kind, "minimum": low, "maximum": high}
    if feature.kind == "yes_no":
        return {"enum": [True, False, *(choice.value for choice in feature.choices)]}
    if feature.kind == "category":
        return {"enum": [choice.value for choice in feature.choices] + ([OTHER] if feature.has_other else [])}
    if feature.kind == "date":
        return {"type": "string", "format": "date", "pattern": f"^{DAY}$"}
    return {"type": "string", "pattern": f"^{DAY}T{CLOCK}$"}  # without an offset, so not JSON Schema's date-time


def _number_limits(feature: Feature) -> tuple[float, float]:
    low = -LARGEST if feature.minimum is None else max(feature.minimum, -LARGEST)
    high = LARGEST if feature.maximum is None else min(feature.maximum, LARGEST)
    return _whole(low), _whole(high)


def _description(feature: Feature) -> str:
    parts = [feature.help and f"{feature.help.rstrip('.')}.", HOW[feature.kind]]
    if feature.observed is not None and feature.kind in NUMBERS:
        low, high = (number_text(limit, unit=feature.unit, is_year=feature.is_year) for limit in feature.observed)
        parts.append(f"Learned from {low} to {high}; beyond that the answer carries a warning.")
    return " ".join(filter(None, parts)) + (NULL if feature.optional else "")


def _plain(feature: Feature, value: Any) -> Any:
    """As a program would write it: true and not 1.0, 24 and not 24.0."""
    if value is None or isinstance(value, str) or feature.kind in DATES:
        return value
    if feature.kind == "yes_no":
        return bool(value)
    return _whole(value)


def _whole(value: float) -> float:
    return int(value) if float(value).is_integer() else float(value)


def _limit(feature: Feature, limit: float | None) -> Any:
    return None if limit is None else to_json_value(_plain(feature, feature.from_number(limit)))


def _key_schema(schema: Schema) -> dict[str, Any]:
    return {
        "title": schema.id_label or schema.id_column,
        "description": "Your own number of the case. It is kept with the answer, and the model never sees it.",
        "type": ["string", "integer", "null"],
        "maxLength": MAX_KEY,
        "pattern": NO_CONTROLS,
    }
