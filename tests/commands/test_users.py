"""python -m webapp users: people, links and keys at a terminal, and nothing secret on the command line."""

import io
import json
import os
import pty
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from tests.commands.workplace import ROOT
from tests.records.racing import in_processes
from webapp.commands.line import COMMANDS
from webapp.commands.promotion import Workplace
from webapp.commands.users import first_administrator
from webapp.config import Config
from webapp.passwords import is_right
from webapp.records import api_keys, sessions, users
from webapp.records.actors import command_actor
from webapp.records.audit import Filter, entries
from webapp.records.database import Database
from webapp.records.invitations import accept, open_invitation
from webapp.records.migrate import migrate
from webapp.records.users import NewUser

PASSWORD = "correct horse battery"
HASH = "the hash of a password"
LINK = re.compile(r"^http://127\.0\.0\.1:5006/invitations/([\w-]{43})$", re.MULTILINE)
PARTS = [("users", name) for name in COMMANDS["users"].parts]
KEY_PARTS = [("users", "keys", name) for name in COMMANDS["users"].parts["keys"].parts]


@pytest.fixture
def database(place):
    database = Database(place.environment["DATABASE_URL"])
    yield database
    database.dispose()


@pytest.fixture
def typed(monkeypatch):
    """Say what comes in by standard input."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


@pytest.fixture
def grace(database):
    """An administrator whose password nobody had to wait for."""
    migrate(database)
    with database.writing() as connection:
        users.add(connection, NewUser("grace", "Grace", "administrator", HASH), command_actor())
    return "grace"


def document(terminal, *arguments):
    return json.loads(terminal.webapp(*arguments, "--json").out)


def account(database, name):
    with database.reading() as connection:
        user = users.by_sign_in_name(connection, name)
        return user, users.password_hash(connection, user.id)


def trail(database):
    with database.reading() as connection:
        rows = entries(connection, Filter())
    assert {(row.who.kind, row.from_where) for row in rows} == {("command", "terminal")}
    return [(row.action, row.subject) for row in reversed(rows)]


@pytest.mark.parametrize("words", PARTS + KEY_PARTS, ids=" ".join)
def test_every_part_explains_itself_and_answers_programs(terminal, words):
    said = terminal.webapp(*words, "--help")

    assert said.code == 0
    assert "--json" in said.out
    assert "password" not in re.findall(r"--(\S+)", said.out)


def test_json_may_be_asked_for_anywhere(terminal, grace):
    before, behind = terminal.webapp("users", "--json", "list"), terminal.webapp("users", "list", "--json")

    assert json.loads(before.out) == json.loads(behind.out)


def test_a_person_is_added_with_a_password_from_standard_input(terminal, database, typed):
    typed(f"{PASSWORD}\r\nanother line\n")

    said = terminal.webapp("users", "add", " Ada@Example.org", "--name", "Ada", "--role", "analyst")

    assert said.out == "ada@example.org can sign in as analyst\n"
    user, hash = account(database, "ada@example.org")
    assert (user.name, user.role, user.state) == ("Ada", "analyst", "active")
    assert is_right(hash, PASSWORD)
    assert trail(database) == [("user_added", "user ada@example.org")]


def test_without_more_a_person_may_only_look(terminal, database, typed):
    typed(PASSWORD)
    assert document(terminal, "users", "add", "ada")["role"] == "viewer"

    assert account(database, "ada")[0].name == "ada"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("", "No password came in"),
        ("\n", "No password came in"),
        ("short\n", "at least 12"),
        ("x" * 999, "at most 200"),
    ],
)
def test_a_password_that_cannot_be_used_adds_nobody(terminal, typed, given, problem):
    typed(given)

    said = terminal.webapp("users", "add", "ada")

    assert said.code == 1
    assert problem in said.err
    assert "Nobody has an account yet" in terminal.webapp("users", "list").out


def test_a_taken_name_is_said_before_a_password_is_asked_for(terminal, grace, typed):
    typed("")

    assert terminal.webapp("users", "add", "GRACE").err == "The sign-in name grace is taken\n"


def at_a_real_terminal(answers):
    """The question for a new password with a terminal of its own: everything it shows, and its exit code."""
    program = "from webapp.commands.new_password import new_password; print(len(new_password()), 'characters')"
    keyboard, screen = pty.openpty()
    command = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=screen, stdout=screen, stderr=screen, start_new_session=True
    )
    os.close(screen)
    shown = b""
    try:
        while part := os.read(keyboard, 1024):
            shown += part
            if part.endswith(b": ") and answers:
                os.write(keyboard, answers.pop(0).encode() + b"\n")
    except OSError:  # the other end is closed
        pass
    os.close(keyboard)
    return shown.decode(), command.wait(60)


@pytest.mark.parametrize(
    ("again", "code", "words"), [(PASSWORD, 0, "21 characters"), ("something else entirely", 1, "passwords differ")]
)
def test_a_password_is_asked_for_twice_and_never_shown(again, code, words):
    shown, ended = at_a_real_terminal([PASSWORD, again])

    assert (ended, words in shown) == (code, True)
    assert PASSWORD not in shown and again not in shown
    assert "New password: " in shown and "The same again: " in shown


def test_a_terminal_that_is_closed_is_no_password():
    shown, ended = at_a_real_terminal(["\x04"])

    assert ended == 1
    assert "No password came in" in shown


def test_an_invitation_is_a_link_that_works_once(terminal, database):
    said = terminal.webapp("users", "invite", "ada@example.org", "--role", "approver")

    token = LINK.search(said.out)[1]
    with database.writing() as connection:
        user = open_invitation(connection, token)
        assert (user.sign_in_name, user.role, user.state) == ("ada@example.org", "approver", "invited")
        assert accept(connection, token, "a hash").state == "active"
        assert accept(connection, token, "a hash") is None


def test_a_lost_invitation_is_replaced(terminal, database):
    first, second = (LINK.search(terminal.webapp("users", "invite", "ada").out)[1] for _ in range(2))

    with database.reading() as connection:
        assert open_invitation(connection, first) is None
        assert open_invitation(connection, second).sign_in_name == "ada"
    assert trail(database) == [("user_added", "user ada"), ("invited", "user ada"), ("invited", "user ada")]


def test_who_has_a_password_is_not_invited_but_can_be_reset(terminal, database, grace):
    invited = terminal.webapp("users", "invite", grace)
    reset = document(terminal, "users", "reset", grace)

    assert invited.code == 1 and "python -m webapp users reset grace" in invited.err
    assert LINK.search(reset["link"])
    assert datetime.fromisoformat(reset["until"]) > datetime.now(UTC)
    assert account(database, grace)[1] == HASH
    assert trail(database)[-1] == ("invited", "user grace")


def test_an_invitation_does_not_change_a_role_on_the_way(terminal):
    terminal.webapp("users", "invite", "ada", "--role", "viewer")

    said = terminal.webapp("users", "invite", "ada", "--role", "administrator")

    assert said.code == 1
    assert "ada is invited as viewer" in said.err


@pytest.mark.parametrize(
    ("settings", "link"),
    [
        ({"FORMCAST_BIND": "0.0.0.0"}, "/invitations/"),
        ({"FORMCAST_BIND": "0.0.0.0", "TRUSTED_HOSTS": "example.org"}, "http://example.org/invitations/"),
        (
            {"TRUST_PROXY": "on", "FORMCAST_HTTPS": "on", "TRUSTED_HOSTS": ".all.org,ask.org"},
            "https://ask.org/invitations/",
        ),
        ({"FORMCAST_BIND": "::1", "PORT": "8000"}, "http://[::1]:8000/invitations/"),
        ({"TRUSTED_HOSTS": "localhost"}, "http://localhost:5006/invitations/"),
    ],
)
def test_a_link_begins_with_the_address_as_far_as_it_is_known(terminal, monkeypatch, settings, link):
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    said = terminal.webapp("users", "invite", "ada")

    assert said.out.splitlines()[1].startswith(link)
    assert ("at the address of the service" in said.out) == link.startswith("/")


def test_everybody_is_listed(terminal, grace):
    terminal.webapp("users", "invite", "ada@example.org", "--name", "Ada Lovelace")

    lines = terminal.webapp("users", "list").out.splitlines()

    assert [line.split(maxsplit=3) for line in lines] == [
        ["ada@example.org", "viewer", "invited", "Ada Lovelace"],
        ["grace", "administrator", "active", "Grace"],
    ]
    assert [person["state"] for person in document(terminal, "users", "list")] == ["invited", "active"]


def test_a_person_is_kept_out_and_let_in_again(terminal, database, grace, typed):
    typed(PASSWORD)
    terminal.webapp("users", "add", "ada")
    with database.writing() as connection:
        token = sessions.begin(connection, users.by_sign_in_name(connection, "ada").id, "", "")

    out = terminal.webapp("users", "disable", "ada")
    with database.reading() as connection:
        assert sessions.find(connection, token) is None
    back = terminal.webapp("users", "enable", "ada")

    assert out.out.startswith("ada is disabled")
    assert back.out == "ada can sign in again\n"
    assert account(database, "ada")[0].state == "active"


def test_who_never_had_a_password_is_invited_again(terminal):
    terminal.webapp("users", "invite", "ada")
    terminal.webapp("users", "disable", "ada")

    assert terminal.webapp("users", "invite", "ada").err.startswith("ada is disabled")
    assert "users invite" in terminal.webapp("users", "enable", "ada").out


def test_a_role_is_changed_and_the_last_administrator_stays(terminal, database, grace):
    refused = terminal.webapp("users", "role", grace, "viewer")
    nonsense = terminal.webapp("users", "role", grace, "king")
    terminal.webapp("users", "invite", "ada")
    changed = terminal.webapp("users", "role", "ada", "approver")

    assert refused.code == 1 and "Grace is the last active administrator" in refused.err
    assert terminal.webapp("users", "disable", grace).code == 1
    assert nonsense.code == 2
    assert changed.out.startswith("ada is approver now")
    assert account(database, "ada")[0].role == "approver"


@pytest.mark.parametrize(
    "words", [("reset",), ("disable",), ("enable",), ("role", "viewer"), ("keys", "list"), ("keys", "revoke", "0")]
)
def test_somebody_unknown_is_said_to_be_unknown(terminal, words):
    command, *rest = words
    part = [command, rest.pop(0)] if command == "keys" else [command]

    said = terminal.webapp("users", *part, "nobody", *rest)

    assert said.code == 1
    assert said.err.startswith("Nobody signs in as nobody.")


def test_a_key_is_shown_once_listed_and_revoked(terminal, database, grace):
    made = terminal.webapp(
        "users", "keys", "make", grace, "--label", "Nightly", "--scope", "view", "--scope", "record", "--days", "7"
    )
    text = made.out.splitlines()[1]
    with database.reading() as connection:
        key, user = api_keys.find(connection, text)
    listed = terminal.webapp("users", "keys", "list", grace)
    revoked = terminal.webapp("users", "keys", "revoke", grace, key.id)
    again = terminal.webapp("users", "keys", "revoke", grace, key.id)

    assert (user.sign_in_name, key.label, key.scopes) == ("grace", "Nightly", ("view", "record"))
    assert listed.out.split() == [key.id, "until", f"{key.expires_at:%Y-%m-%d}", "view,", "record", "Nightly"]
    assert text not in listed.out
    assert revoked.out == f"The key {key.id} opens nothing any more\n"
    assert again.code == 1
    with database.reading() as connection:
        assert api_keys.find(connection, text) is None
    assert document(terminal, "users", "keys", "list", grace)[0]["state"] == "revoked"
    assert [action for action, _ in trail(database)] == ["user_added", "key_made", "key_revoked"]


@pytest.mark.parametrize("arguments", [(), ("--label", "x", "--scope", "administer"), ("--label", "x", "--days", "y")])
def test_a_key_needs_a_name_and_may_do_only_what_keys_may(terminal, grace, arguments):
    assert terminal.webapp("users", "keys", "make", grace, *arguments).code == 2


def test_a_key_does_not_last_for_ever(terminal, grace):
    said = terminal.webapp("users", "keys", "make", grace, "--label", "x", "--days", "1000")

    assert (said.code, said.err) == (1, "A key lasts 1 to 366 days\n")
    assert terminal.webapp("users", "keys", "list", grace).out == "grace has no key\n"


def test_the_first_release_on_a_laptop_prints_the_first_administrator_s_link_once(terminal, database, monkeypatch):
    monkeypatch.setenv("LOGNAME", "hopper")

    once, again = terminal.webapp("release"), terminal.webapp("release")

    with database.reading() as connection:
        user = open_invitation(connection, LINK.search(once.out)[1])
    assert (user.sign_in_name, user.role, user.state) == ("hopper", "administrator", "invited")
    assert "invitations" not in again.out
    assert trail(database) == [("user_added", "user hopper"), ("invited", "user hopper")]


def first_of_all(place, start, report):
    start.wait()
    made = first_administrator(Workplace.from_config(Config.from_environment()))
    report.put(made is not None)


def test_of_two_releases_at_once_one_prints_a_link(place, database):
    migrate(database)
    database.dispose()

    assert sorted(in_processes(2, first_of_all, place)) == [False, True]
    with database.reading() as connection:
        assert len(users.everybody(connection)) == 1


@pytest.mark.parametrize("name", ["two words", "x" * 200])
def test_a_login_that_cannot_be_typed_is_replaced(terminal, monkeypatch, name):
    monkeypatch.setenv("LOGNAME", name)

    assert document(terminal, "release")["first_administrator"]["sign_in_name"] == "administrator"


def test_no_link_is_printed_where_others_may_read_it(terminal, monkeypatch):
    monkeypatch.setenv("FORMCAST_BIND", "0.0.0.0")

    said = terminal.webapp("release")

    assert "/invitations/" not in said.out
    assert "python -m webapp users invite NAME --role administrator" in said.out
    assert document(terminal, "release")["first_administrator"] is None


def test_whoever_has_an_account_is_the_first(terminal, grace):
    assert "invitations" not in terminal.webapp("release").out


def test_a_restored_backup_signs_everybody_out_and_is_written_down(terminal, database, grace, tmp_path):
    with database.writing() as connection:
        token = sessions.begin(connection, users.by_sign_in_name(connection, grace).id, "", "")
    copy = tmp_path / "copy.db"
    terminal.webapp("backup", str(copy))
    database.dispose()

    said = terminal.webapp("restore", str(copy))

    assert "python -m webapp users list" in said.out
    with database.reading() as connection:
        assert sessions.find(connection, token) is None
        assert users.by_sign_in_name(connection, grace) is not None
        assert [row.action for row in entries(connection, Filter(), limit=1)] == ["restored"]
