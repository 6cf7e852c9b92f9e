"""One day of one version in counts: by field and bin what was asked, what was answered, and what became of it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from webapp.monitoring.cases import Cases, as_numbers
from webapp.monitoring.judging import expected_sums, known_sums
from webapp.monitoring.parting import part_sums
from webapp.monitoring.watched import Watched
from webapp.schema import DATES, Feature

CLOSE = 0.05  # of a chance from the threshold: a close call
NAMED = 20  # new values of a field that are counted by their names; all others only together
SIMULATED = "simulated"
FILLED_IN = ("form", SIMULATED)  # what a form could have sent back


def count(watched: Watched, cases: Cases) -> dict[str, Any]:
    """Everything about a day that is ever asked again; counts of days can be added up."""
    known = cases.known
    return {
        "cases": len(cases),
        "simulated": sum(channel == SIMULATED for channel in cases.channels),
        "form": sum(channel in FILLED_IN for channel in cases.channels),
        "lights": dict(Counter(cases.lights)),
        "decided": dict(Counter(cases.decided)) if watched.task != "number" else {},
        "close": _close_calls(cases),
        "overridden": int(cases.overridden.sum()),
        "fields": {one.name: _field(one, watched, cases.column(one.name)) for one in watched.schema.features},
        "expected": expected_sums(watched, cases, np.ones(len(cases), dtype=bool)),
        "known": known_sums(watched, cases, known),
        "expected_of_known": expected_sums(watched, cases, known),
        "delays": _delays(cases.delays[known]),
        "parts": part_sums(watched, cases),
    }


def _close_calls(cases: Cases) -> int:
    has_threshold = ~np.isnan(cases.thresholds) & ~np.isnan(cases.probability)
    return int((np.abs(cases.probability - cases.thresholds)[has_threshold] <= CLOSE).sum())


def _delays(days: np.ndarray) -> dict[str, int]:
    found, counts = np.unique(np.maximum(np.ceil(days), 0).astype(int), return_counts=True)
    return {str(day): int(count) for day, count in zip(found, counts, strict=True)}


def _field(feature: Feature, watched: Watched, column: Sequence[Any]) -> dict[str, Any]:
    if feature.kind in DATES:
        missing = column.count(None)
        return {"missing": missing, "present": len(column) - missing}
    if feature.kind == "category":
        return _levels(feature, column)
    numbers = as_numbers(column)
    numbers = numbers[np.isfinite(numbers)]
    missing = {"missing": len(column) - len(numbers)}
    if feature.kind == "yes_no":
        yes = int((numbers != 0).sum())
        return missing | {"levels": {feature.choices[0].value: yes, feature.choices[1].value: len(numbers) - yes}}
    edges = (watched.profile.get(feature.name) or {}).get("edges") or []
    bins = np.bincount(np.searchsorted(edges, numbers), minlength=len(edges) + 1)
    return missing | {"bins": bins.tolist()}


def _levels(feature: Feature, column: Sequence[Any]) -> dict[str, Any]:
    found = Counter(column)
    missing = found.pop(None, 0)
    named = {choice.value: found.pop(choice.value, 0) for choice in feature.choices}
    new = {str(value): count for value, count in found.most_common(NAMED)}
    return {"missing": missing, "levels": named, "new": new, "rest": found.total() - sum(new.values())}
