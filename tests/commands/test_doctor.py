"""doctor: says of everything that a service rests on whether it is as it should be, and mends nothing by itself."""

import json
from collections import namedtuple

import pytest

from tests.commands.test_webapp_commands import damage
from tests.records.files import queued
from webapp.records.database import Database
from webapp.records.workers import Worker, say_alive

GB = 1 << 30
SECRET = "only for trying, 32 bytes and more"


def found(terminal, code):
    """What it finds, as pairs of state and sentence by what they are about."""
    said = terminal.webapp("doctor", "--json")
    assert (said.code, said.err) == (code, "")
    document = json.loads(said.out)
    assert document["to_mend"] == sum(one["state"] == "mend" for one in document["findings"])
    by_subject: dict[str, list] = {}
    for one in document["findings"]:
        by_subject.setdefault(one["about"], []).append((one["state"], one["what"]))
    return by_subject


def database(terminal):
    return Database(terminal.place.environment["DATABASE_URL"])


def test_a_trained_place_has_nothing_to_be_mended(trained):
    said = trained.webapp("doctor")

    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[-1] == "Nothing has to be mended"
    assert "ok    models    leaving is answered by version 1, which was loaded and tried" in lines
    assert f"ok    store     2 versions in {trained.place.folder / 'model_store'} can be opened" in lines
    assert "look  workers   Nobody is at work on files. Start: python -m webapp worker" in lines


def test_before_anything_was_made_it_says_what_to_run_first(terminal):
    said = found(terminal, 1)

    path = terminal.place.folder / "formcast.db"
    assert said["database"] == [("mend", f"{path} does not exist yet. Make it: python -m webapp release")]
    assert said["store"] == [("look", f"{terminal.place.folder / 'model_store'} is empty. Train a model with train.py")]
    assert "models" not in said
    assert not path.exists()

    terminal.webapp("release")
    [(state, sentence)] = found(terminal, 1)["models"]
    assert (state, sentence.split(".")[0]) == ("mend", "No model answers")


def test_a_damaged_champion_has_to_be_mended_and_another_version_is_only_told_of(trained, caplog):
    damage(trained, 1)
    said = found(trained, 0)
    assert [state for state, _ in said["store"]] == ["look", "ok"]
    assert said["store"][0][1].startswith("leaving version 2 cannot be opened here. ")

    stored = damage(trained, 0)
    said = found(trained, 1)
    mending = [sentence for state, sentence in said["models"] if state == "mend"]
    assert [sentence.split(".")[0] for sentence in mending] == ["No model answers", "leaving cannot answer"]
    assert stored.version in mending[1]


def test_without_a_key_that_is_trusted_nothing_can_be_opened(trained, monkeypatch):
    monkeypatch.delenv("FORMCAST_TRUSTED_KEYS")
    monkeypatch.setattr("webapp.config._own_public_key", lambda instance: "")

    assert any("No public key is trusted" in sentence for state, sentence in found(trained, 1)["store"])


def test_settings_with_which_a_service_would_not_start_are_named(trained, monkeypatch):
    monkeypatch.setenv("DYNO", "web.1")
    monkeypatch.setenv("SECRET_KEY", SECRET)

    [(state, sentence)] = found(trained, 1)["settings"]
    assert (state, sentence.split()[0]) == ("mend", "FORMCAST_SIGNING_KEY")


def test_where_people_sign_in_somebody_must_be_able_to_add_them(trained, monkeypatch):
    monkeypatch.setenv("FORMCAST_ACCESS", "members")
    monkeypatch.setenv("FORMCAST_HTTPS", "on")
    [(state, sentence)] = found(trained, 1)["people"]
    assert (state, "users invite" in sentence) == ("mend", True)

    monkeypatch.setattr("webapp.commands.users.new_password", lambda: "a long enough password")
    assert trained.webapp("users", "add", "ada", "--role", "administrator").code == 0
    assert found(trained, 0)["people"] == [("ok", "1 person can sign in")]


def test_a_file_that_waits_while_nobody_is_there_has_to_be_mended(trained):
    queued(database(trained), parts=2)
    nobody = "2 parts of files wait. Nobody is at work on files. Start: python -m webapp worker"
    assert found(trained, 1)["workers"] == [("mend", nobody)]

    with database(trained).writing() as connection:
        say_alive(connection, Worker("w", "somewhere 7"))
    assert found(trained, 0)["workers"] == [("ok", "1 process works on files; 2 parts of files wait")]


def test_a_model_that_rests_and_a_spec_that_cannot_be_followed_are_told_of(trained):
    (trained.place.folder / "specs" / "other.toml").write_text("[data")
    assert trained.webapp("retire", "leaving", "--why", "Over").code == 0

    said = found(trained, 1)
    assert ("ok", "leaving is retired") in said["models"]
    [(state, sentence)] = said["specs"]
    assert (state, "other.toml is not TOML" in sentence) == ("look", True)


@pytest.mark.parametrize(("free", "state", "code"), [(5 * GB, "ok", 0), (GB // 2, "look", 0), (GB // 20, "mend", 1)])
def test_a_disk_that_fills_up_is_told_of_before_it_is_full(trained, monkeypatch, free, state, code):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage(9 * GB, 9 * GB - free, free))

    assert {one for one, _ in found(trained, code)["disk"]} == {state}


def test_who_is_told_of_what_models_need_is_named(trained, monkeypatch):
    assert found(trained, 0)["telling"][0][0] == "look"
    monkeypatch.setenv("FORMCAST_WEBHOOK", "https://example.com/hook")

    assert found(trained, 0)["telling"] == [("ok", "What models need is told to a webhook")]


def test_a_postgres_database_is_looked_at_too(trained, monkeypatch, postgres):
    monkeypatch.setenv("DATABASE_URL", postgres.create_database())
    monkeypatch.setenv("SECRET_KEY", SECRET)
    assert found(trained, 1)["database"] == [("mend", "The database is not migrated. Run: python -m webapp release")]
    trained.webapp("release")

    assert found(trained, 1)["database"] == [("ok", "Postgres answers and can be written to")]
