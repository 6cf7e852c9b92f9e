"""A place to train and decide at, and a terminal there; one trained store is made once and copied."""

import shutil

import pytest

import train
from tests.commands.workplace import QUICK, Place, Terminal
from tests.s3 import s3, s3_server
from tests.training.known_tables import leaving

__all__ = ["s3", "s3_server"]


def _settled(monkeypatch, place: Place) -> None:
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def place(tmp_path, monkeypatch) -> Place:
    place = Place(tmp_path)
    _settled(monkeypatch, place)
    return place


@pytest.fixture
def terminal(place, capsys) -> Terminal:
    return Terminal(place, capsys)


@pytest.fixture(scope="session")
def trained_folder(tmp_path_factory):
    """The model `leaving`: version 1 promoted, version 2 stored."""
    place = Place(tmp_path_factory.mktemp("trained"))
    with pytest.MonkeyPatch.context() as patched:
        _settled(patched, place)
        table = place.table("leaving.csv", leaving())
        assert train.main(["--data", table, "--target", "left", *QUICK]) == 0
        assert train.main(["leaving", "--no-promote", "--seed", "1", *QUICK]) == 0
    return place.folder


@pytest.fixture
def trained(trained_folder, tmp_path, monkeypatch, capsys) -> Terminal:
    """A terminal at a copy of the trained place."""
    place = Place(tmp_path / "copy")
    shutil.copytree(trained_folder, place.folder)
    _settled(monkeypatch, place)
    return Terminal(place, capsys)
