"""The same table through every format is the same table, cell by cell, and makes the same schema."""

import csv
import gzip

import fsspec
import pytest

from tests.training.sources import one_table
from webapp.commands.database_source import read_query
from webapp.training.columns.inference import infer_schema
from webapp.training.sources.reading import SQL
from webapp.training.sources.table import Wanted
from webapp.training.sources.table_source import read_table, table_from_bytes
from webapp.training.spec.file import DataSpec, Spec

FILES = {
    "cases.csv": (one_table.as_csv, "csv"),
    "cases.tsv": (lambda: one_table.as_csv("\t"), "csv"),
    "semicolons.csv": (lambda: one_table.as_csv(";"), "csv"),
    "quoted.csv": (lambda: one_table.as_csv("|", "utf-16", csv.QUOTE_ALL), "csv"),
    "cases.csv.gz": (lambda: gzip.compress(one_table.as_csv()), "csv"),
    "cases.parquet": (one_table.as_parquet, "parquet"),
    "words.parquet": (lambda: one_table.as_parquet(use_dictionary=False, row_group_size=7), "parquet"),
    "cases.xlsx": (one_table.as_excel, "excel"),
    "cases.jsonl": (one_table.as_json_lines, "json lines"),
    "cases.jsonl.gz": (lambda: gzip.compress(one_table.as_json_lines()), "json lines"),
}


@pytest.fixture(scope="module")
def expected():
    return table_from_bytes(one_table.as_csv(), "cases", "cases.csv")


def assert_same(table, expected):
    assert {name: list(cells) for name, cells in table.columns.items()} == one_table.TEXTS
    assert list(table.columns) == list(expected.columns)
    assert (table.rows, table.decimal, table.skipped) == (expected.rows, expected.decimal, ())
    assert (table.rows_sha256, table.column_sha256) == (expected.rows_sha256, expected.column_sha256)
    spec = Spec("cases", data=DataSpec("cases.csv", target="left"))
    assert infer_schema(table, spec).schema == infer_schema(expected, spec).schema
    assert (infer_schema(table, spec).X == infer_schema(expected, spec).X).all()


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_every_format_is_the_same_table(tmp_path, expected, name):
    make, kind = FILES[name]
    (tmp_path / name).write_bytes(make())
    table = read_table(tmp_path / name)

    assert_same(table, expected)
    assert (table.origin.kind, table.size, len(table.sha256)) == (kind, (tmp_path / name).stat().st_size, 64)


@pytest.mark.parametrize("name", ["cases.csv", "cases.parquet", "cases.xlsx", "cases.jsonl"])
def test_the_same_bytes_from_an_address_are_the_same_table(site, expected, name):
    content = FILES[name][0]()
    site.pages[f"/{name}"] = content
    fsspec.filesystem("memory").pipe(f"/tables/{name}", content)

    assert_same(read_table(f"{site.address}/{name}"), expected)
    assert_same(read_table(f"memory://tables/{name}"), expected)


def test_what_the_bytes_are_shows_in_them_and_not_in_their_name(tmp_path, expected):
    for make in (one_table.as_csv, one_table.as_parquet, one_table.as_excel, one_table.as_json_lines):
        (tmp_path / "export").write_bytes(make())

        assert_same(read_table(tmp_path / "export"), expected)


def test_a_sqlite_table_is_the_same_table(tmp_path, expected):
    url = one_table.in_sqlite(tmp_path / "cases.db")

    assert_same(read_table(url, Wanted(one_table.SQLITE_QUERY), {SQL: read_query}), expected)


def test_a_postgres_table_is_the_same_table(postgres, expected):
    url = one_table.in_postgres(postgres.create_database())

    assert_same(read_table(url, Wanted(one_table.QUERY), {SQL: read_query}), expected)
