"""One answer at each of the four doors: accepted as meant, or refused in words."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.errors import InvalidValue
from webapp.schema import OTHER, Choice, Door, Feature

INCOME = Feature("income", "number", "Monthly income", unit="£", decimals=2, typical=2500.0)
ROOMS = Feature("rooms", "integer", "Rooms", typical=3.0, minimum=0, maximum=20)
PLAN = Feature(
    "plan", "category", "Plan", choices=tuple(Choice(name, name) for name in ("DSL", "Fiber optic", "No\u00eb"))
)
SIZES = Feature("size", "category", "Size", choices=(Choice("x", "Small"), Choice("X", "Big"), Choice("l", "Large")))
MOVED = Feature("moved", "yes_no", "Has moved", choices=(Choice("Yes", "Yes"), Choice("No", "No")))
DAY = Feature("day", "date", "Day of sale", date_order="dmy")
MOMENT = Feature("moment", "datetime", "Pickup", date_order="ymd")
EVERY = (INCOME, ROOMS, PLAN, SIZES, MOVED, DAY, MOMENT)


def sentence(feature, text, door=Door.FORM):
    with pytest.raises(InvalidValue) as problem:
        feature.parse(text, door)
    assert problem.value.feature == feature.name
    return str(problem.value)


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\u200b", "\u200b \ufeff"])
@pytest.mark.parametrize("feature", EVERY, ids=lambda feature: feature.kind)
def test_a_blank_is_asked_for_or_missing_and_never_zero(feature, text):
    assert sentence(feature, text).startswith(("Enter ", "Select "))
    assert replace(feature, optional=True).parse(text, Door.FORM) is None
    assert feature.parse(text, Door.TABLE) is None


def test_sentences_for_a_blank():
    assert sentence(INCOME, "") == "Enter monthly income"
    assert sentence(PLAN, "") == "Select an answer for plan"
    assert sentence(MOVED, "") == "Select yes or no for has moved"


def test_a_number_with_its_unit_and_no_other():
    assert INCOME.parse("£2,500", Door.FORM) == 2500
    assert sentence(INCOME, "27%") == "Monthly income must be a number, like 2500"
    assert sentence(INCOME, "12,5") == "Monthly income: use a full stop for decimals, like 12.5"
    assert sentence(replace(INCOME, decimal=","), "12.5") == "Monthly income: use a comma for decimals, like 12,5"
    assert sentence(INCOME, "9" * 400) == "Monthly income must be a number of 30 characters or less"
    assert sentence(INCOME, "9" * 5_000).startswith("Monthly income must be 500 characters or less")


def test_a_whole_number():
    assert ROOMS.parse("3.0", Door.FORM) == 3
    assert sentence(ROOMS, "3.7") == "Rooms must be a whole number, like 3"


def test_hard_limits_bind_people_and_not_the_table():
    assert sentence(ROOMS, "21") == "Rooms must be between 0 and 20"
    assert sentence(replace(ROOMS, maximum=None), "-1") == "Rooms must be 0 or more"
    assert sentence(replace(ROOMS, minimum=None), "21") == "Rooms must be 20 or less"
    assert ROOMS.parse("21", Door.TABLE) == 21


def test_limits_of_dates():
    since = replace(DAY, minimum=float(np.datetime64("2020-01-01").astype(int)))

    assert sentence(since, "31/12/2019") == "Day of sale must be 1 Jan 2020 or later"
    assert since.parse("1/1/2020", Door.FORM) == np.datetime64("2020-01-01")


def test_scientific_notation_is_for_tables_and_programs():
    assert INCOME.parse("1e3", Door.TABLE) == 1000
    assert INCOME.parse("1e3", Door.FILE) == 1000
    assert INCOME.parse("1e3", Door.JSON) == 1000
    assert sentence(INCOME, "1e3") == "Monthly income must be a number, like 2500"


@pytest.mark.parametrize("text", ["DSL", " DSL ", "dsl", "dSl", "\u200bDSL"])
def test_a_category_is_found_by_its_text(text):
    assert PLAN.parse(text, Door.FORM) == "DSL"


def test_composed_and_decomposed_categories_are_one():
    assert PLAN.parse("Noe\u0308", Door.FORM) == "No\u00eb"


def test_capitals_count_where_two_categories_differ_by_them():
    assert SIZES.parse("x", Door.FORM) == "x"
    assert SIZES.parse("X ", Door.FORM) == "X"
    assert SIZES.parse("L", Door.FORM) == "l"
    assert SIZES.parse("big", Door.FORM) == "X"


@pytest.mark.parametrize("text", ["2", "0", "-1", "DS", "DSL; DROP TABLE", "=DSL", "Fiber", "None", "\u202eLSD"])
def test_an_unknown_category_is_refused_on_the_form_and_kept_as_it_is_elsewhere(text):
    assert sentence(PLAN, text) == "Select an answer for plan from the list"
    assert PLAN.parse(text, Door.FILE) == text
    assert PLAN.parse(text, Door.JSON) == text


def test_a_category_typed_into_a_box_is_helped():
    many = replace(
        PLAN, choices=tuple(Choice(f"Town {at}", f"Town {at}") for at in range(300)) + (Choice("London", "London"),)
    )

    assert sentence(many, "Lodnon") == "Plan: we do not know “Lodnon”. Did you mean London?"


def test_where_a_category_is_typed_other_stands_for_one_too_rare_to_be_named():
    towns = tuple(Choice(f"Town {number}", f"Town {number}") for number in range(201))
    many = Feature("plan", "category", "Plan", choices=towns, other_rows=3)

    assert many.parse("Other", Door.FORM) == OTHER
    assert many.parse("Other", Door.FILE) == "Other"
    assert sentence(many, "Paris").endswith("Type “other” if it is right all the same.")
    assert "other" not in sentence(replace(many, other_rows=0), "Paris")


def test_rare_categories_are_one_choice():
    rare = replace(PLAN, other_rows=3)

    assert rare.parse(OTHER, Door.FORM) == OTHER
    assert sentence(PLAN, OTHER) == "Select an answer for plan from the list"


@pytest.mark.parametrize("text", ["NA", "None", "null", "N/A", "nan", "?"])
def test_a_marker_is_missing_only_where_the_table_used_it(text):
    marked = replace(INCOME, missing_markers=(text,), optional=True)

    assert marked.parse(text, Door.FILE) is None
    assert marked.parse(text, Door.TABLE) is None
    assert sentence(INCOME, text, Door.FILE) == "Monthly income must be a number, like 2500"
    assert PLAN.parse(text, Door.FILE) == text


@pytest.mark.parametrize(
    ("text", "value"), [("Yes", 1), ("no", 0), ("TRUE", 1), ("f", 0), ("1", 1), ("0.0", 0), ("y", 1)]
)
def test_yes_and_no_in_their_customary_forms(text, value):
    assert MOVED.parse(text, Door.FILE) == value


@pytest.mark.parametrize("door", [Door.FILE, Door.JSON, Door.TABLE])
def test_what_is_neither_yes_nor_no_is_refused(door):
    assert sentence(MOVED, "maybe", door) == "Has moved must be yes or no"
    assert sentence(MOVED, "2") == "Select yes or no for has moved"


def test_dates_and_moments():
    assert DAY.parse("3/4/2019", Door.FILE) == np.datetime64("2019-04-03")
    assert MOMENT.parse("2019-04-03 10:30", Door.FILE) == np.datetime64("2019-04-03T10:30:00")
    assert sentence(DAY, "31/4/2019", Door.FILE) == "Day of sale must be a real date, like 2024-03-27"
    assert sentence(MOMENT, "03/04/2019 10:00", Door.FILE) == "Pickup must be a real date, like 2024-03-27 14:30"


def test_boxes_of_a_date():
    assert DAY.parse_boxes("3", "April", "2019") == np.datetime64("2019-04-03")
    assert MOMENT.parse_boxes("3", "4", "2019", "10:30") == np.datetime64("2019-04-03T10:30:00")
    assert replace(DAY, optional=True).parse_boxes("", " ", "") is None
    for boxes, part in ((("31", "4", "2019"), "day"), (("3", "x", "2019"), "month"), (("3", "4", "19"), "year")):
        with pytest.raises(InvalidValue) as problem:
            DAY.parse_boxes(*boxes)
        assert problem.value.part == part
    with pytest.raises(InvalidValue, match="must have a time, like 14:30"):
        MOMENT.parse_boxes("3", "4", "2019", "")


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 501, "x" * 1_000_000, "\x00"])
@pytest.mark.parametrize("feature", EVERY, ids=lambda feature: feature.kind)
def test_what_no_database_holds_is_refused_at_every_door(feature, text):
    for door in Door:
        assert "characters or less" in sentence(feature, text, door)


@pytest.mark.parametrize(
    ("feature", "value", "meant"),
    [
        (INCOME, 2500, 2500.0),
        (INCOME, 1e5, 1e5),
        (INCOME, "2500", 2500.0),
        (INCOME, -0.0, 0.0),
        (ROOMS, 3.0, 3.0),
        (MOVED, True, 1.0),
        (MOVED, 0, 0.0),
        (MOVED, "yes", 1.0),
        (PLAN, "dsl", "DSL"),
        (DAY, "2019-04-03", np.datetime64("2019-04-03")),
        (replace(PLAN, optional=True), None, None),
    ],
)
def test_json_values_follow_the_same_rule(feature, value, meant):
    assert feature.parse_json(value) == meant


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        (INCOME, True),
        (INCOME, [1]),
        (INCOME, {"a": 1}),
        (INCOME, float("nan")),
        (INCOME, float("inf")),
        (INCOME, 1e39),
        (INCOME, 10**4000),
        (INCOME, None),
        (INCOME, "12,5"),
        (ROOMS, 3.5),
        (ROOMS, 21),
        (MOVED, 2),
        (PLAN, 1.5),
        (PLAN, False),
        (DAY, 20190403),
    ],
)
def test_json_values_that_cannot_be_meant_are_refused(feature, value):
    with pytest.raises(InvalidValue):
        feature.parse_json(value)


@given(st.sampled_from(EVERY), st.text(max_size=60), st.sampled_from(list(Door)))
def test_any_text_at_any_door_is_a_finite_value_or_a_sentence(feature, text, door):
    try:
        value = feature.parse(text, door)
    except InvalidValue as problem:
        assert str(problem)
        assert problem.feature == feature.name
    else:
        assert value is None or isinstance(value, str | np.datetime64) or math.isfinite(value)


@given(st.sampled_from((INCOME, ROOMS, PLAN, SIZES, MOVED)), st.text(max_size=30))
def test_what_was_understood_can_be_typed_again(feature, text):
    try:
        value = feature.parse(text, Door.FORM)
    except InvalidValue:
        return

    [answer] = feature.to_answers(value)
    assert feature.parse(answer, Door.FORM) == value
