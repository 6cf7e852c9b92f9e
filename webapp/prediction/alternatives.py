"""
What would change an answer: a few changes of answers that may be changed, each tried out on the real pipeline.

One change first, then two together, and two only where neither does it alone. Among the values of one field the nearest
that reaches the goal is taken, clearly if any does, else as a close call; where none does, the nearest that gets almost
as far as any. A change never makes a case unlike the cases that were learned from: it stays within the distance beyond
which a page asks for care or, for a case that is already beyond it, comes no further out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from webapp.prediction.allowed_changes import Option, options_by_position
from webapp.prediction.goals import Goal, goal_for
from webapp.prediction.predictor import Predictor
from webapp.prediction.values import Prediction
from webapp.schema import Value

MOST_SHOWN = 3
NEARLY_ALL = 0.9  # of the best that a field can do: the last tenth is not worth going to the end of its range
PAIRED_FIELDS = 8  # that move the answer most by themselves: 28 pairs
PAIRED_VALUES = 4  # of each of them

Change = tuple[int, Value]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Changes by the position of their field, what the model says then, and whether that is what was sought."""

    changes: tuple[Change, ...]
    prediction: Prediction
    is_reached: bool


@dataclass(frozen=True, slots=True)
class Alternatives:
    """`goal` is a reason where there is none; `fields` are the positions that could be changed at all."""

    present: Prediction
    goal: Goal | str
    fields: tuple[int, ...]
    found: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class _Tried:
    """One set of changes with its gain, and whether it reaches the goal and does so clearly."""

    changes: tuple[tuple[int, Option], ...]
    gain: float
    is_reached: bool
    is_clear: bool

    @property
    def fields(self) -> frozenset[int]:
        return frozenset(position for position, _ in self.changes)

    @property
    def distance(self) -> float:
        return sum(option.distance for _, option in self.changes)


def alternatives(
    predictor: Predictor, values: Sequence[Value], wanted: str = "", threshold: float | None = None
) -> Alternatives:
    """Up to three sets of changes for one typed row; the same for the same row, version and rule."""
    values = list(values)
    [present] = predictor.predict(as_row(values))
    goal = goal_for(predictor.schema.target, present, wanted, threshold)
    options = options_by_position(predictor.schema, values)
    if isinstance(goal, str) or not options:
        return Alternatives(present, goal, tuple(options))
    chosen = _search(predictor, values, goal, options)
    changes = [tuple((position, option.value) for position, option in one.changes) for one in chosen]
    predictions = predictor.predict(_rows(values, changes)) if chosen else []
    found = (
        Alternative(change, prediction, one.is_reached)
        for change, prediction, one in zip(changes, predictions, chosen, strict=True)
    )
    return Alternatives(present, goal, tuple(options), tuple(found))


def as_row(values: Sequence[Value]) -> np.ndarray:
    """One typed row (1, d), as the pipeline takes it."""
    return _rows(list(values), [()])


def with_changes(values: Sequence[Value], changes: Sequence[Change]) -> list[Value]:
    changed = list(values)
    for position, value in changes:
        changed[position] = value
    return changed


def _rows(values: list[Value], changes: Sequence[Sequence[Change]]) -> np.ndarray:
    rows = np.empty((len(changes), len(values)), dtype=object)
    for row, change in enumerate(changes):
        rows[row] = with_changes(values, change)
    return rows


def _search(predictor: Predictor, values: list[Value], goal: Goal, options: dict[int, list[Option]]) -> list[_Tried]:
    one_by_one = [((position, option),) for position, found in options.items() for option in found]
    tried = _tried(predictor, values, goal, one_by_one)
    singles = _best_of_each([one for one, is_plausible in tried if is_plausible])
    reached = _nearest_first([one for one in singles if one.is_reached])
    if len(reached) < MOST_SHOWN:
        left = {position for position in options if not any(position in one.fields for one in reached)}
        pairs = _pairs(predictor, values, goal, [one for one, _ in tried if one.fields <= left])
        reached += _nearest_first([one for one in pairs if one.is_reached])
        if not reached:
            return _furthest(singles, pairs, goal.least)
    return reached[:MOST_SHOWN]


