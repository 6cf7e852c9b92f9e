"""One running service a worker, pages opened in it, and the states in which every page is looked at."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.site import Site, start
from tests.browser.states import States
from tests.browser.tables import coin, fruit, leaving, rent
from tests.windows import Windows

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
def members_site(tmp_path_factory) -> Iterator[Site]:
    """Where only people with an account are let in."""
    running = start(tmp_path_factory.mktemp("members"), (rent(),), FORMCAST_ACCESS="members")
    yield running
    running.end()


@pytest.fixture(scope="session")
def states(site, empty_site, browser) -> States:
    """Every page in every state worth looking at; the answers among them are asked for here, once."""
    return States.prepared(browser, site, empty_site.address)


@pytest.fixture
def open_page(windows: Windows, request) -> Iterator[Opener]:
    """A page with a clean jar of cookies; `path` may be an address in full, and without one the page is blank."""

    def opened(path: str = "", width: int = 1280, height: int = 800, **settings) -> Page:
        calm = {"reduced_motion": "reduce"} | settings  # colours change at once, so that they can be measured
        page = windows.page(width, height, **calm)
        if path:
            page.goto(path if "://" in path else request.getfixturevalue("site").address + path)
        return page

    yield opened
    windows.empty()
