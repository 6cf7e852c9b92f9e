"""What a browser reports while somebody uses every page: requests, broken rules, cookies."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from tests.browser.answering import CUSTOMER, fill, press_send
from tests.browser.states import NAMES

pytestmark = pytest.mark.browser

TELL = """document.addEventListener("securitypolicyviolation",
    (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));"""
REFUSED = "Failed to load resource: the server responded with a status of 4"  # what 404 and 422 are reported as


class Watch:
    """Everything a page asks for and complains about."""

    def __init__(self, page):
        self.hosts, self.complaints = set(), []
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", self._note_failure)
        page.add_init_script(TELL)

    def _note_failure(self, request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the reader went on before it had come
            self.complaints.append(f"{request.failure} {request.url}")

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith(REFUSED):
            self.complaints.append(text)


@dataclass(frozen=True)
class Walk:
    """What somebody has met and keeps who looked at every page."""

    watch: Watch
    cookies: list
    readable: str
    stored: int


@pytest.fixture(scope="module")
def walk(states, browser):
    with browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        watch = Watch(page)
        for name in NAMES:
            states.show(page, name)
        page.wait_for_load_state("networkidle")
        stored = page.evaluate("localStorage.length + sessionStorage.length")
        yield Walk(watch, context.cookies(), page.evaluate("document.cookie"), stored)


def test_no_page_asks_another_host_or_breaks_the_policy(walk, site, empty_site):
    assert walk.watch.complaints == []
    assert walk.watch.hosts == {urlsplit(site.address).netloc, urlsplit(empty_site.address).netloc}


def test_nothing_is_broken_while_a_form_is_used(open_page, site):
    page = open_page("/models/leaving")
    watch = Watch(page)
    page.reload()
    fill(page, CUSTOMER)
    page.get_by_role("combobox", name="Town").press("ArrowDown")
    page.keyboard.press("Escape")
    press_send(page)
    page.click("text=Copy")
    page.click("text=Show as a table")
    page.go_back()

    assert watch.hosts == {urlsplit(site.address).netloc}
    assert watch.complaints == []


def test_the_watch_sees_what_the_policy_stops(open_page):
    page = open_page("/livez")
    watch = Watch(page)
    page.goto(page.url.replace("/livez", "/help"))
    with page.expect_console_message(lambda message: message.text.startswith("policy: img-src")):
        page.evaluate("() => { document.body.append(Object.assign(new Image(), {src: '//example.invalid/'})); }")

    assert any(text.startswith("policy: img-src") for text in watch.complaints)


def test_no_cookie_can_be_read_by_a_script(walk):
    assert walk.cookies != []
    assert [cookie for cookie in walk.cookies if not cookie["httpOnly"] or cookie["sameSite"] == "None"] == []
    assert (walk.readable, walk.stored) == ("", 0)
