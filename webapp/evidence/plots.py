"""Where things stand in a drawing: across in percent, down in pixels, so that it stretches and its type does not."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from webapp.evidence.parts import Dot, GridLine, Line, Plot, Row, Rows, Text

LEFT, RIGHT = 8.0, 97.0  # percent: labels of the grid stand before the data
EDGE = 92.0  # percent: from here on half a label would not fit
TOP, DEPTH, BELOW = 16, 190, 44  # pixels
MOST_LINES = 5
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
TIGHT = 1e-9


@dataclass(frozen=True)
class Frame:
    """The field of a drawing: from which to which value it goes, both ways."""

    left: float
    right: float
    bottom: float
    top: float

    def x(self, value: float) -> float:
        """Percent of the whole width."""
        share = (value - self.left) / ((self.right - self.left) or 1.0)
        return LEFT + (RIGHT - LEFT) * share

    def share(self, value: float) -> float:
        """0 at the top, 100 at the bottom."""
        return 100.0 * (self.top - value) / ((self.top - self.bottom) or 1.0)

    def y(self, value: float) -> float:
        return round(TOP + DEPTH * self.share(value) / 100.0, 1)

    def line(self, points: Sequence[tuple[float, float]], look: str = "") -> Line:
        return Line(" ".join(f"{self.x(x):.2f},{self.share(y):.2f}" for x, y in points), look)

    def dot(self, x: float, y: float, band: tuple[float, float] | None = None) -> Dot:
        low, high = (None, None) if band is None else (self.y(band[0]), self.y(band[1]))
        return Dot(percent(self.x(x)), self.y(y), low, high)


@dataclass(frozen=True)
class Axis:
    """Values that are labelled, with their labels."""

    values: Sequence[float]
    texts: Sequence[str]


def plot(frame: Frame, up: Axis, along: Axis, unit: str, **drawn: Any) -> Plot:
    """The field with its lines across and its labels; `drawn` are the lines and dots in it."""
    lines = zip(up.values, up.texts, strict=True)
    return Plot(
        height=TOP + DEPTH + BELOW,
        top=TOP,
        depth=DEPTH,
        floor=TOP + DEPTH,
        unit_y=TOP + DEPTH + BELOW - 4,
        grid=tuple(GridLine(frame.y(value), text, frame.y(value) - 5) for value, text in lines),
        ticks=ticks(frame, along.values, along.texts),
        unit=unit,
        **drawn,
    )


def ticks(frame: Frame, values: Sequence[float], texts: Sequence[str]) -> tuple[Text, ...]:
    """The label of a value at the right edge ends there; any other stands below its value."""
    return tuple(
        Text(text, percent(at), TOP + DEPTH + 20, "end" if at > EDGE else "middle")
        for at, text in zip(map(frame.x, values), texts, strict=True)
    )


def round_values(low: float, high: float, most: int = MOST_LINES) -> list[float]:
    """Round numbers around the range, at most so many."""
    span = (high - low) or abs(high) or 1.0
    magnitude = 10.0 ** math.floor(math.log10(span / (most - 1)))
    for step in (factor * magnitude for factor in (*STEPS, 20.0, 25.0, 50.0)):
        first, last = math.floor(low / step + TIGHT), math.ceil(high / step - TIGHT)
        if 0 < last - first < most:
            return [round(number * step, 12) for number in range(first, last + 1)]
    return [low, low + span]


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of a row chart before it is drawn."""

    label: str
    value: float
    low: float
    high: float
    text: str
    under: str = ""


def row_chart(measures: Sequence[Measure], mark: float, mark_text: str) -> Rows:
    """Dots with their ranges on one scale, which also holds the mark."""
    low = min(mark, *(measure.low for measure in measures))
    high = max(mark, *(measure.high for measure in measures))
    span = (high - low) or 1.0

    def at(value: float) -> float:
        return 2.0 + 96.0 * (value - low) / span

    rows = tuple(
        Row(
            label=measure.label,
            under=measure.under,
            at=percent(at(measure.value)),
            low=percent(at(measure.low)),
            width=percent(max(at(measure.high) - at(measure.low), 0.0)),
            text=measure.text,
        )
        for measure in measures
    )
    return Rows(rows, percent(at(mark)), mark_text)


def percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"
