"""Who did something is known afterwards."""

import getpass

from webapp.records.actors import ANYONE, SYSTEM, Actor, command_actor


def test_an_actor_is_stored_and_read_back():
    ada = Actor("person", "ada@example.org", "Ada")

    assert ada.to_json() == {"kind": "person", "id": "ada@example.org", "name": "Ada"}
    assert Actor.from_json(ada.to_json()) == ada


def test_the_one_at_the_terminal_goes_by_their_own_name(monkeypatch):
    monkeypatch.setenv("LOGNAME", "grace")

    assert command_actor() == Actor("command", "grace", "grace")


def test_a_terminal_without_a_name_is_still_somebody(monkeypatch):
    def nobody():
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)

    assert command_actor() == Actor("command", "unknown", "unknown")


def test_only_the_product_itself_is_not_a_person():
    assert not SYSTEM.is_human
    assert ANYONE.is_human
    assert command_actor().is_human
