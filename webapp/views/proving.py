"""Whether somebody is who they say: by a password, not too often, and the same for a name that nobody has."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.exceptions import ServiceUnavailable

from webapp.passwords import hash_password, is_right
from webapp.records.actors import Actor
from webapp.records.attempts import Retry, address_subject, allow
from webapp.records.audit import about_unknown_name, about_user, hidden, note
from webapp.records.users import User, by_sign_in_name, password_hash, sign_in_name
from webapp.views.services import services
from webapp.views.visitors import address

TRIES, WINDOW_S = 5, 60
# Passwords are slow on purpose. Of the four threads of a worker two may be busy with them; the others answer.
AT_ONCE = 2
BUSY_S = 5

_turns = threading.BoundedSemaphore(AT_ONCE)


class TooManyPasswords(ServiceUnavailable):
    """More people want a password checked than can wait for it."""

    def __init__(self) -> None:
        super().__init__("Many people are signing in at the moment. Try again in a few seconds", retry_after=BUSY_S)


@contextmanager
def _a_turn() -> Iterator[None]:
    if not _turns.acquire(blocking=False):
        raise TooManyPasswords
    try:
        yield
    finally:
        _turns.release()


def try_once(name: str) -> Retry | None:
    """Count one attempt for where it comes from and for the account, whether there is one or not."""
    secret, here = services().config.secret_key, address()
    account = hidden(sign_in_name(name), secret)  # may be a password, typed into the wrong box
    with services().database.writing() as connection:
        for kind, subject in (("sign_in_address", address_subject(here)), ("sign_in_account", account)):
            retry = allow(connection, kind, subject, TRIES, WINDOW_S)
            if retry is None:
                continue
            if retry.is_first:
                about = _about(name, by_sign_in_name(connection, name))
                note(connection, stranger(), "limit_reached", about, after={"limit": kind})
            return retry
    return None


def proven(name: str, password: str) -> User | None:
    """The person of that name and password. A failure is written down, without the password."""
    with services().database.reading() as connection:
        user = by_sign_in_name(connection, name)
        stored = password_hash(connection, user.id if user else "")
    with _a_turn():
        if is_right(stored, password) and user is not None:
            return user
    with services().database.writing() as connection:
        note(connection, stranger(), "sign_in_failed", _about(name, user))
    return None


def proves_again(user: User, password: str) -> bool:
    """Whether the person at a page of theirs is still the one who signed in."""
    with services().database.reading() as connection:
        stored = password_hash(connection, user.id)
    with _a_turn():
        return is_right(stored, password)


def hashed(password: str) -> str:
    """What is stored of a new password."""
    with _a_turn():
        return hash_password(password)


def stranger() -> Actor:
    """Nobody has been recognised yet; where they are is known."""
    return Actor("person", "", "", address())


def _about(name: str, user: User | None) -> str:
    if user is not None:
        return about_user(user.sign_in_name)
    return about_unknown_name(sign_in_name(name), services().config.secret_key)
