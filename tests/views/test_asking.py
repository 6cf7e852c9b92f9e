"""From the form to the page of the answer, over HTTP."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.views.conftest import ANSWERS, ASK, Browser, hidden_fields
from tests.views.making import add_version
from tests.views.reading import checked, typed_value
from webapp.records.predictions import prediction_by_id


def record_of(service, location):
    with service.parts.database.reading() as connection:
        return prediction_by_id(connection, location.rsplit("/", 1)[1])


def test_a_filled_form_leads_to_a_page_with_the_answer(browser, service):
    sent = browser.ask()
    page = browser.get(sent.location)

    assert sent.status_code == 303
    assert page.status_code == 200
    assert record_of(service, sent.location).reference in page.text


def test_the_record_holds_what_the_pipeline_says(browser, service):
    record = record_of(service, browser.ask().location)
    champion = service.parts.follower.champions["leaving"]
    row = np.empty((1, 5), dtype=object)
    row[0] = [12.0, 70.5, "monthly", 0.0, np.datetime64("2019-05-03")]

    assert record.probability == champion.predictor.pipeline.predict_proba(row)[0, 1]
    assert record.row == {"months": 12.0, "bill": 70.5, "contract": "monthly", "senior": 0.0, "joined": "2019-05-03"}
    assert record.answers["joined"] == ["3", "5", "2019"]
    assert record.channel == "form"


def test_an_answer_that_may_be_left_out_is_kept_as_missing(browser, service):
    record = record_of(service, browser.ask(f1="").location)

    assert record.row["bill"] is None


def test_the_same_page_sent_again_finds_its_first_answer(browser, service):
    fields = browser.fields()

    assert browser.send(fields).location == browser.send(fields).location
    assert service.records() == 1


def test_changed_answers_after_going_back_are_a_new_answer(browser, service):
    fields = browser.fields()
    locations = {browser.send(fields | change).location for change in ({}, {"f0": "13"}, {"business_key": "C-17"})}

    assert len(locations) == 3
    assert service.records() == 3


def test_numbers_written_in_another_way_are_the_same_answers(browser, service):
    fields = browser.fields()
    first, again = browser.send(fields), browser.send(fields | {"f1": " $70.5 "})

    assert first.location == again.location


def test_a_double_click_makes_one_record(browser, service):
    fields = browser.fields()
    cookie = browser.client.get_cookie("session").value

    def send(_):
        client = service.app.test_client()
        client.set_cookie("session", cookie)
        return Browser(client).send(fields).location

    with ThreadPoolExecutor(6) as threads:
        locations = set(threads.map(send, range(12)))

    assert len(locations) == 1
    assert service.records() == 1


def test_two_visitors_with_equal_answers_have_an_answer_each(service):
    locations = {Browser(service.app.test_client()).ask().location for _ in range(2)}

    assert len(locations) == 2


def example_of(page):
    """What a browser sends of the page of the example."""
    fields = hidden_fields(page)
    for name in ("f0", "f1", "f4-day", "f4-month", "f4-year"):
        fields[name] = typed_value(page, name)
    for name in ("f2", "f3"):
        [fields[name]] = checked(page, name)
    return fields


def test_the_example_is_marked_and_kept_apart(browser, service):
    page = browser.get(f"{ASK}?example=1")
    record = record_of(service, browser.send(example_of(page)).location)

    assert "Example values: replace before use" in page.text
    assert record.channel == "example"


def test_the_example_stays_one_when_a_page_that_was_open_too_long_comes_back(browser, service):
    fields = example_of(browser.get(f"{ASK}?example=1"))
    refreshed = browser.send(fields | {"csrf_token": "gone"})
    record = record_of(service, browser.send(example_of(refreshed)).location)

    assert refreshed.status_code == 400
    assert record.channel == "example"


def test_a_real_case_that_equals_the_typical_one_is_no_example(browser, service):
    typical = example_of(browser.get(f"{ASK}?example=1"))
    of_its_own = browser.fields() | {name: answer for name, answer in typical.items() if name.startswith("f")}
    typed_in = record_of(service, browser.send(of_its_own).location)
    with_a_number = record_of(service, browser.send(typical | {"business_key": "C-17"}).location)

    assert "example" not in hidden_fields(browser.get())
    assert (typed_in.channel, with_a_number.channel) == ("form", "form")


def test_a_changed_example_is_a_case_of_its_own(browser, service):
    fields = browser.fields(f"{ASK}?example=1")

    assert record_of(service, browser.send(fields).location).channel == "form"


def test_an_earlier_answer_can_be_asked_again(browser):
    first = browser.ask(business_key="C-17", f1="")
    page = browser.get(f"{ASK}?from={first.location.rsplit('/', 1)[1]}")

    assert typed_value(page, "f0") == "12"
    assert typed_value(page, "f1") == ""
    assert typed_value(page, "business_key") == "C-17"
    assert checked(page, "f2") == ["0"]


def test_the_last_answers_can_be_copied(browser):
    nothing = browser.get(f"{ASK}?last=1")
    browser.ask(f0="44")
    page = browser.get(f"{ASK}?last=1")

    assert "There is no earlier answer" in nothing.text
    assert typed_value(page, "f0") == "44"


@pytest.mark.parametrize("wanted", ["from=nothing", "from=" + "A" * 22, "from=../../x"])
def test_an_answer_that_never_was_cannot_be_asked_again(browser, wanted):
    assert browser.get(f"{ASK}?{wanted}").status_code == 404


def test_a_new_version_with_the_same_questions_answers_a_form_that_was_open(browser, service):
    fields = browser.fields()
    second = add_version(service.parts.store, seed=1)
    service.promote(second)
    record = record_of(service, browser.send(fields).location)

    assert record.version == second.version


def test_fields_of_no_form_are_ignored_and_counted(browser, caplog):
    with caplog.at_level("INFO", logger="formcast.asking"):
        sent = browser.ask(surplus="canary")

    assert sent.status_code == 303
    assert "1 fields that no form of ours has" in caplog.text
    assert "canary" not in caplog.text


def test_an_unknown_model_is_not_found(browser):
    assert browser.get("/models/nothing").status_code == 404
    assert browser.client.post("/models/nothing", data=browser.fields()).status_code == 404


def test_an_unknown_model_asked_without_a_token_is_refused(browser):
    assert browser.client.post("/models/nothing", data=ANSWERS).status_code == 400
