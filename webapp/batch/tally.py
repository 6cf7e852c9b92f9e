"""What a file of answers comes to: counts that grow part by part, so that nothing has to be gone through again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from webapp.batch.results import is_flagged
from webapp.prediction.values import Prediction
from webapp.schema import Target

BINS = 20


def counted(predictions: Sequence[Prediction], target: Target, words: Mapping[str, Any]) -> dict[str, Any]:
    """What these answers alone come to."""
    threshold = (words.get("decision") or {}).get("threshold")
    lights = Counter(prediction.light for prediction in predictions)
    found: dict[str, Any] = {"care": lights["amber"], "avoid": lights["red"]}
    found["warnings"] = sum(len(prediction.warnings) for prediction in predictions)
    found["flagged"] = sum(bool(is_flagged(prediction, target, threshold)) for prediction in predictions)
    if target.task == "many":
        found["classes"] = Counter(prediction.answer for prediction in predictions)
    else:
        numbers = np.array([_number(prediction, target) for prediction in predictions], dtype=float)
        found["sum"] = float(numbers.sum())
        found["bins"] = np.histogram(np.clip(numbers, *ends(target)), BINS, ends(target))[0].tolist()
    return found


def together(tally: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The tally with what was counted besides."""
    return {**tally, **{name: _sum(tally.get(name), here) for name, here in found.items()}}


def ends(target: Target) -> tuple[float, float]:
    """From where to where answers are counted; what lies beyond counts in the outermost bins."""
    if target.task != "number":
        return 0.0, 1.0
    low, high = target.observed or (0.0, 1.0)
    return (low, high) if high > low else (low, low + 1.0)


def _number(prediction: Prediction, target: Target) -> float:
    return prediction.value if target.task == "number" else prediction.probability


def _sum(before: Any, here: Any) -> Any:
    if isinstance(here, Mapping):
        return dict(Counter(before or {}) + Counter(here))
    if isinstance(here, list):
        return [left + right for left, right in zip(before or [0] * len(here), here, strict=True)]
    return (before or 0) + here
