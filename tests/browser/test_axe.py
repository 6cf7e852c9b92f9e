"""
Every page in every state, as axe sees it: wide and light, narrow and dark, and in the colours of the system.

FORMCAST_ATTACK=full adds wide and dark, narrow and light; no colour depends on the width, so they take long for little.
"""

import os

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.browser.states import NAMES

pytestmark = pytest.mark.browser

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
FOUND = """async (rules) => (await axe.run(rules)).violations
    .flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`))"""
LOOKS = ((1280, "light"), (320, "dark"))
if os.environ.get("FORMCAST_ATTACK") == "full":
    LOOKS += ((1280, "dark"), (320, "light"))


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(states, open_page, name):
    page = states.show(open_page("/livez", 1280, bypass_csp=True), name)
    page.evaluate(AXE_SCRIPT)
    found = []
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 640})
        page.emulate_media(color_scheme=scheme)
        found += [f"{width} {scheme} {problem}" for problem in page.evaluate(FOUND, RULES)]

    assert found == []


@pytest.mark.parametrize("name", ["catalogue", "form with errors", "chance in doubt", "number", "paused"])
def test_system_colours_leave_every_mark_visible(states, open_page, name):
    page = states.show(open_page("/livez", forced_colors="active", bypass_csp=True), name)
    page.evaluate(AXE_SCRIPT)

    assert page.evaluate(FOUND, RULES) == []
    same = page.evaluate(
        """() => [...document.querySelectorAll("main .mark, main .range, main .bar, main .yes")]
            .filter((shape) => getComputedStyle(shape).fill === getComputedStyle(document.body).backgroundColor)
            .map((shape) => shape.outerHTML)"""
    )
    assert same == []
