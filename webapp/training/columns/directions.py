"""What the spec says of scales and directions, checked: which of it no model here could keep to."""

from webapp.errors import UnusableSpec
from webapp.schema import DATES, Feature, Schema
from webapp.training.spec.file import FeatureSpec, Spec

NO_SPEC = FeatureSpec()


def refuse_unkept(schema: Schema, spec: Spec) -> None:
    """Raises UnusableSpec, in words, for a scale without its order and for a direction that no model can promise."""
    for feature in schema.features:
        if why := _lacks_order(feature, spec.features.get(feature.name, NO_SPEC)):
            raise UnusableSpec(f"[features.{feature.name}] ordered = true: {why}")
        if feature.monotonic and (why := _lacks_direction(feature, schema) or _of_somebody(spec)):
            raise UnusableSpec(f"[features.{feature.name}] monotonic cannot be kept to: {why}")


def _lacks_order(feature: Feature, said: FeatureSpec) -> str:
    if feature.kind != "category" or not feature.ordered:
        return ""
    listed = {value for value, _ in said.choices}
    unlisted = next((choice.value for choice in feature.choices if choice.value not in listed), "")
    return f"choices does not say where “{unlisted}” stands. List every value in its order" if unlisted else ""


def _lacks_direction(feature: Feature, schema: Schema) -> str:
    if schema.target.task == "many":
        return (
            f"“{schema.target.name}” has {len(schema.target.classes)} classes, and what raises the chance of one "
            "lowers those of others. Take it out"
        )
    if feature.kind in DATES:
        return "a date is learned from as year, month, weekday and day, which go up and down. Take it out"
    if feature.kind == "category" and not feature.ordered:
        return "a category has no order. Give choices in their order and say ordered = true, or take it out"
    return ""


def _of_somebody(spec: Spec) -> str:
    """Nobody here can see whether an estimator that was brought along keeps to it."""
    brought = spec.training.estimator
    if not brought:
        return ""
    return (
        f"[training] estimator “{brought}” is tried as well, and nobody here can make it keep to a direction. Take one "
        "of the two out"
    )
