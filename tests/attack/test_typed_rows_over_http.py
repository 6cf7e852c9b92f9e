"""
Rows of real tables typed into the form over HTTP give what the pipeline says to them.

FORMCAST_TABLES names a folder with telco_churn.csv, diamonds.csv and taxis.csv, which are no part of the project.
"""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from tests.attack.public_tables import ROWS, TABLES, Served, served
from webapp.records.database import Database
from webapp.records.predictions import document, prediction_by_id
from webapp.schema import to_json_value

FOLDER = os.environ.get("FORMCAST_TABLES", "")
CASES = [(table, target) for table, targets in TABLES.items() for target in targets]
CLOSE = 1e-9

pytestmark = pytest.mark.skipif(not FOLDER, reason="FORMCAST_TABLES names no folder with the tables")


@pytest.mark.parametrize(("table", "target"), CASES)
def test_rows_typed_into_the_form_are_answered_as_the_pipeline_answers_them(
    table, target, tmp_path, record_testsuite_property
):
    with served(Path(FOLDER) / table, target, tmp_path) as one:
        furthest = largest_difference(one)

    record_testsuite_property(f"largest difference, {table} {target}", furthest)
    assert furthest <= CLOSE


def largest_difference(one: Served, count: int = ROWS) -> float:
    """Between what is stored and shown to programs, and the pipeline's own answers to all rows at once."""
    rows = one.rows(count)
    ids = [one.type_in(row) for row in rows]
    X = np.empty((len(rows), len(one.features)), dtype=object)
    for place, row in enumerate(rows):
        X[place] = one.meant(row)
    is_number = one.package.schema.target.kind == "number"
    said = one.package.pipeline.predict(X)[:, None] if is_number else one.package.pipeline.predict_proba(X)
    stored = np.array([answered(one, prediction_id, values) for prediction_id, values in zip(ids, X, strict=True)])
    return float(np.abs(stored - said).max())


def answered(one: Served, prediction_id: str, values: np.ndarray) -> list[float]:
    """What the record and its document say, once the record is seen to hold these values."""
    database = Database(one.settings["DATABASE_URL"])
    with database.reading() as session:
        record = prediction_by_id(session, prediction_id)
    database.dispose()
    names = [feature.name for feature in one.features]
    assert record.row == dict(zip(names, map(to_json_value, values), strict=True))
    shown = json.loads(json.dumps(document(record)))
    assert (shown["value"], shown["probabilities"]) == (record.value, record.probabilities)
    if record.probabilities is None:
        return [record.value]
    positive = one.package.schema.target.positive
    assert shown["probability"] == record.probabilities[positive or record.answer]
    return [record.probabilities[name] for name in one.package.schema.target.classes]
