"""train.py on several files: all rows looked at, some learned from, and the same again when it is trained again."""

import json

from tests.commands.workplace import QUICK
from tests.training.known_tables import csv_text, leaving
from webapp.evidence.learning import rows_section
from webapp.evidence.origin import data_section


def split(place, rows=900):
    table = {name: list(cells) for name, cells in leaving(rows).items()}
    (place.folder / "customers").mkdir()
    for number in range(3):
        part = {name: cells[number::3] for name, cells in table.items()}
        place.table(f"customers/part-{number}.csv", csv_text(part))
    return str(place.folder / "customers" / "*.csv")


def test_a_version_learns_from_a_sample_and_says_what_that_cost(terminal):
    said = terminal.train("--data", split(terminal.place), "--target", "left", "--rows", "300", *QUICK)

    assert said.code in (0, 3), said.err
    assert said.out.startswith("customers: 900 rows of ")
    assert "/customers/*.csv, 3 files" in said.out.splitlines()[0]
    assert "Learned from 300 of 900 rows, drawn by what stands in them, the same share of each class" in said.out
    assert "Sample     The model learned from a sample of 300 of 900 rows." in said.out

    [stored] = terminal.place.versions("customers")
    files = terminal.place.store.files("customers", stored.version)
    metadata, profile = json.loads(files["metadata.json"]), json.loads(files["reference_profile.json"])
    assert (metadata["data"]["rows"], metadata["data"]["files"]) == (900, 3)
    assert metadata["data"]["sample"] == {"rows": 300, "by_class": True}
    assert metadata["rows"]["train"] + metadata["rows"]["holdout"] == 300
    assert metadata["sample"]["of"] == 900
    assert profile["rows"] == 900

    assert "The model learned from a sample of 300 of 900 rows." in files["model_card.md"].decode()
    assert "a sample of 300 of 900 rows" in str(rows_section(metadata))
    assert "300 rows, drawn by what stands in them, the same share of each class" in str(data_section(metadata))

    again = terminal.webapp("reproduce", "customers")
    assert again.code == 0, again.out
    assert "Identical" in again.out


def test_a_dry_run_looks_at_all_rows_and_keeps_nothing(terminal):
    said = terminal.train("--data", split(terminal.place), "--target", "left", "--rows", "300", "--dry-run")

    assert said.code == 0
    assert "All 900 rows with a target were read by this schema" in said.out
    assert terminal.place.specs == []


def test_files_without_a_number_of_rows_are_learned_from_as_one_table(terminal):
    said = terminal.train("--data", split(terminal.place, 300), "--target", "left", "--dry-run")

    assert said.code == 0
    assert "300 rows of" in said.out
    assert "Learned from" not in said.out


def test_a_column_whose_values_are_frequent_in_all_rows_alone_is_set_aside(terminal):
    shops = {
        "shop": [f"S{number % 150:04}" for number in range(900)]
    }  # six rows each, hardly one of them in the sample
    (terminal.place.folder / "shops").mkdir()
    for number in range(2):
        part = {name: list(cells)[number::2] for name, cells in {**leaving(900), **shops}.items()}
        terminal.place.table(f"shops/part-{number}.csv", csv_text(part))

    location = str(terminal.place.folder / "shops")
    said = terminal.train("--data", location, "--target", "left", "--rows", "100", "--dry-run")

    assert said.code == 0, said.err
    assert "shop: too many values: none of them has 5 rows" in " ".join(said.out.split())
