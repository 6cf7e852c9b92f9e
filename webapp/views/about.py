"""The model card for people: for whoever asks the model, decides with it, examines it and runs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from webapp.result_page.about import facts
from webapp.result_page.case import Case, read_case
from webapp.result_page.since import class_text
from webapp.result_page.standing_out import what_stands_out
from webapp.schema import DATES, Feature
from webapp.serving import Champion
from webapp.views.access import may
from webapp.views.champion import gate_question
from webapp.wording.chances import rule_text
from webapp.wording.dates import iso_day_text
from webapp.wording.numbers import counted
from webapp.wording.quoting import shown

KIND_WORDS = {
    "number": "a number",
    "integer": "a whole number",
    "yes_no": "yes or no",
    "category": "one of a list",
    "date": "a date",
    "datetime": "a date and time",
}
VERDICTS = {"pass": "Passed", "warn": "Passed with a warning", "refuse": "Not passed"}
LIMITS = (
    "It knows only what is on the form. Somebody who knows more about a case may know better.",
    "It learned from past cases. Where times have changed, its answers may not have.",
    "It says what tends to come together, not what causes what.",
    "An answer marked “Treat this estimate with care” is unlike what it learned from. Do not rely on it alone.",
)
NO_CASE_INSIDE = "The model holds no case that it learned from, only what it learned from all of them together."
NOT_KNOWN_INSIDE = "Somebody made this model themselves. Whether it holds cases that it learned from is not known."


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    paragraphs: Sequence[str] = ()
    points: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    tables: Sequence[Table] = ()
    links: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What one kind of reader wants to know; `name` is its place on the page."""

    name: str
    reader: str
    sections: Sequence[Section]


def about_parts(champion: Champion) -> list[Part]:
    """For whoever asks, answers for it, examines it, and runs it."""
    case = read_case({"version": champion.version}, champion.words)
    return [
        Part("ask", "If you ask it", _for_asking(champion, case)),
        Part("own", "If you decide with it", _for_deciding(case)),
        Part("examine", "If you examine it", _for_examining(champion, case)),
        Part("run", "If you run it", _for_running(champion, case)),
    ]


def _for_asking(champion: Champion, case: Case) -> list[Section]:
    known = {fact.term: fact.text for fact in facts(case)}
    said = [("The question", case.word("question")), *_named(known, "What it is for", "How good it is")]
    return [
        Section("What it answers", facts=[(term, text) for term, text in said if text]),
        Section("When not to rely on it", points=[*filter(None, [known.get("Know its limits", "")]), *LIMITS]),
        Section("What it asks", tables=[_questions_table(champion.predictor.schema.features)]),
    ]


def _for_deciding(case: Case) -> list[Section]:
    known = {fact.term: fact.text for fact in facts(case)}
    owner = _named(known, "Owner", "Contact") or [("Owner", "Nobody is named yet.")]
    answers = Section("Who answers for it", facts=owner)
    rule, advice = _rule(case), _advice(case)
    if not (rule or advice):
        return [answers]
    return [answers, Section("How its answers are used", paragraphs=[rule] if rule else (), points=advice)]


def _for_examining(champion: Champion, case: Case) -> list[Section]:
    known = {fact.term: fact.text for fact in facts(case)}
    rows = case.quality.get("holdout_rows")
    tried = [("Tried on", f"{counted(rows, case.one, case.many)} kept back for that")] if rows else []
    links = [("All that was measured", _version_url(champion))] if may("analyse") else []
    learned = _named(known, "Model and version", "Learned from")
    sections = [Section("What it learned from", facts=[*learned, *tried], links=links), *_standing_out(case)]
    if champion.gates:
        sections.append(Section("What was checked before it came into use", tables=[_gates_table(champion)]))
    return sections


def _for_running(champion: Champion, case: Case) -> list[Section]:
    found = {gate["name"]: shown(gate["reason"]) for gate in champion.gates}
    said = (
        ("Version", champion.version),
        ("Fingerprint of its files", champion.manifest_sha),
        ("Size", found.get("package_size", "")),
        ("Speed", found.get("prediction_time", "")),
        ("What it keeps", _inside(case)),
    )
    return [Section("What is in use", facts=[(term, text) for term, text in said if text])]


def _named(known: Mapping[str, str], *terms: str) -> list[tuple[str, str]]:
    return [(term, known[term]) for term in terms if term in known]


def _version_url(champion: Champion) -> str:
    return url_for("versions.show", model=champion.model, version=champion.words.get("number") or champion.version)


def _inside(case: Case) -> str:
    return NOT_KNOWN_INSIDE if case.words.get("reasons") == "estimated" else NO_CASE_INSIDE


def _standing_out(case: Case) -> list[Section]:
    points = what_stands_out(case)
    return [Section("What it looks at, and when it is less sure", points=points)] if points else []


def _questions_table(features: Sequence[Feature]) -> Table:
    columns = (("Question", False), ("Answered by", False), ("Usually", False), ("May be left out", False))
    return Table(counted(len(features), "question", "questions"), columns, [_question(feature) for feature in features])


def _question(feature: Feature) -> tuple[str, ...]:
    unit = f" ({shown(feature.unit)})" if feature.unit else ""
    return (
        f"{shown(feature.label)}{unit}",
        KIND_WORDS[feature.kind],
        shown(_usual(feature)),
        "Yes" if feature.optional else "No",
    )


def _usual(feature: Feature) -> str:
    if feature.kind == "yes_no":
        return ""  # said by how it is answered
    if feature.choices:
        return counted(len(feature.choices), "choice", "choices")
    if feature.usual is None:
        return "Not known"
    if feature.kind in DATES or feature.own_kind:
        low, high = (feature.value_text(feature.from_number(end)) for end in feature.usual)
    else:
        low, high = map(feature.number_text, feature.usual)
    return f"{low} to {high}"


def _rule(case: Case) -> str:
    decision = case.words.get("decision") or {}
    threshold = decision.get("threshold")
    if threshold is None:
        return ""
    by = f", set by {shown(decision['set_by'])}" if decision.get("set_by") else ""
    on = f" on {iso_day_text(decision['set_on'])}" if decision.get("set_on") else ""
    chance = case.outcome(case.target.positive).chance_of
    return f"{case.many.capitalize()} whose chance of {chance} is {rule_text(threshold)} or more are flagged{by}{on}."


def _advice(case: Case) -> list[str]:
    advice = {name: case.outcome(name).advice for name in case.target.classes}
    return [f"{class_text(case, name)}: {text}" for name, text in advice.items() if text]


def _gates_table(champion: Champion) -> Table:
    rows = [
        (gate_question(gate), VERDICTS.get(gate["verdict"], gate["verdict"]), shown(gate["reason"]))
        for gate in champion.gates
    ]
    return Table("What it had to answer", (("Question", False), ("Result", False), ("What was found", False)), rows)
