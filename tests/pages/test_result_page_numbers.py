import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.pages.recorded import PRICE_WORDS, WINE_WORDS, price, wine
from webapp.result_page.estimate import axis_ticks
from webapp.result_page.page import result_page
from webapp.result_page.values import plain_text
from webapp.wording.amounts import Measure

DIAMOND = (6638.2, 5832.1, 7557.9)


def price_page(record, **words):
    return result_page(record, PRICE_WORDS | words, "https://formcast.example/predictions/x")


def wine_page(probabilities, **words):
    return result_page(wine(probabilities), WINE_WORDS | words, "https://formcast.example/predictions/x")


def test_an_estimate_comes_with_the_range_of_past_cases():
    page = price_page(price(*DIAMOND))

    assert page.answer.headline + page.answer.emphasis == "Estimated price: $6,640"
    assert plain_text(page.answer.lead) == (
        "For 8 in 10 past diamonds like this one the real price was between $5,830 and $7,560."
    )
    assert page.title == "$6,640, 7Q4MZ2VK"
    assert plain_text(page.answer.rules[-1].parts) == "Half of the model's estimates are within $150 of the real price."


def test_a_coverage_that_is_not_defended_is_not_claimed():
    page = price_page(price(*DIAMOND), quality={"coverage": 0.7, "coverage_defended": False})

    said = plain_text(page.answer.lead)
    assert said == "For past diamonds like this one the real price was usually between $5,830 and $7,560."
    assert [label.text for label in page.answer.scale.labels][1] == "usually: $5,830 to $7,560"
    assert "How good it is" not in [fact.term for fact in page.facts]


@pytest.mark.parametrize(
    ("coverage", "said"), [(0.8, "8 in 10"), (0.9, "9 in 10"), (0.95, "95 in 100"), (0.675, "68 in 100")]
)
def test_the_share_is_said_in_tens_where_it_is_a_whole_number_of_them(coverage, said):
    lead = plain_text(price_page(price(*DIAMOND, coverage=coverage)).answer.lead)

    assert lead.startswith(f"For {said} past diamonds")


def test_without_a_range_the_average_is_told_and_the_typical_error_sets_the_rounding():
    page = price_page(price(6638.2))

    assert page.answer.emphasis == "$6,638"
    assert plain_text(page.answer.lead) == "The average of all diamonds is $3,870."
    assert page.answer.scale.range is None


def test_the_picture_holds_the_case_its_range_and_the_average():
    scale = price_page(price(*DIAMOND)).answer.scale

    assert [label.text for label in scale.ends] == ["$0", "$2,000", "$4,000", "$6,000", "$8,000"]
    assert [label.text for label in scale.labels] == [
        "This diamond: $6,640", "8 in 10: $5,830 to $7,560", "All diamonds: $3,870",
    ]  # fmt: skip
    assert scale.mark == "82.98%"
    assert scale.title == "Estimated price $6,640, usual range $5,830 to $7,560, average of all diamonds $3,870"


def test_the_reasons_of_an_estimate_are_in_its_unit_and_add_up():
    reasons = price_page(price(*DIAMOND)).reasons

    assert reasons.average == ("All diamonds", "$3,870")
    assert [row.amount for row in reasons.rows] == ["+$2,490", "+$280"]
    assert reasons.total == ("This diamond", "$6,640")
    assert "each amount is rounded to $10" in reasons.introduction


@given(st.floats(-1e9, 1e9), st.floats(1e-3, 1e9))
def test_an_axis_has_few_round_numbers_around_all_it_shows(low, width):
    assume(low + width > low)
    ticks = axis_ticks(low, low + width, Measure("$", 2))

    assert 2 <= len(ticks) <= 5
    tolerance = 1e-6 * max(abs(low), width)
    assert ticks[0] <= low + tolerance
    assert ticks[-1] >= low + width - tolerance


def test_one_number_alone_still_has_an_axis():
    assert axis_ticks(0.0, 0.0, Measure()) == [0.0, 1.0]


def test_of_many_classes_the_answered_one_is_named_with_its_chance():
    page = wine_page({"A": 0.08, "B": 0.871, "C": 0.049})

    assert page.answer.headline + page.answer.emphasis == "Cultivar: probably B"
    assert plain_text(page.answer.lead) == "The chance of \u201cB\u201d is 87%: about 87 in 100 wines like this one. "
    assert [(row.label, row.figure, row.is_answer) for row in page.answer.ranking] == [
        ("B", "87%", True), ("A", "8%", False), ("C", "5%", False),
    ]  # fmt: skip
    assert plain_text(page.answer.rules[0].parts) == "Among all wines: 33 in 100 are \u201cB\u201d."
    assert page.title == "B, 87 in 100, 7Q4MZ2VK"


def test_only_an_answer_with_half_the_chance_is_called_probable():
    assert wine_page({"A": 0.3, "B": 0.45, "C": 0.25}).answer.headline == "Cultivar: the best guess is "


def test_two_answers_side_by_side_are_a_close_call():
    answer = wine_page({"A": 0.44, "B": 0.46, "C": 0.1}).answer

    assert answer.headline + answer.emphasis == "Cultivar: a close call between B and A"


def test_the_text_of_the_spec_is_the_headline_of_a_class():
    outcomes = {"B": {"text": "This wine is probably a Barolo", "chance": "a Barolo", "short": "Barolo"}}
    answer = wine_page({"A": 0.1, "B": 0.8, "C": 0.1}, outcomes=outcomes).answer

    assert (answer.headline, answer.emphasis) == ("This wine is probably a ", "Barolo")


def test_beyond_four_classes_the_others_stand_together_and_all_make_a_hundred():
    shares = {"A": 0.31, "B": 0.22, "C": 0.17, "D": 0.125, "E": 0.1, "F": 0.075}
    ranking = wine_page(shares).answer.ranking

    assert [row.label for row in ranking] == ["A", "B", "C", "The other 3 answers"]
    assert sum(int(row.figure.rstrip("%")) for row in ranking) == 100


def test_many_classes_that_are_not_calibrated_show_a_range():
    page = wine_page({"A": 0.1, "B": 0.8, "C": 0.1}, quality={"calibrated": False, "band_points": 8})

    assert "is between 70 and 90 in 100 wines like this one" in plain_text(page.answer.lead)
    assert {row.figure for row in page.answer.ranking} == {""}


def test_how_good_a_model_of_many_classes_is():
    page = wine_page({"A": 0.1, "B": 0.8, "C": 0.1}, quality={"accuracy": 0.96, "baseline_accuracy": 0.4})

    assert {fact.term: fact.text for fact in page.facts}["How good it is"] == (
        "Of 100 wines, it is right about 96. Always giving the most frequent answer would be right for about 40."
    )
