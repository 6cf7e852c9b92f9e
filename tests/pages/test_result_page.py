from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pages.recorded import CHURN, CHURN_WORDS, GENERIC, churn
from webapp.result_page.page import result_page
from webapp.result_page.values import plain_text

URL = "https://formcast.example/predictions/7q4mz2vkAbCdEfGh12_-zz"


def page_of(record, **words):
    return result_page(record, CHURN_WORDS | words, URL)


def headline(page):
    return page.answer.headline + page.answer.emphasis


def rules(page):
    return [plain_text(rule.parts) for rule in page.answer.rules]


def test_the_answer_is_one_sentence_with_percent_frequency_and_what_is_done():
    page = page_of(churn(0.741))

    assert headline(page) == "This customer will probably leave"
    assert page.answer.emphasis == "leave"
    assert plain_text(page.answer.lead) == (
        "The chance of leaving is 74%: about 74 in 100 customers like this one. Flagged. Offer a retention call."
    )
    assert page.title == "Chance of leaving: 74 in 100, 7Q4MZ2VK"


def test_below_one_half_the_headline_is_the_other_class_and_the_chance_still_the_positive_one():
    page = page_of(churn(0.27))

    assert headline(page) == "This customer will probably stay"
    assert plain_text(page.answer.lead) == (
        "The chance of leaving is 27%: about 27 in 100 customers like this one. Not flagged."
    )


def test_without_words_in_the_spec_the_page_finds_generic_ones():
    page = page_of(churn(0.27), **GENERIC)

    assert headline(page) == "Churn: probably No"
    assert plain_text(page.answer.lead) == "The chance of \u201cYes\u201d is 27%: about 27 in 100 cases like this one. "
    assert page.answer.hundred.counts == (("27", "are \u201cYes\u201d"), ("73", "are \u201cNo\u201d"))
    assert page.answer.heading == "The chance, beside the average"


@pytest.mark.parametrize(
    ("probability", "percent"), [(0.0, "less than 1%"), (0.004, "less than 1%"), (0.995, "more than 99%")]
)
def test_no_case_is_certain(probability, percent):
    page = page_of(churn(probability))

    assert f"is {percent}: " in plain_text(page.answer.lead)
    assert "0 in 100 " not in plain_text(page.answer.lead).replace("100 in 100", "")


@pytest.mark.parametrize(
    ("points_away", "close", "side"),
    [(-6, False, "below, so it is not"), (-5, True, "below, so it is not"), (-0.4, True, "just below, so it is not"),
     (0, True, "exactly there, so it is"), (0.4, True, "just above, so it is"), (5, True, "above, so it is"),
     (6, False, "above, so it is")],
)  # fmt: skip
def test_near_the_rule_is_a_close_call(points_away, close, side):
    page = page_of(churn(0.4 + points_away / 100))

    rule = rules(page)[0]
    assert rule.startswith("We flag customers at 40% or more. ")
    assert f"This one is {side} flagged." in rule
    assert ("Close call" in rule) == close
    assert ("Close call" in plain_text(page.answer.lead) + headline(page)) == close
    assert rule.endswith("Set by the Retention team, 3 Oct 2026.")


@pytest.mark.parametrize(
    ("probability", "expected"),
    [(0.44, "This customer will probably stay"), (0.45, "Close call: this customer may stay or leave"),
     (0.55, "Close call: this customer may leave or stay"), (0.56, "This customer will probably leave")],
)  # fmt: skip
def test_without_a_rule_a_close_call_is_near_one_half(probability, expected):
    page = page_of(churn(probability), decision={"threshold": None})

    assert headline(page) == expected
    assert "flag" not in " ".join(rules(page))


def test_even_chances_far_from_the_rule_are_no_close_call_but_nothing_is_called_probable():
    page = page_of(churn(0.52))

    assert headline(page) == "This customer may leave or stay"
    assert "Close call" not in plain_text(page.answer.lead)


def test_even_chances_of_nameless_classes_are_said_in_quotes():
    assert headline(page_of(churn(0.49), **GENERIC)) == "Close call: Churn may be \u201cNo\u201d or \u201cYes\u201d"


def test_a_model_that_is_not_calibrated_shows_a_range_and_no_percent():
    page = page_of(churn(0.28), quality={"calibrated": False, "band_points": 7})

    assert plain_text(page.answer.lead).startswith("The chance of leaving is between 20 and 35 in 100 customers")
    assert page.title == "Chance of leaving: between 20 and 35 in 100, 7Q4MZ2VK"
    assert page.answer.hundred is None
    assert page.answer.scale.mark == ""
    assert (page.answer.scale.range.x, page.answer.scale.range.width) == ("20%", "15%")
    assert all(row.amount == "" for row in page.reasons.rows)
    assert page.reasons.total[1] == ""
    assert "28" not in repr(page.answer)


def test_the_base_rate_stands_beside_the_chance():
    page = page_of(churn(0.741))

    assert "All customers: 27" in [label.text for label in page.answer.scale.labels]
    assert page.reasons.average == ("All customers", "27 in 100")


