"""What became of cases like this one when the model was tried, told from what is stored with the decision alone."""

import numpy as np
import pytest

from tests.pages.recorded import CHURN_WORDS, PRICE_WORDS, WINE_WORDS, churn, price, wine
from tests.training.judged_rows import estimates, honest
from webapp.result_page.page import result_page
from webapp.result_page.values import plain_text
from webapp.training.evaluation.findings import evaluate
from webapp.training.gates.quality import quality_gates
from webapp.training.words import quality_words

BINS = [
    {"least": 0.0, "most": 0.05, "rows": 140, "happened": 0.0},
    {"least": 0.05, "most": 0.4, "rows": 700, "happened": 0.2149},
    {"least": 0.4, "most": 0.404, "rows": 19, "happened": 0.5},
    {"least": 0.404, "most": 0.62, "rows": 150, "happened": 0.52},
    {"least": 0.62, "most": 1.0, "rows": 141, "happened": 1.0},
]
RANGES = [
    {"least": 300.0, "most": 5000.0, "rows": 1200, "typical": 96.4, "coverage": 0.81},
    {"least": 5000.0, "most": 18000.0, "rows": 140, "typical": 431.0, "coverage": 0.79},
]


def said(record, words, **quality):
    words = words | {"quality": words.get("quality", {}) | quality}
    rules = result_page(record, words, "https://formcast.example/predictions/x").answer.rules
    return [plain_text(rule.parts) for rule in rules]


@pytest.mark.parametrize(
    ("chance", "sentence"),
    [
        (0.03, "Of 140 customers it was tried on with a chance under 5 in 100, none really leave."),
        (0.05, "Of 140 customers it was tried on with a chance under 5 in 100, none really leave."),
        (0.28, "Of 700 customers it was tried on with a chance from 5 to 40 in 100, about 21 in 100 really leave."),
        (0.5, "Of 150 customers it was tried on with a chance from 40 to 62 in 100, about 52 in 100 really leave."),
        (0.74, "Of 141 customers it was tried on with a chance of 62 in 100 or more, all really leave."),
    ],
)
def test_a_chance_is_told_beside_what_came_true_of_such_chances(chance, sentence):
    assert said(churn(chance), CHURN_WORDS, proved=BINS)[-1] == sentence


def test_nothing_is_told_of_too_few_cases_or_of_chances_that_cannot_be_defended():
    assert not any("tried on" in rule for rule in said(churn(0.402), CHURN_WORDS, proved=BINS))
    assert not any("tried on" in rule for rule in said(churn(0.28), CHURN_WORDS, proved=BINS, calibrated=False))
    assert not any("tried on" in rule for rule in said(churn(0.28), CHURN_WORDS))


def test_of_several_classes_it_was_right_so_often():
    record = wine({"A": 0.93, "B": 0.05, "C": 0.02})

    assert said(record, WINE_WORDS, proved=[{"least": 0.9, "most": 1.0, "rows": 31, "happened": 0.968}])[-1] == (
        "Of 31 wines it was tried on with a chance of 90 in 100 or more, it was right for about 97 in 100."
    )


def test_where_all_cases_are_counted_together_no_chance_is_named():
    record = wine({"A": 0.64, "B": 0.32, "C": 0.04})

    assert said(record, WINE_WORDS, proved=[{"least": 0.0, "most": 1.0, "rows": 36, "happened": 0.944}])[-1] == (
        "Of 36 wines it was tried on, it was right for about 94 in 100."
    )


def test_an_estimate_is_told_beside_the_errors_of_such_estimates():
    assert said(price(6638.2, 5832.1, 7557.9), PRICE_WORDS, proved=RANGES)[-1] == (
        "Of 140 diamonds it was tried on with estimates from $5,000 to $18,000, "
        "half were within $431 of the real price, and its ranges held 79 in 100."
    )
    assert "held" not in said(price(6638.2), PRICE_WORDS, proved=RANGES, coverage_defended=False)[-1]
    assert said(price(60_000.0), PRICE_WORDS, proved=RANGES)[-1].startswith("Half of the model's estimates are within")


def test_of_a_model_that_was_made_elsewhere_it_is_said_that_it_may_have_seen_them():
    words = CHURN_WORDS | {"estimator": "adopted"}

    assert said(churn(0.28), words, proved=BINS)[-1].endswith("then it looks better here than it is.")


@pytest.mark.parametrize("judged", [honest(400), estimates(300)], ids=["chances", "numbers"])
def test_the_words_of_a_version_hold_it(judged):
    evaluation = evaluate(judged, np.zeros(0), 0)
    proved = quality_words(evaluation, quality_gates(evaluation))["proved"]

    assert sum(one["rows"] for one in proved) == len(judged)
    assert min(one["rows"] for one in proved) >= 20
    if judged.is_number:
        assert all(0.0 < one["typical"] < 3.0 and 0.5 < one["coverage"] <= 1.0 for one in proved)
    else:
        places = [(judged.chance > one["least"]) & (judged.chance <= one["most"]) for one in proved]
        assert [one["happened"] for one in proved] == pytest.approx([judged.happened[rows].mean() for rows in places])


def test_each_of_the_three_lights_has_words():
    flag = {"code": "missing", "feature": "tenure", "text": "Tenure was not provided."}
    pages = [
        result_page(churn(0.28, light=light, warnings=flags), CHURN_WORDS, "")
        for light, flags in (("green", []), ("amber", [flag]), ("red", [flag, flag]))
    ]

    assert [page.calm for page in pages] == ["Nothing about this case is unusual for the model.", "", ""]
    assert [page.care and page.care.heading for page in pages] == [
        None, "Treat this estimate with care", "Do not rely on this estimate alone",
    ]  # fmt: skip
