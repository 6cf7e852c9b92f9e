"""Rows a second, for files of cases: texts to typed values, and typed values to chances."""

import time

import numpy as np

from benchmarks import churn_like
from benchmarks.measuring import Figure
from webapp.prediction.predictor import Predictor
from webapp.preprocessing import typed_table
from webapp.schema import Door

ROWS = 100_000


def measure_many_rows(predictor: Predictor) -> list[Figure]:
    rows = churn_like.rows(seed=3)
    repeated = -(-ROWS // len(rows))
    columns = {name: np.array([row[name] for row in rows] * repeated, dtype=object)[:ROWS] for name in rows[0]}

    began = time.process_time()
    typed, _ = typed_table(columns, predictor.schema, Door.FILE)
    between = time.process_time()
    predictor.pipeline.predict_proba(typed)
    ended = time.process_time()
    return [
        Figure("many rows: texts to typed values", ROWS / (between - began), "rows/s"),
        Figure("many rows: typed values to chances", ROWS / (ended - between), "rows/s"),
        Figure("many rows: texts to chances", ROWS / (ended - began), "rows/s"),
    ]
