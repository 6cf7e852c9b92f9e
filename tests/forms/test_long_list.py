"""A list of more than twenty in Chromium: a box that shortens it, and without the script the list itself."""

import pytest

from tests.forms.pressing import press_send

pytestmark = pytest.mark.browser


class TestALongList:
    @pytest.fixture
    def page(self, open_page):
        return open_page("/models/every-kind")

    def box(self, page):
        return page.locator("input[role=combobox]").first

    def sent(self, page):
        return page.eval_on_selector(".combo select", "(select) => select.value")

    def test_typing_shortens_it_and_enter_takes_the_marked_one(self, page):
        self.box(page).click()
        page.keyboard.type("LEVEL 1")
        assert page.locator(".combo li:visible").count() == 11
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")

        assert self.box(page).input_value() == "Level 10"
        assert self.sent(page) == "10"
        assert self.box(page).get_attribute("aria-expanded") == "false"

    def test_a_click_takes_one(self, page):
        self.box(page).click()
        page.locator(".combo li:visible", has_text="Level 20").click()

        assert self.sent(page) == "20"

    def test_leaving_takes_the_word_typed_in_full_and_forgets_a_part_of_one(self, page):
        self.box(page).fill("level 3")
        page.keyboard.press("Tab")
        assert self.sent(page) == "3"
        self.box(page).fill("lev")
        page.keyboard.press("Tab")
        assert (self.box(page).input_value(), self.sent(page)) == ("Level 3", "3")
        self.box(page).fill("")
        page.keyboard.press("Tab")
        assert self.sent(page) == ""

    def test_escape_closes_it_and_the_last_is_reached_upwards(self, page):
        self.box(page).focus()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        assert self.sent(page) == "20"
        page.keyboard.type("x")
        page.keyboard.press("Escape")
        assert self.box(page).input_value() == "Level 20"

    def test_it_has_the_label_and_the_error_of_its_list(self, page):
        press_send(page)
        box = self.box(page)

        assert page.locator(f"label[for={box.get_attribute('id')}]").inner_text() == "List of 21"
        assert box.get_attribute("aria-invalid") == "true"
        assert box.get_attribute("aria-describedby") == f"{box.get_attribute('id')}-e"

    def test_without_the_script_it_is_an_ordinary_list(self, open_page):
        page = open_page("/models/every-kind", java_script_enabled=False)

        assert page.locator(".combo").count() == 0
        assert page.locator("select:visible").count() == 5
