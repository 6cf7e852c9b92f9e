"""The first part of the model card: what the version is, what it is meant for, and which cases it may differ for."""

from collections.abc import Mapping
from typing import Any

from webapp.schema import Feature
from webapp.training.card.text import CardSection, points

KINDS = {
    "additive": "an additive model: its answer is a sum with one exact contribution for each field",
    "boosting": "gradient boosting: many small decision trees, with exact contributions computed from their leaves",
    "forest": "a random forest: many decision trees, with contributions computed from them",
}
LISTED = 12


def unsaid(what: str, line: str) -> str:
    """Nobody wrote it, and where it would be written."""
    return f"{what} is not written down (in the spec: {line})"


def model_details(metadata: Mapping[str, Any]) -> CardSection:
    words, target = metadata["words"], metadata["schema"]["target"]
    answer = f"one of {len(target['classes'])} classes" if target.get("classes") else "a number"
    owner = ", ".join(filter(None, (words["owner"], words["contact"])))
    kind = KINDS.get(
        metadata["estimator"], f"{metadata['estimator']}, an estimator brought along by whoever trained it"
    )
    return CardSection(
        "Model details",
        (
            points(
                f"Model {metadata['model']}, version {metadata['number']}, trained on {metadata['created_at'][:10]}",
                f"It answers with {target['label']}, {answer}, from {len(metadata['schema']['features'])} fields",
                f"Kind of model: {kind}",
                f"Why this kind: {metadata['choice']}",
                "Its reasons are estimates: they are found by asking it again and again"
                if metadata.get("reasons") == "estimated"
                else "",
                f"Owner: {owner}" if owner else unsaid("Who answers for it", "owner and contact"),
                f"Made with Formcast, Python {metadata['python']}, scikit-learn {metadata['packages']['scikit-learn']}",
                f"Code: commit {metadata['git_commit']}" if metadata.get("git_commit") else "",
            ),
        ),
    )


def intended_use(metadata: Mapping[str, Any]) -> CardSection:
    words = metadata["words"]
    question, objective = words["question"], words["objective"]
    one = words["case"] or "case"
    target = metadata["schema"]["target"]["label"]
    uses = [
        f"To answer, for one {one} at a time: {question}"
        if question
        else f"To estimate {target} for one {one} at a time",
        f"What that is for: {objective}" if objective else unsaid("What it is meant to improve", "objective"),
        *_plan_lines(words.get("plan") or {}),
    ]
    return CardSection(
        "Intended use",
        (
            "What it is meant for:",
            points(*uses),
            "Who is meant to use it:",
            points(_users(words)),
            "What it is not meant for:",
            points(*_not_meant_for(metadata)),
        ),
    )


def factors(metadata: Mapping[str, Any]) -> CardSection:
    features = [Feature.from_json(feature) for feature in metadata["schema"]["features"]]
    sensitive = [feature.label for feature in features if feature.sensitive]
    slices = metadata["evaluation"].get("slices") or []
    told = [part for part in slices if part["metric"] is not None or part["loss"] is not None]
    geography = metadata["words"]["geography"]
    return CardSection(
        "Factors",
        (
            points(
                f"Fields by which people should not be judged without notice: {_listed(sensitive)}"
                if sensitive
                else unsaid("Whether a field describes people in a way that needs care", "sensitive = true"),
                f"Looked at separately: {len(told)} parts of the cases, every category and every third of each number "
                "and date, and cases without a value"
                if told
                else "No part of the cases was large enough to be looked at separately",
                f"Where its cases come from: {geography}" if geography else unsaid("Where it holds", "geography"),
                f"Learned from cases up to {metadata['data_until']}"
                if metadata.get("data_until")
                else "When its cases happened is not known: no time_column is named under [data]",
            ),
        ),
    )


def _not_meant_for(metadata: Mapping[str, Any]) -> list[str]:
    words = metadata["words"]
    one, geography = words["case"] or "case", words["geography"]
    return [
        f"Deciding about a {one} alone, where nobody looks at the reasons and at the warnings",
        "Saying what causes what: it tells what tends to come together in past cases",
        f"Cases from elsewhere than: {geography}" if geography else "Cases unlike those it learned from",
        "Answers without a field it was taught with, or with values that mean something else today",
        words["notice"],
    ]


def _users(words: Mapping[str, Any]) -> str:
    users = ((words.get("plan") or {}).get("deployment") or {}).get("users")
    if users:
        return _text(users)
    if words["owner"]:
        return f"People who work for, or are informed by, its owner: {words['owner']}"
    return unsaid("Who should use it", "owner, or users under [plan.deployment]")


def _plan_lines(plan: Mapping[str, Any]) -> list[str]:
    """What it says of putting the model into use; how it is kept in use stands on its page."""
    said = {name: value for name, value in (plan.get("deployment") or {}).items() if value and name != "users"}
    return [f"{name.replace('_', ' ').capitalize()}: {_text(value)}" for name, value in said.items()]


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_text(part)}" for name, part in value.items())
    if isinstance(value, list) and value and all(isinstance(part, list) for part in value):
        return "; ".join(": ".join(map(str, part)) for part in value)
    if not isinstance(value, list):
        return str(value)
    parts = [_text(part) for part in value]
    return " ".join(parts) if all(part.endswith(".") for part in parts) else ", ".join(parts)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"{', '.join(names[:LISTED])}{more}"
