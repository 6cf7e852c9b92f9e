"""Letting a version answer: the words it then answers with, and who has to agree where a gate refused it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from webapp.errors import DecisionRefused
from webapp.model_package.format import ModelPackage
from webapp.records.actors import Actor
from webapp.records.database import Database
from webapp.records.decisions import Decision, decide, standing_of
from webapp.records.standing import DecisionRow

AT_THRESHOLD = ("precision", "recall")
SAY_WHY = "Say why this version should answer: the reason is kept with the decision for ever"
ANOTHER_MUST = (
    "A gate refused this version, so a second person has to agree. "
    "You asked for it on {day}; another approver confirms it."
)


def promotion(package: ModelPackage, current: Mapping[str, Any], who: Actor, why: str) -> Decision:
    """The decision that lets it answer; `current` is what the spec says now of what needs no training."""
    return Decision(
        model=package.model,
        action="promote",
        version=package.version,
        who=who,
        why=why,
        words=decision_words(package.metadata, package.number, package.version, current),
        manifest_sha=package.manifest_sha,
        gate_report=package.metadata["gates"],
    )


def refusals(gates: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    return [gate for gate in gates if gate["verdict"] == "refuse"]


def promote_or_ask(database: Database, decision: Decision, seq: int, is_alone: bool) -> DecisionRow:
    """
    Promote, or ask for it where a gate refused and nobody else has asked yet; the row says which it was.

    `is_alone`: on a laptop there is no second person, and the reason is all that can be asked for. `seq` is that of
    the last decision that was seen. Raises DecisionRefused for whoever would confirm what they asked for themselves.
    """
    passed_over = [gate["name"] for gate in refusals(decision.gate_report or ())]
    if not passed_over:
        return decide(database, decision, seq)
    if not decision.why:
        raise DecisionRefused(SAY_WHY)
    if is_alone:
        return decide(database, replace(decision, details={"passed_over": passed_over}), seq)
    with database.reading() as connection:
        standing = standing_of(connection, decision.model)
    asked = standing.request if standing else None
    if asked is None or asked.version != decision.version:
        return decide(database, replace(decision, action="request", details={"refused_by": passed_over}), seq)
    if (asked.who.kind, asked.who.id) == (decision.who.kind, decision.who.id):
        raise DecisionRefused(ANOTHER_MUST.format(day=f"{asked.at:%Y-%m-%d}"))
    agreed = {"passed_over": passed_over, "asked_by": asked.who.to_json(), "asked_why": asked.why}
    return decide(database, replace(decision, details=agreed), seq)


def decision_words(
    metadata: Mapping[str, Any], number: int, version: str, current: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything a result page says besides the record; `current` holds texts and threshold as they are now."""
    trained = metadata["words"]
    return {
        **trained,
        **current,
        "quality": _defended(trained["quality"], trained["decision"], current.get("decision", trained["decision"])),
        "schema": metadata["schema"],
        "number": number,
        "version": version,
        "trained_at": metadata["created_at"],
        "trained_rows": (metadata.get("rows") or {}).get("train") or trained.get("trained_rows"),
        "data_until": metadata.get("data_until", ""),
        "estimator": metadata.get("estimator", ""),
        "reasons": metadata.get("reasons", "exact"),
        "reasons_in": metadata.get("reasons_in", "amounts"),
    }


def _defended(quality: dict[str, Any], trained: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
    """Precision and recall were counted at the threshold of the training; at another one they would be wrong."""
    if trained["threshold"] == current["threshold"]:
        return quality
    return {name: figure for name, figure in quality.items() if name not in AT_THRESHOLD}
