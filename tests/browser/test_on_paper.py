"""A printed answer is one sheet of A4, whatever it says."""

import re

import pytest

from tests.browser.states import RESULTS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", RESULTS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_is_one_sheet(states, open_page, name, scheme):
    page = states.show(open_page("", 320, color_scheme=scheme), name)
    sheets = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", sheets)) == 1


def test_a_sheet_shows_every_answer_and_leaves_out_what_is_for_pressing(states, open_page):
    page = states.show(open_page("", 320), "chance in doubt")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    shown = page.evaluate("document.querySelector('main').innerText")

    assert "Elm Hill West" in shown
    assert page.url in shown
    assert "Change" not in shown
    assert page.locator("button:visible, nav:visible").count() == 0
