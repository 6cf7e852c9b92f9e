"""
What axe, a ruler and a reader with other settings find on the page that is open.

Each page is looked at wide and light, then narrow and dark. FORMCAST_ATTACK=full adds wide and dark, narrow and light:
no colour depends on the width, so they take long for little.
"""

import gzip
import os

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

PHONE, DESK, HEIGHT = 320, 1280, 640
LOOKS = ((DESK, "light"), (PHONE, "dark"))
if os.environ.get("FORMCAST_ATTACK") == "full":
    LOOKS = ((DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark"))
HEAVY = 50_000  # bytes of HTML on their way
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
FOUND = """async (rules) => (await axe.run(rules)).violations
    .flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`))"""
SIDEWAYS = "document.documentElement.scrollWidth - window.innerWidth"
# Links within a sentence may be as small as its text.
SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary, .choice")]
    .filter((target) => target.checkVisibility({visibilityProperty: true}) && !target.matches(".skip, .choice input"))
    .filter((target) => !(target.matches("a") && target.closest("p, li")?.textContent !== target.textContent
        && getComputedStyle(target).display === "inline"))
    .map((target) => [target.getBoundingClientRect(), target])
    .filter(([box]) => box.height < 24 || box.width < 24)
    .map(([box, target]) => `${target.textContent || target.id}: ${box.width} x ${box.height}`)"""
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
    p { margin-bottom: 2em !important; }"""
# Text that its own box hides.
CUT = """() => [...document.querySelectorAll("main *, header *, footer *")]
    .filter((element) => element.checkVisibility() && !element.closest(".vh, svg, .combo, select, thead, [readonly]"))
    .filter((element) => ["hidden", "clip"].includes(getComputedStyle(element).overflowX))
    .filter((element) => element.scrollWidth > element.clientWidth + 1)
    .map((element) => element.className || element.tagName)"""


def found_on(page: Page) -> list[str]:
    """What keeps somebody from using the page; it is left narrow, dark and widely spaced. Wants bypass_csp."""
    weight = len(gzip.compress(page.content().encode()))
    found = [f"{weight} bytes"] if weight > HEAVY else []
    page.evaluate(AXE_SCRIPT)
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme)
        found += [f"{width} {scheme} {problem}" for problem in page.evaluate(FOUND, RULES)]
        found += [f"{width} sideways"] if page.evaluate(SIDEWAYS) > 0 else []
        found += [f"{width} small: {target}" for target in page.evaluate(SMALL)]
    page.add_style_tag(content=SPACED)
    found += ["sideways when spaced"] if page.evaluate(SIDEWAYS) > 0 else []
    return found + [f"cut when spaced: {part}" for part in page.evaluate(CUT)]
