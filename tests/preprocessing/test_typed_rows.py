"""Rows and tables of text become the same typed values."""

import numpy as np
import pytest

from webapp.errors import InvalidRow
from webapp.preprocessing import typed_row, typed_table
from webapp.schema import Choice, Door, Feature, Schema, Target

SCHEMA = Schema(
    model="made-up",
    features=(
        Feature("age", "integer", "Age", minimum=0, maximum=120),
        Feature("plan", "category", "Plan", choices=(Choice("NA", "NA"), Choice("Basic", "Basic")), optional=True),
        Feature("income", "number", "Income", unit="€", optional=True, missing_markers=("?",)),
    ),
    target=Target("left", "classes", "Left", classes=("No", "Yes"), positive="Yes"),
)


def test_every_problem_of_a_row_is_named_at_once():
    with pytest.raises(InvalidRow) as caught:
        typed_row({"age": "-3", "plan": "", "income": "much"}, SCHEMA, Door.FORM)

    assert [problem.feature for problem in caught.value.problems] == ["age", "income"]


def test_a_category_called_na_is_no_missing_value():
    assert typed_row({"age": "3", "plan": "NA"}, SCHEMA, Door.FILE) == [3.0, "NA", None]


def test_a_table_gives_the_values_that_its_rows_give_one_by_one():
    columns = {
        "age": np.array(["3", "200", " 4 ", "x"], dtype=object),
        "plan": np.array(["basic", "NA", "", "Other"], dtype=object),
        "income": np.array(["1,234.5", "?", "€7", "1e3"], dtype=object),
    }

    table, refused = typed_table(columns, SCHEMA, Door.FILE)

    assert sorted(refused) == [1, 3]
    assert [problem.feature for problem in refused[1]] == ["age"]
    assert table[0].tolist() == [3.0, "Basic", 1234.5]
    assert table[2].tolist() == [4.0, None, 7.0]
    for row in (0, 2):
        assert (
            typed_row({name: column[row] for name, column in columns.items()}, SCHEMA, Door.FILE) == table[row].tolist()
        )


def test_the_training_table_is_taken_as_it_is():
    columns = {name: np.array([text], dtype=object) for name, text in (("age", "200"), ("plan", "New"), ("income", ""))}

    table, refused = typed_table(columns, SCHEMA, Door.TABLE)

    assert not refused
    assert table[0].tolist() == [200.0, "New", None]


@pytest.mark.parametrize(
    ("value", "accepted"),
    [(3, True), (3.0, True), ("3", True), (3.5, False), (True, False), ([3], False), (1e400, False)],
)
def test_json_values_go_through_the_same_rule(value, accepted):
    row = {"age": value}
    if accepted:
        assert typed_row(row, SCHEMA, Door.JSON)[0] == 3.0
    else:
        with pytest.raises(InvalidRow):
            typed_row(row, SCHEMA, Door.JSON)
