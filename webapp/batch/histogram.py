"""How the answers of a file are spread, as a picture and as a table."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.batch.tally import BINS, ends
from webapp.evidence.parts import GridLine, Text
from webapp.evidence.plots import DEPTH, LEFT, RIGHT, TOP, percent, round_values
from webapp.schema import Target
from webapp.wording.amounts import Measure, amount_text
from webapp.wording.chances import rule_text
from webapp.wording.numbers import count_text

BELOW = 50
GAP = 0.7  # percent between two bars
LABELLED = 5  # places along the foot, the ends among them


@dataclass(frozen=True, slots=True)
class Bar:
    """`is_flagged` where the rule says to act on all of it."""

    x: str
    width: str
    y: float
    height: float
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    bars: tuple[Bar, ...]
    grid: tuple[GridLine, ...]
    ticks: tuple[Text, ...]
    rule: str
    unit: str
    rows: tuple[tuple[str, str], ...]
    height: int = TOP + DEPTH + BELOW
    floor: int = TOP + DEPTH


def histogram(tally: Mapping[str, Any], target: Target, threshold: float | None) -> Histogram:
    counts = tally["bins"]
    most = round_values(0, max(max(counts), 1))[-1]
    first, last = ends(target)
    edges = [first + (last - first) * step / BINS for step in range(BINS + 1)]
    flagged_from = threshold if target.task == "binary" else None
    return Histogram(
        bars=tuple(
            _bar(at, count / most, flagged_from is None or edges[at] >= flagged_from - 1e-9)
            for at, count in enumerate(counts)
            if count
        ),
        grid=tuple(_line(value, most) for value in round_values(0, max(max(counts), 1))[1:]),
        ticks=tuple(_tick(step, edges, target) for step in range(0, BINS + 1, BINS // (LABELLED - 1))),
        rule="" if flagged_from is None else percent(_x(flagged_from * BINS)),
        unit="chance, in 100" if target.task == "binary" else (target.unit or target.label),
        rows=_rows(counts, edges, target),
    )


def flagged_from_text(threshold: float | None) -> str:
    """'40% or more'"""
    return "" if threshold is None else f"{rule_text(threshold)} or more"


def _bar(at: int, share: float, is_flagged: bool) -> Bar:
    height = round(max(DEPTH * share, 1.0), 1)
    return Bar(
        percent(_x(at) + GAP / 2), percent(_x(1) - _x(0) - GAP), round(TOP + DEPTH - height, 1), height, is_flagged
    )


def _x(step: float) -> float:
    return LEFT + (RIGHT - LEFT) * step / BINS


def _line(value: float, most: float) -> GridLine:
    y = round(TOP + DEPTH * (1 - value / most), 1)
    return GridLine(y, count_text(round(value)), y - 5)


def _tick(step: int, edges: Sequence[float], target: Target) -> Text:
    return Text(
        _end_text(edges[step], target), percent(_x(step)), TOP + DEPTH + 20, "end" if step == BINS else "middle"
    )


def _rows(counts: Sequence[int], edges: Sequence[float], target: Target) -> tuple[tuple[str, str], ...]:
    """Two steps of the picture in one line; the outermost hold what lies beyond as well."""
    return tuple(
        (
            f"{_end_text(edges[at], target)} to {_end_text(edges[at + 2], target)}",
            count_text(counts[at] + counts[at + 1]),
        )
        for at in range(0, BINS, 2)
    )


def _end_text(value: float, target: Target) -> str:
    if target.task == "binary":
        return str(round(100 * value))
    step = (ends(target)[1] - ends(target)[0]) / BINS
    rough = 10.0 ** (math.floor(math.log10(step)) - 1)  # two figures of a step, so that no end is told as another
    return amount_text(value, Measure(target.unit, target.decimals, target.decimal), rough)
