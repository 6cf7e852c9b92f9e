"""Who may do what: every view names a permission, and one that names none is answered to nobody."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from flask import Flask, abort, current_app, request

from webapp.config import Config
from webapp.records.actors import ANYONE, Actor
from webapp.views.services import services

View = TypeVar("View", bound=Callable)

# public: no sign-in will ever be asked for. view: ask and read. record: outcomes, files of cases, exports.
PERMISSIONS = ("public", "view", "record")


def requires(permission: str) -> Callable[[View], View]:
    """Mark a view with the permission it takes."""
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission!r} is not one of {', '.join(PERMISSIONS)}")

    def mark(view: View) -> View:
        view.permission = permission
        return view

    return mark


def permission_of(view: Callable) -> str | None:
    return getattr(view, "permission", None)


@lru_cache(maxsize=8)  # asked by every request, and always of the same settings
def granted_to_anyone(config: Config) -> frozenset[str]:
    """Without sign-in: everybody asks and reads; recording needs a service that only its own machine can reach."""
    return frozenset(PERMISSIONS if config.is_loopback else ("public", "view"))


def current_actor() -> Actor:
    """Who is asking, as written into records."""
    return ANYONE


def deny_by_default(app: Flask) -> None:
    """Register the step that refuses before a view runs."""

    @app.before_request
    def check_permission() -> None:
        if request.endpoint is None:
            return  # no such address, or not with this method: answered as such
        permission = permission_of(current_app.view_functions[request.endpoint])
        if permission is None:
            abort(404)
        if permission not in granted_to_anyone(services().config):
            abort(403)
