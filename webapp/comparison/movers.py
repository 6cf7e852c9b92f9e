"""The rows whose answers moved most, with the reasons that both versions give for them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.comparison.answers import Answers, largest_moves
from webapp.comparison.rows import Rows
from webapp.comparison.sides import Side
from webapp.prediction.predictor import Predictor
from webapp.prediction.values import Prediction

REASONS = 3


@dataclass(frozen=True, slots=True)
class ReasonMove:
    """What one field had to do with the answer before and now; None where a version does not ask for it."""

    label: str
    value: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Mover:
    """`row` counts the rows of the table from 1; chances and numbers are those of the two predictions."""

    row: int
    answer_before: str
    answer_after: str
    before: float
    after: float
    reasons: tuple[ReasonMove, ...]


def movers(a: Side, b: Side, rows: Rows, answers: Answers, positions: np.ndarray) -> tuple[Mover, ...]:
    """`positions` (n,): where in the table each of the rows stands, counted from 0."""
    chosen = largest_moves(answers)
    chosen = chosen[answers.moved[chosen] > 0]
    picked = rows.take(answers.kept[chosen])
    if not len(picked):
        return ()
    said = [_predictions(side, picked) for side in (a, b)]
    return tuple(
        Mover(
            row=int(positions[answers.kept[place]]) + 1,
            answer_before=before.answer,
            answer_after=after.answer,
            before=_figure(answers, answers.before[place]),
            after=_figure(answers, answers.after[place], answers.before[place]),
            reasons=_reasons(before, after),
        )
        for place, before, after in zip(chosen.tolist(), *said, strict=True)
    )


def _predictions(side: Side, rows: Rows) -> list[Prediction]:
    X, _ = side.typed(rows.columns, rows.decimal)
    return Predictor(side.schema, side.pipeline, None, side.version).predict(X)


def _figure(answers: Answers, own: np.ndarray, first: Any = None) -> float:
    """The number, the chance of the shown class, or that of the class that was answered before."""
    if len(answers.classes) <= 2:
        return float(own[-1])
    return float(own[int(np.argmax(own if first is None else first))])


def _reasons(before: Prediction, after: Prediction) -> tuple[ReasonMove, ...]:
    """The fields whose part in the answer changed most."""
    old = {reason.feature: reason for reason in before.reasons}
    new = {reason.feature: reason for reason in after.reasons}
    moves = []
    for name in dict.fromkeys((*new, *old)):
        said = new.get(name) or old[name]
        points = [known[name].points if name in known else None for known in (old, new)]
        moves.append(ReasonMove(said.label, said.value_text, *points))
    return tuple(sorted(moves, key=lambda move: -abs((move.after or 0.0) - (move.before or 0.0)))[:REASONS])
