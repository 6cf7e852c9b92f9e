"""How much worse the version gets without a field: its values shuffled among the rows kept back."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from webapp.schema import Schema
from webapp.training.metrics.losses import row_losses

BEYOND = 1.96  # standard errors to either side: 95 in 100
MOST_ROWS = 2_500  # of the holdout: enough to rank fields by
PLANS = ((MOST_ROWS, 5), (MOST_ROWS, 2), (1_000, 1), (400, 1))  # rows and repeats; the first that fits the time

Answer = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, slots=True)
class Importance:
    """By how much the loss grows when the field says nothing any more; a range that holds 0: nothing was found."""

    feature: str
    label: str
    loss_increase: float
    low: float
    high: float

    @property
    def is_found(self) -> bool:
        return self.low > 0.0


@dataclass(frozen=True)
class Fields:
    """Which encoded columns belong to a field, or to a group of fields."""

    name: str
    label: str
    columns: tuple[int, ...]


@dataclass(frozen=True)
class Held:
    """Encoded rows (n, e) of the holdout, what was true of them, and the model that answers them."""

    Z: np.ndarray
    y: np.ndarray
    classes: tuple[str, ...]
    answer: Answer

    def losses(self, Z: np.ndarray, y: np.ndarray) -> np.ndarray:
        return row_losses(y, self.answer(Z), self.classes)


def fields_of(schema: Schema, encoded: Sequence[tuple]) -> tuple[Fields, ...]:
    """One for each feature; `encoded` names the feature of every encoded column by its position."""
    return tuple(
        Fields(feature.name, feature.label, _columns({position}, encoded))
        for position, feature in enumerate(schema.features)
    )


def groups_of(schema: Schema, encoded: Sequence[tuple]) -> tuple[Fields, ...]:
    """One for each section of the form with several features, where there are several sections."""
    places: dict[str, set[int]] = {}
    for position, feature in enumerate(schema.features):
        if feature.group:
            places.setdefault(feature.group, set()).add(position)
    several = {title: members for title, members in places.items() if len(members) > 1}
    if len(places) < 2:
        return ()
    return tuple(Fields(title, title, _columns(members, encoded)) for title, members in several.items())


def importance_of(held: Held, fields: Sequence[Fields], seed: int, allowed_s: float) -> tuple[Importance, ...]:
    """The most important field first. Every field is shuffled in the same ways, so that they can be compared."""
    if not fields:
        return ()
    rows, repeats = _plan(held, len(fields), allowed_s)
    random = np.random.default_rng(seed)
    kept = np.sort(random.permutation(len(held.Z))[:rows])
    Z, y = held.Z[kept], held.y[kept]
    whole = held.losses(Z, y)
    shuffles = np.stack([random.permutation(len(Z)) for _ in range(repeats)])
    found = [_importance(held, field, (Z, y, whole), shuffles) for field in fields]
    return tuple(sorted(found, key=lambda importance: -importance.loss_increase))


def _importance(
    held: Held, field: Fields, kept: tuple[np.ndarray, np.ndarray, np.ndarray], shuffles: np.ndarray
) -> Importance:
    Z, y, whole = kept
    columns = list(field.columns)
    grown = np.empty((len(shuffles), len(Z)))
    for place, shuffle in enumerate(shuffles):
        shuffled = Z.copy()
        shuffled[:, columns] = Z[shuffle][:, columns]
        grown[place] = held.losses(shuffled, y) - whole
    mean = float(grown.mean())
    of_rows = grown.mean(axis=0).var(ddof=1) / len(Z) if len(Z) > 1 else 0.0
    of_shuffles = grown.mean(axis=1).var(ddof=1) / len(grown) if len(grown) > 1 else 0.0
    margin = BEYOND * float(np.sqrt(of_rows + of_shuffles))
    return Importance(field.name, field.label, mean, mean - margin, mean + margin)


def _plan(held: Held, fields: int, allowed_s: float) -> tuple[int, int]:
    started = time.process_time()  # of this process alone, so that a busy machine gets the same figures
    held.answer(held.Z)
    a_row = (time.process_time() - started) / len(held.Z)
    for rows, repeats in PLANS:
        rows = min(rows, len(held.Z))
        if a_row * rows * repeats * fields <= allowed_s:
            break
    return rows, repeats


def _columns(features: set[int], encoded: Sequence[tuple]) -> tuple[int, ...]:
    return tuple(place for place, column in enumerate(encoded) if column[0] in features)
