"""What came after an answer, in words."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from werkzeug.datastructures import MultiDict

from tests.forms.scratch_app import scratch_app
from tests.pages.recorded import CHURN_WORDS, PRICE_WORDS, WINE, WINE_WORDS, churn, price, wine
from tests.records.cases import ADA
from webapp.forms.afterwards import outcome_form, override_form
from webapp.records.actors import ANYONE
from webapp.records.outcome_rules import OutcomeRule
from webapp.records.outcomes import Outcome
from webapp.records.overrides import Override
from webapp.records.remarks import NOTE, PROBLEM, Remark
from webapp.records.track_record import TrackRecord
from webapp.result_page.case import read_case
from webapp.result_page.since import Later, since_then
from webapp.schema import Target

AT = datetime(2026, 11, 20, 13, 32, tzinfo=UTC)
PREDICTION = {"prediction_id": "p", "at": AT}
LEAVING = churn(0.741), CHURN_WORDS
STAYING = churn(0.28), CHURN_WORDS
CLOSE = churn(0.45, answer="No"), CHURN_WORDS
SORT = wine({"A": 0.1, "B": 0.8, "C": 0.1}), WINE_WORDS
DIAMOND = price(6638.2, 5832.1, 7557.9), PRICE_WORDS
ALONE = price(6638.2), PRICE_WORDS


def told(value, seq=1, who=ADA, source="form", happened_at=None):
    return Outcome(**PREDICTION, seq=seq, value=value, who=who, source=source, happened_at=happened_at)


def decided(value, why="They called", seq=1):
    return Override(**PREDICTION, seq=seq, value=value, why=why, who=ADA, model="churn")


def said(kind, text="", who=ADA, seq=1):
    return Remark(**PREDICTION, seq=seq, kind=kind, text=text, who=who)


def since(columns, words, **later):
    record, fate = SimpleNamespace(**columns), later.pop("fate", ())
    return since_then(read_case(columns, words), OutcomeRule.of(words), record, Later(**later), fate)


@pytest.mark.parametrize(
    ("answer", "value", "text"),
    [
        (LEAVING, "Yes", "Churn: Yes (leave). It was flagged, and that proved right."),
        (LEAVING, "No", "Churn: No (stay). It was flagged, and that proved wrong."),
        (STAYING, "No", "Churn: No (stay). It was not flagged, and that proved right."),
        (CLOSE, "Yes", "Churn: Yes (leave). It was flagged, and that proved right."),
        (SORT, "B", "Cultivar: B. The answer was “B”, and that proved right."),
        (SORT, "A", "Cultivar: A. The answer was “B”, and that proved wrong."),
        (DIAMOND, "7000", "Price: $7,000. That is $360 above the estimate, and inside its range."),
        (DIAMOND, "5000.25", "Price: $5,000.25. That is $1,640 below the estimate, and outside its range."),
        (DIAMOND, "6638", "Price: $6,638. That is what was estimated, and inside its range."),
        (ALONE, "7000", "Price: $7,000. That is $362 above the estimate."),
    ],
)
def test_what_happened_stands_beside_what_was_answered(answer, value, text):
    assert since(*answer, outcomes=[told(value)]).events[0].text == text


def test_it_is_said_when_by_whom_and_how_often_it_was_changed():
    rows = [told("No"), told("Yes", 2, source="file", happened_at=datetime(2026, 10, 3, tzinfo=UTC))]
    [event] = since(*LEAVING, outcomes=rows).events

    assert event.when == ("Recorded 20 Nov 2026, 14:32 CET by Ada, from a file; happened 3 Oct 2026. Changed once")
    assert since(*LEAVING, outcomes=[told("No", who=ANYONE)]).events[0].when == "Recorded 20 Nov 2026, 14:32 CET"


def test_what_was_taken_back_is_not_shown():
    found = since(*LEAVING, outcomes=[told("No"), told("", 2)], overrides=[decided("No"), decided("", "", 2)])

    assert found.is_empty
    assert not since(*LEAVING, fate=["Version 8 answers."]).is_empty


def test_a_decision_names_what_it_replaces_and_its_reason():
    assert since(*LEAVING, overrides=[decided("No", "They called\nand stay")]).events[0].text == (
        "No (stay) instead of Yes (leave).\nThey called\nand stay"
    )
    assert since(*DIAMOND, overrides=[decided("7000")]).events[0].text == "$7,000 instead of $6,640.\nThey called"


def test_words_of_the_same_person_take_the_place_of_a_press_without_any():
    rows = [said(PROBLEM), said(PROBLEM, "Wrong town", seq=2), said(NOTE, "Called"), said(PROBLEM, who=ANYONE)]
    texts = [event.text for event in since(*LEAVING, remarks=rows).events]

    assert texts == ["Wrong town", "Called", "Something is wrong with this answer."]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (
            LEAVING,
            "1,200 customers with a chance of leaving from 70 to 80 in 100: for 900 of them it was “Yes (leave)”.",
        ),
        (SORT, "1,200 wines for which the answer was “B”: it proved right for 1,000."),
        (DIAMOND, "1,200 diamonds: the range of the answer held the real price of 1,000."),
    ],
)
def test_how_often_such_answers_proved_right_is_told_once_enough_is_known(answer, text):
    [event] = since(*answer, alike=TrackRecord(known=1200, right=1000, positive=900)).events
    assert (event.heading, event.text) == ("Answers like this one", f"So far it is known what happened to {text}")

    assert since(*answer, alike=TrackRecord(known=29, right=29, positive=29)).is_empty


def test_decisions_of_people_are_told_beside_the_answers_they_overrode():
    alike = TrackRecord(known=60, right=40, overridden=12, overridden_right=4, overrides_right=8)

    assert (
        since(*DIAMOND, alike=alike)
        .events[0]
        .text.endswith(
            "held the real price of 40. People decided otherwise for 12 of these, and proved right for 8; "
            "there the answer proved right for 4."
        )
    )


def test_text_that_turns_its_surroundings_round_is_isolated():
    [event] = since(*LEAVING, remarks=[said(NOTE, "abc\u202edef")]).events

    assert event.text == "\u2068abc\u202edef\u2069"


@pytest.fixture(scope="module")
def request_context():
    with scratch_app(".").test_request_context():
        yield


def asked(answer, make=outcome_form, *more, **fields):
    columns, words = answer
    form = make(read_case(columns, words), OutcomeRule.of(words), *more, formdata=MultiDict(fields))
    return form, form.validate()


def test_a_number_is_asked_for_with_its_unit_and_read_by_the_grammar(request_context):
    form, is_valid = asked(DIAMOND, value="$5,000.50")
    assert (is_valid, form.outcome, form.value.label.text) == (True, "5000.5", "Price ($)")

    for wrong, sentence in (("", "Enter Price"), ("cheap", "Price must be a number, like 1"), ("1e3", "Price must be")):
        form, is_valid = asked(DIAMOND, value=wrong)
        assert not is_valid
        assert form.problems[0][0] == "#value"
        assert form.problems[0][1].startswith(sentence)


def test_many_classes_are_a_list_to_select_from(request_context):
    names = tuple(f"Sort {number}" for number in range(9))
    schema = {**WINE.to_json(), "target": {**WINE.to_json()["target"], "classes": names}}
    answer = wine({"Sort 3": 0.8, "Sort 4": 0.2}), WINE_WORDS | {"schema": schema}
    form, is_valid = asked(answer, value="7")
    assert (form.value.type, is_valid, form.outcome) == ("SelectField", True, "Sort 7")
    assert asked(answer, value="")[0].problems == [("#value", "Select what happened")]

    form, is_valid = asked(answer, override_form, "Sort 3", value="3", why="Seen")
    assert (is_valid, form.outcome) == (True, "Sort 4")


def test_a_decision_is_any_other_class_than_the_answer(request_context):
    form, _ = asked(LEAVING, override_form, "Yes")

    assert form.value.choices == {"0": "No (stay)"}
    assert [href for href, _ in form.problems] == ["#value-0", "#why"]


def test_classes_without_a_wording_are_named_as_they_are():
    target = Target("Churn", "classes", "Churn", classes=("No", "Yes"), positive="Yes")
    words = CHURN_WORDS | {"outcomes": {}, "schema": {**CHURN_WORDS["schema"], "target": {**vars_of(target)}}}

    assert since(churn(0.741), words, outcomes=[told("Yes")]).events[0].text.startswith("Churn: Yes. It was flagged")


def vars_of(target):
    return {name: getattr(target, name) for name in ("name", "kind", "label", "classes", "positive")}
