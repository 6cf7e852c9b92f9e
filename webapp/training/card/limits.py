"""The last part of the model card: whom it may harm, and what to keep in mind."""

from collections.abc import Mapping
from typing import Any

from webapp.schema import Feature
from webapp.training.card.text import CardSection, points

LISTED = 6


def ethical_considerations(metadata: Mapping[str, Any]) -> CardSection:
    features = [Feature.from_json(feature) for feature in metadata["schema"]["features"]]
    sensitive = {feature.name: feature.label for feature in features if feature.sensitive}
    lines = [
        "No field is marked as one by which people should not be judged. Where cases are people, mark such fields with "
        "sensitive = true, and they are looked at first"
    ]
    aside = _looked_at_aside(metadata)
    if sensitive or aside:
        lines = [_sensitive_text(name, label, metadata["evaluation"]) for name, label in {**sensitive, **aside}.items()]
        lines.append(f"It was given these fields to learn from: {', '.join(sensitive.values())}" if sensitive else "")
        lines.append(f"Not given to it, and looked at all the same: {', '.join(aside.values())}" if aside else "")
        lines.append("Leaving a field out does not make a model blind to it: others may say the same")
    return CardSection(
        "Ethical considerations",
        (
            points(
                *lines,
                "Every answer shows its reasons, and a warning where a case is unlike those it learned from",
                "A person can always decide otherwise",
            ),
        ),
    )


def caveats(metadata: Mapping[str, Any]) -> CardSection:
    doubts = [gate for gate in metadata["gates"] if gate["verdict"] != "pass"]
    warnings = [check for check in metadata.get("checks") or [] if check["verdict"] != "pass"]
    more_rows = metadata["evaluation"].get("more_rows")
    shown = warnings[:LISTED]
    rest = f"and {len(warnings) - LISTED} more checks of the table warned" if len(warnings) > LISTED else ""
    return CardSection(
        "Caveats and recommendations",
        (
            points(
                *map(_doubt, doubts),
                *(f"Before learning: {_subject(check)}{check['reason']}" for check in shown),
                rest,
                f"More rows: {more_rows['sentence']}" if more_rows else "",
                metadata["sample"]["sentence"] if "sample" in metadata else "",
                "It describes past cases. Where times change its answers may not: train it again on new cases",
                "Values outside the limits of the table, rare or unknown categories and unusual cases are flagged",
                *metadata["notes"][:LISTED],
            ),
        ),
    )


def _looked_at_aside(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Sensitive columns that are no input, with their labels."""
    asked = {feature["name"] for feature in metadata["schema"]["features"]}
    slices = metadata["evaluation"].get("slices") or []
    return {part["feature"]: part["feature_label"] for part in slices if part["feature"] not in asked}


def _sensitive_text(name: str, label: str, evaluation: Mapping[str, Any]) -> str:
    parts = [part for part in evaluation.get("slices") or [] if part["feature"] == name]
    told = [part for part in parts if part["loss"] is not None]
    if not told:
        return f"{label}: no group of it has enough rows to be judged by itself"
    weaker = [part["part"] for part in told if part["loss"]["low"] > evaluation["loss"]]
    off = [part["part"] for part in told if part["bias"]["low"] > 0 or part["bias"]["high"] < 0]
    found = [
        f"answers are less certain for {', '.join(weaker)}" if weaker else "",
        f"answers are too high or too low on average for {', '.join(off)}" if off else "",
    ]
    said = "; ".join(filter(None, found)) or "no group of it stands out beyond chance"
    return f"{label}: {said} ({len(told)} of {len(parts)} groups have enough rows)"


def _doubt(gate: Mapping[str, Any]) -> str:
    said = "Refused" if gate["verdict"] == "refuse" else "Doubtful"
    return f"{said}: {gate.get('question') or gate['name']} {gate['reason']}"


def _subject(check: Mapping[str, Any]) -> str:
    return f"{check['subject']}: " if check["subject"] else ""
