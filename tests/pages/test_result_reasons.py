import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pages.recorded import CHURN, CHURN_WORDS, PRICE_WORDS, churn, price, reason
from webapp.result_page.page import result_page
from webapp.result_page.values import plain_text
from webapp.schema import Feature, Schema

PRICE_TARGET = Schema.from_json(PRICE_WORDS["schema"]).target
shares = st.lists(st.floats(-40, 40), min_size=7, max_size=7)


def page_of(record, words=CHURN_WORDS):
    return result_page(record, words, "https://formcast.example/predictions/x")


def points(text):
    found = re.fullmatch(r"([+\u2212])([\d,]+) points?", text)
    return 0 if found is None else int(found[2].replace(",", "")) * (-1 if found[1] == "\u2212" else 1)


def churn_with(moved, base=0.265):
    """A case whose reasons are exactly these, kept inside 0 to 100."""
    scale = min(1.0, 73.0 / (sum(map(abs, moved)) or 1.0), 26.0 / (sum(map(abs, moved)) or 1.0))
    moved = [scale * amount for amount in moved]
    reasons = [reason(CHURN, name, amount) for name, amount in zip(CHURN.by_name, moved, strict=True)]
    return churn(base + sum(moved) / 100, reasons=reasons), sorted(moved, key=lambda amount: -abs(amount))


def test_five_reasons_are_named_and_the_others_stand_together():
    rows = page_of(churn(0.741)).reasons.rows

    assert [row.label for row in rows] == [
        "Contract", "Monthly charges", "Tenure", "Total charges", "Phone service", "The other two answers together",
    ]  # fmt: skip
    assert [row.kind for row in rows] == ["up", "up", "down", "up", "up", "rest"]
    assert [row.said for row in rows] == ["raised it", "raised it", "lowered it", "raised it", "raised it", ""]
    assert [points(row.amount) for row in rows] == [24, 14, -10, 7, 6, 6]


@given(shares)
def test_what_is_shown_adds_up_from_the_average_to_the_answer(moved):
    record, _ = churn_with(moved)
    reasons = page_of(record).reasons

    if reasons.total[1][0].isdigit():
        total = int(reasons.total[1].split()[0])
        assert 27 + sum(points(row.amount) for row in reasons.rows) == total


@given(shares)
def test_every_named_reason_is_true_to_a_point_and_on_its_side_of_zero(moved):
    record, true = churn_with(moved)
    rows = page_of(record).reasons.rows

    zero = float(page_of(record).reasons.zero.rstrip("%"))
    for row, amount in zip(rows[:5], true, strict=False):
        assert abs(points(row.amount) - amount) <= 1.5
        assert row.kind == ("down" if amount < 0 else "up")
        start, width = (float(text.rstrip("%")) for text in (row.bar.x, row.bar.width))
        assert 0 <= start <= start + width <= 100.02
        assert (start + width if row.kind == "down" else start) == pytest.approx(zero, abs=0.02)


def test_the_two_largest_in_the_direction_of_the_answer_stand_below_the_picture():
    page = page_of(churn(0.741))
    assert plain_text(page.answer.rules[-1].parts) == (
        "Raised most by Contract (20), 24 points, and Monthly charges (20), 14 points."
    )

    page = page_of(churn(0.1))
    assert plain_text(page.answer.rules[-1].parts).startswith("Lowered most by Contract (20), ")


def test_an_answer_that_nothing_moved_by_a_point_names_no_reason():
    page = page_of(churn(0.265))

    assert [row.amount for row in page.reasons.rows[:5]] == ["under 1 point"] * 5
    assert not [rule for rule in page.answer.rules if "most by" in plain_text(rule.parts)]


def test_six_answers_are_all_named_rather_than_one_called_the_others():
    six = Schema("churn", CHURN.features[:6], CHURN.target)
    reasons = [reason(six, name, 5.0) for name in six.by_name]
    page = page_of(churn(0.565, reasons=reasons, row=churn(0.5)["row"][:6]), CHURN_WORDS | {"schema": six})

    assert [row.kind for row in page.reasons.rows] == ["up"] * 6


def test_reasons_stored_in_part_leave_their_remainder_to_the_others():
    page = page_of(churn(0.741, reasons=[reason(CHURN, "Contract", 20.0)]))

    assert [(row.label, points(row.amount)) for row in page.reasons.rows] == [
        ("Contract", 20), ("The other six answers together", 27),
    ]  # fmt: skip


def test_a_record_without_reasons_says_so():
    assert page_of(churn(0.741, reasons=[])).reasons is None
    assert page_of(churn(0.741, reference_value=None)).reasons is None


def test_one_input_explains_the_whole_difference():
    one = Schema("diamonds", (Feature("carat", "number", "Weight"),), PRICE_TARGET)
    record = price(6638.2, 5832.1, 7557.9, row=[1.0], reasons=[reason(one, "carat", 6638.2 - 3870.4)])

    rows = page_of(record, PRICE_WORDS | {"schema": one}).reasons.rows

    assert [row.amount for row in rows] == ["+$2,770"]


def test_a_reason_smaller_than_the_rounding_says_under():
    record = price(3871.0, 3000.0, 4700.0, reasons=[])
    record["reasons"] = [reason(Schema.from_json(PRICE_WORDS["schema"]), "carat", 0.6)]

    assert page_of(record, PRICE_WORDS).reasons.rows[0].amount == "under $10"


def test_nothing_on_the_page_claims_a_cause():
    text = repr(page_of(churn(0.741))) + repr(page_of(price(6638.2, 5832.1, 7557.9), PRICE_WORDS))

    for word in ("caused", "because", "SHAP", "log-odds", "confidence", "ground truth", "Feature"):
        assert word not in text
    assert "is associated with" in text


def test_where_logarithms_were_learned_reasons_are_told_in_percent_of_the_average_and_add_up():
    words = PRICE_WORDS | {"reasons_in": "percent"}
    page = page_of(price(6638.2, 5832.1, 7557.9), words)

    assert [row.amount for row in page.reasons.rows] == ["+65%", "+7%"]
    assert (page.reasons.average[1], page.reasons.total[1], page.reasons.total_sum) == ("$3,870", "$6,640", "+72%")
    assert "in percent of that average. Together they add up to +72%, which makes $6,640." in page.reasons.introduction
    assert page.reasons.amount_heading == "Percent"
    assert plain_text(page.answer.rules[0].parts) == "Raised most by Weight (20), 65%, and Length (20), 7%."


@given(st.floats(50.0, 40_000.0))
def test_percent_add_up_to_what_the_two_amounts_say(value):
    reasons = page_of(price(value, 0.8 * value, 1.3 * value), PRICE_WORDS | {"reasons_in": "percent"}).reasons
    start, end = (int(text.strip("$").replace(",", "")) for text in (reasons.average[1], reasons.total[1]))
    amounts = [
        int(row.amount.strip("%").replace("\u2212", "-").replace(",", "").removeprefix("under "))
        for row in reasons.rows
        if not row.amount.startswith("under")
    ]

    assert abs(100 + sum(amounts) - 100 * end / start) <= 1


def test_an_average_of_nothing_has_no_percent():
    record = price(100.0, 50.0, 150.0) | {"reference_value": 0.0}

    assert page_of(record, PRICE_WORDS | {"reasons_in": "percent"}).reasons.rows[0].amount.startswith(("+$", "\u2212$"))
