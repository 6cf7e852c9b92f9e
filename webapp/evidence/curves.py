"""How an answer changes with one number, as small charts on one scale, each with its table."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from webapp.evidence.parts import Figure, Table
from webapp.evidence.plots import MOST_LINES, Axis, Frame, plot, round_values
from webapp.parsing.texts import in_sentence
from webapp.prediction.curves import Curve
from webapp.schema import Feature
from webapp.wording.amounts import Measure, amount_text, step_for
from webapp.wording.chances import of_hundred_text, rule_text
from webapp.wording.quoting import shown

MOST_CHARTS = 12  # of the fields that move the answer most; more would be read by nobody
FLAT = 0.1  # of the scale: less than that is not worth a sentence about its direction
ROOM = 20  # characters of all labels along the field of a chart on a phone
WHOLE = Measure()


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn: `what` is 'The chance of leaving', `measure` is None for chances, `rule` a chance."""

    what: str
    present: float
    measure: Measure | None = None
    rule: float | None = None

    @property
    def factor(self) -> float:
        return 100.0 if self.measure is None else 1.0

    def text(self, answer: float, span: float) -> str:
        if self.measure is None:
            return of_hundred_text(answer)
        return amount_text(answer, self.measure, step_for(answer, 0, span, self.measure) if span else 0.0)


def curve_figures(
    curves: Sequence[Curve], features: Sequence[Feature], row: Sequence[float | None], drawn: Drawn
) -> list[Figure]:
    """The charts of those fields that move the answer most, in the order of the form; `row` has the case's numbers."""
    kept = sorted(sorted(curves, key=lambda curve: -curve.span)[:MOST_CHARTS], key=lambda curve: curve.position)
    if not kept:
        return []
    reached = [drawn.factor * answer for curve in kept for answer in curve.answers]
    reached += [drawn.factor * drawn.present, *([100.0 * drawn.rule] if drawn.rule is not None else [])]
    scale = round_values(min(reached), max(reached))
    return [_figure(curve, features[curve.position], row[curve.position], drawn, scale) for curve in kept]


def _figure(curve: Curve, feature: Feature, number: float | None, drawn: Drawn, scale: list[float]) -> Figure:
    frame = Frame(curve.numbers[0], curve.numbers[-1], scale[0], scale[-1])
    label = shown(in_sentence(feature.label))
    unit = f"{label} ({shown(feature.unit)})" if feature.unit else label
    picture = plot(frame, _up(scale, drawn), _along(feature, frame), unit, **_marks(frame, curve, number, drawn))
    caption = f"{drawn.what}{', in 100,' if drawn.measure is None else ''} by {label}"
    columns = ((shown(feature.label), False), ("In 100" if drawn.measure is None else drawn.what, True))
    rows = tuple(
        (shown(feature.value_text(at)), drawn.text(answer, curve.span))
        for at, answer in zip(curve.numbers, curve.answers, strict=True)
    )
    return Figure(
        name=f"curve-{curve.position}",
        title=_finding(curve, shown(feature.label), drawn, scale),
        sub=f"{caption}, all else as above.",
        picture=picture,
        table=Table(caption, columns, rows),
    )


def _up(scale: list[float], drawn: Drawn) -> Axis:
    step = 10.0 ** math.floor(math.log10(scale[1] - scale[0]) + 1e-9) / 10
    return Axis(scale, [amount_text(value, drawn.measure or WHOLE, step) for value in scale])


def _along(feature: Feature, frame: Frame) -> Axis:
    """As many round numbers below the field as have room on a phone, else its ends; without their unit."""
    for most in (MOST_LINES, MOST_LINES - 1, MOST_LINES - 2):
        values = [value for value in round_values(frame.left, frame.right, most) if frame.left <= value <= frame.right]
        if feature.kind == "integer":
            values = [value for value in values if value == round(value)]
        texts = [feature.number_text(value) for value in values]
        if len(values) > 1 and sum(map(len, texts)) <= ROOM:
            return Axis(values, texts)
    return Axis([frame.left, frame.right], [feature.number_text(end) for end in (frame.left, frame.right)])


def _marks(frame: Frame, curve: Curve, number: float | None, drawn: Drawn) -> dict:
    points = [(at, drawn.factor * answer) for at, answer in zip(curve.numbers, curve.answers, strict=True)]
    lines, key = [frame.line(points)], []
    if drawn.rule is not None:
        lines.append(frame.line([(frame.left, 100 * drawn.rule), (frame.right, 100 * drawn.rule)], "dash"))
        key.append(("dash", f"Flag from {rule_text(drawn.rule).rstrip('%')}"))
    dots = []
    if number is not None and frame.left <= number <= frame.right:
        dots.append(frame.dot(number, drawn.factor * drawn.present))
        key.append(("dot", "This case"))
    return {"lines": tuple(lines), "dots": tuple(dots), "key": tuple(key)}


def _finding(curve: Curve, label: str, drawn: Drawn, scale: list[float]) -> str:
    """'Tenure: the chance falls from 61 to 22'"""
    first, last, span = curve.answers[0], curve.answers[-1], curve.span
    what = "the chance" if drawn.measure is None else "the estimate"
    if drawn.factor * span < FLAT * (scale[-1] - scale[0]):
        return f"{label}: {what} hardly changes"
    if abs(last - first) < span / 2:
        low, high = drawn.text(min(curve.answers), span), drawn.text(max(curve.answers), span)
        return f"{label}: {what} goes up and down between {low} and {high}"
    return (
        f"{label}: {what} {'rises' if last > first else 'falls'} "
        f"from {drawn.text(first, span)} to {drawn.text(last, span)}"
    )
