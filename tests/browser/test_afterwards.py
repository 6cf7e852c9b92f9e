"""From an answer to what became of it: with the keyboard alone, with script and without."""

import pytest

from tests.browser.answering import CUSTOMER, fill, press_enter, press_send, tab_to

pytestmark = pytest.mark.browser

ASK = "/models/leaving"
WITH_SCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])


def since(page):
    return page.locator("aside.since").inner_text()


def choose(page, place):
    """Tab to the radios and choose one with the keys of a keyboard."""
    while page.evaluate("document.activeElement.type") != "radio":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(place):
        page.keyboard.press("ArrowDown")


def write(page, box, text):
    """Tab to the box and type."""
    while page.evaluate("document.activeElement.id") != box:
        page.keyboard.press("Tab")
    page.keyboard.type(text)


def press_after_tabbing(page, button):
    tab_to(page, button)
    press_enter(page)


@WITH_SCRIPT
def test_what_happened_is_recorded_decided_and_reported_with_the_keyboard_alone(open_page, javascript):
    page = open_page(ASK, java_script_enabled=javascript)
    fill(page, CUSTOMER | {"Customer": f"K-{javascript}"})
    answer = press_send(page).url
    before = page.locator("article").inner_html()

    press_after_tabbing(page, "Record what happened")
    press_after_tabbing(page, "Record it")
    page.locator(".problems:focus").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    choose(page, 1)
    write(page, "happened", "3 Oct 2026")
    press_after_tabbing(page, "Record it")
    assert page.url == f"{answer}#since"

    page.goto(f"{answer}/override")
    write(page, "why", "They called")
    press_after_tabbing(page, "Decide otherwise")
    press_after_tabbing(page, "Report a problem")
    write(page, "text", "The town is wrong")
    press_after_tabbing(page, "Send it")

    for words in ("Left: Yes (leave)", "happened 3 Oct 2026", "They called", "The town is wrong"):
        assert words in since(page)
    assert page.locator("article").inner_html() == before


def test_the_link_can_be_copied_by_hand_where_no_script_runs(open_page, states):
    page = open_page(states.addresses["chance"], java_script_enabled=False)

    assert page.input_value("#link") == states.addresses["chance"]
    assert not page.locator(".copy button").is_visible()


def test_the_way_from_a_number_of_a_case_to_its_outcome(open_page, states):
    page = open_page("/")
    with page.expect_event("load"):
        page.click("text=Record what happened to a case")
    page.fill("#q", "C-21")
    page.keyboard.press("Enter")
    page.wait_for_url("**/outcome")

    assert page.locator("h1").inner_text() == "What happened?"
    assert "Recorded so far" in page.locator("main").inner_text()
