"""What raised and lowered the answer: the largest reasons as bars, the others together, rounded so that they add up."""

from dataclasses import dataclass
from typing import Any

from webapp.prediction.terms import told_as_one
from webapp.result_page.case import Case
from webapp.result_page.reason_units import Unit, unit_of
from webapp.result_page.scale import percent, zone
from webapp.result_page.values import ReasonRow, Reasons, Rule, sentence, strong
from webapp.wording.numbers import add_up, number_word
from webapp.wording.quoting import shown

SHOWN = 5
MARGIN = 0.04  # of the largest bars, left free at both ends
SAID = {"up": "raised it", "down": "lowered it"}
ESTIMATED = "The amounts are approximate: nobody knows the inside of this model, so they come from trying it out."
MOST = {"up": "Raised most by ", "down": "Lowered most by "}


@dataclass(frozen=True, slots=True)
class Moved:
    """One bar before it is drawn: how much it moved the answer, and that as a whole number of rounding steps."""

    label: str
    value: str
    amount: float
    units: int
    is_rest: bool = False

    @property
    def direction(self) -> str:
        return "down" if self.amount < 0 else "up"


@dataclass(frozen=True, slots=True)
class Ranked:
    """The bars from the largest down, the others together last, and what they are counted in."""

    unit: Unit
    moved: list[Moved]


def moved_by(case: Case, unit: Unit) -> list[Moved]:
    """The largest reasons and, where there are more answers, all others together as the last one."""
    reasons = sorted(case["reasons"] or (), key=lambda reason: -abs(reason["points"]))
    count = max(case.told.once("told as one", lambda: len(told_as_one(case.schema))), len(reasons))
    own = reasons[: SHOWN if count > SHOWN + 1 else SHOWN + 1]
    amounts = [reason["points"] / unit.step for reason in own]
    average, answer = unit.ends
    others = count - len(own)
    if others:
        amounts.append(answer - average - sum(amounts))
    units = add_up(amounts, unit.shown_difference, len(own) if others else None)
    rows = [
        Moved(case.label_of(reason["feature"], reason["label"]), shown(reason["value_text"]), amount, whole_units)
        for reason, amount, whole_units in zip(own, amounts, units, strict=False)
    ]
    if others:
        # Some reasons may belong to several answers together: then the rest are not so many answers.
        rest = "answers" if count == len(case.schema.features) else "reasons"
        rows.append(Moved(f"The other {number_word(others)} {rest} together", "", amounts[-1], units[-1], True))
    return rows


def ranked_reasons(case: Case) -> Ranked | None:
    """What both the picture and the line below the answer tell from; None where no reasons were stored."""
    if not case["reasons"] or case["reference_value"] is None:
        return None
    unit = unit_of(case)
    return Ranked(unit, moved_by(case, unit))


def reasons_section(case: Case, ranked: Ranked | None) -> Reasons | None:
    if ranked is None:
        return None
    unit, moved = ranked.unit, ranked.moved
    low = min(0.0, *(row.amount for row in moved))
    span = max(0.0, *(row.amount for row in moved)) - low or 1.0
    low, span = low - MARGIN * span, span * (1 + 2 * MARGIN)
    figures = case.is_calibrated
    average, answer = case["reference_value"], case["value" if case.target.task == "number" else "probability"]
    return Reasons(
        heading=_heading(case),
        introduction=_introduction(case, unit),
        zero=percent(-100 * low / span),
        average=(f"All {case.many}", unit.end_text(average)),
        rows=tuple(_row(row, unit, low, span, figures) for row in moved),
        total=(f"This {case.one}", unit.end_text(answer) if figures else ""),
        **(_table_words(case, unit, average) if figures else {}),
    )


def most_rule(case: Case, ranked: Ranked | None) -> tuple[Rule, ...]:
    """One line below the picture: the two reasons that moved the answer most in its own direction."""
    if ranked is None or not case.is_calibrated:
        return ()
    unit = ranked.unit
    average, answer = unit.ends
    direction = "down" if answer < average else "up"
    leading = [row for row in ranked.moved if row.units and row.direction == direction and not row.is_rest][:2]
    if not leading:
        return ()
    pieces: list[Any] = [MOST[direction]]
    for position, row in enumerate(leading):
        pieces += [", and " if position else "", strong(row.label), f" ({row.value}), {_size(row, unit)}"]
    return (Rule(direction, sentence(*pieces, "."), "most" if direction == "up" else ""),)


def _size(row: Moved, unit: Unit) -> str:
    about = "about " if _is_estimated(unit.case) else ""
    return about + unit.amount_text(abs(row.units)).removeprefix("+")


def _is_estimated(case: Case) -> bool:
    """Whether somebody brought the model, so that its reasons are known by trying it out alone."""
    return case.words.get("reasons") == "estimated"


def _row(row: Moved, unit: Unit, low: float, span: float, figures: bool) -> ReasonRow:
    start, end = sorted((0.0, row.amount))
    return ReasonRow(
        kind="rest" if row.is_rest else row.direction,
        label=row.label,
        value=row.value,
        amount=unit.amount_text(row.units) if figures else "",
        said="" if row.is_rest and figures else SAID[row.direction],
        bar=zone(100 * (start - low) / span, 100 * (end - low) / span),
    )


def _heading(case: Case) -> str:
    if case.target.task == "number":
        return f"What raised and lowered the {case.target_in_sentence}"
    if case.target.task == "binary":
        return "What raised and lowered the chance"
    return f"What raised and lowered the chance of {case.outcome(case['answer']).chance_of}"


def _introduction(case: Case, unit: Unit) -> str:
    what = "estimate" if case.target.task == "number" else "chance"
    compared = (
        f"Each answer is compared with the average over all {case.many}; "
        f"it is associated with a higher or a lower {what}."
    )
    if _is_estimated(case):
        compared += f" {ESTIMATED}"
    return f"{compared} {unit.adding_up}" if case.is_calibrated else compared


def _table_words(case: Case, unit: Unit, average: float) -> dict[str, str]:
    roughly = ", approximately" if _is_estimated(case) else ""
    return {
        "caption": f"{unit.what} added to or taken from {unit.end_text(average)}{roughly}",
        "amount_heading": unit.heading,
        "total_sum": unit.sum_text,
    }
