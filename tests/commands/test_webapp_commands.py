"""python -m webapp: what each command says, in words and as JSON, also where nothing is there or something broken."""

import json

import pytest

from tests.commands.workplace import QUICK
from tests.training.known_tables import noise
from webapp.commands.line import COMMANDS
from webapp.records import actors


def damage(terminal, position, name="pipeline.pkl"):
    """Change one bit of one file of a version."""
    stored = terminal.place.versions()[position]
    path = terminal.place.folder / "model_store" / stored.model / stored.version / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return stored


def document(terminal, *arguments):
    return json.loads(terminal.webapp(*arguments, "--json").out)


def champion(terminal):
    facts = document(terminal, "models")["leaving"]
    return next((v["number"] for v in facts["versions"] if v["version"] == facts["champion"]), 0)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(terminal, command):
    said = terminal.webapp(command, "--help")

    assert said.code == 0
    assert COMMANDS[command].help in " ".join(said.out.split())
    assert "--json" in said.out


@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("show",), ("models", "--yaml")])
def test_a_wrong_use_exits_with_two(terminal, arguments):
    assert terminal.webapp(*arguments).code == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("models",), 0, "is empty"),
        (("verify",), 0, "is empty"),
        (("show", "leaving"), 1, "has no model leaving. Models there: none"),
        (("promote", "leaving"), 1, "has no model leaving. Models there: none"),
        (("rollback", "leaving"), 1, ""),
        (("history", "leaving"), 1, ""),
    ],
)
def test_with_nothing_there_each_command_says_so(terminal, arguments, code, words):
    said = terminal.webapp(*arguments)
    as_json = terminal.webapp(*arguments, "--json")

    assert said.code == as_json.code == code
    assert words in said.out + said.err
    assert "Traceback" not in said.err
    assert len((said.out + said.err).splitlines()) == 1
    told = json.loads(as_json.out)
    assert ("error" in told) == (code == 1)


def test_an_empty_store_can_be_released(terminal):
    assert terminal.webapp("release").out.startswith("The database is migrated\nThe store is empty\n")
    assert terminal.webapp("release").out == "The database is migrated\nThe store is empty\n"
    released = document(terminal, "release")
    assert (released["migrated"], released["models"]) == (True, {})
    assert terminal.webapp("history", "leaving").out == "No decision about leaving was ever made\n"


def test_models_lists_versions_and_the_champion(trained):
    first, second = trained.place.versions()

    lines = trained.webapp("models").out.splitlines()

    assert lines[0] == "leaving: version 1 answers"
    assert [line.split() for line in lines[1:]] == [["version", "1", first.version], ["version", "2", second.version]]
    assert document(trained, "models")["leaving"]["champion"] == first.version


def test_models_does_not_claim_that_nothing_answers_when_it_cannot_know(trained):
    (trained.place.folder / "formcast.db").write_bytes(b"no database at all, and far from one" * 40)

    lines = trained.webapp("models").out.splitlines()

    assert lines[0].startswith("Which versions answer is not known: ")
    assert lines[1] == "leaving"
    assert not any("no champion" in line for line in lines)


def test_show_says_what_the_page_says_and_gives_programs_the_facts(trained):
    second = trained.place.versions()[1]

    said = trained.webapp("show", "leaving")

    assert said.out.startswith(f"leaving version 2, {second.version}\nLog loss 0.")
    assert "\nMay it be used?\n---------------\nok   Is it better than guessing?" in said.out
    assert "\nParts of the cases\n" in said.out
    assert trained.webapp("show", "leaving", "--card").out.startswith("# Left, version 2\n\n## Model details\n")
    assert document(trained, "show", "leaving", "--card")["card"].startswith("# Left, version 2\n")
    assert document(trained, "show", "leaving", "1")["number"] == 1
    assert document(trained, "show", "leaving", second.version)["model"] == "leaving"


@pytest.mark.parametrize("command", ["show", "promote"])
@pytest.mark.parametrize(
    ("model", "version", "words"),
    [
        ("leaving", "9", "has no version 9 of leaving. Versions there: 1, 2"),
        ("leavin", "", "has no model leavin. Models there: leaving"),
        ("../leaving", "1", "has no model ../leaving"),
    ],
)
def test_what_is_not_in_the_store_is_answered_with_what_is(trained, command, model, version, words):
    said = trained.webapp(command, model, *filter(None, [version]))

    assert said.code == 1
    assert words in said.err
    assert document(trained, command, model, *filter(None, [version]))["error"] == said.err.strip()


