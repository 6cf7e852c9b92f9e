"""What cannot be learned from is refused in a line or two, and leaves nothing behind."""

import pytest

from tests.commands.workplace import QUICK
from tests.training.known_tables import csv_text, leaving

ALWAYS_BLANK = {"empty": [""] * 320, "gone": [""] * 320}


def _only(rows):
    return {name: column[:rows] for name, column in leaving().items()}


def _one_class():
    return leaving() | {"left": ["No"] * 320}


def _all_missing():
    return ALWAYS_BLANK | {"left": leaving()["left"]}


def _same_header_twice():
    return csv_text(leaving()).replace("months", "fee", 1)


BAD_TABLES = {
    "one class": (_one_class, "one class only"),
    "empty": (lambda: b"", "empty"),
    "header only": (lambda: ",".join(leaving()) + "\n", "no row"),
    "ten rows": (lambda: _only(10), "at least 30 are needed"),
    "nothing but blanks": (_all_missing, "No column"),
    "duplicate headers": (_same_header_twice, "fee"),
    "binary rubbish": (lambda: bytes(range(256)) * 40, "is"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0\1\2" * 3000, "is"),
}


def assert_refused(said, place, code=1):
    assert said.code == code
    lines = [line for line in said.err.splitlines() if not line.endswith(" ...")]  # progress
    assert 1 <= len(lines) <= 2, said.err
    assert "Traceback" not in said.err
    assert place.store.models() == []
    assert place.specs == []
    assert not list(place.folder.glob("model_store/*"))


@pytest.mark.parametrize("name", BAD_TABLES)
def test_a_bad_table_is_refused_in_words(terminal, name):
    make, words = BAD_TABLES[name]
    table = terminal.place.table("bad.csv", make())

    said = terminal.train("--data", table, "--target", "left", *QUICK)

    assert_refused(said, terminal.place)
    assert said.out == ""
    assert words in said.err


def test_a_missing_file_is_named(terminal):
    said = terminal.train("--data", "nowhere/customers.csv", "--target", "left")

    assert_refused(said, terminal.place)
    assert "There is no file" in said.err
    assert "nowhere/customers.csv. Check the path" in said.err


def test_a_folder_is_no_table(terminal, tmp_path):
    said = terminal.train("--data", str(tmp_path), "--target", "left", "--name", "folder")

    assert_refused(said, terminal.place)
    assert f"There is no table at {tmp_path}" in said.err


def test_a_missing_target_is_answered_with_the_nearest_column(terminal):
    table = terminal.place.table("leaving.csv", leaving())

    said = terminal.train("--data", table, "--target", "Leftt")

    assert_refused(said, terminal.place)
    assert "has no column “Leftt”. Did you mean “left”?" in said.err


def test_a_name_that_no_model_can_have_is_refused(terminal):
    table = terminal.place.table("leaving.csv", leaving())

    said = terminal.train("--data", table, "--target", "left", "--name", "../leaving now")

    assert_refused(said, terminal.place)
    assert "--name" in said.err


@pytest.mark.parametrize("path", ["specs/nothing.toml", "."])
def test_a_spec_that_cannot_be_read_is_refused(terminal, path):
    said = terminal.train(path)

    assert_refused(said, terminal.place)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[data\n", "is not TOML"),
        ('titel = "x"\n[data]\nsource = "a.csv"\ntarget = "b"\n', "title"),
        ("\x00\xff", "is not TOML"),
        ('title = "x"\n', "needs a source and a target"),
        ('[data]\nsource = "examples:nothing"\ntarget = "b"\n', "Known examples: diabetes, loans, wine"),
    ],
)
def test_a_spec_that_cannot_be_followed_is_refused(terminal, tmp_path, text, words):
    spec = tmp_path / "mine.toml"
    spec.write_text(text, encoding="latin-1")

    said = terminal.train(str(spec))

    assert_refused(said, terminal.place)
    assert words in said.err


def test_one_bad_spec_keeps_no_other_from_being_trained(trained, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text("[data\n")

    said = trained.train(str(bad), "leaving", "--no-promote", *QUICK)

    assert said.code == 1
    assert "bad: " in said.err
    assert len(trained.place.versions()) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ("--data", "a.csv"),
        ("--target", "left"),
        ("mine.toml", "--data", "a.csv", "--target", "left"),
        ("mine.toml", "--name", "other"),
        ("--seed", "-1"),
        ("--seed", "4294967296"),
        ("--rows", "29"),
        ("--rows", "many"),
        ("--budget", "-1"),
        ("--budget", "nan"),
        ("--unknown",),
    ],
)
def test_a_wrong_use_exits_with_two(terminal, arguments):
    said = terminal.train(*arguments)

    assert said.code == 2
    assert "error: " in said.err
    assert terminal.place.store.models() == []


def test_without_any_spec_it_says_what_to_give(terminal):
    said = terminal.train()

    assert_refused(said, terminal.place, code=2)
    assert "Give --data TABLE --target COLUMN" in said.err


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("FORMCAST_SIGNING_KEY", "formcast-signing-key:short", "This is not a key"),
        ("FORMCAST_TRUSTED_KEYS", "nonsense", "FORMCAST_TRUSTED_KEYS, key 1"),
        ("DATABASE_URL", "mysql://somewhere/db", "DATABASE_URL must begin with"),
        ("MODEL_STORE", "s3://me:secret@bucket", "MODEL_STORE must be a folder or an address"),
        ("MODEL_STORE", "nosuch://bucket/models", "is of a kind that nothing here can read"),
    ],
)
def test_a_bad_setting_is_noticed_before_the_work(terminal, monkeypatch, setting, value, words):
    monkeypatch.setenv(setting, value)
    table = terminal.place.table("leaving.csv", leaving())

    said = terminal.train("--data", table, "--target", "left", *QUICK)

    assert said.code == 1
    assert words in said.err
    assert "Learning" not in said.err
    assert not list(terminal.place.folder.glob("model_store/*"))


def test_a_file_where_the_specs_should_be_is_said_so(terminal):
    terminal.place.table("specs", "in the way")
    table = terminal.place.table("leaving.csv", leaving())

    said = terminal.train("--data", table, "--target", "left", *QUICK)

    assert said.code == 1
    assert "cannot be made" in said.err


def test_a_file_where_the_store_should_be_is_said_so(terminal):
    terminal.place.table("model_store", "in the way")
    table = terminal.place.table("leaving.csv", leaving())

    said = terminal.train("--data", table, "--target", "left", *QUICK)

    assert said.code == 1
    assert "The model store" in said.err


@pytest.mark.parametrize(
    ("key", "words"),
    [("plan", "holds neither dates nor numbers"), ("has_app", "neither"), ("customer", "set aside: identifier")],
)
def test_a_time_column_that_tells_no_time_is_refused(trained, key, words):
    spec = trained.place.folder / "specs" / "leaving.toml"
    spec.write_text(spec.read_text().replace("[data]\n", f'[data]\ntime_column = "{key}"\n'))

    said = trained.train("leaving", *QUICK)

    assert said.code == 1
    assert words in said.err
    assert len(trained.place.versions()) == 2
