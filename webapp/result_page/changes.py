"""What would change an answer, in words: the suggestions of one case, or why there are none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.prediction.alternatives import Alternative, Alternatives
from webapp.prediction.goals import UNSAID, Goal
from webapp.result_page.case import Case, read_case
from webapp.result_page.estimate import axis_ticks
from webapp.result_page.further import NOTHING_NAMED, changeable, named_in_sentence
from webapp.result_page.scale import percent
from webapp.result_page.supposed import (
    chance_of,
    chance_text,
    short_answer,
    supposed,
    typed_values,
)
from webapp.result_page.values import Sentence, sentence, strong
from webapp.wording.chances import rule_text
from webapp.wording.numbers import number_word
from webapp.wording.quoting import shown

NO_PROMISE = (
    "This describes the model and is no promise: whoever changes one thing may change others with it, "
    "and what has happened so far stays as it is."
)
NOTHING_LEFT = "Nothing was found: {fields} cannot be changed any further inside what is allowed and usual."

Line = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shift:
    """A small line: where the case stands now, where it would stand, and the rule; all in percent."""

    before: str
    after: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class If:
    """One suggestion; `number` is its place, by which the what-if page finds it."""

    number: int
    parts: Sentence
    count: str
    figure: str
    verdict: str
    shift: Shift | None


@dataclass(frozen=True, slots=True)
class ChangesPage:
    lead: str
    ifs: tuple[If, ...] = ()
    tried: str = ""
    note: str = ""


def changes_page(record: Any, words: Mapping[str, Any], found: Alternatives, version: str) -> ChangesPage:
    """`version` names the one that worked them out."""
    case = read_case(record, words)
    may_change = changeable(case.schema)
    if not may_change:
        return ChangesPage(NOTHING_NAMED)
    if isinstance(found.goal, str):
        return ChangesPage(_without_goal(case, found.goal))
    if not found.fields:
        return ChangesPage(NOTHING_LEFT.format(fields=named_in_sentence(case.schema, may_change)))
    line = _line_of(case, found)
    ifs = tuple(_if(case, number, one, found.goal, line) for number, one in enumerate(found.found, start=1))
    fields = named_in_sentence(case.schema, found.fields)
    tried = f"Tried out alone and in pairs, each inside what is allowed and usual: {fields}."
    tried = f"{tried} Worked out by {version}, which gave this answer."
    return ChangesPage(_lead(case, found), ifs, tried, NO_PROMISE if ifs else "")


def _without_goal(case: Case, why: str) -> str:
    if why == UNSAID:
        return (
            f"Nobody has said whether a higher or a lower {case.target_in_sentence} is wanted, so nothing is suggested."
        )
    if case.target.task == "many":
        return f"Nothing needs to change: {case.outcome(case['answer']).quoted} is the answer that is wanted."
    if case.threshold is None:
        return "Nothing needs to change: the answer that is wanted is the more probable one already."
    flagged = "flagged" if chance_of(case).is_flagged else "not flagged"
    return f"Nothing needs to change: this {case.one} is {flagged}, and that is what is wanted."


def _lead(case: Case, found: Alternatives) -> str:
    brings = _what_is_sought(case, found)
    if not found.found:
        return f"Nothing was found: no change that is allowed brings {brings}, or clearly nearer."
    if case.target.task == "number":
        return f"These changes bring {brings} most. The nearest values that do nearly all of it are shown."
    if found.found[0].is_reached:
        return f"Each of these alone brings {brings}." if len(found.found) > 1 else f"This brings {brings}."
    return f"No change that is allowed brings {brings}. These come nearest."


def _what_is_sought(case: Case, found: Alternatives) -> str:
    goal = found.goal
    if case.target.task == "number":
        return f"a {'higher' if goal.sign > 0 else 'lower'} {case.target_in_sentence}"
    if case.target.task == "many":
        name = case.target.classes[goal.column]
        return f"the answer {case.outcome(name).quoted}" if goal.sign > 0 else "another answer"
    if case.threshold is None:
        sought = case.target.positive if goal.sign > 0 else case.other_class
        return f"a chance at which {case.outcome(sought).quoted} is the more probable answer"
    rule = rule_text(case.threshold)
    if goal.sign > 0:
        return f"this {case.one} to our rule of {rule} or more, so that it would be flagged"
    return f"this {case.one} below our rule of {rule}, so that it would not be flagged"


def _if(case: Case, number: int, one: Alternative, goal: Goal, line: Line) -> If:
    values = typed_values(case)
    for position, value in one.changes:
        values[position] = value
    then = supposed(case, one.prediction, values)
    answer = short_answer(then)
    figure, verdict = answer.brief, answer.verdict.lower() or answer.said
    followed = ""
    if case.target.task == "many":
        followed = case.target.classes[goal.column] if goal.sign > 0 or not one.is_reached else then["answer"]
        figure, verdict = chance_text(then, followed), case.outcome(followed).label
    return If(
        number=number,
        parts=_if_sentence(case, one),
        count=f"{number_word(len(one.changes)).capitalize()} change{'' if len(one.changes) == 1 else 's'}",
        figure=figure,
        verdict=verdict,
        shift=_shift(case, then, followed, line),
    )


def _if_sentence(case: Case, one: Alternative) -> Sentence:
    pieces: list[Any] = ["If "]
    for place, (position, value) in enumerate(one.changes):
        feature = case.schema.features[position]
        named, text = named_in_sentence(case.schema, [position]), shown(feature.value_text(value))
        pieces += [" and " if place else "", strong(named), " were ", strong(text)]
    return sentence(*pieces)


def _line_of(case: Case, found: Alternatives) -> Line:
    """The ends of the line that all suggestions share: of a chance 0 and 1, of a number round ones."""
    if case.target.task != "number" or not found.found:
        return 0.0, 1.0
    values = [case["value"], *(one.prediction.value for one in found.found)]
    ticks = axis_ticks(min(values), max(values), case.measure)
    return ticks[0], ticks[-1]


def _shift(case: Case, then: Case, followed: str, line: Line) -> Shift | None:
    """None where a chance may only be said as a range; of several classes the chance of `followed`."""
    if case.target.task != "number" and not case.is_calibrated:
        return None
    if followed:
        ends = (one["probabilities"][followed] for one in (case, then))
    else:
        ends = (one["value" if case.target.task == "number" else "probability"] for one in (case, then))
    before, after = (percent(100 * (end - line[0]) / (line[1] - line[0])) for end in ends)
    rule = "" if case.threshold is None or case.target.task != "binary" else percent(100 * case.threshold)
    return Shift(before, after, rule)
