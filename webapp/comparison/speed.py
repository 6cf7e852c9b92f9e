"""
How fast and how large two versions are, as ratios with intervals.

Each measurement is a process of its own (python -m webapp.comparison.speed reads a Job from its input), and the two
versions take turns, so that a busy spell of the machine meets both alike. Times are those of the processor.
"""

import base64
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats
from sklearn.base import clone

from webapp.comparison.rows import Rows
from webapp.comparison.sides import Side
from webapp.errors import PackageIncompatible
from webapp.model_package.format import PIPELINE
from webapp.model_package.loader import open_package
from webapp.model_package.signing import PublicKey
from webapp.prediction.predictor import Predictor

ROUNDS = 5
WARM, ONE_ROW_CALLS = 20, 300
FEWEST_ROWS, MOST_ROWS, ENOUGH_S = 2_000, 200_000, 0.3  # in one call; more until it takes so long
FITS, MOST_FIT_S = 3, 60.0
BAND = 0.95
MIB = 1024 * 1024
ROOT = Path(__file__).resolve().parents[2]
MOST_SAID = 300  # characters of what went wrong
MEMORY, PEAK_RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
KILO = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there and in KiB elsewhere


@dataclass(frozen=True)
class Job:
    """A package's files, whom it may be signed by, and rows to answer."""

    files: Mapping[str, bytes]
    keys: Sequence[PublicKey]
    modules: Sequence[str]
    columns: Mapping[str, np.ndarray]
    decimal: str = "."

    def to_json(self) -> str:
        document = {
            "files": {name: base64.b64encode(content).decode() for name, content in self.files.items()},
            "keys": [key.text for key in self.keys],
            "modules": list(self.modules),
            "columns": {name: texts.tolist() for name, texts in self.columns.items()},
            "decimal": self.decimal,
        }
        return json.dumps(document)

    @classmethod
    def from_json(cls, text: str) -> "Job":
        said = json.loads(text)
        return cls(
            files={name: base64.b64decode(content) for name, content in said["files"].items()},
            keys=[PublicKey.from_text(key) for key in said["keys"]],
            modules=said["modules"],
            columns={name: np.array(texts, dtype=object) for name, texts in said["columns"].items()},
            decimal=said["decimal"],
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing before and after; `ratio` is after to before, with the interval it lies in."""

    name: str
    unit: str
    before: float | None
    after: float | None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""


def race(before: Job, after: Job, rounds: int = ROUNDS) -> tuple[Figure, ...]:
    """Load time, one row, many rows, memory and size, of both by turns."""
    taken: tuple[list, list] = ([], [])
    for number in range(rounds):
        for which in (0, 1) if number % 2 == 0 else (1, 0):
            taken[which].append(_in_a_process((before, after)[which]))
    names = {
        "load": ("Loading", "s"),
        "p50": ("One answer with its reasons, median", "ms"),
        "p95": ("One answer, slowest of 20", "ms"),
        "p99": ("One answer, slowest of 100", "ms"),
        "rows_per_s": ("Answers a second, many rows at once", "rows"),
        "memory": ("Memory at most, beyond the libraries", "MB"),
    }
    figures = [
        figure_of(name, unit, *([one[key] for one in side] for side in taken)) for key, (name, unit) in names.items()
    ]
    sizes = [len(job.files[PIPELINE]) for job in (before, after)]
    size = Figure("Size of the pickle", "bytes", float(sizes[0]), float(sizes[1]), sizes[1] / sizes[0])
    return (*figures, size)


def fit_times(a: Side, b: Side, rows: Rows | None) -> Figure:
    """By training both again on these rows; without rows as recorded, where both were trained on one machine."""
    name = "Training"
    if rows is not None and rows.truth is not None:
        return figure_of(f"{name}, again on {len(rows):,} rows", "s", *_trained_by_turns(a, b, rows))
    marks = [(side.metadata.get("machine") or {}).get("mark") for side in (a, b)]
    if not all(marks) or marks[0] != marks[1]:
        why = "refused: they were trained on different machines, or it is not known on which. Give the table: --data"
        return Figure(name, "s", None, None, note=why)
    taken = [side.metadata["durations"]["training_s"] for side in (a, b)]
    note = "as recorded at training, all candidates included; one run each, so there is no interval"
    return Figure(name, "s", *taken, ratio=taken[1] / max(taken[0], 1e-9), note=note)


def measured(job: Job) -> dict[str, float]:
    """In a fresh process: what loading and answering take."""
    before = _forget_peak()
    started = time.process_time()
    package = open_package(job.files, job.keys, job.modules)
    loading = time.process_time() - started
    side = Side.of(package)
    X, readable = side.typed(job.columns, job.decimal)
    X = X[readable]
    if not len(X):
        raise PackageIncompatible("There is no row that it can read")
    one = _one_row_ms(Predictor.from_package(package), X)
    rows_per_s = _rows_per_s(side.answers, X)
    return {
        "load": loading,
        **{name: float(np.quantile(one, share)) for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))},
        "rows_per_s": rows_per_s,
        "memory": (_peak() - before) / MIB,
    }


def _one_row_ms(predictor: Predictor, X: np.ndarray) -> np.ndarray:
    taken = np.empty(ONE_ROW_CALLS)
    for call in range(-WARM, ONE_ROW_CALLS):
        row = X[call % len(X)][None]
        started = time.process_time()
        predictor.predict(row)
        if call >= 0:
            taken[call] = 1000.0 * (time.process_time() - started)
    return taken


def _rows_per_s(answers: Callable[[np.ndarray], np.ndarray], X: np.ndarray) -> float:
    count = FEWEST_ROWS
    while True:
        asked = X[np.arange(count) % len(X)]
        started = time.process_time()
        answers(asked)
        taken = time.process_time() - started
        if taken >= ENOUGH_S or count >= MOST_ROWS:
            return count / taken
        count = int(min(MOST_ROWS, count * max(2.0, min(10.0, 1.2 * ENOUGH_S / max(taken, 1e-6)))))


def _forget_peak() -> float:
    """Bytes of memory held now, from which on the peak counts, where the system can do that; else the peak so far."""
    try:
        PEAK_RESET.write_text("5")
        return _held("VmRSS")
    except OSError:
        return _peak()


def _peak() -> float:
    """Bytes of memory that this process has held at most."""
    try:
        return _held("VmHWM")
    except OSError:
        return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KILO)


def _held(what: str) -> float:
    lines = MEMORY.read_text(encoding="ascii").splitlines()
    return 1024.0 * next(int(line.split()[1]) for line in lines if line.startswith(what))


def _in_a_process(job: Job) -> dict[str, float]:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}
    ended = subprocess.run(
        [sys.executable, "-m", "webapp.comparison.speed"],
        input=job.to_json(),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environ,
        check=False,
    )
    if ended.returncode:
        raise PackageIncompatible(f"It could not be measured: {ended.stderr.strip()[-MOST_SAID:]}")
    return json.loads(ended.stdout)


def _trained_by_turns(a: Side, b: Side, rows: Rows) -> tuple[list[float], list[float]]:
    taken: tuple[list[float], list[float]] = ([], [])
    started = time.monotonic()
    tables = [_training_rows(side, rows) for side in (a, b)]
    for _ in range(FITS):
        for which, side in enumerate((a, b)):
            X, y = tables[which]
            began = time.process_time()
            clone(side.pipeline).fit(X, y)
            taken[which].append(time.process_time() - began)
        if time.monotonic() - started > MOST_FIT_S:
            break
    return taken


def _training_rows(side: Side, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    X, readable = side.typed(rows.columns, rows.decimal)
    y = side.outcomes(rows.truth, rows.decimal)
    known = readable & np.array([value is not None for value in y])
    return X[known], np.array([str(value) if side.schema.target.classes else float(value) for value in y[known]])


def figure_of(name: str, unit: str, before: Sequence[float], after: Sequence[float]) -> Figure:
    """Medians, and the ratio of the means of the logarithms with its 95 % interval over the rounds."""
    logs = np.log(np.maximum(after, 1e-12)) - np.log(np.maximum(before, 1e-12))
    low = high = None
    if len(logs) > 1:
        half = stats.t.ppf((1 + BAND) / 2, len(logs) - 1) * logs.std(ddof=1) / np.sqrt(len(logs))
        low, high = float(np.exp(logs.mean() - half)), float(np.exp(logs.mean() + half))
    middle = [float(np.median(values)) for values in (before, after)]
    return Figure(name, unit, *middle, ratio=float(np.exp(logs.mean())), low=low, high=high)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured(Job.from_json(sys.stdin.read()))))
