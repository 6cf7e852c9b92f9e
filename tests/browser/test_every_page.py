"""Every page in every state: what axe, a ruler, a keyboard and a reader with other settings find."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.rulers import DESK, FOUND, PHONE, RULES, found_on
from tests.browser.states import NAMES, RESULTS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def show(states, browser):
    """Bring the one page of this module into a state, as wide, high and coloured as it is wanted there."""
    with browser.new_context(bypass_csp=True, reduced_motion="reduce") as context:
        page = context.new_page()

        def shown(name, width=DESK, height=800, colours="none"):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme="light", forced_colors=colours)
            return states.show(page, name)

        yield shown


@pytest.mark.parametrize("name", NAMES)
def test_a_page_can_be_used_by_everybody(show, name):
    assert found_on(show(name)) == []


@pytest.mark.parametrize("name", ["catalogue", "form with errors", "chance in doubt", "number", "paused"])
def test_system_colours_leave_every_mark_visible(show, name):
    page = show(name, colours="active")
    page.evaluate(AXE_SCRIPT)

    assert page.evaluate(FOUND, RULES) == []
    same = page.evaluate(
        """() => [...document.querySelectorAll("main .mark, main .range, main .bar, main .yes")]
            .filter((shape) => getComputedStyle(shape).fill === getComputedStyle(document.body).backgroundColor)
            .map((shape) => shape.outerHTML)"""
    )
    assert same == []


@pytest.mark.parametrize("name", RESULTS)
def test_the_whole_answer_stands_at_the_top_of_a_phone(show, name):
    page = show(name, PHONE, 640)
    ends = [page.locator(part).bounding_box() for part in (".answer h1", ".answer .lead")]

    assert max(box["y"] + box["height"] for box in ends) <= 200


@pytest.mark.parametrize("name", RESULTS)
def test_the_answer_comes_before_everything_else(show, name):
    page = show(name)
    parts = page.locator(".answer h1, .answer .lead, .care-note, .chance, #why, #given, #by, #keep")
    order = parts.evaluate_all("(all) => all.map((part) => part.id || part.className.split(' ')[0])")
    care = ["care-note"] if name in ("chance with care", "chance in doubt") else []

    assert order == ["answer", "lead", *care, "chance", "why", "given", "by", "keep"]


def test_the_chance_and_the_main_reason_are_read_without_scrolling(show):
    page = show("chance")
    read = [page.locator(part).bounding_box() for part in (".answer .lead", ".answer .scale", ".answer .rule.most")]

    assert max(box["y"] + box["height"] for box in read) <= 800


@pytest.mark.parametrize("name", ["catalogue", "form with errors", "chance in doubt", "about", "nothing there"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_whatever_has_the_focus_shows_it(show, name, width):
    page = show(name, width, 640)
    page.evaluate("document.activeElement.blur()")
    hidden = []
    for _ in range(120):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => {
                const element = document.activeElement, shell = element.closest(".choice") || element;
                const box = shell.getBoundingClientRect();
                const widths = [element, shell].map((one) => parseFloat(getComputedStyle(one).outlineWidth));
                const middle = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height, 20) / 2);
                const isSeen = shell.contains(middle) || middle?.contains(shell) && box.bottom > 0;
                return {isBody: element === document.body, name: element.textContent || element.id,
                        isMarked: Math.max(...widths) >= 2, isSeen};
            }"""
        )
        if here["isBody"]:
            break
        if not (here["isMarked"] and here["isSeen"]):
            hidden.append(here)

    assert hidden == []
