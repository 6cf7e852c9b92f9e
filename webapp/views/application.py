"""Flask for pages of our size: what it does anew for every request, and always with the same end, is left out; so is
at the start what most requests never need."""

from collections.abc import Callable, MutableMapping
from functools import cache
from typing import Any

from flask import Flask
from flask.templating import Environment
from werkzeug.routing import Rule


class PageEnvironment(Environment):
    """Templates that share one dictionary of globals, instead of a chain of two that is searched name by name."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **d} if d else self.globals


class Route(Rule):
    """What builds addresses from it is a program of its own, compiled when the first one is built: of a hundred routes
    that is most of a start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = cache(super()._compile_builder)

        def build(route: Rule, /, **values: Any) -> tuple[str, str]:
            return compiled(append_unknown)(route, **values)

        return build


class Application(Flask):
    """No view here is a coroutine, so that none needs to be looked at before it is called."""

    jinja_environment = PageEnvironment
    url_rule_class = Route

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func
