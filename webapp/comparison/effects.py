"""What a field does to the answer: how far answers move when only this field changes, and along which curve."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from webapp.comparison.rows import Rows
from webapp.comparison.sides import Side, aligned, classes_of, distance

MOST_CELLS = 4_000_000  # typed and encoded for one side; wide tables get fewer rows
BASE_ROWS = (20, 200)
MOST_LEVELS = 12
QUANTILES = np.linspace(0.05, 0.95, 9)


@dataclass(frozen=True)
class Effect:
    """
    One field in one version, over values (v,) with shares (v,): `curve` (v, K) is the mean answer with that value.

    `sensitivity` is how far an answer moves on average when the field takes another of these values.
    """

    values: tuple[str, ...]
    shares: np.ndarray
    curve: np.ndarray
    sensitivity: float

    def away_from(self, other: "Effect") -> float:
        """How far the curves are apart once both are centred: what the field does, not how high the answers are."""
        before, after = (_centred(effect.curve, self.shares) for effect in (self, other))
        return float(self.shares @ distance(before, after))


def effects(sides: Sequence[Side], rows: Rows, seed: int) -> dict[str, tuple[Effect | None, ...]]:
    """For each field of any version its effect in all of them; None where a version does not have it."""
    names = list(dict.fromkeys(feature.name for side in sides for feature in side.schema.features))
    least, most = BASE_ROWS
    count = int(np.clip(MOST_CELLS // (MOST_LEVELS * len(names) ** 2), least, most))
    base = rows.take(np.random.default_rng(seed).permutation(len(rows))[:count])
    everything = classes_of(sides)
    schemas = {id(side.schema): side for side in sides}  # trainings of one table share theirs
    typed = {key: side.typed(base.columns, base.decimal) for key, side in schemas.items()}
    readers = [_Reader(side, base.decimal, typed[id(side.schema)], everything) for side in sides]
    found = {}
    for name in names:
        owner = next(side for side in reversed(sides) if name in side.schema.by_name)
        values, shares = grid(owner, name, rows)
        found[name] = tuple(reader.effect(name, values, shares) for reader in readers)
    return found


def grid(side: Side, name: str, rows: Rows) -> tuple[list[str], np.ndarray]:
    """Values of the field as texts, with their shares: the commonest categories, or numbers at even ranks."""
    feature = side.schema.by_name[name]
    texts = rows.columns[name]
    if feature.kind in ("category", "yes_no"):
        common = Counter(texts.tolist()).most_common(MOST_LEVELS)
        counts = np.array([count for _, count in common], dtype=float)
        return [text for text, _ in common], counts / counts.sum()
    numbers = np.array([feature.as_number(value) for value in side.typed_column(name, texts, rows.decimal)[0]])
    known = np.flatnonzero(~np.isnan(numbers))
    order = known[np.argsort(numbers[known], kind="stable")]
    chosen = [texts[order[int(quantile * (len(order) - 1))]] for quantile in QUANTILES] if len(order) else []
    counted = Counter(chosen)
    if len(known) < len(numbers):
        counted[""] = len(QUANTILES) * (len(numbers) - len(known)) / max(len(known), 1) or 1.0
    shares = np.array(list(counted.values()), dtype=float)
    return list(counted), shares / shares.sum()


class _Reader:
    """One side's answers to the base rows with one field replaced."""

    def __init__(self, side: Side, decimal: str, base: tuple[np.ndarray, np.ndarray], everything: tuple[str, ...]):
        self.side, self.decimal, self.everything = side, decimal, everything
        X, readable = base
        self.X = X[readable]
        self.own = self._answers(self.X)

    def effect(self, name: str, values: list[str], shares: np.ndarray) -> Effect | None:
        names = [feature.name for feature in self.side.schema.features]
        if name not in names:
            return None
        at = names.index(name)
        typed, readable = self.side.typed_column(name, np.array(values, dtype=object), self.decimal)
        asked = np.repeat(self.X[None], len(values), axis=0)
        asked[:, :, at] = typed[:, None]
        answers = self._answers(asked.reshape(-1, self.X.shape[1])).reshape(len(values), len(self.X), -1)
        answers[~readable] = self.own  # a value that this version cannot read moves nothing
        moved = distance(self.own[None], answers).mean(axis=1)
        return Effect(tuple(values), shares, answers.mean(axis=1), float(shares @ moved))

    def _answers(self, X: np.ndarray) -> np.ndarray:
        return aligned(self.side.answers(X), self.side.schema.target.classes, self.everything)


def _centred(curve: np.ndarray, shares: np.ndarray) -> np.ndarray:
    return curve - shares @ curve
