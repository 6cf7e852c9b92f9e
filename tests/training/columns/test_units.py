"""Units beside numbers, years of a calendar, and what of a column's texts is pointed out to a person."""

import pytest

from tests.training.made_up import ROWS, feature_of, numbers, some, understood


def test_a_unit_in_every_cell_becomes_the_unit_of_the_feature():
    inference = understood({"column": some(["$1,200.50", "$17", "$25.25"]), "other": numbers()})

    assert inference.schema.by_name["column"].unit == "$"
    assert set(inference.X[:, 0]) == {1200.5, 17.0, 25.25}


@pytest.mark.parametrize(
    "texts, unit, decimals, values",
    [
        (["80 kg", "92 kg", "n/a"], "kg", 0, {80.0, 92.0, None}),
        (["110 m²", "95.5 m²"], "m²", 1, {110.0, 95.5}),
        (["2.25m3", "7.5m3"], "m3", 2, {2.25, 7.5}),
        (["20.5 °C", "-3 °C"], "°C", 1, {20.5, -3.0}),
        (["12 months", "24 months", "unknown"], "months", 0, {12.0, 24.0, None}),
        (["1,200 EUR", "17 EUR"], "EUR", 0, {1200.0, 17.0}),
    ],
)
def test_a_word_for_a_unit_behind_every_number_becomes_the_unit_of_the_feature(texts, unit, decimals, values):
    inference = understood({"column": some(texts), "other": numbers()})
    feature = inference.schema.by_name["column"]

    assert feature.kind in ("number", "integer")
    assert (feature.unit, feature.decimals) == (unit, decimals)
    assert set(inference.X[:, 0]) == values


@pytest.mark.parametrize("texts", [["80 kg", "92"], ["12A", "13A"], ["5k", "9k"], ["1st", "2nd"], ["7 Elm", "9 Oak"]])
def test_what_may_be_no_unit_is_a_text(texts):
    assert feature_of(some(texts)).kind == "category"


def test_amounts_beside_a_word_nobody_knows_are_pointed_out():
    column = [f"{1000 + row}.50 €" for row in range(ROWS - 4)] + ["on request"] * 4
    inference = understood({"column": column, "other": numbers()})

    assert any("column is taken as text, but nearly all of it are numbers" in one for one in inference.warnings)


def test_limits_of_whole_numbers_are_whole():
    feature = feature_of([str(1 + row % 7) for row in range(ROWS - 2)] + ["9"] * 2)

    assert (feature.usual, feature.observed) == ((1.0, 8.0), (1.0, 9.0))


def test_a_year_has_limits_in_decades_and_no_comma():
    years = [str(1893 + row % 131) for row in range(400)]
    inference = understood({"YearBuilt": years, "metres": years[::-1], "other": numbers(400)})
    year, metres = (inference.schema.by_name[name] for name in ("YearBuilt", "metres"))

    assert (year.observed, year.usual) == ((1890.0, 2030.0), (1890.0, 2030.0))
    assert (year.value_text(1960.0), year.number_text(2030.0)) == ("1960", "2030")
    assert metres.value_text(1960.0) == "1,960"


def test_choices_that_differ_in_capitals_alone_are_said():
    warnings = understood({"by": some(["web", "Web", "shop"]), "b": numbers(seed=3)}).warnings

    assert "by writes the same choice in different ways, and each is a choice of its own: “Web”, “web”" in warnings
