"""users: who may sign in, and as what."""

import argparse
from collections.abc import Callable

from sqlalchemy import Connection

from webapp import clock
from webapp.commands.accounts import SIGN_IN_NAME, named, person, prepare
from webapp.commands.answer import Answer
from webapp.commands.command import Argument, Command
from webapp.commands.keys import PARTS as KEY_PARTS
from webapp.commands.links import invitation_link
from webapp.commands.new_password import new_password
from webapp.commands.promotion import Workplace
from webapp.errors import AccountRefused
from webapp.passwords import hash_password
from webapp.records import lifetimes, users
from webapp.records.actors import Actor, command_actor
from webapp.records.invitations import invite
from webapp.records.users import LEAST_ROLE, ROLES, NewUser, User

FIRST_NAME = "administrator"  # where the operating system knows none
NOBODY = "Nobody has an account yet. The first one: python -m webapp users invite NAME --role administrator"
HAS_PASSWORD = "{name} has a password. A link for a new one: python -m webapp users reset {name}"
OTHER_ROLE = "{name} is invited as {role}. Change that with: python -m webapp users role {name} ROLE"


def add(place: Workplace, given: argparse.Namespace) -> Answer:
    """With a password chosen at the terminal."""
    prepare(place)
    with place.database.reading() as connection:
        if (taken := users.by_sign_in_name(connection, given.sign_in_name)) is not None:
            raise AccountRefused(users.NAME_TAKEN.format(name=taken.sign_in_name))
    new = _new_user(given, hash_password(new_password()))
    user = place.database.run(lambda connection: users.add(connection, new, command_actor()))
    return Answer((f"{user.sign_in_name} can sign in as {user.role}",), person(user))


def invite_person(place: Workplace, given: argparse.Namespace) -> Answer:
    """With a link under which they choose their password themselves."""
    prepare(place)

    def work(connection: Connection) -> tuple[User, str]:
        user = _invited_before(connection, given) or users.add(connection, _new_user(given), command_actor())
        return user, invite(connection, user.id, command_actor())

    return _link_answer(place, *place.database.run(work))


def reset(place: Workplace, given: argparse.Namespace) -> Answer:
    """The password of before holds until the link is used."""
    prepare(place)

    def work(connection: Connection) -> tuple[User, str]:
        user = named(connection, given.sign_in_name)
        return user, invite(connection, user.id, command_actor())

    return _link_answer(place, *place.database.run(work))


def list_people(place: Workplace, given: argparse.Namespace) -> Answer:
    prepare(place)
    with place.database.reading() as connection:
        everybody = users.everybody(connection)
    widths = [max((len(getattr(user, column)) for user in everybody), default=0) for column in ("sign_in_name", "role")]
    lines = tuple(
        f"{user.sign_in_name:<{widths[0]}}  {user.role:<{widths[1]}}  {user.state:<8}  {user.name}"
        for user in everybody
    )
    return Answer(lines or (NOBODY,), [person(user) for user in everybody])


def disable(place: Workplace, given: argparse.Namespace) -> Answer:
    user = _changed(place, given, users.disable)
    return Answer(
        (f"{user.sign_in_name} is disabled: signed out everywhere, and their keys open nothing",), person(user)
    )


def enable(place: Workplace, given: argparse.Namespace) -> Answer:
    user = _changed(place, given, users.enable)
    done = "can sign in again" if user.is_active else "is invited again: python -m webapp users invite sends a link"
    return Answer((f"{user.sign_in_name} {done}",), person(user))


def change_role(place: Workplace, given: argparse.Namespace) -> Answer:
    user = _changed(place, given, lambda c, user_id, who: users.change_role(c, user_id, given.role, who))
    return Answer((f"{user.sign_in_name} is {user.role} now, and has to sign in again",), person(user))


def first_administrator(place: Workplace) -> Answer | None:
    """
    How somebody gets in where nobody has an account yet; None where somebody has one.

    Where others can reach the service its log may be read by others too, so the link is printed on a laptop alone.
    """
    with place.database.reading() as connection:
        if users.is_anybody(connection):
            return None
    if not place.config.is_loopback:
        return Answer((NOBODY,), None)
    made = place.database.run(_first_invitation)
    return made and _link_answer(place, *made)


def _first_invitation(connection: Connection) -> tuple[User, str] | None:
    users.take_turn(connection)
    if users.is_anybody(connection):  # somebody else was quicker
        return None
    who = command_actor()
    name = who.id if users.is_sign_in_name(who.id) else FIRST_NAME
    user = users.add(connection, NewUser(name, name, "administrator"), who)
    return user, invite(connection, user.id, who)


def _new_user(given: argparse.Namespace, password_hash: str | None = None) -> NewUser:
    return NewUser(given.sign_in_name, given.name or given.sign_in_name, given.role or LEAST_ROLE, password_hash)


def _invited_before(connection: Connection, given: argparse.Namespace) -> User | None:
    """Somebody whose first link was lost."""
    user = users.by_sign_in_name(connection, given.sign_in_name)
    if user is None:
        return None
    if user.is_active:
        raise AccountRefused(HAS_PASSWORD.format(name=user.sign_in_name))
    if given.role not in (None, user.role):
        raise AccountRefused(OTHER_ROLE.format(name=user.sign_in_name, role=user.role))
    return user


def _changed(place: Workplace, given: argparse.Namespace, change: Callable[[Connection, str, Actor], User]) -> User:
    prepare(place)
    return place.database.run(
        lambda connection: change(connection, named(connection, given.sign_in_name).id, command_actor())
    )


def _link_answer(place: Workplace, user: User, token: str) -> Answer:
    link, until = invitation_link(place.config, token), clock.now() + lifetimes.INVITATION
    where = "" if "://" in link else ", at the address of the service"
    lines = (f"{user.sign_in_name} ({user.role}) sets a password here, once, until {until:%H:%M} UTC{where}:", link)
    return Answer(lines, {**person(user), "link": link, "until": until.isoformat()})


ROLE = ("role", {"choices": ROLES, "help": "each may do what those before it may"})
ROLE_OPTION = ("--role", {"choices": ROLES, "default": None, "help": f"{LEAST_ROLE} without this"})
FULL_NAME = ("--name", {"default": "", "metavar": "TEXT", "help": "what the person is called; else the sign-in name"})
NEW: tuple[Argument, ...] = (SIGN_IN_NAME, FULL_NAME, ROLE_OPTION)

PARTS = {
    "add": Command("add a person; the password is asked for, or read from standard input", add, NEW),
    "invite": Command("add a person and print a link under which they set their password", invite_person, NEW),
    "reset": Command("print a link under which a person sets a new password", reset, (SIGN_IN_NAME,)),
    "list": Command("list everybody who has an account", list_people),
    "disable": Command("keep a person out, at once", disable, (SIGN_IN_NAME,)),
    "enable": Command("let a disabled person in again", enable, (SIGN_IN_NAME,)),
    "role": Command("change what a person may do", change_role, (SIGN_IN_NAME, ROLE)),
    "keys": Command("the keys of a person, with which programs ask", parts=KEY_PARTS),
}
