"""The rows that both versions answer: those of a table, or made-up ones drawn from what the packages remember."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from webapp.comparison.drawing import draw
from webapp.comparison.sides import Side
from webapp.model_package.golden_rows import golden_values_to_array
from webapp.parsing.own_kinds import written
from webapp.schema import Feature, Value

MOST_ROWS = 20_000
MADE_UP_ROWS = 2_000
FIGURES = 9  # of a made-up number: any column is told apart by so many


@dataclass(frozen=True)
class Rows:
    """
    Columns of texts (n,), `truth` (n,) as text where outcomes are known, and `origin`, which says what they are.

    `is_table` is True for rows of a table; made-up rows are nobody's.
    """

    columns: Mapping[str, np.ndarray]
    origin: str
    truth: np.ndarray | None = None
    is_table: bool = False
    decimal: str = "."

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def take(self, chosen: np.ndarray) -> "Rows":
        columns = {name: texts[chosen] for name, texts in self.columns.items()}
        return replace(self, columns=columns, truth=None if self.truth is None else self.truth[chosen])


def sampled(rows: Rows, seed: int, most: int = MOST_ROWS) -> Rows:
    """At most so many of them, drawn by chance and in their order."""
    if len(rows) <= most:
        return rows
    return rows.take(np.sort(np.random.default_rng(seed).choice(len(rows), most, replace=False)))


def linked(rows: Rows, renamed: Mapping[str, str]) -> Rows:
    """The rows with every renamed field under both of its names; the later name's values where both are there."""
    columns = dict(rows.columns)
    for old, new in renamed.items():
        texts = columns.get(new, columns.get(old))
        if texts is not None:
            columns[old] = columns[new] = texts
    return replace(rows, columns=columns)


def made_up(a: Side, b: Side, seed: int, count: int = MADE_UP_ROWS) -> Rows:
    """Rows drawn half from what one version remembers of its table, half from what the other does."""
    random = np.random.default_rng(seed)
    halves = [_drawn(side, other, count // 2, random) for side, other in ((a, b), (b, a))]
    columns = {name: np.concatenate([half[name] for half in halves]) for name in halves[0]}
    order = random.permutation(2 * (count // 2))
    return Rows(
        columns={name: texts[order] for name, texts in columns.items()},
        origin=f"{len(order):,} made-up rows, drawn from what both versions remember of their tables",
    )


def with_golden_rows(rows: Rows, golden: Mapping[str, object], side: Side) -> Rows:
    """The rows, and behind them the golden rows of a version; a field that it does not have is blank there."""
    X = golden_values_to_array(golden["rows"])
    own = {feature.name: _texts(feature, X[:, at]) for at, feature in enumerate(side.schema.features)}
    blank = np.full(len(X), "", dtype=object)
    columns = {name: np.concatenate([texts, own.get(name, blank)]) for name, texts in rows.columns.items()}
    return replace(rows, columns=columns)


def _drawn(side: Side, other: Side, count: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Texts of the fields of both versions; this one's go together, those that only the other has go with nothing."""
    features = other.schema.by_name | side.schema.by_name
    values = draw(other, count, random) | draw(side, count, random)
    return {name: _texts(features[name], values[name]) for name in sorted(features)}


def _texts(feature: Feature, values: np.ndarray) -> np.ndarray:
    return np.array([as_text(feature, value) for value in values], dtype=object)


def as_text(feature: Feature, value: Value) -> str:
    """As a table would have it, with a full stop for decimals."""
    if value is None:
        return ""
    if feature.kind == "yes_no":
        return feature.choices[0 if value else 1].value
    if feature.own_kind and (text := written(feature.own_kind, value)):
        return text
    return str(value) if isinstance(value, str | np.datetime64) else f"{value:.{FIGURES}g}"
