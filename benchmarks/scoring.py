"""Rows a second from file to file: python -m webapp score beside read_csv, predict_proba and to_csv, in one run."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import churn_like
from benchmarks.measuring import Figure
from benchmarks.trained import MODEL, Workshop
from webapp.commands.promotion import Workplace
from webapp.prediction.predictor import Predictor
from webapp.scoring.local_workers import score_here
from webapp.scoring.places import input_files
from webapp.scoring.result_lines import Said
from webapp.scoring.run import Input, Run
from webapp.scoring.scorer import Scorer

ROWS = 500_000
FLOOR = 150_000  # rows a second that are promised on two cores
JOBS = 2
REASONS = 3


def measure_scoring(workshop: Workshop) -> list[Figure]:
    """A table whose rows repeat, and one in which nearly every number is another."""
    repeated, varied = workshop.folder / "repeated.csv", workshop.folder / "varied.csv"
    _write(repeated, varied)
    plain = _rows_a_second(lambda: _plainly(workshop, varied))
    figures = [Figure("files: read_csv, predict_proba and to_csv", plain, "rows/s")]
    for name, path in (("rows that repeat", repeated), ("rows that differ", varied)):
        for jobs in (1, JOBS):
            speed = _rows_a_second(lambda path=path, jobs=jobs: _scored(workshop, path, jobs))
            processes = f"{jobs} process{'es' if jobs > 1 else ''}"
            limit = FLOOR if jobs == JOBS else None
            figures.append(Figure(f"files: score, {processes}, {name}", speed, "rows/s", limit=limit, is_floor=True))
    explained = _rows_a_second(lambda: _scored(workshop, varied, JOBS, REASONS))
    figures.append(Figure(f"files: the same with {REASONS} reasons a row", explained, "rows/s"))
    _refuse_difference(workshop)
    return figures


def _write(repeated: Path, varied: Path) -> None:
    table = pd.DataFrame(churn_like.rows(seed=5)).drop(columns=churn_like.TARGET)
    many = pd.concat([table] * -(-ROWS // len(table)), ignore_index=True)[:ROWS]
    many.to_csv(repeated, index=False)
    random = np.random.default_rng(5)
    for name in ("monthly_bill", "paid_so_far"):
        many[name] = (many[name].astype(float) * random.uniform(0.97, 1.03, ROWS)).round(2)
    many.to_csv(varied, index=False)


def _plainly(workshop: Workshop, path: Path) -> None:
    """What one would write by hand for the same model, with none of what the product promises about a row."""
    table = pd.read_csv(path)
    typed = table.astype(object)
    for feature in workshop.predictor.schema.features:
        if feature.kind == "yes_no":
            typed[feature.name] = typed[feature.name].map(dict(zip(feature.choice_values, (1.0, 0.0), strict=True)))
    chances = workshop.predictor.pipeline.predict_proba(typed)
    table["prediction"] = workshop.predictor.pipeline.classes_[chances.argmax(axis=1)]
    table["chance"] = chances[:, 1]
    table.to_csv(workshop.folder / "plain.csv", index=False)


def _scored(workshop: Workshop, path: Path, jobs: int, reasons: int = 0) -> None:
    place = Workplace.from_config(workshop.config)
    stored = place.find(MODEL)
    package = place.store.load(stored.model, stored.version, place.trusted_keys)
    source = Input.of(input_files(str(path)), package.schema, "")
    run = Run(source, package.schema, Said(stored.version, None, reasons), workshop.folder / "scored.csv", {})
    scorer = Scorer(Predictor.from_package(package), run.order)
    run.to_the_end(lambda pieces: score_here(scorer, pieces, jobs), lambda share, rows: None)
    place.database.dispose()


def _rows_a_second(action: Callable[[], None]) -> float:
    began = time.perf_counter()
    action()
    return ROWS / (time.perf_counter() - began)


def _refuse_difference(workshop: Workshop) -> None:
    """Speed is worth nothing where the answers differ."""
    plain, scored = (pd.read_csv(workshop.folder / name, usecols=["chance"]) for name in ("plain.csv", "scored.csv"))
    np.testing.assert_allclose(scored["chance"], plain["chance"], rtol=1e-12, atol=1e-12)
