"""One running service a worker, pages opened in it, and the states in which every page is looked at."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.site import Site, start
from tests.browser.states import States
from tests.browser.tables import coin, fruit, leaving, rent

Opener = Callable[..., Page]


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    running = start(tmp_path_factory.mktemp("site"), (leaving(), fruit(), rent(), coin()))
    yield running
    running.end()


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory) -> Iterator[Site]:
    running = start(tmp_path_factory.mktemp("empty"))
    yield running
    running.end()


@pytest.fixture(scope="session")
def states(site, empty_site, browser) -> States:
    """Every page in every state worth looking at; the answers among them are asked for here, once."""
    return States.prepared(browser, site, empty_site.address)


@pytest.fixture
def open_page(browser: Browser, site) -> Iterator[Opener]:
    """A page with a clean jar of cookies; `path` may be an address in full."""
    contexts = []

    def opened(path: str, width: int = 1280, height: int = 800, **settings) -> Page:
        calm = {"reduced_motion": "reduce"} | settings  # colours change at once, so that they can be measured
        context = browser.new_context(viewport={"width": width, "height": height}, **calm)
        contexts.append(context)
        page = context.new_page()
        page.goto(path if "://" in path else site.address + path)
        return page

    yield opened
    for context in contexts:
        context.close()
