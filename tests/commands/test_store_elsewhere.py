"""train.py and the commands, where the store lies behind S3."""

import pytest

from tests.commands.workplace import QUICK
from tests.training.known_tables import leaving


@pytest.fixture
def far(s3, trained, monkeypatch):
    """The trained place, its store copied into a bucket and gone from the disk."""
    bucket = s3.create_bucket()
    folder = trained.place.folder / "model_store"
    s3.put_folder(bucket, "models", folder)
    folder.rename(folder.with_name("gone"))
    monkeypatch.setenv("MODEL_STORE", f"s3://{bucket}/models")
    monkeypatch.setenv("MODEL_CACHE", str(trained.place.folder / "cache"))
    return trained


def test_every_command_reads_a_store_behind_s3(far):
    said = {command: far.webapp(*command.split()) for command in ("models", "show leaving 1", "verify", "release")}

    assert {command: one.code for command, one in said.items()} == dict.fromkeys(said, 0)
    assert "leaving" in said["models"].out
    assert "leaving version 2:" in said["release"].out
    assert far.webapp("compare", "leaving", "1", "2").code in (0, 1)
    assert far.webapp("promote", "leaving", "2", "--why", "newer").code == 0
    assert "newer" in far.webapp("history", "leaving").out.splitlines()[0]


def test_a_version_is_trained_into_a_bucket_and_again_from_its_snapshot(far):
    table = far.place.table("snap.csv", leaving())
    trained = far.train("--data", table, "--target", "left", "--snapshot", *QUICK)
    far.place.table("snap.csv", leaving(seed=4))
    again = far.webapp("reproduce", "snap")

    assert trained.code == 0, trained.err
    assert again.code == 0, again.out
    assert "its snapshot" in again.out
    assert not (far.place.folder / "model_store").exists()


def test_a_store_that_is_away_is_said_in_one_sentence(s3, far):
    with s3.away():
        said = far.webapp("models")
        trained = far.train("leaving", *QUICK)

    assert said.code == trained.code == 1
    assert said.err.startswith("The model store s3://")
    assert "cannot be used" in trained.err
