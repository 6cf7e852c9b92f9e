"""The target: which rows have one, and whether the answer is a class or a number."""

from dataclasses import dataclass

import numpy as np

from webapp.errors import UnusableSpec, UnusableTable
from webapp.parsing.numbers import NotANumber, parse_number
from webapp.parsing.shown import round_outward, typed_text
from webapp.schema import Target
from webapp.training.columns.kinds import DATED, NUMERIC, YES, ColumnKind, Reading, kind_of
from webapp.training.columns.labels import label_of
from webapp.training.columns.numbers_seen import decimals_seen
from webapp.training.columns.text_column import TextColumn
from webapp.training.spec.file import Spec

MIN_ROWS = 30  # with fewer, a fifth kept back to judge on is not even six rows
MAX_CLASSES = 30
# The word for yes beside its no, in languages other than that of the pages.
YES_ELSEWHERE = {
    ("ja", "nein"), ("ja", "nee"), ("ja", "nej"), ("ja", "nei"), ("oui", "non"), ("sí", "no"), ("sì", "no"),
    ("si", "no"), ("sim", "não"), ("sim", "nao"), ("tak", "nie"), ("ano", "ne"), ("da", "nu"),
    ("да", "нет"), ("evet", "hayır"),
}  # fmt: skip
MIN_CLASS_ROWS = 5  # five folds need one row each; and a package names no smaller group


@dataclass(frozen=True)
class TargetColumn:
    """`kept_rows` are the positions of the rows that have a target, `y` (n,) their classes as text or float64."""

    target: Target
    y: np.ndarray
    kept_rows: np.ndarray
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def infer_target(column: TextColumn, spec: Spec, decimal: str) -> TargetColumn:
    """Raises UnusableTable or UnusableSpec in words for a target that cannot be learned."""
    reading = Reading(decimal, spec.data.missing, spec.data.date_order, "", spec.target.unit)
    kind = kind_of(column, reading)
    _refuse_too_few(column.name, len(_kept(column, kind)), len(column.texts), kind)
    values = _numbers(column, kind, reading) if kind.kind in ("number", "integer", "yes_no") else None
    if values is not None and _is_regression(values, spec.target.kind):
        found = _regression(column, spec, kind, values, decimal)
    elif spec.target.kind == "number":
        raise UnusableSpec(f'[target] kind = "number", but “{column.name}” holds texts that are no numbers')
    else:
        found = _classification(column, spec, kind, values, decimal)
    _refuse_wanted(spec.target.wanted, found.target)
    _refuse_lost(column, found.target, kind)
    return found


def _refuse_lost(column: TextColumn, target: Target, kind: ColumnKind) -> None:
    """Raises UnusableTable for a class that other rows have and the sample has not."""
    if column.seen is None or target.kind != "classes" or kind.kind in NUMERIC:
        return
    lost = [level for level in column.levels if level not in (*target.classes, *kind.markers)]
    if lost and kind.kind == "category":
        raise UnusableTable(
            f"The class “{lost[0]}” of “{column.name}” has {column.rows_of(lost[:1]):,} of {column.rows:,} rows, and "
            "the sample none of them. Learn from more with --rows, or leave its rows out of the table"
        )


def _kept(column: TextColumn, kind: ColumnKind) -> np.ndarray:
    return np.flatnonzero(~column.blank & ~column.is_in(kind.markers))


def _refuse_too_few(name: str, kept: int, rows: int, kind: ColumnKind) -> None:
    if not kept:
        raise UnusableTable(f"The target “{name}” has no values: every cell is blank")
    if kept < MIN_ROWS:
        having = "" if kept == rows else f" with a value of “{name}”"
        raise UnusableTable(
            f"{kept} row{'' if kept == 1 else 's'}{having} are too few to learn from: at least {MIN_ROWS} are needed, "
            "and some hundreds are better"
        )
    if kind.kind in DATED:
        raise UnusableTable(
            f"The target “{name}” holds dates. Formcast predicts a class or a number: "
            "add a column such as the number of days, and make that the target"
        )


def _numbers(column: TextColumn, kind: ColumnKind, reading: Reading) -> np.ndarray | None:
    """(levels,) the number each level says, NaN for a marker; None where the levels are words."""
    values = np.full(len(column.levels), np.nan)
    for position, level in enumerate(column.levels):
        if level not in kind.markers:
            try:
                values[position] = parse_number(level, decimal=reading.decimal, unit=kind.unit, scientific=True)
            except NotANumber:
                return None  # yes or no
    return values


