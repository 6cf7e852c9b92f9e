"""The right control for each kind of feature and number of choices."""

import pytest

from tests.forms import schemas
from webapp.forms.controls import control_for
from webapp.schema import Choice


def control(feature):
    return control_for(feature, "f0")


@pytest.mark.parametrize(
    ("count", "kind", "is_long"),
    [
        (1, "radios", False),
        (2, "radios", False),
        (6, "radios", False),
        (7, "select", False),
        (20, "select", False),
        (21, "select", True),
        (200, "select", True),
        (201, "text", False),
        (5000, "text", False),
    ],
)
def test_the_number_of_choices_decides_the_control(count, kind, is_long):
    asked = control(schemas.category(count=count))

    assert (asked.kind, asked.is_long) == (kind, is_long)


def test_yes_or_no_is_two_radios_beside_each_other():
    asked = control(schemas.yes_no())

    assert [option.label for option in asked.options] == ["Yes", "No"]
    assert not asked.is_stacked


def test_what_is_posted_is_a_position_and_never_a_text_of_the_table():
    asked = control(schemas.category(count=7, optional=True, other_rows=4))

    assert [option.posted for option in asked.options] == ["0", "1", "2", "3", "4", "5", "6"]
    assert [(extra.posted, extra.label) for extra in asked.extras] == [
        ("other", "Another, not listed"),
        ("~", "Don’t know"),
    ]


def test_dont_know_is_offered_only_where_it_may_be_left_out():
    assert not control(schemas.yes_no()).extras
    assert [extra.label for extra in control(schemas.yes_no(optional=True)).extras] == ["Don’t know"]


@pytest.mark.parametrize(
    ("labels", "is_stacked"),
    [
        (("Female", "Male"), False),
        (("Yes", "No", "No phone service"), False),
        (("One", "Two", "Three", "Four"), True),
        (("Yes", "No", "A rather long third answer"), True),
        (("x" * 60,), True),
    ],
)
def test_radios_are_stacked_when_there_are_four_or_a_long_one(labels, is_stacked):
    assert control(schemas.levels("answer", *labels)).is_stacked is is_stacked


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ({"usual": (1, 72), "unit": "months"}, "Usually 1 to 72 months"),
        ({"usual": (19, 115), "unit": "$"}, "Usually $19 to $115"),
        ({"usual": (5, 20), "unit": "%"}, "Usually 5% to 20%"),
        ({"usual": (-10, 35), "unit": "°C"}, "Usually \u221210 to 35 °C"),
        ({"usual": (1200.5, 9000), "decimal": ","}, "Usually 1.200,5 to 9.000"),
        ({"usual": (5, 5)}, "Usually 5"),
        ({"optional": True}, "Leave blank if you do not know"),
        ({"help": "From the last bill.", "usual": (1, 2)}, "From the last bill. Usually 1 to 2"),
        ({}, ""),
    ],
)
def test_the_hint_says_what_is_usual_with_its_unit(said, hint):
    assert control(schemas.number(**said)).hint == hint


def test_the_hint_of_a_date_says_days():
    assert control(schemas.day(usual=(17_000, 19_000))).hint == "Usually 18 Jul 2016 to 8 Jan 2022"


@pytest.mark.parametrize(
    ("said", "inputmode"),
    [
        ({"kind": "integer", "minimum": 0}, "numeric"),
        ({"kind": "number", "minimum": 0}, "decimal"),
        ({"kind": "number", "observed": (0, 9)}, "decimal"),
        ({"kind": "number", "observed": (-4, 9)}, ""),
        ({"kind": "number", "minimum": -5, "observed": (0, 9)}, ""),
        ({"kind": "number"}, ""),
    ],
)
def test_a_keypad_without_a_minus_is_never_asked_for_where_one_may_be_needed(said, inputmode):
    assert control(schemas.number(**said)).inputmode == inputmode


@pytest.mark.parametrize(("high", "width"), [(72, "w-s"), (99_999_999, "w-s"), (999_999_999, "w-m")])
def test_the_box_is_as_wide_as_its_content(high, width):
    assert control(schemas.number(observed=(0, high))).width == width


@pytest.mark.parametrize(
    ("order", "parts"),
    [("dmy", ["day", "month", "year"]), ("mdy", ["month", "day", "year"]), ("ymd", ["day", "month", "year"])],
)
def test_the_boxes_of_a_date_stand_in_the_order_of_its_column(order, parts):
    assert [box.part for box in control(schemas.day(date_order=order)).boxes] == parts


def test_a_date_time_has_one_box_more():
    assert control(schemas.moment()).boxes[-1].label == "Time, hh:mm"


def test_a_label_can_not_turn_what_stands_around_it():
    asked = control(schemas.levels("x", "\u202egnp", label="a\x00b\u202e"))

    assert asked.label == "\u2068a\ufffdb\u202e\u2069"
    assert asked.options[0].label == "\u2068\u202egnp\u2069"


def test_a_category_whose_every_level_was_rare_still_has_an_answer():
    asked = control(schemas.category(count=0, other_rows=8, optional=True))

    assert [(extra.posted, extra.id) for extra in asked.extras] == [("other", "f0"), ("~", "f0-unknown")]


def test_the_first_radio_carries_the_name_the_error_summary_leads_to():
    asked = control(schemas.levels("x", "a", "b", choices=(Choice("a", "A"), Choice("b", "B"))))

    assert [option.id for option in asked.options] == ["f0", "f0-1"]
