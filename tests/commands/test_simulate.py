"""simulate: cases of the past by the code of real ones, with something to find among them."""

import re
import shutil

import pytest

import train
from tests.commands.workplace import QUICK, ROOT, Place, Terminal
from webapp.records.database import Database
from webapp.records.predictions import ASKED_FOR, is_asked, latest
from webapp.records.track_record import track_record


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The loan book, learned from and answering."""
    place = Place(tmp_path_factory.mktemp("book"))
    (place.folder / "specs").mkdir()
    shutil.copy(ROOT / "specs" / "loans.toml", place.folder / "specs")
    with pytest.MonkeyPatch.context() as patched:
        for name, value in place.environment.items():
            patched.setenv(name, value)
        assert train.main(["loans", *QUICK]) == 0
    return place


@pytest.fixture
def terminal(book, monkeypatch, capsys):
    for name, value in book.environment.items():
        monkeypatch.setenv(name, value)
    return Terminal(book, capsys)


def test_a_change_among_made_up_loans_is_found_and_they_count_as_nobody_s(terminal):
    said = terminal.webapp("simulate", "loans", "--days", "120", "--a-day", "20")

    assert said.code == 0
    assert re.search(r"2,400 made-up cases of 120 days, 1,\d{3} with a known outcome, \d+ decided otherwise", said.out)
    found = terminal.webapp("monitor", "loans")
    assert found.out.startswith("loans: Worth a look")
    assert "Region: “North” went from 15 to 3" in found.out
    assert "Is it still right? Yes." in found.out

    database = Database(terminal.place.environment["DATABASE_URL"])
    with database.reading() as connection:
        assert not is_asked(connection, "loans", ASKED_FOR)
        assert latest(connection, "loans") == []
        assert track_record(connection, "loans").known == 0
    database.dispose()
    again = terminal.webapp("simulate", "loans")
    assert (again.code, again.err.strip()) == (1, "loans was asked already, and made-up cases would mix with those.")


def test_numbers_that_make_no_sense_are_refused(terminal):
    assert "must be a whole number from 1 to 730" in terminal.webapp("simulate", "loans", "--days", "0").err
    assert "invalid choice" in terminal.webapp("simulate", "wine").err
