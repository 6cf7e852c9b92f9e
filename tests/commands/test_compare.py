"""compare at a terminal: verdict, exit code, JSON and a page that needs nothing else."""

import json
import re
from html.parser import HTMLParser

import pytest

from tests.commands.workplace import QUICK
from tests.training.known_tables import csv_text, leaving


def flat(text):
    """Without the ends of lines."""
    return " ".join(text.split())


class Page(HTMLParser):
    """Addresses that the page names, its headings and its text."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.headings, self.ids, self.text = [], [], [], ""
        self._in = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self._in = tag
        self.addresses += [value for key, value in named.items() if key in ("href", "src", "action")]
        self.ids += [named["id"]] if "id" in named else []

    def handle_data(self, data):
        if self._in == "h1":
            self.headings.append(data.strip())
        self.text += data if self._in != "style" else ""


def test_two_seeds_are_the_same_and_the_code_says_so(trained):
    said = trained.webapp("compare", "leaving", "1", "2")

    assert said.code == 0
    assert "Version 2 answers as version 1 does" in flat(said.out)
    assert "from which at least one of the two has learned" in flat(said.out)
    assert "Moved most" not in flat(said.out)


def test_a_version_is_found_by_its_id_and_by_its_folder(trained):
    first, second = trained.place.versions()
    folder = trained.place.store.root / "leaving" / second.version

    by_id = trained.webapp("compare", "leaving", first.version, second.version)
    by_folder = trained.webapp("compare", "leaving", "1", str(folder))

    assert by_id.code == by_folder.code == 0
    assert by_id.out == by_folder.out


def test_a_dropped_column_ends_with_one(trained):
    trained.place.table("leaving.csv", {name: cells for name, cells in leaving().items() if name != "plan"})
    table = str(trained.place.folder / "leaving.csv")
    assert (
        trained.train("--data", table, "--target", "left", "--allow-removed", "plan", "--no-promote", *QUICK).code == 0
    )

    said = trained.webapp("compare", "leaving", "2", "3")

    assert said.code == 1
    assert "“Plan” is no longer asked" in flat(said.out)


def test_rows_are_made_up_where_the_table_is_gone_or_changed(trained):
    trained.place.table("leaving.csv", leaving(rows=300, seed=5))
    (trained.place.folder / "specs" / "leaving.toml").unlink()

    said = trained.webapp("compare", "leaving", "1", "2")

    assert said.code == 0
    assert "made-up rows" in flat(said.out)


def test_rows_that_moved_most_are_shown_of_a_table_that_somebody_gives(trained):
    table = trained.place.table("others.csv", leaving(seed=7))

    said = trained.webapp("compare", "leaving", "1", "2", "--data", table)

    assert said.code == 0
    assert len(re.findall(r"row \d+: \d+ in 100 before, \d+ in 100 now", said.out)) == 10


def test_json_goes_to_the_terminal_or_to_a_file(trained):
    written = trained.place.folder / "comparison.json"

    shown = trained.webapp("compare", "leaving", "1", "2", "--json")
    kept = trained.webapp("compare", "leaving", "1", "2", "--json", str(written))

    document = json.loads(shown.out)
    assert document == json.loads(written.read_text())
    assert document["same"] is True
    assert document["rows_that_moved_most"] == []
    assert f"As JSON: {written}" in kept.out
    assert {"verdict", "findings", "changes", "sensitivities", "answers", "tables"} <= set(document)


def test_the_page_holds_everything_it_needs_and_escapes_what_it_shows(trained):
    columns = leaving()
    hostile = {"<script>alert(1)</script>" if name == "plan" else name: cells for name, cells in columns.items()}
    trained.place.table("hostile.csv", hostile)
    table = str(trained.place.folder / "hostile.csv")
    for seed in ("0", "1"):
        assert trained.train("--data", table, "--target", "left", "--seed", seed, "--no-promote", *QUICK).code == 0
    written = trained.place.folder / "page.html"

    said = trained.webapp("compare", "hostile", "1", "2", "--data", table, "--html", str(written))

    text = written.read_text(encoding="utf-8")
    page = Page(text)
    assert said.code == 0
    assert "<script" not in text
    assert "script>alert" in page.text
    assert [address for address in page.addresses if not address.startswith("#")] == []
    assert {address[1:] for address in page.addresses} <= set(page.ids)
    assert "url(" not in text and "@import" not in text
    assert page.headings[0].startswith("Version 2 answers as version 1 does")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("leaving", "1", "9"), "has no version 9 of leaving. Versions there: 1, 2"),
        (("staying", "1", "2"), "has no model staying"),
        (("leaving", "1", "2", "--data", "nowhere.csv"), "There is no file"),
    ],
)
def test_what_cannot_be_compared_ends_with_two(trained, arguments, sentence):
    said = trained.webapp("compare", *arguments)

    assert said.code == 2
    assert sentence in said.err
    assert said.out == ""


def test_a_table_without_a_field_is_named(trained):
    table = trained.place.table("narrow.csv", {"months": [1, 2], "left": ["Yes", "No"]})

    said = trained.webapp("compare", "leaving", "1", "2", "--data", table)

    assert said.code == 2
    assert "lacks fee, plan, has_app, joined, which version 1 asks for" in said.err


def test_a_damaged_package_is_not_compared(trained):
    stored = trained.place.versions()[1]
    pickle = trained.place.store.root / "leaving" / stored.version / "pipeline.pkl"
    pickle.write_bytes(pickle.read_bytes()[:-1])

    said = trained.webapp("compare", "leaving", "1", "2")

    assert said.code == 2
    assert "is not what was signed" in said.err


def test_an_older_table_under_a_newer_date_is_noticed(trained):
    trained.place.table("leaving.csv", leaving(rows=400, seed=3))
    assert trained.train("leaving", "--no-promote", *QUICK).code == 0
    (trained.place.folder / "leaving.csv").write_text(csv_text(leaving()))
    assert trained.train("leaving", "--no-promote", "--seed", "5", *QUICK).code in (0, 3)

    said = trained.webapp("compare", "leaving", "3", "4")

    assert said.code == 1
    assert "on the older table of version" in flat(said.out)


def test_speed_is_measured_in_processes_of_their_own(trained):
    said = trained.webapp("compare", "leaving", "1", "2", "--benchmark", "1", "--json")

    figures = {figure["name"]: figure for figure in json.loads(said.out)["benchmark"]}
    assert said.code == 0
    assert figures["One answer with its reasons, median"]["before"] > 0
    assert figures["Memory at most, beyond the libraries"]["after"] > 0
    assert figures["Size of the pickle"]["before"] > 1000
    assert "Training, again on 320 rows" in figures
