"""From an answer to what would change it and to a what-if of one's own: by pointer and by keyboard alone."""

import pytest

from tests.browser.answering import fill, focused, press_enter, press_send, tab_to

pytestmark = pytest.mark.browser

WITH_SCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])


def tab_to_question(page, label: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page)["label"].startswith(label):
            return
    raise AssertionError(f"Tab never reached {label}")


@WITH_SCRIPT
def test_a_what_if_is_tried_and_saved_with_the_keyboard_alone(open_page, states, site, javascript):
    page = open_page(states.addresses["chance"], java_script_enabled=javascript)
    before = site.records()
    tab_to(page, "Try a what-if")
    press_enter(page)
    tab_to_question(page, "Monthly bill")
    page.keyboard.press("Control+A")
    page.keyboard.type("30")
    page.keyboard.press("Enter")
    page.wait_for_selector(".versus .new")

    assert site.records() == before
    assert page.locator(".alter .badge").all_inner_texts() == ["Changed"]
    assert page.locator(".versus .k").all_inner_texts() == ["Original", "Difference", "Changed"]
    tab_to(page, "Save as a new answer")
    press_enter(page)

    assert page.url.startswith(f"{site.address}/predictions/")
    assert "$30.00" in page.inner_text("main") or "$30" in page.inner_text("main")
    assert site.records() == before + 1


def test_a_suggestion_leads_to_the_what_if_that_says_the_same(open_page, states):
    page = open_page(states.addresses["changes"], java_script_enabled=False)
    said = page.locator(".if .to b").first.inner_text()
    with page.expect_event("load"):
        page.click("text=Look at it as a what-if >> nth=0")

    assert page.locator(".versus .new .v").inner_text() == f"{said.removesuffix(' in 100')}%"
    assert page.locator(".alter .badge").count() >= 1


def test_every_problem_of_a_what_if_leads_to_its_row(open_page, states):
    page = states.show(open_page(java_script_enabled=True), "what-if with errors")
    links = page.locator(".problems a")

    assert links.count() == 2
    for position in range(2):
        links.nth(position).focus()
        page.keyboard.press("Enter")
        row = page.locator(".alter > .bad", has=page.locator(f"#{focused(page)['id']}"))
        assert (
            row.locator(".err > span").inner_text().removeprefix("Error:").strip() == links.nth(position).inner_text()
        )


def test_what_else_was_given_stays_folded_until_it_is_wanted(open_page, states):
    page = open_page(states.addresses["what-if"], java_script_enabled=False)

    assert not page.locator("#f0").is_visible()
    page.click("text=The other answers")
    assert page.locator("#f0").is_visible()
    fill(page, {"Months": "60"})
    press_send(page, "Work it out")
    assert page.locator("#f0").is_visible()


def test_the_button_is_at_hand_however_many_questions_there_are_and_hides_none_in_focus(open_page, states):
    page = open_page(states.addresses["what-if"], width=320, height=640)
    page.locator("details.others summary").click()
    button = page.get_by_role("button", name="Work it out")
    boxes = page.locator(".alter :is(input, select)")

    for place in range(boxes.count()):
        boxes.nth(place).focus()
        box, beneath = boxes.nth(place).bounding_box(), button.bounding_box()
        assert beneath["y"] + beneath["height"] <= 640
        assert box["y"] + box["height"] <= beneath["y"] or box["y"] >= beneath["y"] + beneath["height"]
