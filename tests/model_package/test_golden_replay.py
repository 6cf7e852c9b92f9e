"""Golden rows: JSON keeps every typed value, and a pipeline that answers differently is found out."""

import json

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline

from tests.model_package.making import GOLDEN, OWN_MODULES, TRUSTED, fitted_pipeline, payload, sealed
from webapp.errors import PackageCorrupt, PackageIncompatible
from webapp.model_package.format import GOLDEN_ROWS
from webapp.model_package.golden_rows import (
    array_to_golden_values,
    golden_values_to_array,
    pack_golden_rows,
    replay_golden_rows,
)
from webapp.model_package.loader import open_package

EVERY_KIND = [
    [1.0, 0.1, -0.0, "", "déjà", None],
    [1e-300, 1.7976931348623157e308, 3.0, "null", "2024-01-31", None],
]


def golden_of(pipeline, X=GOLDEN):
    return json.loads(pack_golden_rows(pipeline, X))


def linear(slope):
    X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], dtype=object)
    return Pipeline([("model", LinearRegression())]).fit(X, X.astype(float) @ [slope, 1.0])


def test_numbers_texts_and_blanks_survive_json():
    X = golden_values_to_array(EVERY_KIND)

    assert X.dtype == object
    assert (
        array_to_golden_values(golden_values_to_array(json.loads(json.dumps(array_to_golden_values(X))))) == EVERY_KIND
    )


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (np.datetime64("2024-02-29", "D"), {"date": "2024-02-29"}),
        (np.datetime64("2024-02-29T23:59:58", "s"), {"datetime": "2024-02-29T23:59:58"}),
    ],
)
def test_moments_keep_their_unit(moment, written):
    assert array_to_golden_values(np.array([[moment]], dtype=object)) == [[written]]

    [[back]] = golden_values_to_array([[written]])
    assert back == moment
    assert back.dtype == moment.dtype


@pytest.mark.parametrize("value", [True, [], {}, {"date": 5}, {"when": "2024-01-01"}, {"date": "x", "datetime": "y"}])
def test_any_other_json_is_no_value(value):
    with pytest.raises(ValueError, match="not a golden value"):
        golden_values_to_array([[value]])


@pytest.mark.parametrize("value", [float("nan"), np.inf, np.datetime64("NaT"), b"x", object()])
def test_nothing_else_can_be_written(value):
    with pytest.raises(ValueError, match="not a typed value"):
        array_to_golden_values([[value]])


def test_rows_of_different_length_are_refused():
    with pytest.raises(ValueError, match="length"):
        golden_values_to_array([[1.0], [1.0, 2.0]])


@pytest.mark.parametrize("pipeline", [fitted_pipeline(), linear(3.0), linear(3e9)])
def test_the_same_pipeline_replays(pipeline):
    replay_golden_rows(pipeline, golden_of(pipeline), "leaving")


@pytest.mark.parametrize("factor", [1 + 1e-8, 1 - 1e-8])
def test_a_difference_in_the_eighth_digit_is_found(factor):
    with pytest.raises(PackageIncompatible, match=r"differently .* python train.py specs/leaving.toml"):
        replay_golden_rows(linear(3.0 * factor), golden_of(linear(3.0)), "leaving")


def test_a_pipeline_of_another_shape_is_found():
    with pytest.raises(PackageIncompatible, match="differently"):
        replay_golden_rows(linear(3.0), golden_of(fitted_pipeline()), "leaving")


def test_a_pipeline_that_fails_on_its_golden_rows_is_incompatible():
    with pytest.raises(PackageIncompatible, match="cannot be replayed"):
        replay_golden_rows(fitted_pipeline(), {"rows": [["text", "text"]], "expected": [[0.5, 0.5]]}, "leaving")


def test_a_pipeline_that_answers_nan_is_incompatible():
    blank = fitted_pipeline()
    blank[-1].coef_ = blank[-1].coef_ * np.nan

    with pytest.raises(PackageIncompatible):
        replay_golden_rows(blank, golden_of(fitted_pipeline()), "leaving")


@pytest.mark.parametrize(
    "golden",
    [
        {},
        {"rows": [], "expected": []},
        {"rows": [[1.0, 2.0]], "expected": []},
        {"rows": [[1.0, 2.0]], "expected": [0.5]},
        {"rows": [[1.0, 2.0]], "expected": [["a"]]},
        {"rows": [[1.0, [2.0]]], "expected": [[0.5]]},
        {"rows": 5, "expected": 5},
    ],
)
def test_damaged_golden_rows_are_no_proof(golden):
    with pytest.raises(PackageCorrupt, match=r"golden_rows\.json"):
        open_package(sealed(payload() | {GOLDEN_ROWS: json.dumps(golden).encode()}), TRUSTED, OWN_MODULES)
