"""Care flags: what lies outside the model's experience is said, and nothing else is."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from webapp.estimators.additive import AdditiveClassifier
from webapp.estimators.conformal_sets import ConformalClassifier
from webapp.prediction.care import flags_of_case, is_far_out, light, unexceptional
from webapp.prediction.known import flags_of_rows
from webapp.prediction.predictor import Predictor
from webapp.preprocessing import Preprocessor
from webapp.schema import OTHER, Choice, Feature, Schema, Target

AGE = Feature("age", "number", "Age", unit="years", observed=(18, 90), usual=(20, 80), optional=True, missing_seen=True)
PLAN = Feature(
    "plan", "category", "Plan", choices=(Choice("A", "A", 900), Choice("B", "B", 6, rare=True)), other_rows=3
)
SINCE = Feature("since", "date", "Customer since", observed=(10_000.0, 20_000.0), usual=(11_000.0, 19_000.0))
SCHEMA = Schema("made-up", (AGE, PLAN, SINCE), Target("y", "number", "Y"))


def flags(age=40.0, plan="A", since=15_000, unusual=False):
    return flags_of(SCHEMA, [age, plan, SINCE.from_number(since)]) + flags_of_case(unusual)


def flags_of(schema, values):
    [of_row] = flags_of_rows(schema, [[value] for value in values], 1)
    return of_row


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


def test_time_that_goes_on_is_flagged_but_makes_no_case_red_together_with_another_flag():
    later, earlier = SINCE.from_number(20_001), SINCE.from_number(9_999)

    for since, colour in ((later, "amber"), (earlier, "red")):
        values = [91.0, "A", since]
        found = flags_of(SCHEMA, values)
        assert [flag.feature for flag in found] == ["age", "since"]
        assert light(found, False, unexceptional(SCHEMA, values)) == colour
    values = [91.0, "B", later]
    assert light(flags_of(SCHEMA, values), False, unexceptional(SCHEMA, values)) == "red"


@pytest.mark.parametrize(
    ("age", "is_far"), [(90.0, False), (162.0, False), (163.0, True), (-55.0, True), (None, False)]
)
def test_further_out_than_the_limits_lie_apart_is_far_out(age, is_far):
    assert is_far_out(SCHEMA, [age, "A", SINCE.from_number(15_000)]) is is_far


def test_where_many_categories_have_no_name_another_one_is_rare_and_not_unknown():
    plan = replace(PLAN, other_rows=60)

    [flag] = flags_of(Schema("made-up", (plan,), SCHEMA.target), ["Z"])

    assert (flag.code, flag.text) == ("rare_category", "Plan, Z, is one of many too rare for the model to tell apart.")


@pytest.mark.parametrize(("share", "colour"), [(0.03, "red"), (0.2, "amber"), (0.3, "green")])
def test_an_answer_in_doubt_is_not_to_be_relied_on_where_doubt_is_exceptional(share, colour):
    assert light_in_doubt(share) == colour


def light_in_doubt(share):
    """Of a case in the middle of two classes, by a model that is in doubt about so many."""
    random = np.random.default_rng(0)
    Z = random.normal(size=(300, 1))
    sets = ConformalClassifier(AdditiveClassifier()).fit(
        Z, np.where(Z[:, 0] + random.normal(0, 0.5, 300) > 0, "b", "a")
    )
    sets.several_, sets.least_chance_ = share, 0.3
    schema = Schema(
        "made-up", (Feature("size", "number", "Size"),), Target("y", "classes", "Y", classes=("a", "b"), positive="b")
    )
    preprocessor = Preprocessor(["size"], ["number"]).fit(Z.astype(object))
    [prediction] = Predictor(schema, Pipeline([("p", preprocessor), ("m", sets)]), None, "x").predict(
        np.array([[0.0]], dtype=object)
    )
    assert len(prediction.possible) == 2
    return prediction.light


def test_without_rare_categories_to_learn_from_an_unknown_one_counts_as_average():
    plan = replace(PLAN, other_rows=0)

    [flag] = flags_of(Schema("made-up", (plan,), SCHEMA.target), ["Z"])

    assert flag.text == "Plan, Z, is not known to the model, which used an average case instead."


def test_an_answer_of_yes_or_no_may_be_rare_too():
    choices = (Choice("Yes", "Yes", 4, rare=True), Choice("No", "No", 900))
    schema = Schema("made-up", (Feature("smoker", "yes_no", "Smoker", choices=choices),), SCHEMA.target)

    [flag] = flags_of(schema, [1.0])

    assert (flag.code, flag.text) == ("rare_category", "Smoker, Yes, was rare among the cases the model learned from.")
    assert flags_of(schema, [0.0]) == ()