def _tried(
    predictor: Predictor, values: list[Value], goal: Goal, sets: Sequence[tuple[tuple[int, Option], ...]]
) -> list[tuple[_Tried, bool]]:
    """Every set of changes with whether the case is then like those that were learned from."""
    if not sets:
        return []
    changes = [[(position, option.value) for position, option in one] for one in sets]
    answers, distances = predictor.screen(_rows(values, [(), *changes]))
    plausible = distances[1:] <= max(predictor.usual_distance, distances[0])
    said = (goal.gains(answers[1:]), goal.reached(answers[1:]), goal.clearly_reached(answers[1:]), plausible)
    columns = [column.tolist() for column in said]
    return [(_Tried(one, *rest), is_plausible) for one, *rest, is_plausible in zip(sets, *columns, strict=True)]


def _best_of_each(tried: Sequence[_Tried]) -> list[_Tried]:
    """Of each set of fields the nearest values that reach the goal, else the nearest that get almost as far as any."""
    by_fields: dict[frozenset[int], list[_Tried]] = {}
    for one in tried:
        by_fields.setdefault(one.fields, []).append(one)
    return [_best(of_same) for of_same in by_fields.values()]


def _best(tried: Sequence[_Tried]) -> _Tried:
    kept = [one for one in tried if one.is_clear] or [one for one in tried if one.is_reached]
    if not kept:
        best = max(one.gain for one in tried)
        kept = [one for one in tried if one.gain >= NEARLY_ALL * best] or list(tried)
    return min(kept, key=lambda one: (one.distance, -one.gain))


def _pairs(predictor: Predictor, values: list[Value], goal: Goal, singles: Sequence[_Tried]) -> list[_Tried]:
    """The best of every two fields, among a few values of those that move the answer most by themselves."""
    by_field: dict[int, list[_Tried]] = {}
    for one in singles:
        if one.gain > 0:
            by_field.setdefault(one.changes[0][0], []).append(one)
    leading = sorted(by_field, key=lambda field: -max(one.gain for one in by_field[field]))[:PAIRED_FIELDS]
    spread = {field: _spread(by_field[field]) for field in sorted(leading)}
    sets = [
        (*left.changes, *right.changes)
        for one, other in combinations(spread, 2)
        for left, right in product(spread[one], spread[other])
    ]
    return _best_of_each([one for one, is_plausible in _tried(predictor, values, goal, sets) if is_plausible])


def _spread(tried: Sequence[_Tried]) -> list[_Tried]:
    """A few of the values of one field, from the one that moves the answer most to one that moves it little."""
    ordered = sorted(tried, key=lambda one: -one.gain)
    places = np.unique(np.linspace(0, len(ordered) - 1, PAIRED_VALUES).round().astype(int))
    return [ordered[place] for place in places]


def _nearest_first(tried: Sequence[_Tried]) -> list[_Tried]:
    """Close calls last."""
    return sorted(tried, key=lambda one: (not one.is_clear, one.distance, -one.gain))


def _furthest(singles: Sequence[_Tried], pairs: Sequence[_Tried], least: float) -> list[_Tried]:
    """Where nothing reaches the goal: the fields that get furthest alone, then two that get clearly further."""
    alone = sorted((one for one in singles if one.gain >= least), key=lambda one: -one.gain)
    beyond = alone[0].gain + least if alone else least
    together = sorted((one for one in pairs if one.gain >= beyond), key=lambda one: -one.gain)
    kept = alone[: MOST_SHOWN - 1 if together else MOST_SHOWN]
    return [*kept, *together[: MOST_SHOWN - len(kept)]]
