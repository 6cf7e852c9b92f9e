"""The gates about daily use: how large the package is, and how long one answer takes."""

import pickle
import time

import numpy as np
from sklearn.pipeline import Pipeline

from webapp.model_package.format import MIB
from webapp.model_package.loader import PICKLE_PROTOCOL
from webapp.prediction.predictor import Predictor
from webapp.schema import Schema
from webapp.training.gates.quality import Gate
from webapp.training.package.golden import golden_rows
from webapp.training.spec.gate_limits import GateSpec
from webapp.training.succession.incumbent import Incumbent

MUCH_SLOWER = 5.0  # times as slow as the version in use
NOTICED_MS = 50.0  # a person does not notice less, however much slower it is
ROUNDS = 15
KIB = 1024


def package_size(pipeline: Pipeline, limits: GateSpec) -> Gate:
    """The pickled pipeline: the other files of a package are small beside it, or as small as it is."""
    size = len(pickle.dumps(pipeline, protocol=PICKLE_PROTOCOL))
    taken = f"{size / MIB:.1f} MB" if size >= MIB else f"{size / KIB:.0f} kB"
    verdict = "pass" if size <= limits.max_package_mb * MIB else "refuse"
    return Gate("package_size", verdict, f"It takes {taken}, and {limits.max_package_mb:g} MB are allowed")


def prediction_time(schema: Schema, pipeline: Pipeline, incumbent: Incumbent | None, limits: GateSpec) -> Gate:
    """One case at a time, reasons included; in turn with the version in use, so that both meet the same load."""
    new = Predictor(schema, pipeline, None, "")
    old = Predictor.from_package(incumbent.package) if incumbent is not None and incumbent.package else None
    own_ms, old_ms = _medians_ms([predictor for predictor in (new, old) if predictor is not None])
    reason = f"One answer with its reasons takes {_shown(own_ms)}, and {limits.max_prediction_ms:g} ms are allowed"
    if own_ms > limits.max_prediction_ms:
        return Gate("prediction_time", "refuse", reason)
    if not new.predict(golden_rows(schema, 0)[:1])[0].reasons:
        without = f"One answer takes {_shown(own_ms)}. Its reasons fail or take too long, so pages go without them"
        return Gate("prediction_time", "warn", without)
    ratio = own_ms / old_ms if old_ms else None
    measured = f"{ratio:.2g} times the time of {incumbent.name}" if ratio else ""
    is_noticed = ratio is not None and ratio > MUCH_SLOWER and own_ms > NOTICED_MS
    return Gate("prediction_time", "warn" if is_noticed else "pass", reason, measured)


def _medians_ms(predictors: list[Predictor]) -> tuple[float, float | None]:
    """Of the first, and of the second where there is one."""
    rows = [golden_rows(predictor.schema, 0) for predictor in predictors]
    taken = np.empty((ROUNDS + 1, len(predictors)))
    for turn in range(ROUNDS + 1):
        for position, predictor in enumerate(predictors):
            row = rows[position][turn % len(rows[position])]
            started = time.perf_counter()
            predictor.predict(row.reshape(1, -1))
            taken[turn, position] = time.perf_counter() - started
    medians = 1000.0 * np.median(taken[1:], axis=0)  # the first call sets things up
    return float(medians[0]), float(medians[1]) if len(medians) > 1 else None


def _shown(milliseconds: float) -> str:
    return f"{milliseconds:.1f} ms" if milliseconds < 10 else f"{milliseconds:.0f} ms"
