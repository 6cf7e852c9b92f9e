"""The feature change log: what became of every field between two versions, in words and as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.comparison.amounts import moved_text, quoted
from webapp.comparison.effects import Effect, effects
from webapp.comparison.fields import Change, field_changes, renamed_fields, target_changes
from webapp.comparison.profiles import associations
from webapp.comparison.rows import Rows, linked, made_up
from webapp.comparison.sides import Side, aligned, classes_of, same_kind_of_answer
from webapp.comparison.stability import Tolerance, tolerance, unit_of

LOST = 1 / 3  # of its former influence; a field with less has all but lost it
GOES_WITH = 0.5  # correlation from which on one field can stand in for another
TAKEN_OVER = 0.5  # of what one field lost; fields that go with it and gained so much have taken its place
DECLARED = ("removed", "added", "renamed", "retyped", "limits", "categories")

Effects = Mapping[str, tuple[Effect | None, ...]]


@dataclass(frozen=True)
class ChangeLog:
    """Against whom (its name, and the id of the version), and every change, those that matter first."""

    against: str
    version: str
    changes: tuple[Change, ...]
    effects: Effects

    @property
    def material(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.is_material)

    @property
    def entangled(self) -> tuple[Change, ...]:
        """Fields of which nothing was changed and which do something else all the same."""
        touched = {change.field for change in self.changes if change.kind in DECLARED}
        moved = {change.field: change for change in self.changes if change.kind in ("effect", "importance")}
        return tuple(change for name, change in moved.items() if name not in touched)

    @property
    def summary(self) -> str:
        """One sentence for a list of versions."""
        if not self.changes:
            return f"Asks and weighs the same as {self.against}"
        counted = [
            f"{len(found)} field{'' if len(found) == 1 else 's'} {words}"
            for kinds, words in _COUNTED
            if (found := {change.field for change in self.changes if change.kind in kinds})
        ]
        return (
            f"Against {self.against}: {', '.join(counted)}" if counted else f"Against {self.against}: see the changes"
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "against": self.against,
            "version": self.version,
            "summary": self.summary,
            "changes": [change.to_json() for change in self.changes],
            "entangled": [change.field for change in self.entangled],
        }


_COUNTED = (
    (("removed",), "removed"),
    (("added",), "added"),
    (("renamed",), "renamed"),
    (("retyped",), "retyped"),
    (("limits", "categories"), "with other limits or categories"),
    (("importance", "effect"), "weighed otherwise"),
)


def change_log(a: Side, b: Side, seed: int = 0, rows: Rows | None = None) -> ChangeLog:
    """What changed from `a` to `b`, judged on these rows, or on made-up ones."""
    renamed = renamed_fields(a, b)
    changes = [*target_changes(a, b), *field_changes(a, b, renamed), *_making(a, b)]
    if not same_kind_of_answer(a, b):
        return ChangeLog(a.name, a.version, _ordered(changes), {})
    rows = linked(made_up(a, b, seed), renamed) if rows is None else rows
    allowed = tolerance(a, b, _unit(a, b, rows))
    found = effects([a, b], rows, seed)
    changes += _moved(found, b, allowed)
    return ChangeLog(a.name, a.version, _ordered(changes), found)


def _making(a: Side, b: Side) -> list[Change]:
    """How the version was made."""
    changes = []
    before, after = (side.metadata.get("estimator", "") for side in (a, b))
    if before and after and before != after:
        changes.append(Change("estimator", "", "", f"Its kind of model is {after}, it was {before}", False))
    hashes = [(side.metadata.get("code") or {}).get("preprocessing") for side in (a, b)]
    if all(hashes) and hashes[0] != hashes[1]:
        words = f"The code that reads and encodes values has changed since {a.name}"
        changes.append(Change("preprocessing", "", "", words, False))
    return changes


def _moved(found: Effects, b: Side, allowed: Tolerance) -> list[Change]:
    both = {name: pair for name, pair in found.items() if None not in pair}
    by = {name: after.sensitivity - before.sensitivity for name, (before, after) in both.items()}
    partners = _partners(b)
    changes = []
    for name, (before, after) in both.items():
        label = b.schema.by_name[name].label
        if abs(by[name]) > allowed.of_sensitivity(name):
            instead = [other for other in partners.get(name, ()) if by.get(other, 0.0) * by[name] < 0]
            if abs(sum(by[other] for other in instead)) < TAKEN_OVER * abs(by[name]):
                instead = []
            words, is_material = _importance_words(label, (before, after), b, instead)
            changes.append(Change("importance", name, label, words, is_material, by[name]))
        elif (away := after.away_from(before)) > allowed.of_effect(name):
            size = moved_text(b.schema.target, away)
            words = f"What “{label}” does to the answer changed by {size} on average"
            changes.append(Change("effect", name, label, words, False, away))
    return changes


def _partners(side: Side) -> dict[str, list[str]]:
    """For each field those that go together with it, so that a training may take either."""
    found: dict[str, list[str]] = {}
    for pair, correlation in associations(side).items():
        if correlation >= GOES_WITH:
            first, second = sorted(pair)
            found.setdefault(first, []).append(second)
            found.setdefault(second, []).append(first)
    return found


def _importance_words(label: str, effect: Sequence[Effect], b: Side, instead: Sequence[str]) -> tuple[str, bool]:
    """The sentence, and whether the change matters: not where fields that say the same have changed places."""
    before, after = (one.sensitivity for one in effect)
    moves = [moved_text(b.schema.target, value) for value in (after, before)]
    figures = f"another value moves the answer by {moves[0]} on average, before by {moves[1]}"
    others = quoted([b.schema.by_name[other].label for other in instead], 2) if instead else ""
    if after < LOST * before:
        place = f"; {others}, going together with it, took its place" if others else ""
        return f"“{label}” hardly matters any more: {figures}{place}", not others
    if before < LOST * after:
        place = f"; it took the place of {others}, going together with it" if others else ""
        return f"“{label}” has begun to matter: {figures}{place}", not others
    return f"“{label}” matters {'less' if after < before else 'more'}: {figures}", False


def _unit(a: Side, b: Side, rows: Rows) -> float:
    everything = classes_of([a, b])
    units = []
    for side in (a, b):
        X, readable = side.typed(rows.columns, rows.decimal)
        answers = aligned(side.answers(X[readable]), side.schema.target.classes, everything)
        units.append(unit_of(side, answers))
    return float(np.mean(units))


def _ordered(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Those that matter first; the larger ones before the smaller of the same kind."""
    order = {kind: place for place, kind in enumerate(dict.fromkeys(change.kind for change in changes))}
    return tuple(
        sorted(changes, key=lambda change: (not change.is_material, order[change.kind], -abs(change.by or 0.0)))
    )


def entanglement_words(log: ChangeLog) -> str:
    """Which other fields moved; '' where none did or nothing else changed."""
    labels = [change.label for change in log.entangled]
    if not labels:
        return ""
    verb = "does" if len(labels) == 1 else "do"
    return f"Nothing about {quoted(labels)} was changed, and yet {'it' if len(labels) == 1 else 'they'} {verb} " + (
        "something else to the answer now"
    )