def test_the_care_note_names_field_value_and_usual_range():
    flags = [
        {"code": "outside_range", "feature": "MonthlyCharges", "text": "Monthly charges, $118.90, are high."},
        {"code": "unlike_training", "feature": "", "text": "Taken together, these answers are unlike the others."},
    ]  # fmt: skip
    page = page_of(churn(0.741, warnings=flags[:1], light="amber"))

    assert page.care.heading == "Treat this estimate with care"
    assert [part.weight for part in page.care.flags[0]] == ["strong", ""]
    assert plain_text(page.care.flags[0]) == flags[0]["text"]

    page = page_of(churn(0.741, warnings=flags, light="red"))
    assert page.care.heading == "Do not rely on this estimate alone"
    assert plain_text(page.care.flags[1]) == flags[1]["text"]


def test_without_flags_there_is_no_note_unless_the_light_says_so():
    assert page_of(churn(0.741)).care is None
    assert page_of(churn(0.741, light="red")).care.flags


def test_that_a_person_decides_stands_at_the_top_and_any_other_notice_beside_the_model():
    referred = page_of(churn(0.5), notice="Until further notice a person decides about every case. It is too old.")
    noticed = page_of(churn(0.5), notice="Learned from simulated data")

    assert (referred.referral, referred.notice) == ("It is too old.", "")
    assert (noticed.referral, noticed.notice) == ("", "Learned from simulated data")


def test_a_number_of_the_case_that_is_called_reference_too_is_told_apart():
    schema = {**CHURN_WORDS["schema"], "id_label": "Reference"}
    page = page_of(churn(0.5, business_key="C-18"), schema=schema)

    assert {"Your reference: C-18", "Reference 7Q4MZ2VK"} <= set(page.meta)


def test_answers_stand_in_their_groups_with_the_way_back_to_each_question():
    page = page_of(churn(0.741))

    assert [group.title for group in page.given] == ["Phone", "Contract and bill"]
    answers = [answer for group in page.given for answer in group.answers]
    assert [answer.value for answer in answers] == [
        "Yes", "Month-to-month", "20 months", "$118.90", "Not provided", "1 Mar 2025", "No",
    ]  # fmt: skip
    assert [answer.label for answer in answers if answer.is_missing] == ["Total charges"]
    assert answers[3].change_url == "/models/churn?from=7q4mz2vkAbCdEfGh12_-zz#f3"
    assert page.again_url == "/models/churn?from=7q4mz2vkAbCdEfGh12_-zz"
    assert page.given_count == "7 answers"


def test_a_row_kept_by_name_is_read_in_schema_order():
    by_name = dict(zip(CHURN.by_name, churn(0.7)["row"], strict=True))

    assert page_of(churn(0.7, row=by_name)).given == page_of(churn(0.7)).given


def test_a_record_may_be_an_object_and_the_schema_ready_made():
    columns = churn(0.741) | {"at": datetime(2026, 11, 20, 13, 32)}

    assert page_of(SimpleNamespace(**columns), schema=CHURN) == page_of(churn(0.741))


def test_the_page_says_when_in_the_time_zone_of_the_model():
    page = page_of(churn(0.741, at=datetime(2026, 11, 20, 13, 32, tzinfo=UTC), business_key="C-17", channel="example"))

    assert page.meta == (
        "Asked 20 Nov 2026, 14:32 CET",
        "Customer number: C-17",
        "Reference 7Q4MZ2VK",
        "Made from the example answers",
    )


def test_the_model_is_described_in_plain_words():
    facts = {fact.term: fact.text for fact in page_of(churn(0.741)).facts}

    assert facts["Model and version"] == "Customer churn, version 7"
    assert facts["Learned from"] == "5,634 customers, trained 12 Oct 2026"
    assert facts["How good it is"] == (
        "Of 100 customers it flags, about 61 really leave. It finds about 66 of every 100 that leave."
    )
    assert facts["Know its limits"] == "Its cases came from: California. Elsewhere it may be wrong."
    assert facts["Owner"] == "Customer Insight"
    assert facts["Contact"] == "extension 4410"


def test_what_nobody_wrote_or_measured_is_left_out():
    page = page_of(churn(0.741), quality={}, geography="", owner="", contact="", number=None, trained_rows=None)

    assert {fact.term for fact in page.facts} == {"Model and version", "Learned from"}


def test_the_same_record_and_words_make_the_same_page_and_nobody_can_change_it():
    first, second = page_of(churn(0.741)), page_of(churn(0.741))

    assert first == second
    with pytest.raises(FrozenInstanceError):
        first.title = "other"


@given(st.floats(0, 1))
def test_every_chance_has_one_figure_on_the_whole_page(probability):
    page = page_of(churn(probability))

    figure = page.answer.brief.removeprefix("Chance of leaving: ").removesuffix(" in 100")
    assert f"{figure} in 100" in plain_text(page.answer.lead)
    assert page.reasons.total[1] == f"{figure} in 100"
    counts = [count.strip("<>") for count, _ in page.answer.hundred.counts]
    assert sum(map(int, counts)) == 100
