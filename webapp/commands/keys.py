"""users keys: what programs of a person may ask with."""

import argparse
from typing import Any

from webapp.commands.accounts import SIGN_IN_NAME, named, prepare
from webapp.commands.answer import Answer
from webapp.commands.command import Command
from webapp.commands.promotion import Workplace
from webapp.errors import AccountRefused
from webapp.records import api_keys
from webapp.records.actors import command_actor
from webapp.records.api_keys import MOST_DAYS, SCOPES, ApiKey

DEFAULT_DAYS = 90


def list_keys(place: Workplace, given: argparse.Namespace) -> Answer:
    """Everything but the secrets, which nobody knows."""
    prepare(place)
    with place.database.reading() as connection:
        keys = api_keys.of_user(connection, named(connection, given.sign_in_name).id)
    lines = tuple(f"{key.id}  {_standing(key):<18}  {', '.join(key.scopes)}  {key.label}" for key in keys)
    return Answer(lines or (f"{given.sign_in_name} has no key",), [_document(key) for key in keys])


def make_key(place: Workplace, given: argparse.Namespace) -> Answer:
    prepare(place)
    scopes = given.scope or SCOPES[:1]
    key, text = place.database.run(
        lambda connection: api_keys.make(
            connection, named(connection, given.sign_in_name).id, given.label, scopes, given.days, command_actor()
        )
    )
    lines = (f"The key {key.id} holds until {key.expires_at:%Y-%m-%d}. It is shown this once:", text)
    return Answer(lines, {**_document(key), "key": text})


def revoke_key(place: Workplace, given: argparse.Namespace) -> Answer:
    prepare(place)
    is_revoked = place.database.run(
        lambda connection: api_keys.revoke(
            connection, named(connection, given.sign_in_name).id, given.key, command_actor()
        )
    )
    if not is_revoked:
        raise AccountRefused(f"{given.sign_in_name} has no key {given.key} that could be revoked")
    return Answer((f"The key {given.key} opens nothing any more",), {"id": given.key, "state": "revoked"})


def _standing(key: ApiKey) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    return f"{'until' if key.is_valid else 'expired'} {key.expires_at:%Y-%m-%d}"


def _document(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "label": key.label,
        "scopes": list(key.scopes),
        "state": "revoked" if key.revoked_at else "valid" if key.is_valid else "expired",
        "made_at": key.made_at.isoformat(),
        "expires_at": key.expires_at.isoformat(),
        "seen_at": key.seen_at.isoformat() if key.seen_at else None,
    }


KEY = ("key", {"metavar": "KEY", "help": "its id, as the list shows it"})
LABEL = ("--label", {"required": True, "metavar": "TEXT", "help": "what the key is for, such as nightly scoring"})
SCOPE = ("--scope", {"action": "append", "choices": SCOPES, "help": "what it may do, several times; view without this"})
DAYS = ("--days", {"type": int, "default": DEFAULT_DAYS, "help": f"1 to {MOST_DAYS}; {DEFAULT_DAYS} without this"})

PARTS = {
    "list": Command("list the keys of a person", list_keys, (SIGN_IN_NAME,)),
    "make": Command("make a key; it is shown once", make_key, (SIGN_IN_NAME, LABEL, SCOPE, DAYS)),
    "revoke": Command("let a key open nothing any more", revoke_key, (SIGN_IN_NAME, KEY)),
}
