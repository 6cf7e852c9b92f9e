"""Two answers of one model beside each other, each from its own record and the words it was answered with."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from webapp.result_page.case import Case, read_case, stored_values
from webapp.result_page.estimate import value_step
from webapp.result_page.given import given_groups
from webapp.result_page.page import result_page
from webapp.result_page.values import Answer, Care, Reasons, ResultPage
from webapp.wording.amounts import amount_text, to_step
from webapp.wording.chances import whole
from webapp.wording.numbers import counted
from webapp.wording.quoting import quoted

NAMES = ("First answer", "Second answer")
NOT_ASKED = "Not asked"
AMONG_OTHERS = "among the others"
NO_REASON = "not among its reasons"
NOT_AVAILABLE = "not available"
REST = ("", 0)  # in place of a label and its number
REST_LABEL = "All others together"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two answers, as at the top of its page."""

    name: str
    url: str
    answer: Answer
    care: Care | None
    meta: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GivenPair:
    """One question and both its answers; a title stands before the first question of a group."""

    title: str
    label: str
    values: tuple[str, str]
    differs: bool


@dataclass(frozen=True, slots=True)
class ReasonSide:
    """How much one question moved one answer; `said` is 'raised it', 'lowered it' or where else it is counted."""

    value: str = ""
    amount: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class ReasonPair:
    """One question, or (`is_end`) the average before them all and the answer after them."""

    label: str
    sides: tuple[ReasonSide, ReasonSide]
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class TwoCases:
    title: str
    difference: str
    versions: str
    sides: tuple[Side, Side]
    given: tuple[GivenPair, ...]
    given_summary: str
    reasons: tuple[ReasonPair, ...]


class Given(NamedTuple):
    """One answer that was given: its question's group and label, in words, and as it is stored."""

    title: str
    label: str
    text: str
    stored: Any


Told = tuple[Any, Mapping[str, Any], str]  # a record, its words, the address of its page


def two_cases(first: Told, second: Told) -> TwoCases:
    cases = (read_case(*first[:2]), read_case(*second[:2]))
    pages = (result_page(*first), result_page(*second))
    given = _given(*cases)
    return TwoCases(
        title=f"{cases[0]['reference']} and {cases[1]['reference']} compared",
        difference=_difference(*cases),
        versions=_versions(*cases),
        sides=tuple(_side(name, page) for name, page in zip(NAMES, pages, strict=True)),
        given=given,
        given_summary=_summary(given),
        reasons=_reasons(*pages),
    )


def _side(name: str, page: ResultPage) -> Side:
    return Side(name, page.url, page.answer, page.care, page.meta)


def _summary(given: Sequence[GivenPair]) -> str:
    """'3 of 19 questions were answered differently.'"""
    differing = sum(pair.differs for pair in given)
    if not differing:
        return "Every question was answered alike."
    questions = counted(len(given), "question", "questions")
    return f"{differing} of {questions} {'was' if differing == 1 else 'were'} answered differently."


def _difference(first: Case, second: Case) -> str:
    """'The second chance is 13 points higher.'; '' where no figures are defended."""
    if not (first.is_calibrated and second.is_calibrated) or first.target.task != second.target.task:
        return ""
    if first.target.task == "number":
        return _difference_of_amounts(first, second)
    if first.target.task == "many":
        return _difference_of_classes(first, second)
    if first.target.positive != second.target.positive:
        return ""
    points = whole(second["probability"]) - whole(first["probability"])
    if not points:
        return "Both chances are the same to the point."
    amount = counted(abs(points), "point", "points")
    return f"The second chance is {amount} {'higher' if points > 0 else 'lower'}."


def _difference_of_amounts(first: Case, second: Case) -> str:
    step = max(value_step(first) or 0.0, value_step(second) or 0.0) or 10.0**-second.measure.decimals
    difference = to_step(second["value"], step) - to_step(first["value"], step)
    if not difference:
        return "Both estimates are the same as far as they are shown."
    amount = amount_text(abs(difference), second.measure, step)
    return f"The second estimate is {amount} {'higher' if difference > 0 else 'lower'}."


def _difference_of_classes(first: Case, second: Case) -> str:
    if first["answer"] == second["answer"]:
        return f"Both times {quoted(first['answer'])} is the most probable."
    return f"First {quoted(first['answer'])} is the most probable, then {quoted(second['answer'])}."


def _versions(first: Case, second: Case) -> str:
    if first["version"] == second["version"]:
        return ""
    names = [
        f"version {case.words['number']}" if case.words.get("number") else case["version"] for case in (first, second)
    ]
    return f"They were answered by {names[0]} and by {names[1]}, so part of the difference may come from the model."


def _given(first: Case, second: Case) -> tuple[GivenPair, ...]:
    """Every question that either was asked, in the order of the first."""
    told = (_told(first), _told(second))
    pairs, title_before = [], ""
    for name in dict.fromkeys([*told[0], *told[1]]):
        here, there = (side.get(name) for side in told)
        known = here or there
        values = tuple(side.text if side else NOT_ASKED for side in (here, there))
        differs = here is None or there is None or here.stored != there.stored
        pairs.append(GivenPair(known.title if known.title != title_before else "", known.label, values, differs))
        title_before = known.title
    return tuple(pairs)


def _told(case: Case) -> dict[str, Given]:
    answers = [(group.title, answer) for group in given_groups(case) for answer in group.answers]
    features = case.schema.features
    return {
        feature.name: Given(title, answer.label, answer.value, stored)
        for feature, (title, answer), stored in zip(features, answers, stored_values(case), strict=True)
    }


def _reasons(*pages: ResultPage) -> tuple[ReasonPair, ...]:
    """From the average to both answers: what either page shows, in the order of the first."""
    both = [page.reasons for page in pages]
    if not any(both):
        return ()
    moved = [_by_label(reasons) for reasons in both]
    keys = dict.fromkeys(key for side in moved for key in side if key != REST)
    keys |= {REST: None} if any(REST in side for side in moved) else {}
    rows = [
        ReasonPair(key[0] or REST_LABEL, tuple(side.get(key) or _elsewhere(side) for side in moved)) for key in keys
    ]
    return (_end("average", both), *rows, _end("total", both))


def _by_label(reasons: Reasons | None) -> dict[tuple[str, int], ReasonSide]:
    """By label and, where two questions are called the same, by which of them it is."""
    sides: dict[tuple[str, int], ReasonSide] = {}
    met: Counter[str] = Counter()
    for row in reasons.rows if reasons is not None else ():
        key = REST if row.kind == "rest" else (row.label, met[row.label])
        met[row.label] += 1
        sides[key] = ReasonSide(row.value, row.amount, row.said)
    return sides


def _elsewhere(side: Mapping[tuple[str, int], ReasonSide]) -> ReasonSide:
    if not side:
        return ReasonSide(said=NOT_AVAILABLE)
    return ReasonSide(said=AMONG_OTHERS if REST in side else NO_REASON)


def _end(name: str, both: list[Reasons | None]) -> ReasonPair:
    ends = [getattr(reasons, name) if reasons is not None else ("", "") for reasons in both]
    return ReasonPair(ends[0][0] or ends[1][0], tuple(ReasonSide(amount=amount) for _, amount in ends), is_end=True)
