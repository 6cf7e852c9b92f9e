"""Keys: shown once, stored as a digest, and refused as soon as anything about them no longer holds."""

import hmac

import pytest
from sqlalchemy import select

from tests.records.people import ROOT, last_entry, person, trail
from webapp.errors import AccountRefused
from webapp.records import api_keys, tables, users
from webapp.records.actors import Actor


def made(database, user, **overrides):
    given = {"label": "Nightly", "scopes": ("view",), "days": 30} | overrides
    with database.writing() as connection:
        return api_keys.make(connection, user.id, **given)


def found(database, text):
    with database.reading() as connection:
        return api_keys.find(connection, text)


def test_a_key_opens_and_its_text_is_stored_nowhere(database):
    grace = person(database)

    key, text = made(database, grace, label=" Nightly scoring ", scopes=["record", "view", "view"])

    assert found(database, text) == (key, grace)
    assert (key.label, key.scopes, key.is_valid) == ("Nightly scoring", ("view", "record"), True)
    assert key.actor(grace, "192.0.2.1") == Actor("key", key.id, "Nightly scoring of Grace")
    assert text.startswith(f"fc_{key.id}_")
    secret = text.rsplit("_", 1)[1]
    with database.reading() as connection:
        for table in (tables.api_keys, tables.audit):
            assert secret not in str(connection.execute(select(table)).all())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: "fc_",
        lambda text: text + " ",
        lambda text: text + "\n",
        lambda text: text[:-1],
        lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"),
        lambda text: text.upper(),
        lambda text: "fc_" + "0" * 16 + text[19:],
        lambda text: text.replace("_", "-"),
        lambda text: text[:4] + "\x00" + text[5:],
        lambda text: text[:-1] + "\ud800",
    ],
)
def test_a_key_that_differs_in_anything_opens_nothing(database, spoil):
    _, text = made(database, person(database))

    assert found(database, spoil(text)) is None


def test_the_key_of_one_does_not_open_with_the_secret_of_another(database):
    _, first = made(database, person(database))
    _, second = made(database, person(database, "other"))

    assert found(database, first[:20] + second[20:]) is None


@pytest.mark.parametrize("spoil", [str, lambda text: text[:-1] + "x", lambda text: "fc_" + "0" * 16 + text[19:]])
def test_every_key_is_compared_in_constant_time_a_wrong_one_too(database, monkeypatch, spoil):
    _, text = made(database, person(database))
    compared = []
    truly = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda one, other: compared.append((one, other)) or truly(one, other))

    found(database, spoil(text))

    [(given, stored)] = compared
    assert len(given) == len(stored) == 64


def test_a_key_opens_until_its_last_moment(database, hands):
    _, text = made(database, person(database), days=1)

    hands.move(hours=23, minutes=59, seconds=59)
    assert found(database, text) is not None
    hands.move(seconds=1)
    assert found(database, text) is None


def test_a_revoked_key_opens_nothing_at_once(database):
    grace = person(database)
    key, text = made(database, grace)
    kept, other = made(database, grace)

    with database.writing() as connection:
        assert api_keys.revoke(connection, grace.id, key.id)
        assert not api_keys.revoke(connection, grace.id, key.id)

    assert found(database, text) is None
    assert found(database, other) == (kept, grace)


def test_the_key_of_somebody_else_cannot_be_revoked(database):
    grace, other = person(database), person(database, "other")
    key, text = made(database, grace)

    with database.writing() as connection:
        assert not api_keys.revoke(connection, other.id, key.id)
        assert api_keys.of_user(connection, other.id) == []

    assert found(database, text) is not None


def test_a_disabled_person_s_keys_open_nothing_until_they_are_back(database):
    grace = person(database)
    _, text = made(database, grace)

    with database.writing() as connection:
        users.disable(connection, grace.id, ROOT)
        assert api_keys.find(connection, text) is None
        with pytest.raises(AccountRefused, match="Grace cannot sign in"):
            api_keys.make(connection, grace.id, "Another", ["view"], 1)
        users.enable(connection, grace.id, ROOT)
        assert api_keys.find(connection, text) is not None


def test_a_key_comes_with_the_present_role_of_its_person(database):
    grace = person(database, role="analyst")
    _, text = made(database, grace, scopes=("analyse",))

    with database.writing() as connection:
        users.change_role(connection, grace.id, "viewer", ROOT)

    assert found(database, text)[1].role == "viewer"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"label": "  "}, "1 to 100 visible characters"),
        ({"label": "x" * 101}, "1 to 100 visible characters"),
        ({"label": "two\nlines"}, "1 to 100 visible characters"),
        ({"scopes": ()}, "Choose what the key may do: view, record, analyse"),
        ({"scopes": ("view", "administer")}, "Choose what the key may do"),
        ({"scopes": ("decide",)}, "Choose what the key may do"),
        ({"days": 0}, "1 to 366 days"),
        ({"days": 367}, "1 to 366 days"),
    ],
)
def test_a_key_without_name_purpose_or_end_is_refused(database, given, problem):
    with pytest.raises(AccountRefused, match=problem):
        made(database, person(database), **given)


def test_that_a_key_was_used_is_written_once_a_minute(database, hands):
    grace = person(database)
    key, text = made(database, grace)
    assert (key.needs_touch, key.seen_at) == (True, None)

    seen = []
    for seconds in (0, 59, 1):
        hands.move(seconds=seconds)
        with database.writing() as connection:
            api_keys.touch(connection, key.id)
        seen.append(found(database, text)[0].seen_at)
        assert not found(database, text)[0].needs_touch

    assert seen[0] == seen[1]
    assert (seen[2] - seen[1]).total_seconds() == 60


def test_making_and_revoking_is_written_down_by_whoever_does_it(database, hands):
    grace = person(database)
    bea = Actor("person", "1", "Bea", "192.0.2.7")
    with database.writing() as connection:
        key, _ = api_keys.make(connection, grace.id, "Nightly", ["view"], 1, bea)
    made_row = last_entry(database)
    with database.writing() as connection:
        api_keys.revoke(connection, grace.id, key.id)

    facts = {"key": key.id, "label": "Nightly", "scopes": ["view"], "until": "2026-11-03T09:00:00+00:00"}
    assert trail(database) == [("key_made", "user grace"), ("key_revoked", "user grace")]
    assert (made_row.who, made_row.from_where, made_row.after) == (bea, "192.0.2.7", facts)
    assert (last_entry(database).who, last_entry(database).before) == (grace.actor(), facts)
