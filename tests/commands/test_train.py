"""train.py as its users run it: what is stored, promoted, kept, printed and left alone."""

import json
import re
import shlex
import signal
import sqlite3
import time

import pytest

from tests.commands.workplace import QUICK, Terminal
from tests.training.known_tables import KEY, leaving, noise
from webapp.commands.training_run import FAILED, signing_key
from webapp.config import Config
from webapp.errors import ConfigError
from webapp.model_package.signing import SigningKey


def champion(terminal: Terminal, model: str = "leaving") -> int:
    """Number of the version that answers; 0 without one."""
    models = json.loads(terminal.webapp("models", "--json").out)
    numbers = {version["version"]: version["number"] for version in models[model]["versions"]}
    return numbers.get(models[model]["champion"], 0)


def spec_of(terminal: Terminal):
    return terminal.place.folder / "specs" / "leaving.toml"


def test_a_table_becomes_a_spec_a_version_and_a_champion(terminal):
    table = terminal.place.table("leaving.csv", leaving())

    said = terminal.train("--data", table, "--target", "left", *QUICK)

    assert said.code == 0
    assert terminal.place.specs == ["leaving.toml"]
    assert champion(terminal) == 1
    assert "Promoted   It answers now." in said.out.splitlines()


def test_the_verdict_is_short_aligned_and_says_nothing_twice(trained):
    said = trained.train("leaving", *QUICK)
    lines = said.out.splitlines()

    labels = [line[:11].strip() for line in lines[2:] if line[:11].strip()]
    assert lines[0].startswith("leaving: 320 rows of ")
    table = ["Predicts", "Asks for", "Set aside", "Noted", "Checks"]
    learned = ["Learned", "Judged", "Looks at", "More rows", "Gates", "Cases", "Stored", "Changes", "Promoted"]
    assert labels == [*table, *learned]
    assert all(line[10] == " " for line in lines[2:] if line)
    facts = [line[11:] for line in lines if line]
    assert len(facts) == len(set(facts))
    assert max(map(len, lines)) <= 140
    assert any(fact.startswith("warn    enough_rows") for fact in facts)
    assert "(0 s allowed: the additive model is learned in any case)" in " ".join(said.out.split())
    assert "1 input" not in facts


def test_progress_goes_to_the_other_stream(trained):
    said = trained.train("leaving", *QUICK)

    assert said.err.splitlines()[0] == "leaving: Reading the table ..."
    assert all(
        re.fullmatch(r"leaving: [^.]+ \.\.\.( \(about \d+ (s|min) left\))?", line) for line in said.err.splitlines()
    )
    assert "..." not in said.out


def test_a_dry_run_says_what_would_be_learned_and_writes_nothing(terminal):
    table = terminal.place.table("leaving.csv", leaving())

    said = terminal.train("--data", table, "--target", "left", "--dry-run")

    assert said.code == 0
    assert "Asks for   5 inputs" in said.out
    assert "Set aside  customer: identifier" in said.out
    assert "that would run: beats_baseline, enough_rows, calibration" in said.out
    assert [path.name for path in terminal.place.folder.iterdir()] == ["leaving.csv"]


def test_a_version_that_is_not_to_be_promoted_is_only_stored(trained):
    said = trained.train("leaving", "--no-promote", *QUICK)

    assert said.code == 0
    assert len(trained.place.versions()) == 3
    assert champion(trained) == 1
    assert "python -m webapp promote leaving 3" in said.out


def test_training_again_keeps_a_person_s_edits_and_promotes(trained):
    spec = spec_of(trained)
    edited = spec.read_text().replace('label = "Months"', 'label = "Months with us"')
    edited = edited.replace("# [decision]\n# threshold = 0.5", '[decision]\nset_by = "Anna"\nthreshold = 0.3')
    assert 'label = "Months with us"' in edited
    spec.write_text(edited)

    said = trained.train("--data", str(trained.place.folder / "leaving.csv"), "--target", "left", *QUICK)

    assert said.code == 0
    assert spec.read_text() == edited
    assert champion(trained) == 3
    [row] = decisions(trained)[-1:]
    assert row["decision"] == {"threshold": 0.3, "set_by": "Anna", "set_on": ""}
    labels = {feature["name"]: feature["label"] for feature in row["schema"]["features"]}
    assert labels["months"] == "Months with us"


def decisions(terminal: Terminal) -> list[dict]:
    """The words of every decision, oldest first."""
    with sqlite3.connect(terminal.place.folder / "formcast.db") as database:
        rows = database.execute("SELECT words FROM decisions ORDER BY id").fetchall()
    database.close()
    return [json.loads(words) for (words,) in rows]


def test_the_threshold_of_the_spec_is_the_one_judged_at(trained):
    spec = spec_of(trained)
    spec.write_text(spec.read_text().replace("# [decision]\n# threshold = 0.5", "[decision]\nthreshold = 0.01"))

    said = trained.train("leaving", *QUICK)

    assert "recall 100.0%" in said.out
    assert decisions(trained)[-1]["quality"]["recall"] == 1.0


def test_figures_of_another_threshold_are_not_shown_with_a_changed_one(trained):
    assert "recall" in decisions(trained)[0]["quality"]
    spec = spec_of(trained)
    spec.write_text(spec.read_text().replace("# [decision]\n# threshold = 0.5", "[decision]\nthreshold = 0.2"))

    assert trained.webapp("promote", "leaving", "2", "--why", "It is newer").code == 0

    words = decisions(trained)[-1]
    assert words["decision"]["threshold"] == 0.2
    assert not {"recall", "precision"} & set(words["quality"])
    assert "accuracy" in words["quality"]


