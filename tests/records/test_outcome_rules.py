"""Which texts say what happened, and when an answer proved right."""

from types import SimpleNamespace

import pytest

from tests.records.aftermath import PRICES, RULE, SAID
from webapp.errors import InvalidValue
from webapp.parsing.answers import Door
from webapp.records.outcome_rules import NO_BUCKET, OutcomeRule, bucket_of
from webapp.schema import Schema, Target


def answer(**columns):
    return SimpleNamespace(**{"answer": "Yes", "probability": 0.73, "low": None, "high": None} | columns)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        *(("Yes", "Yes"), ("no", "No"), (" NO\u00a0", "No"), ("true", "Yes"), ("0", "No"), ("1.0", "Yes")),
        *(("leave", "Yes"), ("Staying", "No"), ("This customer will probably leave", "Yes")),
    ],
)
def test_a_class_is_known_by_its_name_and_by_its_wording(text, outcome):
    assert RULE.parse(text) == RULE.parse(text, Door.FILE) == outcome


@pytest.mark.parametrize("text", ["maybe", "Yes!", "yess", "2", "nan", "=Yes", "x" * 600])
def test_another_text_is_refused_in_words(text):
    with pytest.raises(InvalidValue, match=r"is no outcome here\. Known are: No, Yes"):
        RULE.parse(text, Door.FILE)


@pytest.mark.parametrize("text", ["", " ", "\u200b"])
def test_a_blank_is_no_outcome(text):
    with pytest.raises(InvalidValue, match="Select what happened"):
        RULE.parse(text)
    with pytest.raises(InvalidValue, match="Enter Price"):
        PRICES.parse(text)


def test_a_name_comes_before_a_wording_and_an_unclear_wording_says_nothing():
    target = Target("next", "classes", "Next", classes=("stay", "go", "turn"))
    rule = OutcomeRule(target, None, {"go": {"short": "stay"}, "stay": {"short": "rest"}, "turn": {"short": "rest"}})

    assert rule.parse("Stay") == "stay"
    with pytest.raises(InvalidValue):
        rule.parse("rest")


def test_classes_that_are_numbers_are_known_as_numbers():
    rule = OutcomeRule(Target("grade", "classes", "Grade", classes=("1", "2", "10")), None, {})

    assert [rule.parse(text) for text in ("1", "2.0", "10.00")] == ["1", "2", "10"]
    with pytest.raises(InvalidValue):
        rule.parse("3")


def test_classes_that_differ_in_capitals_have_to_be_named_exactly():
    rule = OutcomeRule(Target("size", "classes", "Size", classes=("x", "X", "y")), None, {})

    assert [rule.parse(text) for text in ("x", "X", "Y")] == ["x", "X", "y"]


@pytest.mark.parametrize(
    ("text", "outcome"), [("5200", "5200"), ("$5,200.50", "5200.5"), ("-0", "0"), ("\u0661\u0662", "12")]
)
def test_a_number_follows_the_grammar_of_answers(text, outcome):
    assert PRICES.parse(text) == outcome


@pytest.mark.parametrize("text", ["nan", "inf", "1e5", "12,5", "1_000", "cheap", "9" * 31])
def test_what_is_no_number_there_is_none_here(text):
    with pytest.raises(InvalidValue, match="^Price"):
        PRICES.parse(text)


def test_a_file_may_write_numbers_as_programs_do_and_with_its_own_decimal_sign():
    assert PRICES.parse("1.5e3", Door.FILE) == "1500"
    assert PRICES.parse("1.500,25", Door.FILE, ",") == "1500.25"


def test_the_rule_is_read_from_the_words_of_a_decision():
    target = Target("Churn", "classes", "Churn", classes=("No", "Yes"), positive="Yes")
    schema = Schema("churn", (), target)
    words = {"schema": schema.to_json(), "decision": {"threshold": 0.4}, "outcomes": SAID}

    assert OutcomeRule.of(words) == OutcomeRule.of(words | {"schema": schema}) == RULE
    assert OutcomeRule.of({"schema": schema}).threshold is None


def test_an_answer_comes_down_to_a_class_by_the_threshold():
    near = answer(answer="No", probability=0.45)

    assert RULE.decided(near) == "Yes"
    assert OutcomeRule(RULE.target, None, {}).decided(near) == "No"
    assert RULE.decided(answer(answer="No", probability=0.39)) == "No"


def test_an_answer_is_right_when_what_it_came_down_to_happened():
    assert RULE.judged(answer(), "Yes") == (1, 1, 1)
    assert RULE.judged(answer(), "No") == (1, 0, 0)
    assert RULE.judged(answer(probability=0.1), "No") == (1, 1, 0)
    assert RULE.judged(answer(), "") == (0, 0, 0)


def test_an_estimate_is_right_when_its_range_holds_the_real_number():
    estimate = answer(low=10.0, high=20.0)

    assert [PRICES.judged(estimate, text).right for text in ("9.99", "10", "20", "20.01")] == [0, 1, 1, 0]
    assert PRICES.judged(answer(), "15") == (0, 0, 0)


def test_chances_fall_into_tenths():
    assert [bucket_of(chance) for chance in (0.0, 0.0999, 0.1, 0.95, 1.0, None)] == [0, 0, 1, 9, 9, NO_BUCKET]
