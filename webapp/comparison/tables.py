"""What the packages say about the tables they learned from: an older one, a shuffled column, columns come apart."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from webapp.comparison.amounts import quoted
from webapp.comparison.profiles import Spread, apart, apart_by_chance, associations, comparable
from webapp.comparison.sides import Side
from webapp.parsing.shown import date_text
from webapp.schema import DATES

OTHER_VALUES = 0.25  # apartness from which on a column is spread otherwise; the customary limit of a large shift
GOES_WITH = 0.3  # correlation from which on two columns are said to go together
APART = 0.5  # of it; with less they no longer do
NOISE_ERRORS = 4.0  # standard errors of a correlation that a loss has to exceed
FEW_COLUMNS = 0.5  # of the columns; where more hold other values, it is another table and no accident to a column


@dataclass(frozen=True, slots=True)
class TableChange:
    """kind: same, another, older, fewer, earlier, shuffled, spread, apart. `field` is '' for the whole table."""

    kind: str
    field: str
    words: str
    is_material: bool


def table_changes(a: Side, b: Side, earlier: Mapping[str, str]) -> list[TableChange]:
    """`earlier`: mark of a table -> name of a version that had it before `a` was trained."""
    if not table_mark(a.metadata) or not table_mark(b.metadata):
        words = "Which tables they learned from is not known of both, so these cannot be compared"
        return [TableChange("unknown", "", words, False)]
    found = [*_whole(a, b, earlier), *_columns(a, b), *_spread(a, b)]
    return found + _apart(a, b, {change.field for change in found})


def table_mark(metadata: Mapping[str, Any]) -> str:
    """A hash of the rows that a version learned from, whatever their order; '' where nobody knows."""
    data = metadata.get("data") or {}
    return data.get("rows_sha256") or data.get("sha256") or ""


def _data(side: Side) -> Mapping[str, Any]:
    return side.metadata.get("data") or {}


def _whole(a: Side, b: Side, earlier: Mapping[str, str]) -> list[TableChange]:
    before, after = _data(a), _data(b)
    if table_mark(a.metadata) == table_mark(b.metadata):
        return [TableChange("same", "", "Both learned from the very same table", False)]
    rows = f"{after['rows']:,} rows, that of {a.name} {before['rows']:,}"
    found = [TableChange("another", "", f"They learned from different tables: that of {b.name} has {rows}", False)]
    is_later = b.metadata.get("created_at", "") >= a.metadata.get("created_at", "")
    if not is_later:
        return found
    which = earlier.get(table_mark(b.metadata))
    if which is not None:
        words = f"{_capital(b.name)} was trained later than {a.name}, on the older table of {which}"
        found.append(TableChange("earlier", "", words, True))
    if older := _older(a, b):
        found.append(TableChange("older", "", older, True))
    elif after["rows"] < before["rows"]:
        words = f"{_capital(b.name)} was trained later on fewer rows: {after['rows']:,}, before {before['rows']:,}"
        found.append(TableChange("fewer", "", words, True))
    return found


def _older(a: Side, b: Side) -> str:
    """In what way cases end earlier than those of the version before; '' where they do not, or nobody knows."""
    until = [_until(side) for side in (a, b)]
    if all(until):
        if until[1] >= until[0]:
            return ""
        last = [date_text(np.datetime64(day[:10], "D")) for day in until]
        return f"{_capital(b.name)} was trained later and knows less: its cases end on {last[1]}, before on {last[0]}"
    earlier = [
        feature.label
        for feature in b.schema.features
        if feature.kind in DATES and feature.name in a.schema.by_name and _ends_earlier(a, b, feature.name)
    ]
    return f"{_capital(b.name)} was trained later, and its dates end earlier: {quoted(earlier)}" if earlier else ""


def _ends_earlier(a: Side, b: Side, name: str) -> bool:
    """The latest tenth of the earlier table is thinner in the later one, beyond chance, and its end is earlier."""
    before, after = Spread.of(a, name), Spread.of(b, name)
    edges = before.profile.get("edges") or []
    if not edges or not after.known or after.feature.kind != before.feature.kind:
        return False
    share = 1.0 - float(before.up_to(np.array(edges[-1:]))[0])
    left = 1.0 - float(after.up_to(np.array(edges[-1:]))[0])
    noise = NOISE_ERRORS * np.sqrt(share * (1.0 - share) * (1.0 / before.known + 1.0 / after.known))
    return left < share - noise and after.feature.observed[1] <= before.feature.observed[1]


def _until(side: Side) -> str:
    """The last day that a version knows of, as ISO text; '' where nothing says so."""
    span = _data(side).get("time_range") or []
    return str(span[-1]) if span else side.metadata.get("data_until") or ""


def _columns(a: Side, b: Side) -> list[TableChange]:
    """Columns that hold other values although the rows around them are the same."""
    before, after = (_data(side).get("column_sha256") or {} for side in (a, b))
    common = [name for name in before if name in after]
    other = [name for name in common if before[name] != after[name]]
    if not other or len(other) > FEW_COLUMNS * len(common) or _data(a)["rows"] != _data(b)["rows"]:
        return []
    return [change for name in other if (change := _other_column(a, b, name))]


def _other_column(a: Side, b: Side, name: str) -> TableChange | None:
    feature = b.schema.by_name.get(name)
    if feature is None or name not in a.schema.by_name:
        return None
    before, after = Spread.of(a, name), Spread.of(b, name)
    around = f"“{feature.label}” holds other values in rows that are otherwise the same"
    if comparable(before, after) and apart(before, after) <= apart_by_chance(before, after):
        words = f"{around}, and all in all the same ones: they may have been put into other rows"
        return TableChange("shuffled", name, words, True)
    return TableChange("shuffled", name, around, True)


def _spread(a: Side, b: Side) -> list[TableChange]:
    found = []
    for feature in b.schema.features:
        if feature.name not in a.schema.by_name or feature.kind in DATES:
            continue
        before, after = Spread.of(a, feature.name), Spread.of(b, feature.name)
        if not comparable(before, after):
            continue
        by = apart(before, after)
        if by > max(OTHER_VALUES, apart_by_chance(before, after)):
            words = f"The values of “{feature.label}” are spread otherwise than before (by {by:.2f}; 0.25 is much)"
            found.append(TableChange("spread", feature.name, words, True))
    return found


def _apart(a: Side, b: Side, told: Collection[str]) -> list[TableChange]:
    """Fields that went together with others before and no longer do; the one that lost most others first."""
    lost = {pair: figures for pair, figures in _lost_pairs(a, b).items() if not pair & set(told)}
    found = []
    while lost:
        counted = Counter(name for pair in lost for name in sorted(pair))
        name = max(counted, key=lambda field: (counted[field], field))
        mine = {next(iter(pair - {name})): figures for pair, figures in lost.items() if name in pair}
        lost = {pair: figures for pair, figures in lost.items() if name not in pair}
        found.append(TableChange("apart", name, _apart_words(b, name, mine), True))
    return found


def _lost_pairs(a: Side, b: Side) -> dict[frozenset[str], tuple[float, float]]:
    """Correlations before and after of fields that no longer go together."""
    before, after = associations(a), associations(b)
    noise = NOISE_ERRORS / np.sqrt(max(min(a.rows, b.rows), 1))
    return {
        pair: (was, after[pair])
        for pair, was in before.items()
        if pair in after and was >= GOES_WITH and after[pair] < APART * was and was - after[pair] > noise
    }


def _apart_words(b: Side, name: str, others: Mapping[str, tuple[float, float]]) -> str:
    strongest = sorted(others, key=lambda other: -others[other][0])
    was, now = others[strongest[0]]
    labels = [b.schema.by_name[other].label for other in (name, *strongest)]
    figures = f"(correlation {now:.2f}, before {was:.2f})"
    if len(others) == 1:
        return f"{quoted(labels)} no longer go together {figures}: the values of one may belong to other rows"
    with_whom = quoted(labels[1:], 3)
    return f"“{labels[0]}” no longer goes together with {with_whom} {figures}: its values may belong to other rows"


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]