def test_decisions_are_made_and_remembered(trained):
    promoted = trained.webapp("promote", "leaving", "2", "--why", "Looks better")
    back = trained.webapp("rollback", "leaving", "--why", "It was not")

    assert promoted.out.startswith("Version 2 of leaving answers now. Every service follows within seconds.\n")
    assert "Asks and weighs the same as version 1" in promoted.out
    assert back.out == "Version 1 of leaving answers again. Every service follows within seconds.\n"
    lines = trained.webapp("history", "leaving").out.splitlines()
    assert [line.split("UTC")[1].split()[:3] for line in lines] == [
        ["rollback", "version", "1"],
        ["promote", "version", "2"],
        ["promote", "version", "1"],
    ]
    assert lines[0].endswith(": It was not")
    history = document(trained, "history", "leaving")
    assert [row["why"] for row in history] == ["It was not", "Looks better", "Trained, and no gate refused"]
    assert {row["who"]["kind"] for row in history} == {"command"}


def test_a_model_is_retired_for_a_reason_and_comes_back(trained):
    without = trained.webapp("retire", "leaving")
    retired = trained.webapp("retire", "leaving", "--why", "The market changed")
    between = trained.webapp("models")
    back = trained.webapp("reinstate", "leaving", "--why", "It did not")

    assert without.code == 1 and "--why REASON" in without.err
    assert retired.out == "Version 1 of leaving is out of use now. Every service follows within seconds.\n"
    assert between.out.splitlines()[0] == "leaving: retired, was version 1"
    assert back.out == "Version 1 of leaving answers again. Every service follows within seconds.\n"
    assert champion(trained) == 1


def test_history_says_which_version_answered_at_a_moment(trained):
    before = trained.webapp("history", "leaving", "--at", "2020-01-01")
    now = document(trained, "history", "leaving", "--at", "2999-01-01T10:00+02:00")
    nonsense = trained.webapp("history", "leaving", "--at", "yesterday")

    assert before.out == "On 2020-01-01 00:00 UTC no version of leaving answered\n"
    assert now["version"] == trained.place.versions()[0].version
    assert nonsense.code == 1 and "is not a moment such as" in nonsense.err


def test_there_is_nothing_before_the_first_champion(trained):
    said = trained.webapp("rollback", "leaving")

    assert said.code == 1
    assert "no earlier champion" in said.err


def test_a_whole_store_is_verified(trained):
    said = trained.webapp("verify")

    assert said.code == 0
    assert [line.split()[:4] for line in said.out.splitlines()] == [["ok", "leaving", "version", n] for n in "12"]
    assert [facts["problem"] for facts in document(trained, "verify")] == ["", ""]


def test_a_damaged_package_is_found_and_not_promoted(trained):
    damaged = damage(trained, 1)

    verified = trained.webapp("verify")
    refused = trained.webapp("promote", "leaving", "2", "--why", "It is newer")

    assert verified.code == 1
    assert [line.split()[0] for line in verified.out.splitlines()] == ["ok", "BAD"]
    assert refused.code == 1
    assert f"Version {damaged.version} of leaving is not used" in refused.err
    assert champion(trained) == 1


def test_a_package_without_its_manifest_hides_no_other(trained):
    stored = trained.place.versions()[1]
    (trained.place.folder / "model_store" / "leaving" / stored.version / "manifest.json").unlink()

    assert trained.webapp("verify").code == 1
    assert trained.webapp("models").out.splitlines()[0] == "leaving: version 1 answers"
    assert "Traceback" not in trained.webapp("show", "leaving", stored.version).err


def test_a_package_of_a_stranger_is_not_promoted(trained, monkeypatch):
    monkeypatch.delenv("FORMCAST_TRUSTED_KEYS")

    said = trained.webapp("promote", "leaving", "2", "--why", "It is newer")

    assert said.code == 1
    assert "not signed by a key this service trusts" in said.err or "No key is trusted here" in said.err


def test_a_broken_spec_is_named_when_it_should_be_read(trained):
    (trained.place.folder / "specs" / "leaving.toml").write_text("[data\n")

    said = trained.webapp("promote", "leaving", "2", "--why", "It is newer")

    assert said.code == 1
    assert "leaving.toml is not TOML" in said.err


def test_release_promotes_the_newest_once(trained):
    once = trained.webapp("release")
    again = trained.webapp("release")

    assert once.out.splitlines()[:2] == ["The database is migrated", "leaving version 2: promoted"]
    assert again.out.splitlines()[1] == "leaving version 2: it answers already"
    assert champion(trained) == 2
    assert len(document(trained, "history", "leaving")) == 2
    assert document(trained, "history", "leaving")[0]["who"]["kind"] == "system"


