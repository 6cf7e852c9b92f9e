"""What is said about a model's quality, and where too few cases were kept back to speak of a hundred."""

import pytest

from tests.pages.recorded import CHURN_WORDS, PRICE_WORDS, WINE_WORDS, churn, price, wine
from webapp.result_page.page import result_page

FEW = {"is_rough": True, "holdout_rows": 36}


def how_good(record, words, **quality):
    words = words | {"quality": words.get("quality", {}) | quality}
    return {fact.term: fact.text for fact in result_page(record, words, "/predictions/x").facts}["How good it is"]


def test_few_judged_cases_of_many_classes_are_counted():
    said = how_good(wine({"A": 0.9, "B": 0.05, "C": 0.05}), WINE_WORDS, **FEW, accuracy=1.0, baseline_accuracy=0.39)

    assert said == (
        "Right for 36 of 36 wines kept back for judging. Always giving the most frequent answer would be right for 14."
    )


@pytest.mark.parametrize(
    ("record", "words", "begins"),
    [
        (churn(0.7), CHURN_WORDS, "On only 36 customers: of 100 customers it flags, about 61 "),
        (price(6640.0), PRICE_WORDS, "On only 36 diamonds: half of its estimates are within "),
    ],
)
def test_few_judged_cases_are_named_first(record, words, begins):
    assert how_good(record, words, **FEW, median_error=150.0).startswith(begins)


def test_enough_judged_cases_are_not_named():
    assert how_good(churn(0.7), CHURN_WORDS, is_rough=False).startswith("Of 100 customers")
