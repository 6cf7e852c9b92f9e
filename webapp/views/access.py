"""Who may do what: every view names a permission, and one that names none is answered to nobody."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, abort, current_app, redirect, request, url_for
from werkzeug.exceptions import Unauthorized

from webapp.errors import RecordsUnavailable
from webapp.records.actors import Actor
from webapp.views.errors import problem, wants_json
from webapp.views.next_page import page_to_return_to
from webapp.views.permissions import PERMISSIONS
from webapp.views.programs import is_for_programs
from webapp.views.services import services
from webapp.views.visitors import Visitor, brings_credentials, nobody, signed_in, visitor

View = TypeVar("View", bound=Callable)

READING = ("GET", "HEAD", "OPTIONS")
NO_KEY = "This address wants a key, sent as: Authorization: Bearer fc_..."
KEY_IS_OVER = "This key is unknown, revoked or expired, or its owner may not come in any more"
SIGN_IN_FIRST = "Sign in to see or do this"
NOT_FOR_KEY = "This key may not do this"
NOT_FOR_ROLE = "Your role here is {role}, and this takes another one"


class SignInNeeded(Unauthorized):
    """Nobody is known to be asking, and that is not enough here."""


def requires(permission: str, signed_out: Callable[[], Response] | None = None) -> Callable[[View], View]:
    """Mark a view with the permission it takes; `signed_out` answers whoever would have to sign in first."""
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission!r} is not one of {', '.join(PERMISSIONS)}")

    def mark(view: View) -> View:
        view.permission = permission
        view.signed_out = signed_out
        return view

    return mark


def permission_of(view: Callable) -> str | None:
    return getattr(view, "permission", None)


def current_actor() -> Actor:
    """Who is asking, as written into records. Raises RecordsUnavailable where that cannot be looked up."""
    return visitor().actor


def may(permission: str) -> bool:
    """Whether whoever is asking may do that, so that a page offers it to nobody else."""
    if permission in nobody().permissions:
        return True
    try:
        return permission in visitor().permissions
    except RecordsUnavailable:  # a page with less on it is better than none
        return False


def is_stranger() -> bool:
    """Whether anybody at all may be asking; numbers of cases can be guessed, and are no key to an answer then."""
    return not services().config.is_loopback and signed_in() is None


def deny_by_default(app: Flask) -> None:
    """Register the step that refuses before a view runs."""
    app.register_error_handler(SignInNeeded, ask_to_sign_in)

    @app.before_request
    def check_permission() -> Response | None:
        if request.endpoint is None:
            return None  # no such address, or not with this method: answered as such
        view = current_app.view_functions[request.endpoint]
        permission = permission_of(view)
        if permission is None:
            abort(404)
        if permission == "public" or is_admitted(permission):
            return None
        if view.signed_out is not None:
            return view.signed_out()
        raise SignInNeeded


def is_admitted(permission: str) -> bool:
    """False when somebody has to sign in first; ends the request of those whom that would not help."""
    if permission in nobody().permissions and _needs_no_name():
        return True
    asking = visitor()
    if asking.is_anonymous:
        return False
    if permission not in asking.permissions:
        abort(403, _why_not(asking))
    return True


def _needs_no_name() -> bool:
    """What anybody may do is not looked into, unless something would be written down under the wrong name."""
    return not brings_credentials() or (request.method in READING and not is_for_programs())


def _why_not(asking: Visitor) -> str:
    return NOT_FOR_KEY if is_for_programs() else NOT_FOR_ROLE.format(role=asking.user.role)


def ask_to_sign_in(_error: SignInNeeded | None = None) -> Response:
    """The sign-in page for a person, the reason for a program."""
    if not wants_json():
        return redirect(url_for("sign_in.show", next=page_to_return_to() or None), code=303)
    if not is_for_programs():
        return problem(401, happened=f"{SIGN_IN_FIRST}.")
    response = problem(401, happened=f"{KEY_IS_OVER if brings_credentials() else NO_KEY}.")
    response.headers["WWW-Authenticate"] = 'Bearer realm="Formcast"'
    return response
