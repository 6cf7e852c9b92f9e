"""Columns marked sensitive that the model is not given: whether it serves their groups alike is looked at, too."""

from collections.abc import Iterator

import numpy as np

from webapp.parsing.shown import NOT_PROVIDED
from webapp.schema import Feature
from webapp.training.columns.inference import Inference
from webapp.training.columns.labels import label_of
from webapp.training.evaluation.slice_making import MOST_LEVELS, REST, Cut, cuts_of_numbers
from webapp.training.sources.table_source import Table
from webapp.training.spec.file import Spec


def cuts_aside(table: Table, spec: Spec, inference: Inference, rows: np.ndarray) -> tuple[Cut, ...]:
    """Slices of the `rows` of the inference by columns that are not asked for, or were set aside."""
    asked = {feature.name for feature in inference.schema.features}
    names = [name for name, said in spec.features.items() if said.sensitive and name not in asked]
    cuts = []
    for name in names:
        feature = Feature(name, "category", spec.features[name].label or label_of(name), sensitive=True)
        found = list(_cuts(feature, table.columns[name][inference.kept_rows[rows]], table.decimal))
        cuts += found if len(found) > 1 else []
    return tuple(cuts)


def _cuts(feature: Feature, texts: np.ndarray, decimal: str) -> Iterator[Cut]:
    cells = np.array([str(text).strip() for text in texts], dtype=object)
    is_blank = cells == ""
    levels, counts = np.unique(cells[~is_blank].astype(str), return_counts=True)
    numbers = _numbers(levels, decimal) if len(levels) > MOST_LEVELS else None
    if numbers is not None:
        of_row = np.full(len(cells), np.nan)
        of_row[~is_blank] = numbers[np.searchsorted(levels, cells[~is_blank].astype(str))]
        yield from cuts_of_numbers(Feature(feature.name, "number", feature.label, sensitive=True), of_row)
    else:
        kept = levels[np.argsort(-counts, kind="stable")][:MOST_LEVELS]
        for level in sorted(kept):
            yield Cut(feature, level, "category", np.flatnonzero(cells == level))
        rest = np.flatnonzero(~is_blank & ~np.isin(cells.astype(str), kept))
        if len(rest):
            yield Cut(feature, REST, "rest", rest)
    if is_blank.any():
        yield Cut(feature, NOT_PROVIDED, "missing", np.flatnonzero(is_blank))


def _numbers(levels: np.ndarray, decimal: str) -> np.ndarray | None:
    try:
        return np.array([float(level.replace(decimal, ".")) for level in levels])
    except ValueError:
        return None
