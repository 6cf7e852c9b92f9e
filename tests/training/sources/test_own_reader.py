"""The reader of one's own in docs/sources.md does what is said of it."""

import re
from pathlib import Path

import pytest

from webapp.errors import UnusableTable
from webapp.training.sources.table import Wanted
from webapp.training.sources.table_source import read_table

DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "sources.md").read_text("utf-8")


@pytest.fixture
def readers():
    [example] = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    defined = {}
    exec(example, defined)
    return {"folder": defined["read_folder"]}


def test_it_reads_what_nothing_else_does(readers, tmp_path):
    (tmp_path / "may.csv").write_text("a,b\n1,x\n")
    (tmp_path / "june.csv").write_text("a,b\n2,y\n3,z\n")
    table = read_table(f"folder://{tmp_path}", Wanted(), readers)

    assert {name: list(cells) for name, cells in table.columns.items()} == {"a": ["2", "3", "1"], "b": ["y", "z", "x"]}
    assert (table.rows, table.origin.kind, len(table.rows_sha256)) == (3, "folder", 64)


def test_it_refuses_in_words(readers, tmp_path):
    with pytest.raises(UnusableTable, match="needs CSV files with the same columns"):
        read_table(f"folder://{tmp_path}", Wanted(), readers)


def test_it_is_as_short_as_it_is_said_to_be():
    [example] = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)

    assert len(example.splitlines()) <= 20
