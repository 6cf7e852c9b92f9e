"""Two answers are told apart in words, whatever the model says."""

from copy import deepcopy

import pytest

from tests.pages.recorded import CHURN_ROW, CHURN_WORDS, PRICE_WORDS, WINE_WORDS, churn, price, wine
from webapp.result_page.page import result_page
from webapp.result_page.two_cases import AMONG_OTHERS, NO_REASON, NOT_ASKED, NOT_AVAILABLE, two_cases

OTHER_ROW = [0.0, "Month-to-month", 20.000001, 118.9, 10.0, "2025-03-01", 0.0]
UNCALIBRATED = CHURN_WORDS | {"quality": {"calibrated": False}}


def compared(first, second, words=CHURN_WORDS, other_words=None):
    return two_cases((first, words, "/predictions/1"), (second, other_words or words, "/predictions/2"))


@pytest.mark.parametrize(
    ("cases", "words", "sentence"),
    [
        ((churn(0.27), churn(0.4)), CHURN_WORDS, "The second chance is 13 points higher."),
        ((churn(0.4), churn(0.385)), CHURN_WORDS, "The second chance is 1 point lower."),
        ((churn(0.4), churn(0.401)), CHURN_WORDS, "Both chances are the same to the point."),
        ((churn(0.4), churn(0.9)), UNCALIBRATED, ""),
        ((wine({"A": 0.6, "B": 0.3, "C": 0.1}), wine({"A": 0.7, "B": 0.2, "C": 0.1})), WINE_WORDS, "Both times “A”"),
        ((wine({"A": 0.6, "B": 0.3, "C": 0.1}), wine({"A": 0.2, "B": 0.7, "C": 0.1})), WINE_WORDS, "then “B”"),
        ((price(5000.0, 4500.0, 5500.0), price(6200.0, 5700.0, 6700.0)), PRICE_WORDS, "$1,200 higher"),
        ((price(5000.0, 4500.0, 5500.0), price(5001.0, 4500.0, 5500.0)), PRICE_WORDS, "Both estimates are the same"),
    ],
)
def test_the_difference_is_said_in_the_figures_of_both_pages(cases, words, sentence):
    said = compared(*cases, words).difference

    assert sentence in said if sentence else said == ""


def test_what_was_answered_differently_is_marked_even_where_it_reads_alike():
    page = compared(churn(0.4), churn(0.4, row=OTHER_ROW))

    assert [pair.label for pair in page.given if pair.differs] == ["Phone service", "Tenure", "Total charges"]
    assert page.given_summary == "3 of 7 questions were answered differently."
    assert [pair.title for pair in page.given if pair.title] == ["Phone", "Contract and bill"]
    assert compared(churn(0.4), churn(0.5)).given_summary == "Every question was answered alike."


def test_a_question_that_only_one_was_asked_is_told_as_such():
    fewer = deepcopy(CHURN_WORDS)
    del fewer["schema"]["features"][0]
    page = compared(churn(0.4), churn(0.4, row=CHURN_ROW[1:], reasons=[]), other_words=fewer)
    turned = compared(churn(0.4, row=CHURN_ROW[1:], reasons=[]), churn(0.4), fewer, CHURN_WORDS)

    assert (page.given[0].label, page.given[0].values, page.given[0].differs) == (
        "Phone service",
        ("Yes", NOT_ASKED),
        True,
    )
    assert (turned.given[-1].label, turned.given[-1].values) == ("Phone service", (NOT_ASKED, "Yes"))


def test_the_reasons_are_those_of_both_pages_from_the_average_to_the_answer():
    first, second = churn(0.8), churn(0.1)
    page = compared(first, second)
    own = [result_page(record, CHURN_WORDS, "").reasons for record in (first, second)]

    assert page.reasons[0].is_end and page.reasons[-1].is_end
    for place, reasons in enumerate(own):
        told = [row.sides[place].amount for row in page.reasons if row.sides[place].amount]
        assert sorted(told) == sorted([reasons.average[1], *(row.amount for row in reasons.rows), reasons.total[1]])


def test_a_reason_that_one_page_counts_among_the_others_is_told_as_such():
    first = churn(0.8)
    lesser = churn(0.8, reasons=[one for one in first["reasons"] if one["feature"] != "Contract"])
    sides = {row.label: row.sides for row in compared(first, lesser).reasons}

    assert sides["Contract"][0].amount
    assert sides["Contract"][1].said == AMONG_OTHERS


def test_reasons_that_one_of_both_lacks_are_said_to_be_missing():
    page = compared(churn(0.8), churn(0.8, reasons=[]))

    assert {row.sides[1].said for row in page.reasons[1:-1]} == {NOT_AVAILABLE}
    assert compared(churn(0.8, reasons=[]), churn(0.8, reasons=[])).reasons == ()


def test_another_version_is_named_as_a_cause():
    newer = CHURN_WORDS | {"number": 8}
    page = compared(churn(0.8), churn(0.8, version="20261101T080000Z-0a1b2c3d"), other_words=newer)

    assert page.versions.startswith("They were answered by version 7 and by version 8")
    assert compared(churn(0.8), churn(0.8)).versions == ""


def test_a_page_of_few_questions_counts_nothing_among_others():
    first = wine({"A": 0.6, "B": 0.3, "C": 0.1})
    second = first | {"reasons": [one for one in first["reasons"] if one["feature"] == "hue"]}
    said = {row.label: row.sides[1].said for row in compared(first, second, WINE_WORDS).reasons}

    assert said["Alcohol"] in (AMONG_OTHERS, NO_REASON)
