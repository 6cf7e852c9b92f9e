"""A list of answers is used by keyboard alone and without a script."""

import pytest

from tests.browser.accounts import tab_to_control
from tests.browser.answering import MOST_TABS, press_enter

pytestmark = pytest.mark.browser

HISTORY = "/models/leaving/history"


def tab_to_next_box(page):
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "pick":
            return
    raise AssertionError("Tab never reached a box")


def test_two_answers_are_chosen_and_compared(states, open_page):
    page = open_page(HISTORY, java_script_enabled=False)
    for _ in range(2):
        tab_to_next_box(page)
        page.keyboard.press("Space")
    tab_to_control(page, "compare")
    press_enter(page)

    assert "/compare/" in page.url
    assert page.locator("h1").inner_text() == "Two answers compared"
    assert page.locator("tr.hit .badge").all_inner_texts() != []


def test_filters_open_and_are_applied(states, open_page):
    page = open_page(HISTORY, java_script_enabled=False)
    page.locator("summary", has_text="Filter and sort").focus()
    page.keyboard.press("Enter")
    tab_to_control(page, "light")
    page.keyboard.type("Do not rely")
    tab_to_control(page, "who")
    page.keyboard.press("Tab")
    press_enter(page)

    assert "light=red" in page.url
    assert set(page.locator("td .status").all_inner_texts()) == {"Do not rely on it alone"}
    assert page.locator("#light").is_visible()  # what narrows the list stays open
