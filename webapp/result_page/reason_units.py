"""What a reason is counted in: points of a chance, steps of the target's measure, or percent of the average."""

from dataclasses import dataclass

from webapp.result_page.case import Case
from webapp.result_page.estimate import value_step
from webapp.wording.amounts import amount_text, signed_amount_text, to_step
from webapp.wording.chances import OVER_99, UNDER_ONE, in_hundred_text, points_text, signed_text, whole
from webapp.wording.numbers import to_whole

PERCENT = "percent"  # what the words of a decision say where the model learned logarithms


@dataclass(frozen=True, slots=True)
class Points:
    """Of a chance."""

    case: Case
    step: float = 1.0
    what: str = "Points"
    heading: str = "Points"

    @property
    def ends(self) -> tuple[float, float]:
        """The average and the answer, in steps."""
        return 100.0 * self.case["reference_value"], 100.0 * self.case["probability"]

    @property
    def shown_difference(self) -> int:
        """Of the two figures the page shows, so that a reader who adds up arrives."""
        return whole(self.case["probability"]) - whole(self.case["reference_value"])

    def end_text(self, number: float) -> str:
        return in_hundred_text(number)

    def amount_text(self, units: int) -> str:
        return points_text(units)

    @property
    def adding_up(self) -> str:
        figure = whole(self.case["probability"])
        said = self.end_text(self.case["probability"]) if figure in (UNDER_ONE, OVER_99) else str(figure)
        return f"Together they add up to {said}."

    @property
    def sum_text(self) -> str:
        """'27 + 47'"""
        difference = self.shown_difference
        return f"{whole(self.case['reference_value'])} {signed_text(difference)[0]} {abs(difference)}"


@dataclass(frozen=True, slots=True)
class Amounts:
    """Of the target's measure, in steps of what its estimate is rounded to."""

    case: Case
    step: float
    what: str = "Amounts"
    heading: str = "Amount"

    @property
    def ends(self) -> tuple[float, float]:
        return self.case["reference_value"] / self.step, self.case["value"] / self.step

    @property
    def shown_difference(self) -> int:
        average, answer = (to_step(self.case[name], self.step) / self.step for name in ("reference_value", "value"))
        return round(answer) - round(average)

    def end_text(self, number: float) -> str:
        return amount_text(number, self.case.measure, self.step)

    def amount_text(self, units: int) -> str:
        if units == 0:
            return f"under {amount_text(self.step, self.case.measure, self.step)}"
        return signed_amount_text(units * self.step, self.case.measure, self.step)

    @property
    def adding_up(self) -> str:
        total = f"Together they add up to {self.end_text(self.case['value'])}"
        return f"{total}." if self.step == 1 else f"{total}; each amount is rounded to {self.end_text(self.step)}."

    @property
    def sum_text(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Percent:
    """Of the average; both ends are still shown as amounts, rounded to `shown`."""

    case: Case
    shown: float
    what: str = "Percent"
    heading: str = "Percent"

    @property
    def step(self) -> float:
        return self.case["reference_value"] / 100.0

    @property
    def ends(self) -> tuple[float, float]:
        return 100.0, self.case["value"] / self.step

    @property
    def shown_difference(self) -> int:
        average, answer = (to_step(self.case[name], self.shown) for name in ("reference_value", "value"))
        return to_whole(100.0 * (answer / average - 1.0)) if average > 0.0 else to_whole(self.ends[1] - 100.0)

    def end_text(self, number: float) -> str:
        return amount_text(number, self.case.measure, self.shown)

    def amount_text(self, units: int) -> str:
        return f"{signed_text(units)}%" if units else "under 1%"

    @property
    def adding_up(self) -> str:
        total, value = self.sum_text, self.end_text(self.case["value"])
        return f"Each is told in percent of that average. Together they add up to {total}, which makes {value}."

    @property
    def sum_text(self) -> str:
        """'+72%'"""
        return f"{signed_text(self.shown_difference)}%"


Unit = Points | Amounts | Percent


def unit_of(case: Case) -> Unit:
    if case.target.task != "number":
        return Points(case)
    step = value_step(case) or 10.0**-case.measure.decimals
    in_percent = case.words.get("reasons_in") == PERCENT and case["reference_value"] > 0.0
    return Percent(case, step) if in_percent else Amounts(case, step)
