"""Pages of the one Chromium: a window of a kind is opened once, emptied after each test and used again."""

import json
from collections import defaultdict
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

HEIGHT = 800


class Windows:
    """Windows by their settings; two that are open at the same time share no cookie."""

    def __init__(self, browser: Browser):
        self._browser = browser
        self._empty: dict[str, list[BrowserContext]] = defaultdict(list)
        self._used: list[tuple[str, BrowserContext]] = []

    def page(self, width: int = 1280, height: int = HEIGHT, **settings: Any) -> Page:
        """A blank page in a window of its own with a clean jar of cookies."""
        kind = json.dumps(settings, sort_keys=True)
        context = self._empty[kind].pop() if self._empty[kind] else self._opened(settings)
        self._used.append((kind, context))
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        return page

    def _opened(self, settings: dict[str, Any]) -> BrowserContext:
        context = self._browser.new_context(**settings)
        context.new_page()  # keeps the window: one that is opened anew for every page would gain nothing
        return context

    def empty(self) -> None:
        """Close every page that was asked for and forget what it was given to keep."""
        while self._used:
            kind, context = self._used.pop()
            for page in context.pages[1:]:
                page.close()
            context.clear_cookies()
            self._empty[kind].append(context)
