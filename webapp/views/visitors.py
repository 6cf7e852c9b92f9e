"""Who is asking: nobody in particular, a person who signed in, or the holder of a key."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from flask import Flask, Request, current_app, g, request, session
from flask_login import LoginManager, current_user, login_user
from sqlalchemy import Connection

from webapp.config import Config
from webapp.errors import RecordsUnavailable
from webapp.records import api_keys, sessions
from webapp.records.actors import ANYONE, Actor
from webapp.records.sessions import SignedIn
from webapp.records.users import User
from webapp.views.permissions import granted_to_anyone, of_role
from webapp.views.programs import given_key, is_for_programs
from webapp.views.services import services
from webapp.wording.quoting import shown

NOBODY = "formcast_nobody"
TOKEN = "_user_id"  # Flask-Login's name for what get_id() returns
WHOSE = "whose"  # who signed in last in this browser; stays when their session is over
DRAFTS = "drafts"  # where answers wait for somebody to sign in

logger = logging.getLogger("formcast.visitors")


@dataclass(frozen=True, slots=True)
class Visitor:
    """`user` is None for nobody in particular; `token` opens the session in which a person is signed in."""

    actor: Actor
    permissions: frozenset[str]
    user: User | None = None
    token: str = ""

    @property
    def is_authenticated(self) -> bool:
        return self.user is not None

    @property
    def is_active(self) -> bool:
        return self.user is not None and self.user.is_active

    @property
    def is_anonymous(self) -> bool:
        return self.user is None

    def get_id(self) -> str:
        """What the cookie holds: no name and no number, but a token that can be made worthless."""
        return self.token


class Here(NamedTuple):
    name: str
    administers: bool


def _person(user: User, token: str) -> Visitor:
    """Somebody who says who they are may do no less for it."""
    return Visitor(user.actor(address()), of_role(user.role) | nobody().permissions, user, token)


def know_visitors(app: Flask, config: Config) -> None:
    """Let Flask-Login find out who is asking, the first time that anything wants to know."""
    app.extensions[NOBODY] = Visitor(ANYONE, granted_to_anyone(config))
    manager = LoginManager()
    manager.session_protection = None  # the database knows which session is over; a telephone changes its address
    manager.anonymous_user = nobody
    manager.user_loader(_by_token)
    manager.request_loader(_by_key)
    app.login_manager = manager  # and no init_app: what that adds is for a cookie that remembers people for a year
    app.add_template_global(here, "here")


def nobody() -> Visitor:
    """Whoever does not say who they are: most, where that is not needed, so made once and not for every request."""
    return current_app.extensions[NOBODY]


def visitor() -> Visitor:
    """Who is asking. Raises RecordsUnavailable where that cannot be looked up."""
    if not brings_credentials():
        return nobody()
    if "who_is_away" in g:
        raise g.who_is_away
    try:
        return current_user._get_current_object()
    except RecordsUnavailable as problem:
        g.who_is_away = problem  # asked once: the page that says so shows a header too
        raise


def brings_credentials() -> bool:
    """Whether the request says who is asking, truly or not: by a key where programs ask, elsewhere by its cookie."""
    return given_key() is not None if is_for_programs() else TOKEN in session


def signed_in() -> User | None:
    """The person at a page, which is shown without a name rather than not at all."""
    if TOKEN not in session or is_for_programs():
        return None
    try:
        return visitor().user
    except RecordsUnavailable:
        return None


def here() -> Here | None:
    """Who stands in the head of every page; None without a sign-in."""
    user = signed_in()
    return Here(shown(user.name), "administer" in of_role(user.role)) if user else None


def address() -> str:
    """Where the request comes from; a proxy's word counts only where one is known."""
    return request.remote_addr or ""


def begin_session(user: User) -> None:
    """Sign the person in under a new token and with a new cookie: whatever the old one held opens nothing now.

    Raises AccountRefused for whoever may not sign in.
    """
    before, drafts = session.get(TOKEN, ""), session.get(DRAFTS)
    with services().database.writing() as connection:
        if before and sessions.find(connection, before) is not None:
            sessions.end(connection, before, address())
        token = sessions.begin(connection, user.id, request.headers.get("User-Agent", ""), address())
    session.clear()
    login_user(_person(user, token))
    session.pop("_id", None)  # a fingerprint that nothing here compares
    session[WHOSE] = user.id
    if drafts:
        session[DRAFTS] = drafts


def end_session(*, keep_answers: bool = False) -> None:
    """Sign out in this browser first, then wherever else the token may have been carried."""
    token, drafts = session.get(TOKEN, ""), session.get(DRAFTS)
    session.clear()
    if keep_answers and drafts:
        session[DRAFTS] = drafts
    if token:
        with services().database.writing() as connection:
            sessions.end(connection, token, address())


def _by_token(token: str) -> Visitor | None:
    if is_for_programs():
        return None
    with services().database.reading() as connection:
        found = sessions.find(connection, token)
    if found is None:
        return None
    _note_seen(found, token)
    return _person(found.user, token)


def _by_key(request: Request) -> Visitor | None:
    text = given_key() if is_for_programs() else None
    if not text:
        return None
    with services().database.reading() as connection:
        found = api_keys.find(connection, text)
    if found is None:
        return None
    key, user = found
    if key.needs_touch:
        _write_down(lambda connection: api_keys.touch(connection, key.id))
    return Visitor(key.actor(user, address()), of_role(user.role) & frozenset(("public", *key.scopes)), user)


def _note_seen(found: SignedIn, token: str) -> None:
    if found.needs_touch:
        _write_down(lambda connection: sessions.touch(connection, token))


def _write_down(work: Callable[[Connection], None]) -> None:
    """That somebody was here is worth a write, but no refusal."""
    try:
        services().database.run(work)
    except RecordsUnavailable as problem:
        logger.warning("It could not be written down that somebody was here: %s", problem)
