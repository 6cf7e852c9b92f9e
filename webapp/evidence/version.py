"""Everything about one version, section by section: the table of contents of its page and of `show`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from webapp.evidence.cases import cases_section
from webapp.evidence.chances import chances_section, gain_section
from webapp.evidence.decisions import decision_section
from webapp.evidence.learning import checks_section, importance_section, rows_section, tried_section, verdicts_of
from webapp.evidence.measures import errors_section, headline, measures_section
from webapp.evidence.origin import adopted_section, changes_section, data_section, settings_section
from webapp.evidence.parts import Part, Section, Table, paragraphs, says_something
from webapp.wording.quoting import shown

MALFORMED = (TypeError, KeyError, ValueError, AttributeError, IndexError)  # facts that another release wrote
NOT_UNDERSTOOD = "What is written down here cannot be understood. Another release of Formcast may have written it."

Maker = Callable[[Mapping[str, Any]], Section | None]


def gates_section(metadata: Mapping[str, Any]) -> Section | None:
    gates = metadata.get("gates")
    if not gates:
        return None
    parts: list[Part] = [verdicts_of(gates, "question")]
    parts += _failed_cases(metadata.get("acceptance") or {})
    return Section("gates", "May it be used?", tuple(parts))


def _failed_cases(acceptance: Mapping[str, Any]) -> list[Part]:
    failed = acceptance.get("failed") or []
    if not failed:
        return []
    lines = tuple(
        (str(one["line"]), shown(one.get("note") or ""), shown(str(one["wanted"])), shown(str(one["said"])))
        for one in failed
    )
    columns = (("Line", True), ("Note", False), ("Expected", False), ("Answered", False))
    return [Table(f"Cases of {shown(acceptance['file'])} that were answered otherwise", columns, lines)]


SECTIONS: tuple[tuple[str, str, Maker], ...] = (
    ("gates", "May it be used?", gates_section),
    ("good", "How good is it?", measures_section),
    ("decisions", "Decisions", decision_section),
    ("chances", "Do its chances come true?", chances_section),
    ("errors", "Errors by size of the estimate", errors_section),
    ("gain", "Who is found first?", gain_section),
    ("parts", "Parts of the cases", cases_section),
    ("importance", "What does it look at?", importance_section),
    ("rows", "Would more rows help?", rows_section),
    ("tried", "What was tried", tried_section),
    ("checks", "Checked before learning", checks_section),
    ("changes", "What changed", changes_section),
    ("adopted", "Fitted elsewhere", adopted_section),
    ("data", "The table", data_section),
    ("settings", "How it was made", settings_section),
)
OF_EVALUATION = {"good", "decisions", "chances", "errors", "gain", "parts", "importance", "rows"}


def version_sections(metadata: Mapping[str, Any]) -> tuple[Section, ...]:
    """Those that have something to say; one that cannot be understood says that, and the others are still there."""
    known = [
        (name, title, make) for name, title, make in SECTIONS if name not in OF_EVALUATION or metadata.get("evaluation")
    ]
    made = [_made(name, title, make, metadata) for name, title, make in known]
    told = [replace(one, parts=tuple(filter(says_something, one.parts))) for one in made if one is not None]
    return tuple(section for section in told if section.parts)


def _made(name: str, title: str, make: Maker, metadata: Mapping[str, Any]) -> Section | None:
    try:
        return make(metadata)
    except MALFORMED:
        return Section(name, title, tuple(paragraphs(NOT_UNDERSTOOD)))


def summary(metadata: Mapping[str, Any]) -> str:
    """'AUC 0.858 (0.835 to 0.879); guessing gives 0.5', or '' where nothing was measured."""
    try:
        return headline(metadata["evaluation"])
    except MALFORMED:
        return ""


def gates_text(gates: list[Mapping[str, Any]]) -> str:
    """'All 10 passed', '9 of 10 passed, 1 warns', 'Refused: Is it better than guessing?'"""
    refused = [gate for gate in gates if gate["verdict"] == "refuse"]
    if refused:
        named = ", ".join(shown(gate.get("question") or gate["name"]) for gate in refused)
        return f"Refused: {named}"
    warned = sum(gate["verdict"] == "warn" for gate in gates)
    if not warned:
        return f"All {len(gates)} passed"
    return f"{len(gates) - warned} of {len(gates)} passed, {warned} warn{'s' if warned == 1 else ''}"
