"""An answer beside the one that other answers would give: both in short, the difference, and one sentence for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.parsing.texts import in_sentence
from webapp.prediction.values import Prediction
from webapp.result_page.care import care_note
from webapp.result_page.case import Case
from webapp.result_page.estimate import value_step
from webapp.result_page.further import named_in_sentence
from webapp.result_page.supposed import (
    ShortAnswer,
    chance_text,
    short_answer,
    supposed,
    typed_values,
)
from webapp.result_page.values import Care
from webapp.schema import Value
from webapp.wording.amounts import amount_text, signed_amount_text, to_step
from webapp.wording.chances import of_hundred_text, signed_text, whole
from webapp.wording.numbers import counted, number_word
from webapp.wording.quoting import shown

NAMED = 2  # changes that a headline has room for
UNCHANGED = "What if an answer were different?"
NOTHING_YET = "Change one answer or several, then work it out."


@dataclass(frozen=True, slots=True)
class Versus:
    """`changed` and `difference` are None and '' until something was changed."""

    headline: str
    original: ShortAnswer
    changed: ShortAnswer | None = None
    difference: str = ""
    in_what: str = ""
    care: Care | None = None


def unchanged(case: Case) -> Versus:
    return Versus(UNCHANGED, short_answer(case))


def versus(case: Case, prediction: Prediction, values: Sequence[Value]) -> Versus:
    """The recorded answer beside that of the changed `values`."""
    changed = changed_positions(case, values)
    if not changed:
        return unchanged(case)
    then = supposed(case, prediction, values)
    step = _common_step(case, then)
    difference, in_what = _difference(case, then, step)
    changes = counted(len(changed), "change", "changes") if len(changed) > 10 else _few(len(changed))
    return Versus(
        headline=f"With {_named(case, changed, values)}, {_what_happens(case, then, step)}",
        original=short_answer(case, step),
        changed=short_answer(then, step),
        difference=difference,
        in_what=f"{in_what}from {changes}",
        care=care_note(then),
    )


def changed_positions(case: Case, values: Sequence[Value]) -> list[int]:
    before = typed_values(case)
    return [position for position, (old, new) in enumerate(zip(before, values, strict=True)) if not is_same(old, new)]


def is_same(old: Value, new: Value) -> bool:
    """Whether two typed values of one field are equal; a blank only equals a blank."""
    return (old is None) == (new is None) and (old is None or old == new)


def _few(count: int) -> str:
    return f"{number_word(count)} change{'' if count == 1 else 's'}"


def _named(case: Case, changed: list[int], values: Sequence[Value]) -> str:
    if len(changed) > NAMED:
        return _few(len(changed))
    texts = (in_sentence(case.schema.features[position].value_text(values[position])) for position in changed)
    pairs = zip(changed, texts, strict=True)
    return " and ".join(f"{named_in_sentence(case.schema, [position])} {shown(text)}" for position, text in pairs)


def _common_step(case: Case, then: Case) -> float:
    """What both numbers are rounded to, so that their difference is the one a reader works out."""
    if case.target.task != "number":
        return 0.0
    return max(value_step(case), value_step(then)) or 10.0**-case.measure.decimals


def _what_happens(case: Case, then: Case, step: float) -> str:
    if case.target.task == "number":
        before, after = (amount_text(one["value"], case.measure, step) for one in (case, then))
        return _moves(f"the estimated {case.target_in_sentence}", case["value"], then["value"], before, after)
    if case.target.task == "many" and case["answer"] != then["answer"]:
        names = (case.outcome(one["answer"]).label for one in (case, then))
        return "the answer changes from {} to {}".format(*names)
    name = case["answer"] if case.target.task == "many" else case.target.positive
    chance = f"the chance of {case.outcome(name).chance_of}"
    if not case.is_calibrated:
        return f"{chance} would be {chance_text(then)}"
    before, after = of_hundred_text(case["probability"]), chance_text(then)
    return _moves(chance, whole(case["probability"]), whole(then["probability"]), before, after)


def _moves(what: str, old: float, new: float, before: str, after: str) -> str:
    if before == after or old == new:
        return f"{what} stays at {after}"
    return f"{what} {'rises' if new > old else 'falls'} from {before} to {after}"


def _difference(case: Case, then: Case, step: float) -> tuple[str, str]:
    """The figure, and what it is counted in."""
    if case.target.task == "number":
        old, new = (to_step(one["value"], step) for one in (case, then))
        return signed_amount_text(new - old, case.measure, step), ""
    if case.target.task == "many" and case["answer"] != then["answer"]:
        return "Another answer", ""
    if not case.is_calibrated:
        return _in_words(then["probability"] - case["probability"]), ""
    points = whole(then["probability"]) - whole(case["probability"])
    return signed_text(points), "point, " if abs(points) == 1 else "points, "


def _in_words(difference: float) -> str:
    if difference == 0:
        return "The same"
    return "Higher" if difference > 0 else "Lower"
