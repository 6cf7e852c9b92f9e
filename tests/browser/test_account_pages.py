"""Every page of accounts in every state, as axe, a ruler, a phone and the policy see it."""

from urllib.parse import urlsplit

import pytest

from tests.browser.accounts import BY_ADMINISTRATORS, STATES, Visited
from tests.browser.rulers import found_on
from tests.browser.test_policy import Watch

pytestmark = pytest.mark.browser

STRUCTURE = """() => ({
    headings: document.querySelectorAll("h1").length,
    mains: document.querySelectorAll("main").length,
    nameless: [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
        .filter((control) => !control.labels.length).map((control) => control.id),
    twice: [...document.querySelectorAll("[id]")].map((one) => one.id)
        .filter((id, place, all) => all.indexOf(id) !== place),
    described: [...document.querySelectorAll("[aria-describedby]")]
        .flatMap((one) => one.getAttribute("aria-describedby").split(" "))
        .filter((id) => !document.getElementById(id)?.textContent.trim()),
    linked: [...document.querySelectorAll(".problems a")].map((link) => link.getAttribute("href"))
        .filter((href) => !document.querySelector(href)?.matches("input, select, textarea")),
})"""
SOUND = {"headings": 1, "mains": 1, "nameless": [], "twice": [], "described": [], "linked": []}


@pytest.fixture(scope="module")
def visited(browser, members_site):
    visited = Visited.prepared(browser, members_site)
    yield visited
    visited.administrator.context.close()
    visited.stranger.context.close()


@pytest.mark.parametrize("name", STATES)
def test_a_page_can_be_used_by_everybody(visited, name):
    page = visited.show(name)
    structure = page.evaluate(STRUCTURE)
    found = found_on(page)

    assert found == []
    assert structure == SOUND


def test_no_page_breaks_the_policy_or_asks_elsewhere(visited, browser):
    with browser.new_context(storage_state=visited.administrator.context.storage_state()) as context:
        page = context.new_page()
        watch = Watch(page)
        for name in BY_ADMINISTRATORS:
            visited.bring(page, name)
        cookies, readable = context.cookies(), page.evaluate("document.cookie")

    assert watch.complaints == []
    assert watch.hosts == {urlsplit(visited.site.address).netloc}
    assert [(cookie["name"], cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies] == [
        ("session", True, "Lax")
    ]
    assert readable == ""
