"""The same rows through both versions: what is decided otherwise, how far answers move, and for whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.comparison.rows import Rows
from webapp.comparison.sides import Side, aligned, classes_of, distance
from webapp.schema import Feature

FEWEST_IN_SLICE = 10
MOST_LEVELS = 12


@dataclass(frozen=True)
class Answers:
    """
    Both versions' answers to the rows that both can read. `before` and `after` are (n, K) over `classes`, or (n, 1);
    `kept` (n,) are the positions of these rows among all of them.
    """

    classes: tuple[str, ...]
    before: np.ndarray
    after: np.ndarray
    decided_before: np.ndarray | None
    decided_after: np.ndarray | None
    kept: np.ndarray
    unread: tuple[int, int]

    @property
    def moved(self) -> np.ndarray:
        """(n,) how far each answer moved."""
        return distance(self.before, self.after)

    @property
    def shift(self) -> np.ndarray:
        """(n,) the direction, too: of the number, or of the chance of `shown` where there are two classes."""
        if len(self.classes) > 2:
            return self.moved
        return (self.after - self.before)[:, -1]

    @property
    def flipped(self) -> np.ndarray:
        """(n,) whether something else is decided; never for numbers."""
        if self.decided_before is None:
            return np.zeros(len(self.kept), dtype=bool)
        return self.decided_before != self.decided_after


@dataclass(frozen=True, slots=True)
class Flip:
    """So many rows, of all those decided as `before`, are decided as `after` now."""

    before: str
    after: str
    rows: int
    of: int


@dataclass(frozen=True, slots=True)
class SliceMove:
    """One category, or one third of a number: its rows, how far answers moved, in which direction, and flips."""

    field: str
    label: str
    what: str
    rows: int
    moved: float
    shift: float
    flips: int


def answer_both(a: Side, b: Side, rows: Rows) -> Answers:
    """The positive class stands last where there are two."""
    classes = classes_of([a, b])
    positive = b.schema.target.positive
    if len(classes) == 2 and positive in classes:
        classes = (*(name for name in classes if name != positive), positive)
    read = [side.typed(rows.columns, rows.decimal) for side in (a, b)]
    both = read[0][1] & read[1][1]
    own = [side.answers(X[both]) for side, (X, _) in zip((a, b), read, strict=True)]
    spread = [aligned(answers, side.schema.target.classes, classes) for side, answers in zip((a, b), own, strict=True)]
    decided = [side.decisions(answers) if classes else None for side, answers in zip((a, b), own, strict=True)]
    return Answers(
        classes=classes,
        before=spread[0],
        after=spread[1],
        decided_before=decided[0],
        decided_after=decided[1],
        kept=np.flatnonzero(both),
        unread=tuple(int(np.sum(~readable)) for _, readable in read),
    )


def flips_by_class(answers: Answers) -> tuple[Flip, ...]:
    """Every pair of classes between which rows moved, the most frequent first."""
    if answers.decided_before is None:
        return ()
    found = [
        Flip(before, after, rows, int(np.sum(answers.decided_before == before)))
        for before in answers.classes
        for after in answers.classes
        if before != after
        and (rows := int(np.sum((answers.decided_before == before) & (answers.decided_after == after))))
    ]
    return tuple(sorted(found, key=lambda flip: -flip.rows))


def slice_moves(a: Side, b: Side, rows: Rows, answers: Answers) -> tuple[SliceMove, ...]:
    """Every category and every third of a number with enough rows, the one that moved most first."""
    moves = []
    for name in dict.fromkeys(feature.name for side in (b, a) for feature in side.schema.features):
        side = b if name in b.schema.by_name else a
        feature = side.schema.by_name[name]
        for what, mask in _parts(side, feature, rows.take(answers.kept)):
            if mask.sum() >= FEWEST_IN_SLICE:
                moves.append(_move(feature, what, mask, answers))
    return tuple(sorted(moves, key=lambda move: -abs(move.shift)))


def largest_moves(answers: Answers, count: int = 10) -> np.ndarray:
    """Positions among the kept rows of those whose answer moved most."""
    return np.argsort(-answers.moved, kind="stable")[:count]


def _move(feature: Feature, what: str, mask: np.ndarray, answers: Answers) -> SliceMove:
    return SliceMove(
        field=feature.name,
        label=feature.label,
        what=what,
        rows=int(mask.sum()),
        moved=float(answers.moved[mask].mean()),
        shift=float(answers.shift[mask].mean()),
        flips=int(answers.flipped[mask].sum()),
    )


def _parts(side: Side, feature: Feature, rows: Rows) -> Iterator[tuple[str, np.ndarray]]:
    X, _ = side.typed(_only(side, feature.name, rows), rows.decimal)
    values = X[:, side.schema.features.index(feature)]
    missing = np.array([value is None for value in values])
    yield "not given", missing
    if feature.kind in ("category", "yes_no"):
        yield from _levels(feature, values[~missing], np.flatnonzero(~missing), len(values))
        return
    numbers = np.array([feature.as_number(value) for value in values])
    borders = np.quantile(numbers[~missing], [1 / 3, 2 / 3]) if (~missing).any() else []
    if len(borders) and borders[0] < borders[1]:
        low, high = (feature.value_text(feature.from_number(_tidy(feature, border))) for border in borders)
        yield f"up to {low}", numbers <= borders[0]
        yield f"over {low}, up to {high}", (numbers > borders[0]) & (numbers <= borders[1])
        yield f"over {high}", numbers > borders[1]


def _levels(feature: Feature, values: Any, places: np.ndarray, count: int) -> Iterator[tuple[str, np.ndarray]]:
    levels, codes, sizes = np.unique(values.astype(str), return_inverse=True, return_counts=True)
    for code in np.argsort(-sizes, kind="stable")[:MOST_LEVELS]:
        mask = np.zeros(count, dtype=bool)
        mask[places[codes == code]] = True
        value = float(levels[code]) if feature.kind == "yes_no" else str(levels[code])
        yield feature.value_text(value), mask


def _only(side: Side, name: str, rows: Rows) -> dict[str, np.ndarray]:
    blank = np.full(len(rows), "", dtype=object)
    return {feature.name: blank for feature in side.schema.features} | {name: rows.columns[name]}


def _tidy(feature: Feature, border: float) -> float:
    if feature.kind in ("integer", "date", "datetime"):
        return float(round(border))
    return float(f"{border:.3g}")


def lacking_columns(sides: Sequence[Side], columns: Sequence[str]) -> dict[str, list[str]]:
    """By the name of a side the fields that it asks for and the columns do not have."""
    found = {side.name: [f.name for f in side.schema.features if f.name not in columns] for side in sides}
    return {name: names for name, names in found.items() if names}
