"""
Answers beside what happened, in sums from which every figure can be worked out, for one day or for many.

The same sums are made twice: of what happened, and of what the answers themselves lead one to expect. From calibrated
chances the second estimates how right a model is before anybody knows; from learned widths the size of its errors.
"""

from typing import Any

import numpy as np

from webapp.metrics import LEAST_CHANCE, log_losses
from webapp.monitoring.cases import Cases
from webapp.monitoring.watched import Watched

BINS = 100  # of a chance


def known_sums(watched: Watched, cases: Cases, wanted: np.ndarray) -> dict[str, Any]:
    """Of the cases whose outcome is known; `wanted` says which those are."""
    if watched.task == "number":
        return _known_numbers(cases, wanted)
    chances = class_chances(watched, cases)[wanted]
    classes = watched.schema.target.classes
    place = {name: at for at, name in enumerate(classes)}
    codes = np.array([place.get(what, -1) for what, is_known in zip(cases.happened, wanted, strict=True) if is_known])
    kept = codes >= 0 if len(codes) else np.zeros(0, dtype=bool)  # a class that this version does not know
    true = np.zeros((int(kept.sum()), len(classes)))
    true[np.arange(len(true)), codes[kept].astype(int)] = 1.0
    decided = _codes(cases.decided, place)[wanted][kept]
    return _class_sums(watched, chances[kept], true, decided)


def expected_sums(watched: Watched, cases: Cases, wanted: np.ndarray) -> dict[str, Any]:
    """The same sums as the answers lead one to expect them."""
    if watched.task == "number":
        return _expected_numbers(watched, cases, wanted)
    chances = class_chances(watched, cases)[wanted]
    place = {name: at for at, name in enumerate(watched.schema.target.classes)}
    return _class_sums(watched, chances, chances, _codes(cases.decided, place)[wanted])


def class_chances(watched: Watched, cases: Cases) -> np.ndarray:
    """(n, K) in the order of the classes."""
    target = watched.schema.target
    if watched.task == "binary":
        positive = target.classes.index(target.positive)
        chances = np.column_stack([1.0 - cases.probability, cases.probability])
        return chances if positive == 1 else chances[:, ::-1]
    return np.array([[(one or {}).get(name, 0.0) for name in target.classes] for one in cases.probabilities]).reshape(
        len(cases), len(target.classes)
    )


def _codes(names: Any, place: dict[str, int]) -> np.ndarray:
    return np.array([place.get(name, 0) for name in names], dtype=int)


def _class_sums(watched: Watched, chances: np.ndarray, weights: np.ndarray, decided: np.ndarray) -> dict[str, Any]:
    """`weights` (n, K) say how much of each case is of each class: 1 and 0 where it is known, else the chances."""
    rows = np.arange(len(chances))
    losses = (
        np.column_stack([log_losses(np.full(len(chances), at), chances) for at in range(chances.shape[1])])
        if len(chances)
        else np.zeros((0, chances.shape[1]))
    )
    square = np.square(chances).sum(axis=1)
    brier = (weights * (square[:, None] - 2.0 * chances + 1.0)).sum()
    confusion = np.zeros((chances.shape[1],) * 2)
    np.add.at(confusion.T, decided, weights)
    sums: dict[str, Any] = {
        "rows": len(chances),
        "log_loss": float((weights * losses).sum()),
        "brier": float(brier) / (2.0 if watched.task == "binary" else 1.0),
        # How much log losses vary by chance alone, where each chance comes true as often as it says.
        "log_loss_variance": float(
            ((chances * np.square(losses)).sum(axis=1) - np.square((chances * losses).sum(axis=1))).sum()
        ),
        "right": float(weights[rows, decided].sum()),
        "confusion": confusion.tolist(),
    }
    if watched.task == "binary":
        positive = watched.schema.target.classes.index(watched.schema.target.positive)
        bins = np.minimum((chances[:, positive] * BINS).astype(int), BINS - 1)
        sums["positive"] = np.bincount(bins, weights[:, positive], BINS).round(6).tolist()
        sums["other"] = np.bincount(bins, 1.0 - weights[:, positive], BINS).round(6).tolist()
    return sums


def _known_numbers(cases: Cases, wanted: np.ndarray) -> dict[str, Any]:
    real = np.array([float(what) for what in cases.happened if what is not None], dtype=float)
    value, low, high = cases.value[wanted], cases.low[wanted], cases.high[wanted]
    errors = real - value
    ranged = ~np.isnan(low) & ~np.isnan(high)
    not_zero = real != 0
    return {
        "rows": len(real),
        "error": float(errors.sum()),
        "absolute": float(np.abs(errors).sum()),
        "squared": float(np.square(errors).sum()),
        "real": float(real.sum()),
        "real_squared": float(np.square(real).sum()),
        "share_rows": int(not_zero.sum()),
        "share": float((np.abs(errors[not_zero]) / np.abs(real[not_zero])).sum()),
        "ranged": int(ranged.sum()),
        "covered": int(((low <= real) & (real <= high))[ranged].sum()),
    }


def _expected_numbers(watched: Watched, cases: Cases, wanted: np.ndarray) -> dict[str, Any]:
    """Errors as large as those of ranges of the same width were when it was tried."""
    width = (cases.high - cases.low)[wanted]
    ranged = ~np.isnan(width)
    mean, square = error_by_width(watched)
    value = cases.value[wanted][ranged]
    squared = square * np.square(width[ranged])
    return {
        "rows": int(ranged.sum()) if mean else 0,
        "absolute": float(mean * width[ranged].sum()),
        "squared": float(squared.sum()),
        "real": float(value.sum()),
        "real_squared": float((np.square(value) + squared).sum()),
    }


def error_by_width(watched: Watched) -> tuple[float, float]:
    """Mean absolute error and mean squared error, for each unit of a range's width and of its square; 0 if unknown."""
    table = [one for one in watched.evaluation.get("residuals") or () if one.get("width")]
    rows = np.array([one["rows"] or 0 for one in table], dtype=float)
    width = np.array([one["width"] for one in table], dtype=float)
    if not rows.sum() or not (rows * width).sum():
        return 0.0, 0.0
    absolute = np.array([one["mean_absolute"] or 0.0 for one in table], dtype=float)
    squared = (watched.evaluation.get("figures") or {}).get("root_mean_squared_error", 0.0) ** 2
    return float((rows * absolute).sum() / (rows * width).sum()), float(
        squared / max((rows * np.square(width)).sum() / rows.sum(), LEAST_CHANCE)
    )
