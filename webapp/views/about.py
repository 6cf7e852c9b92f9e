"""The model card for people: what is asked, how good the answers are, what was checked, when not to rely on them."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.parsing.shown import number_text
from webapp.result_page.about import facts
from webapp.result_page.case import Case, read_case
from webapp.result_page.standing_out import what_stands_out
from webapp.schema import DATES, Feature
from webapp.serving import Champion
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


def about_sections(champion: Champion) -> list[Section]:
    case = read_case({"version": champion.version}, champion.words)
    sections = [
        Section("In short", facts=[(fact.term, fact.text) for fact in facts(case)]),
        *_standing_out(case),
        Section("What it is asked with", tables=[_questions_table(champion.predictor.schema.features)]),
    ]
    if rule := _rule(case):
        sections.append(Section("How its answers are used", paragraphs=[rule], points=_advice(case)))
    if champion.gates:
        sections.append(Section("What was checked before it came into use", tables=[_gates_table(champion)]))
    return [*sections, Section("When not to rely on it", paragraphs=[_inside(case)], points=LIMITS)]


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
        return "yes or no"
    if feature.choices:
        return counted(len(feature.choices), "choice", "choices")
    if feature.usual is None:
        return "Not known"
    if feature.kind in DATES or feature.own_kind:
        low, high = (feature.value_text(feature.from_number(end)) for end in feature.usual)
    else:
        low, high = (number_text(end, decimals=feature.decimals, decimal=feature.decimal) for end in feature.usual)
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
    outcomes = [case.outcome(name) for name in case.target.classes]
    return [f"{outcome.label}: {outcome.advice}" for outcome in outcomes if outcome.advice]


def _gates_table(champion: Champion) -> Table:
    rows = [
        (gate_question(gate), VERDICTS.get(gate["verdict"], gate["verdict"]), shown(gate["reason"]))
        for gate in champion.gates
    ]
    return Table("What it had to answer", (("Question", False), ("Result", False), ("What was found", False)), rows)
