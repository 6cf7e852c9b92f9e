"""simulate: cases of the past by the code of real ones, with something to find among them."""

import io
import re
import shutil
from contextlib import redirect_stdout
from html import unescape

import pytest

import train
from tests.commands.workplace import QUICK, ROOT, Place, Terminal
from webapp.app import create_app
from webapp.commands.line import run
from webapp.config import Config
from webapp.records.database import Database
from webapp.records.day_counts import is_asked
from webapp.records.predictions import ASKED_FOR, latest
from webapp.records.track_record import track_record
from webapp.views.services import services_of

JARGON = re.compile(r"PSI|KS|chi-squared|drift|p-value|Kolmogorov|Holm|significan")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The loan book, learned from, answering, and filled with cases of the past."""
    place = Place(tmp_path_factory.mktemp("book"))
    (place.folder / "specs").mkdir()
    shutil.copy(ROOT / "specs" / "loans.toml", place.folder / "specs")
    with pytest.MonkeyPatch.context() as patched:
        for name, value in place.environment.items():
            patched.setenv(name, value)
        assert train.main(["loans", *QUICK]) == 0
        with redirect_stdout(io.StringIO()) as out:
            assert run(["simulate", "loans", "--days", "120", "--a-day", "15"]) == 0
    return place, out.getvalue()


@pytest.fixture
def terminal(book, monkeypatch, capsys):
    for name, value in book[0].environment.items():
        monkeypatch.setenv(name, value)
    return Terminal(book[0], capsys)


def test_cases_are_made_up_for_the_example_alone(terminal):
    said = terminal.webapp("simulate", "wine")

    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("Nobody knows what cases of wine would be like, so none can be made up.")


def test_a_change_among_made_up_loans_is_found_and_they_count_as_nobody_s(book, terminal):
    made_up = r"1,800 made-up cases of 120 days, 1,\d{3} with a known outcome, \d+ decided otherwise"
    assert re.search(made_up, book[1])
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


def test_the_page_has_a_chart_with_a_table_and_a_file_for_each_question(terminal):
    folder = terminal.place.folder
    app = create_app(Config.for_service(terminal.place.environment | {"SECRET_KEY": "k" * 40}, root=folder))
    browser = app.test_client()
    page = browser.get("/models/loans/monitoring")
    first, technical = page.text.split("Technical details", 1)
    charts = re.findall(r"<figure.*?</figure>", page.text, re.DOTALL)
    files = [unescape(found) for found in re.findall(r'href="(/models/loans/monitoring/[^"]+)"', page.text)]

    assert page.status_code == 200
    assert {file.rsplit("/", 1)[1] for file in files} >= {
        "fields.csv", "field-region.csv", "right.csv", "estimate.csv", "doubts.csv", "parts.csv",
    }  # fmt: skip
    assert len(charts) == len(files)
    assert all("<h3>" in chart and "<table" in chart for chart in charts)
    assert all('role="img"' in chart or "<ol" in chart for chart in charts)
    assert JARGON.findall(re.sub(r"<[^>]*>", "", first.split("<main")[1])) == []
    assert "PSI, less chance" in technical
    for file in files:
        answer = browser.get(file)
        assert (answer.status_code, answer.mimetype) == (200, "text/csv")
        assert answer.text.count("\n") >= 2
    assert browser.get("/models/loans/monitoring/nothing.csv").status_code == 404
    assert "In use. Worth a look" in browser.get("/").text
    services_of(app).database.dispose()


def test_numbers_that_make_no_sense_are_refused(terminal):
    assert "must be a whole number from 1 to 730" in terminal.webapp("simulate", "loans", "--days", "0").err
