"""What two schemas ask differently: fields added, removed, renamed, retyped, with other limits or other categories."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from webapp.comparison.amounts import quoted, share_text
from webapp.comparison.profiles import Spread, apart, comparable
from webapp.comparison.sides import Side
from webapp.schema import NUMBERS, Feature

ALIKE = 0.1  # apartness below which two columns may be one under two names
LIMIT_MOVED = 0.1  # of the range, by which an observed limit has to move to be named
NOTABLE_LEVEL, NOTABLE_ROWS = 0.01, 20  # of a category whose coming or going matters; of fewer rows it may be chance
KIND_WORDS = {
    "number": "a number", "integer": "a whole number", "yes_no": "yes or no", "category": "a category",
    "date": "a date", "datetime": "a date with a time",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """
    One difference. kind: removed, added, renamed, retyped, limits, categories, importance, effect, preprocessing,
    estimator, target. `is_material`: beyond what training again changes. `by` is how far, in units of the answer.
    """

    kind: str
    field: str
    label: str
    words: str
    is_material: bool
    by: float | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def renamed_fields(a: Side, b: Side) -> dict[str, str]:
    """Earlier name -> later name of fields that are probably the same under another name: a guess from their values."""
    gone = [feature for feature in a.schema.features if feature.name not in b.schema.by_name]
    new = [feature for feature in b.schema.features if feature.name not in a.schema.by_name]
    if not gone or not new:
        return {}
    distance = np.array([[_apart(a, b, old, other) for other in new] for old in gone])
    found = {}
    for row, old in enumerate(gone):
        column = int(distance[row].argmin())
        is_only_one = np.sum(distance[row] < ALIKE) == 1 and np.sum(distance[:, column] < ALIKE) == 1
        if distance[row, column] < ALIKE and is_only_one:
            found[old.name] = new[column].name
    return found


def field_changes(a: Side, b: Side, renamed: Mapping[str, str]) -> list[Change]:
    """Removed, added and renamed fields first, then what changed about fields that both have."""
    return [*_come_and_gone(a, b, renamed), *_changed(a, b)]


def target_changes(a: Side, b: Side) -> list[Change]:
    """What is answered, and with which words."""
    before, after = a.schema.target, b.schema.target
    said = []
    if before.name != after.name:
        said.append(f"It answers “{after.label}”, {a.name} answered “{before.label}”")
    if before.kind != after.kind:
        said.append("One answers with a class and the other with a number")
    gone = [name for name in before.classes if name not in after.classes]
    new = [name for name in after.classes if name not in before.classes]
    if before.kind == after.kind and gone:
        said.append(f"It no longer knows the answer {quoted(gone)}")
    if before.kind == after.kind and new:
        said.append(f"It has the new answer {quoted(new)}")
    if before.kind == after.kind and before.unit != after.unit:
        said.append(f"The unit is “{after.unit}”, it was “{before.unit}”")
    return [Change("target", after.name, after.label, words, True) for words in said]


def _come_and_gone(a: Side, b: Side, renamed: Mapping[str, str]) -> Iterator[Change]:
    """A field that a training found of no use is no accident: another training may find it of some."""
    for feature in a.schema.features:
        if feature.name not in b.schema.by_name and feature.name not in renamed:
            is_useless = feature.name in _of_no_use(b)
            why = ", because the answers are no worse without it" if is_useless else ""
            words = f"“{feature.label}” is no longer asked{why}"
            yield Change("removed", feature.name, feature.label, words, not is_useless)
    for feature in b.schema.features:
        if feature.name not in a.schema.by_name and feature.name not in renamed.values():
            was_useless = feature.name in _of_no_use(a)
            why = f"; {a.name} was no worse without it" if was_useless else ""
            yield Change("added", feature.name, feature.label, f"“{feature.label}” is asked now{why}", not was_useless)
    for old, new in renamed.items():
        before, after = a.schema.by_name[old], b.schema.by_name[new]
        words = f"“{before.name}” is probably called “{after.name}” now: a guess, because their values are spread alike"
        yield Change("renamed", after.name, after.label, words, True)


def _of_no_use(side: Side) -> set[str]:
    """Inputs that its training dropped."""
    return {one["feature"] for one in side.metadata.get("selection") or [] if not one["kept"]}


def _changed(a: Side, b: Side) -> Iterator[Change]:
    for after in b.schema.features:
        before = a.schema.by_name.get(after.name)
        if before is None:
            continue
        if before.kind != after.kind:
            words = f"“{after.label}” is {KIND_WORDS[after.kind]} now, it was {KIND_WORDS[before.kind]}"
            is_other_sort = not {before.kind, after.kind} <= set(NUMBERS)
            yield Change("retyped", after.name, after.label, words, is_other_sort)
        elif after.kind == "category":
            yield from _categories(before, after, a, b)
        else:
            yield from _limits(before, after)


def _limits(before: Feature, after: Feature) -> Iterator[Change]:
    hard = [(before.minimum, after.minimum, "smallest"), (before.maximum, after.maximum, "largest")]
    said = [f"the {which} accepted value is {_text(after, new)}, it was {_text(before, old)}"
            for old, new, which in hard if old != new]  # fmt: skip
    if said:
        yield Change("limits", after.name, after.label, f"“{after.label}”: {', '.join(said)}", True)
    if before.observed is None or after.observed is None:
        return
    width = max(before.observed[1] - before.observed[0], after.observed[1] - after.observed[0]) or 1.0
    moved = max(abs(new - old) for old, new in zip(before.observed, after.observed, strict=True)) / width
    if moved > LIMIT_MOVED:
        old, new = (" to ".join(_text(one, limit) for limit in one.observed) for one in (before, after))
        yield Change(
            "limits", after.name, after.label, f"“{after.label}” was seen from {new}, before from {old}", False
        )


def _categories(before: Feature, after: Feature, a: Side, b: Side) -> Iterator[Change]:
    gone = [choice for choice in before.choices if choice.value not in after.choice_values]
    new = [choice for choice in after.choices if choice.value not in before.choice_values]
    for choices, side, verb in ((gone, a, "no longer has"), (new, b, "now has")):
        if not choices:
            continue
        rows = sum(choice.rows for choice in choices)
        share = rows / max(Spread.of(side, after.name).known, 1)
        many = "categories" if len(choices) > 1 else "category"
        words = f"“{after.label}” {verb} the {many} {quoted([choice.label for choice in choices])}"
        yield Change("categories", after.name, after.label, f"{words} ({share_text(share)} of cases)",
                     share >= NOTABLE_LEVEL and rows >= NOTABLE_ROWS)  # fmt: skip


def _apart(a: Side, b: Side, old: Feature, new: Feature) -> float:
    """How differently two columns are spread; infinite where they cannot be one."""
    before, after = Spread.of(a, old.name), Spread.of(b, new.name)
    if old.kind != new.kind or not comparable(before, after):
        return float("inf")
    if before.levels is not None and not set(before.levels) & set(after.levels):
        return float("inf")
    return apart(before, after)


def _text(feature: Feature, limit: float | None) -> str:
    return "not set" if limit is None else feature.value_text(feature.from_number(limit))