def test_release_never_undoes_a_person_s_roll_back(trained):
    trained.webapp("release")
    trained.webapp("rollback", "leaving", "--why", "Complaints")
    trained.train("leaving", "--no-promote", *QUICK)

    said = trained.webapp("release")

    assert said.code == 0
    assert "leaving version 3: not promoted: " in said.out
    assert "rolled the model back" in said.out
    assert champion(trained) == 1


def test_release_leaves_a_refused_version_to_a_person(terminal):
    from_noise = terminal.place.table("noise.csv", noise())
    terminal.train("--data", from_noise, "--target", "answer", "--no-promote", *QUICK)

    said = terminal.webapp("release")

    assert "noise version 1: not promoted: refused by beats_baseline" in said.out


def test_release_says_what_is_damaged_and_goes_on(trained):
    damage(trained, 1)

    said = trained.webapp("release")

    assert said.code == 0
    assert "leaving version 2: cannot be loaded here. " in said.out
    assert champion(trained) == 1


def test_a_backup_comes_back(trained, tmp_path):
    copy = tmp_path / "copy.db"
    assert trained.webapp("backup", str(copy)).out == f"The database is copied to {copy}\n"
    trained.webapp("promote", "leaving", "2", "--why", "It is newer")

    said = trained.webapp("restore", str(copy))

    assert said.code == 0
    assert said.out.startswith(
        f"{copy} is the database now. Start the service again.\nThe database of before is kept as "
    )
    assert champion(trained) == 1


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_path_that_cannot_be_used_is_refused(trained, command):
    said = trained.webapp(command, "/nowhere/at/all/copy.db")

    assert said.code == 1
    assert "/nowhere/at/all/copy.db" in said.err
    assert len(said.err.splitlines()) == 1


def test_a_damaged_backup_is_not_put_in_place(trained, tmp_path):
    copy = tmp_path / "copy.db"
    copy.write_bytes(b"SQLite format 3\0" + b"\1" * 4000)

    said = trained.webapp("restore", str(copy))

    assert said.code == 1
    assert champion(trained) == 1


def test_the_module_is_a_command(trained):
    answer = trained.place.process("-m", "webapp", "models", "--json")
    out, err = answer.communicate(timeout=300)

    assert (answer.returncode, err) == (0, "")
    assert list(json.loads(out)) == ["leaving"]


def test_a_refused_version_takes_two_people_where_others_are_about(trained, monkeypatch):
    monkeypatch.setenv("FORMCAST_ACCESS", "members")
    monkeypatch.setenv("SECRET_KEY", "k" * 40)
    table = trained.place.table("noise.csv", noise())
    trained.train("--data", table, "--target", "answer", "--name", "luck", *QUICK)
    monkeypatch.setattr(actors.getpass, "getuser", lambda: "ada")
    asked = trained.webapp("promote", "luck", "--why", "A trial")
    again = trained.webapp("promote", "luck", "--why", "A trial")
    declined = trained.webapp("decline", "luck", "--why", "Not yet")
    assert "a second person has to agree. You asked for it" in asked.out
    assert again.code == 1 and "another approver confirms it" in again.err
    assert declined.code == 0
    trained.webapp("promote", "luck", "--why", "A trial")
    monkeypatch.setattr(actors.getpass, "getuser", lambda: "ben")

    confirmed = trained.webapp("promote", "luck", "--why", "Agreed")

    assert confirmed.out.startswith("Version 1 of luck answers now.")
    last = document(trained, "history", "luck")[0]
    assert (last["who"]["name"], last["details"]["asked_by"]["name"]) == ("ben", "ada")


def test_a_version_scores_in_the_shadow_and_history_asks_it_again(trained):
    assert trained.webapp("challenge", "leaving", "2", "--why", "Newer").out.startswith("Version 2 of leaving scores")
    assert "is the one that answers" in trained.webapp("challenge", "leaving", "1", "--why", "x").err
    assert "out of the shadow" in trained.webapp("challenge", "leaving", "--end", "--why", "Enough").out
    assert "No version of leaving scores" in trained.webapp("challenge", "leaving", "--end", "--why", "x").err
    then = trained.webapp("history", "leaving", "--at", "2099-01-01", "--through", "2")

    assert then.out.splitlines() == [
        "2099-01-01 00:00 UTC is still to come; version 1 of leaving answers now",
        "Nothing was answered by it until then",
    ]
