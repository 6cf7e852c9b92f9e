"""What a model looks at and when it is less sure, in words for people who never heard of a loss."""

import pytest

from webapp.result_page.case import read_case
from webapp.result_page.standing_out import what_stands_out
from webapp.schema import Feature, Schema, Target

FEATURES = (Feature("plan", "category", "Plan"), Feature("months", "integer", "Months with us"))
YES_NO = Target("left", "classes", "Left", classes=("no", "yes"), positive="yes")
PRICE = Target("price", "number", "Price", unit="€")


def sentences(target=YES_NO, **quality):
    words = {
        "cases": "customers",
        "schema": Schema("any", FEATURES, target),
        "quality": quality,
        "outcomes": {"yes": {"chance": "leaving"}},
    }
    return what_stands_out(read_case({"version": "1"}, words))


def part(feature, name):
    return {"feature": feature, "part": name}


def test_nothing_measured_nothing_said():
    assert sentences() == []


def test_the_fields_it_looks_at_most_are_named_as_on_the_form():
    assert sentences(looks_at=["months", "plan"]) == ["It looks most at Months with us and Plan, in this order."]


def test_a_field_that_left_the_form_keeps_its_name():
    assert sentences(looks_at=["gone"]) == ["It looks most at gone, in this order."]


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (YES_NO, "It is less sure of its answers for customers like these: Plan: Gold; Months with us: under 14."),
        (PRICE, "Its estimates are further off for customers like these: Plan: Gold; Months with us: under 14."),
    ],
)
def test_it_is_said_for_whom_it_is_less_sure(target, sentence):
    assert sentences(target, less_sure=[part("plan", "Gold"), part("months", "under 14")]) == [sentence]


def test_it_is_said_where_chances_or_estimates_were_too_high_or_too_low():
    assert sentences(too_high=[part("plan", "Gold")]) == [
        "For these its chances of leaving have been higher than what came true: Plan: Gold."
    ]
    assert sentences(PRICE, too_low=[part("plan", "Gold")]) == [
        "For these its estimates have been lower than what was true: Plan: Gold."
    ]


def test_fields_that_need_care_are_named_whatever_was_found():
    looked = "People should not be judged by Plan without notice, so their groups were looked at one by one"

    assert sentences(sensitive=["plan"]) == [f"{looked}. None of them stood out."]
    assert sentences(sensitive=["plan"], sensitive_differs=[part("plan", "Gold")]) == [
        f"{looked}. Its answers differ in quality for: Plan: Gold."
    ]


def test_no_statistics_word_reaches_a_business_reader():
    everything = {name: [part("plan", "Gold")] for name in ("less_sure", "too_high", "too_low", "sensitive_differs")}
    text = " ".join(sentences(looks_at=["plan"], sensitive=["plan"], **everything)).lower()

    words = ("loss", "bias", "slice", "calibrat", "signific", "interval", "metric")
    assert not [word for word in words if word in text]
