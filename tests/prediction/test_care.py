"""Care flags: what lies outside the model's experience is said, and nothing else is."""

from dataclasses import replace

import pytest

from webapp.prediction.care import care_flags, light
from webapp.schema import OTHER, Choice, Feature, Schema, Target

AGE = Feature("age", "number", "Age", unit="years", observed=(18, 90), usual=(20, 80), optional=True, missing_seen=True)
PLAN = Feature(
    "plan", "category", "Plan", choices=(Choice("A", "A", 900), Choice("B", "B", 6, rare=True)), other_rows=3
)
SINCE = Feature("since", "date", "Customer since", observed=(10_000.0, 20_000.0), usual=(11_000.0, 19_000.0))
SCHEMA = Schema("made-up", (AGE, PLAN, SINCE), Target("y", "number", "Y"))


def flags(age=40.0, plan="A", since=15_000, unusual=False):
    return care_flags(SCHEMA, [age, plan, SINCE.from_number(since)], unusual)


def test_an_ordinary_case_has_no_flag():
    assert flags() == ()
    assert light((), False) == "green"


@pytest.mark.parametrize("age", [18.0, 90.0])
def test_the_limits_themselves_are_inside(age):
    assert flags(age=age) == ()


@pytest.mark.parametrize(
    ("answers", "code", "words"),
    [
        (
            {"age": 91.0},
            "outside_range",
            "Age, 91 years, is higher than any the model learned from. Usually 20 to 80 years.",
        ),
        ({"age": 17.0}, "outside_range", "is lower than any"),
        ({"age": None}, "missing", "Age was not provided. The model used what it learned from cases without it."),
        ({"plan": "B"}, "rare_category", "Plan, B, was rare"),
        ({"plan": OTHER}, "rare_category", "Another, not listed"),
        (
            {"plan": "Z"},
            "unknown_category",
            "Plan, Z, is not known to the model, which treats it like other rare ones.",
        ),
        ({"since": 20_001}, "outside_range", "is later than any"),
        ({"unusual": True}, "unlike_training", "Taken together"),
    ],
)
def test_each_flag_names_field_and_value(answers, code, words):
    [flag] = flags(**answers)

    assert flag.code == code
    assert words in flag.text
    assert light([flag], False) == ("red" if code == "unknown_category" else "amber")


def test_two_flags_or_a_very_unusual_case_make_the_light_red():
    assert light(flags(age=91.0, plan="B"), False) == "red"
    assert light((), True) == "red"


def test_without_rare_categories_to_learn_from_an_unknown_one_counts_as_average():
    plan = replace(PLAN, other_rows=0)

    [flag] = care_flags(Schema("made-up", (plan,), SCHEMA.target), ["Z"], False)

    assert flag.text == "Plan, Z, is not known to the model, which used an average case instead."


def test_an_answer_of_yes_or_no_may_be_rare_too():
    choices = (Choice("Yes", "Yes", 4, rare=True), Choice("No", "No", 900))
    schema = Schema("made-up", (Feature("smoker", "yes_no", "Smoker", choices=choices),), SCHEMA.target)

    [flag] = care_flags(schema, [1.0], False)

    assert (flag.code, flag.text) == ("rare_category", "Smoker, Yes, was rare among the cases the model learned from.")
    assert care_flags(schema, [0.0], False) == ()