def test_after_a_person_s_roll_back_nothing_is_promoted_by_itself(trained):
    trained.webapp("promote", "leaving", "2", "--why", "It is newer")
    trained.webapp("rollback", "leaving", "--why", "Complaints")

    said = trained.train("leaving", *QUICK)

    assert said.code == 3
    assert champion(trained) == 1
    assert "rolled the model back" in said.out
    command = next(line.strip() for line in said.out.splitlines() if "python -m webapp promote" in line)
    assert trained.webapp(*shlex.split(command)[3:]).code == 0
    assert champion(trained) == 3


def test_pure_noise_is_stored_and_not_promoted(terminal):
    table = terminal.place.table("noise.csv", noise())

    said = terminal.train("--data", table, "--target", "answer", *QUICK)

    assert said.code == 3
    assert re.search(r"refuse +beats_baseline +The same answer for everybody would be as good", said.out)
    assert len(terminal.place.versions("noise")) == 1
    assert champion(terminal, "noise") == 0
    command = next(line.strip() for line in said.out.splitlines() if "python -m webapp promote" in line)
    assert command.endswith("--why REASON")
    refused = terminal.webapp("promote", "noise", "1")
    assert (refused.code, champion(terminal, "noise")) == (1, 0)
    assert "Say why it should answer: --why REASON" in refused.err
    assert terminal.webapp(*shlex.split(command)[3:]).code == 0
    assert champion(terminal, "noise") == 1


def test_fewer_rows_can_be_learned_from(trained):
    said = trained.train("leaving", "--rows", "100", *QUICK)

    assert "model of 80 rows" in said.out
    assert "on 20 other rows" in said.out


def test_the_same_seed_learns_the_same(trained):
    def answers(seed):
        trained.train("leaving", "--no-promote", "--seed", seed, *QUICK)
        stored = trained.place.versions()[-1]
        return trained.place.store.files(stored.model, stored.version)["golden_rows.json"]

    assert answers("5") == answers("5") != answers("6")


def test_the_other_target_of_a_spec_asks_for_another_name(trained):
    table = str(trained.place.folder / "leaving.csv")

    said = trained.train("--data", table, "--target", "plan", *QUICK)

    assert said.code == 1
    assert "is about the target left, not plan. Give the new model a name of its own: --name" in said.err


def test_two_trainers_at_once_leave_two_whole_versions(trained):
    trainers = [trained.place.process("train.py", "leaving", *QUICK) for _ in range(2)]

    said = [trainer.communicate(timeout=300) for trainer in trainers]

    assert [trainer.returncode for trainer in trainers] == [0, 0], said
    assert [version.number for version in trained.place.versions()] == [1, 2, 3, 4]
    checked = trained.place.store.verify_all((KEY.public,))
    assert [problem for _, problem in checked] == ["", "", "", ""]
    assert champion(trained) in (3, 4)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_trainer_that_is_stopped_leaves_no_half_version(trained, how):
    trainer = trained.place.process("train.py", "leaving")
    while "Learning" not in trainer.stderr.readline():
        assert trainer.poll() is None
    time.sleep(0.2)

    trainer.send_signal(how)
    _, err = trainer.communicate(timeout=300)

    assert trainer.returncode != 0
    assert "Traceback" not in err
    assert [problem for _, problem in trained.place.store.verify_all((KEY.public,))] == ["", ""]
    assert trained.train("leaving", *QUICK).code == 0
    folders = sorted(path.name for path in (trained.place.folder / "model_store").iterdir())
    assert folders == [".lock", "leaving"]
    if how is not signal.SIGKILL:
        assert "Stopped" in err
        assert trainer.returncode == FAILED


def test_a_first_key_is_made_for_its_owner_alone_and_kept(tmp_path):
    config = Config.from_environment({}, root=tmp_path)

    key, lines = signing_key(config)
    again, nothing = signing_key(config)

    path = tmp_path / "instance" / "signing_key"
    assert (path.stat().st_mode & 0o777, again.text, nothing) == (0o600, key.text, ())
    assert config.trusted_keys == key.public.text
    assert "Keep it secret" in lines[0]
    assert key.public.text in lines[1]
    assert key.text not in "".join(lines)


def test_a_public_key_that_does_not_belong_is_replaced(tmp_path):
    config = Config.from_environment({}, root=tmp_path)
    key, _ = signing_key(config)
    (tmp_path / "instance" / "signing_key.pub").write_text(SigningKey.generate().public.text)

    signing_key(config)

    assert config.trusted_keys == key.public.text


def test_a_key_that_cannot_be_kept_is_said_so(tmp_path):
    config = Config.from_environment({}, root=tmp_path)
    (tmp_path / "instance").write_text("in the way")

    with pytest.raises(ConfigError, match="Set FORMCAST_SIGNING_KEY instead"):
        signing_key(config)


def test_help_names_every_option_and_the_exit_codes(terminal):
    said = terminal.train("--help")

    assert said.code == 0
    for option in ("--data", "--target", "--name", "--dry-run", "--no-promote", "--seed", "--budget", "--rows"):
        assert option in said.out
    assert "3 stored but not promoted" in " ".join(said.out.split())
