"""reproduce: the same again, to the byte, or what is not as it was."""

import json
import signal

import pytest

from tests.commands.workplace import QUICK
from tests.training.known_tables import leaving
from webapp.comparison.repetition import repetition
from webapp.model_package.format import GOLDEN_ROWS, METADATA, PIPELINE


def test_a_version_trained_again_is_identical(trained):
    for version in ("1", "2"):
        said = trained.webapp("reproduce", "leaving", version)

        assert said.code == 0, said.out
        assert "Identical: the golden rows are the same to the byte, and so is the pickle" in said.out


def test_nothing_is_added_to_the_store_or_decided(trained):
    before = trained.place.versions()

    trained.webapp("reproduce", "leaving", "1")

    assert trained.place.versions() == before
    assert trained.webapp("history", "leaving").out.count("promote") == 1


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped_says_so_and_leaves_nothing(trained, tmp_path, monkeypatch, how):
    between = tmp_path / "between"
    between.mkdir()
    monkeypatch.setenv("TMPDIR", str(between))
    process = trained.place.process("-m", "webapp", "reproduce", "leaving", "1")
    while "Learning" not in process.stderr.readline():
        assert process.poll() is None

    process.send_signal(how)
    _, err = process.communicate(timeout=300)

    assert (process.returncode, "Traceback" in err) == (128 + how, False), err
    assert err.splitlines()[-1].startswith("Stopped.")
    assert list(between.iterdir()) == []


def test_another_table_is_named_as_the_cause(trained):
    trained.place.table("leaving.csv", leaving(seed=8))

    said = trained.webapp("reproduce", "leaving", "1", "--json")

    document = json.loads(said.out)
    assert said.code == 1
    assert document["verdict"] == "different"
    assert [one["kind"] for one in document["circumstances"]] == ["data"]
    assert "is not the table that it learned from" in document["circumstances"][0]["words"]


def test_the_spec_of_then_is_used_whatever_it_says_now(trained):
    spec = trained.place.folder / "specs" / "leaving.toml"
    spec.write_text(spec.read_text().replace("[data]\n", '[data]\nexclude = ["fee"]\n'))

    assert trained.webapp("reproduce", "leaving", "1").code == 0


def test_a_table_that_is_gone_may_be_given(trained):
    kept = trained.place.folder / "kept.csv"
    (trained.place.folder / "leaving.csv").rename(kept)

    gone = trained.webapp("reproduce", "leaving", "1")
    given = trained.webapp("reproduce", "leaving", "1", "--data", str(kept))

    assert gone.code == 2
    assert "Give the table: --data TABLE" in gone.err
    assert given.code == 0


def test_a_snapshot_is_read_where_the_source_has_changed(trained):
    table = trained.place.table("snap.csv", leaving())
    assert trained.train("--data", table, "--target", "left", "--snapshot", "--no-promote", *QUICK).code == 0
    trained.place.table("snap.csv", leaving(seed=4))

    said = trained.webapp("reproduce", "snap")

    assert said.code == 0, said.out
    assert "its snapshot" in said.out


@pytest.fixture
def files(trained):
    return trained.place.store.files("leaving", trained.place.versions()[0].version)


def changed(files, **facts):
    return {**files, METADATA: json.dumps({**json.loads(files[METADATA]), **facts}).encode()}


def moved(files, by):
    golden = json.loads(files[GOLDEN_ROWS])
    golden["expected"][0] = [value + by for value in golden["expected"][0]]
    return {**files, GOLDEN_ROWS: json.dumps(golden).encode()}


def test_rounding_is_told_from_a_difference(files):
    assert repetition(files, moved(files, 1e-12)).verdict == "equal"
    assert repetition(files, moved(files, 1e-6)).verdict == "different"
    assert repetition(files, {**files, PIPELINE: b"written otherwise"}).words.endswith(
        "the pickle is written otherwise"
    )


def test_a_difference_without_a_cause_is_not_explained_away(files):
    assert "depends on chance or time" in repetition(files, moved(files, 0.1)).words


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"python": "3.99.0"}, "packages"),
        ({"dependencies": {"numpy": "9.9.9"}}, "packages"),
        ({"code": {"preprocessing": "0", "estimators": "0", "training": "0"}}, "code"),
        ({"blas": "another"}, "platform"),
        ({"platform": "another"}, "platform"),
        ({"candidates": []}, "candidates"),
    ],
)
def test_what_is_not_as_it_was_is_named(files, facts, kind):
    found = repetition(files, changed(files, **facts))

    assert {one.kind for one in found.circumstances} == {kind}


def test_a_candidate_that_time_cut_off_is_named(files):
    candidates = json.loads(files[METADATA])["candidates"]
    cut = {"name": "boosting", "taken": False, "note": "given up: not all folds were learned"}
    before = changed(files, candidates=[*candidates, cut])
    after = changed(files, candidates=[*candidates, {**cut, "loss": 0.1, "note": ""}])

    found = repetition(before, after).circumstances

    assert [one.kind for one in found] == ["candidates"]
    assert found[0].words.startswith("Learned to the end this time: additive, boosting; then: additive. A larger")


def test_the_part_of_the_code_that_changed_is_named_once(files):
    code = json.loads(files[METADATA])["code"]
    found = repetition(files, changed(files, code={**code, "estimators": "0"})).circumstances

    assert found[0].words.startswith("The code of Formcast has changed: the estimators (then commit ")
