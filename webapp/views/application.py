"""Flask for pages of our size: what it does anew for every request, and always with the same end, is left out."""

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment


class PageEnvironment(Environment):
    """Templates that share one dictionary of globals, instead of a chain of two that is searched name by name."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **d} if d else self.globals


class Application(Flask):
    """No view here is a coroutine, so that none needs to be looked at before it is called."""

    jinja_environment = PageEnvironment

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func
