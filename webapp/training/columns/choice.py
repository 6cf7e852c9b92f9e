"""Which columns are learned from: what each holds, which are set aside and why, and which give the answer away."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from webapp.errors import UnusableTable
from webapp.preprocessing import typed_table
from webapp.schema import Door, Feature, Schema, Target
from webapp.training.columns.features import NO_SPEC, drafted, numbers_of
from webapp.training.columns.kinds import ColumnKind, Reading, kind_of
from webapp.training.columns.leaks import Suspicion, suspicion
from webapp.training.columns.set_aside import reason_to_set_aside
from webapp.training.columns.text_column import TextColumn
from webapp.training.spec.file import Spec

EXCLUDED = "left out by the spec"


@dataclass(frozen=True)
class Column:
    """A column that is learned from: its texts, what they are, and the feature and typed values (n,) made of them."""

    texts: TextColumn
    kind: ColumnKind
    feature: Feature
    values: np.ndarray

    @property
    def name(self) -> str:
        return self.texts.name


def divide(columns: list[TextColumn], spec: Spec, decimal: str) -> tuple[dict[str, ColumnKind], dict[str, str]]:
    """
    Column -> kind for those that can be learned from, and column -> reason for the others.

    A kind said by a person overrules every reason but a column that says nothing at all.
    """
    kinds: dict[str, ColumnKind] = {}
    aside: dict[str, str] = {}
    for column in columns:
        said = spec.features.get(column.name, NO_SPEC)
        if column.name in spec.data.exclude:
            aside[column.name] = EXCLUDED
            continue
        reading = Reading(decimal, spec.data.missing, spec.data.date_order, said.kind, said.unit)
        kind = kind_of(column, reading)
        reason = reason_to_set_aside(column, kind)
        if reason and (not said.kind or reason.startswith(("no values", "constant"))):
            aside[column.name] = reason
        else:
            kinds[column.name] = kind
    return kinds, aside


def typed_columns(
    texts: list[TextColumn], kinds: dict[str, ColumnKind], spec: Spec, decimal: str, labels: dict[str, str]
) -> list[Column]:
    """The columns parsed by the one shared parser. Raises UnusableTable for a cell that is not of the spec's kind."""
    chosen = [column for column in texts if column.name in kinds]
    drafts = [
        drafted(column, kinds[column.name], spec.features.get(column.name, NO_SPEC), decimal, labels[column.name])
        for column in chosen
    ]
    schema = Schema("", tuple(drafts), Target("", "classes", ""))
    typed, refused = typed_table({column.name: column.texts for column in chosen}, schema, Door.TABLE)
    if refused:
        row, problems = min(refused.items())
        name = problems[0].feature
        texts_of = {column.name: column.texts for column in chosen}
        kind = spec.features.get(name, NO_SPEC).kind or kinds[name].kind
        raise UnusableTable(_not_of_kind(name, kind, texts_of[name][row], len(refused)))
    return [
        Column(column, kinds[column.name], draft, typed[:, position])
        for position, (column, draft) in enumerate(zip(chosen, drafts, strict=True))
    ]


def without_repeats(columns: list[Column]) -> tuple[list[Column], dict[str, str]]:
    """The columns less those with the same values as an earlier one, and which one that is."""
    seen: dict[tuple, str] = {}
    kept, aside = [], {}
    for column in columns:
        first = seen.setdefault(_fingerprint(column), column.name)
        if first == column.name:
            kept.append(column)
        else:
            aside[column.name] = first
    return kept, aside


def repeat_reason(first: str) -> str:
    return f"duplicate: the same values as “{first}”"


def without_leaks(
    columns: list[Column], y: np.ndarray, spec: Spec
) -> tuple[list[Column], dict[str, str], dict[str, Suspicion]]:
    """The columns less those that predict the target all by themselves; and how well each of the kept ones does."""
    kept, aside, alone = [], {}, {}
    for column in columns:
        is_category = column.kind.kind == "category"
        found = suspicion(column.values if is_category else numbers_of(column.values), is_category, y)
        said = spec.features.get(column.name, NO_SPEC).kind
        if found.is_leak and not said:
            aside[column.name] = _leak_reason(found, spec.data.target)
        else:
            kept.append(column)
            alone[column.name] = found
    return kept, aside, alone


def _fingerprint(column: Column) -> tuple:
    if column.kind.kind == "category":
        codes, levels = pd.factorize(column.values)
        return "category", codes.tobytes(), tuple(levels)
    kind = "number" if column.kind.kind == "integer" else column.kind.kind
    return kind, (numbers_of(column.values) + 0.0).tobytes()


def _leak_reason(found: Suspicion, target: str) -> str:
    how = "each of its values belongs to one answer" if found.one_to_one else f"{found.measure} {found.score:.4f} alone"
    return f"leak: it gives {target} away ({how}), so it is probably known only afterwards"


def _not_of_kind(name: str, kind: str, text: str, rows: int) -> str:
    shown = text if len(text) <= 40 else f"{text[:40]}..."
    times = f"{rows:,} row{'' if rows == 1 else 's'} like that"
    return (
        f"“{shown}” in the column “{name}” is not of the kind {kind} ({times}). "
        "If it stands for a missing value add it to missing under [data] in the spec, or set another kind"
    )