def _is_regression(values: np.ndarray, said: str) -> bool:
    return said == "number" or (not said and len(np.unique(values[~np.isnan(values)])) > 2)


def _regression(column: TextColumn, spec: Spec, kind: ColumnKind, values: np.ndarray, decimal: str) -> TargetColumn:
    kept = _kept(column, kind)
    y = values[column.codes[kept]]
    if len(np.unique(y)) < 2:
        raise UnusableTable(f"The target “{column.name}” is the same number in every row: there is nothing to learn")
    said = spec.target
    decimals = decimals_seen(column, kind, decimal) if said.decimals is None else said.decimals
    target = Target(
        name=column.name,
        kind="number",
        label=said.label or label_of(column.name),
        unit=said.unit or kind.unit,
        decimals=decimals,
        decimal=spec.data.decimal or decimal,
        observed=round_outward(float(y.min()), float(y.max())),
    )
    return TargetColumn(target, y, kept, _dropped(column, kept), ())


def _classification(
    column: TextColumn, spec: Spec, kind: ColumnKind, values: np.ndarray | None, decimal: str
) -> TargetColumn:
    kept = _kept(column, kind)
    names = np.array(column.levels if values is None else [typed_text(value) for value in values], dtype=object)
    y = names[column.codes[kept]]
    classes, counts = np.unique(y, return_counts=True)
    _refuse_classes(column.name, classes, counts)
    positive = _positive(spec, classes, counts) if len(classes) == 2 else ""
    target = Target(
        name=column.name,
        kind="classes",
        label=spec.target.label or label_of(column.name),
        classes=tuple(str(name) for name in classes),
        positive=positive,
        decimal=spec.data.decimal or decimal,
    )
    shares = ", ".join(f"{name} {count:,}" for name, count in zip(classes, counts, strict=True))
    notes = [f"Classes of {column.name}: {shares}"]
    if positive:
        notes.append(f"Positive class: {positive}")
    return TargetColumn(target, y, kept, (*_dropped(column, kept), *notes), _alike(target))


def _refuse_classes(name: str, classes: np.ndarray, counts: np.ndarray) -> None:
    if len(classes) < 2:
        raise UnusableTable(
            f"The target “{name}” has one class only, “{classes[0]}”: there is nothing to tell apart. "
            "Add rows with another outcome"
        )
    if len(classes) > MAX_CLASSES:
        raise UnusableTable(
            f"The target “{name}” has {len(classes):,} different texts; at most {MAX_CLASSES} classes can be learned. "
            "Group them into fewer, or choose another target"
        )
    if counts.min() < MIN_CLASS_ROWS:
        fewest, rows = classes[counts.argmin()], counts.min()
        raise UnusableTable(
            f"The class “{fewest}” of “{name}” has {rows} row{'' if rows == 1 else 's'}; at least {MIN_CLASS_ROWS} are "
            "needed. Add rows of it, join it with another class, or leave its rows out of the table"
        )


def _positive(spec: Spec, classes: np.ndarray, counts: np.ndarray) -> str:
    """The class whose chance is shown: as the spec says, else yes in whatever language, true or 1, else the rarer."""
    said = spec.data.positive
    if said:
        if said not in classes:
            raise UnusableSpec(f"[data] positive = “{said}”, but the classes are {classes[0]} and {classes[1]}")
        return said
    first, second = (name.casefold() for name in classes)
    pairs = {(first, second): classes[0], (second, first): classes[1]}
    yes = [name for name in classes if name.casefold() in YES]
    yes = yes or [name for pair, name in pairs.items() if pair in YES_ELSEWHERE]
    return str(yes[0] if len(yes) == 1 else classes[1] if counts[1] <= counts[0] else classes[0])


def _refuse_wanted(said: str, target: Target) -> None:
    """A wish that this target cannot grant would be passed over in silence later."""
    known = ("higher", "lower") if target.kind == "number" else target.classes
    if said and said not in known:
        raise UnusableSpec(f"[target] wanted = “{said}”, but it can be {', '.join(known[:-1])} or {known[-1]}")


def _dropped(column: TextColumn, kept: np.ndarray) -> tuple[str, ...]:
    dropped = len(column.texts) - len(kept)
    rows = "1 row" if dropped == 1 else f"{dropped:,} rows"
    return (f"{rows} without a value of {column.name} left out",) if dropped else ()


def _alike(target: Target) -> tuple[str, ...]:
    folded = {name.casefold() for name in target.classes}
    if len(folded) == len(target.classes):
        return ()
    return (f"Classes of {target.name} differ in capitals only; they are learned as different ones",)
