"""The rows that every later loading must answer as today."""

import numpy as np
import pytest

from webapp.model_package.golden_rows import array_to_golden_values, golden_values_to_array
from webapp.schema import OTHER, Choice, Feature, Schema, Target
from webapp.training.package.golden import ROWS, golden_rows

FEATURES = (
    Feature("size", "number", "Size", typical=5.5, usual=(1.0, 9.0), observed=(-10.0, 200.0)),
    Feature("count", "integer", "Count", typical=2.0, usual=(0.0, 4.0), observed=(0.0, 10.0)),
    Feature("agreed", "yes_no", "Agreed", typical=1.0, choices=(Choice("y", "Yes"), Choice("n", "No"))),
    Feature("colour", "category", "Colour", typical="red", choices=(Choice("red", "Red"), Choice("blue", "Blue"))),
    Feature("day", "date", "Day", typical=19000.0, usual=(18000.0, 19500.0), observed=(17000.0, 20000.0)),
    Feature("at", "datetime", "At", typical=1.6e9, usual=(1.5e9, 1.7e9), observed=(1.4e9, 1.8e9)),
)
SCHEMA = Schema("made_up", FEATURES, Target("y", "number", "Y"))


def test_the_first_row_is_the_typical_case():
    typical = [5.5, 2.0, 1.0, "red", np.datetime64(19000, "D"), np.datetime64(1_600_000_000, "s")]

    assert golden_rows(SCHEMA, 0)[0].tolist() == [feature.typical_value for feature in FEATURES]
    assert [feature.typical_value for feature in FEATURES] == typical


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_input_walks_through_its_limits_its_choices_and_a_gap(seed):
    columns = golden_rows(SCHEMA, seed).T

    assert {1.0, 9.0, -10.0, 200.0, 5.5, None} <= set(columns[0])
    assert {0.0, 1.0, None} == set(columns[2])
    assert {"red", "blue", OTHER, None} == set(columns[3])
    assert np.datetime64(17000, "D") in columns[4]
    assert all(None in column for column in columns)


def test_a_seed_makes_the_same_rows():
    assert golden_rows(SCHEMA, 4).tolist() == golden_rows(SCHEMA, 4).tolist()
    assert len(golden_rows(SCHEMA, 4)) == ROWS


def test_they_survive_being_written_down():
    rows = golden_rows(SCHEMA, 0)

    assert golden_values_to_array(array_to_golden_values(rows)).tolist() == rows.tolist()
