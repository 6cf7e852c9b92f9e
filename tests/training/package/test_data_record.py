"""What a package keeps of its table: enough to know it again, and no row and no single value of it."""

import json

import pytest

from tests.training.known_tables import csv_text, leaving
from webapp.training.columns.inference import infer_schema
from webapp.training.package.data_record import data_record, time_range
from webapp.training.sources.formats import columns_in
from webapp.training.sources.table import Wanted
from webapp.training.sources.table_source import read_table
from webapp.training.spec.file import DataSpec, Spec


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "leaving.csv"
    path.write_text(csv_text(leaving()))
    spec = Spec("leaving", data=DataSpec(str(path), target="left", id_column="customer", time_column="joined"))
    table = read_table(path)
    return data_record(table, spec, infer_schema(table, spec))


def test_every_fact_has_its_place(record):
    assert set(record) == {
        "name", "source", "kind", "query", "parameters", "sheet", "sha256", "bytes", "rows", "skipped", "columns",
        "decimal", "rows_sha256", "column_sha256", "time_range", "timezone", "object_version", "read_at", "snapshot",
    }  # fmt: skip
    assert (record["name"], record["source"], record["kind"], record["rows"]) == ("leaving", "leaving.csv", "csv", 320)
    assert list(record["column_sha256"]) == record["columns"] == list(leaving())
    assert record["object_version"].startswith("changed 20")
    assert record["read_at"].endswith("Z")
    assert (record["query"], record["parameters"], record["snapshot"]) == (None, [], None)


def test_time_is_kept_in_whole_months(record):
    days = leaving()["joined"]

    assert record["time_range"][0] == f"{min(days)[:7]}-01"
    assert record["time_range"][1][:7] == max(days)[:7]
    assert record["time_range"][1] >= max(days)


def test_no_cell_of_the_table_is_in_it(record):
    kept = json.dumps({name: value for name, value in record.items() if name not in ("read_at", "object_version")})

    for name in ("customer", "joined"):
        assert not [cell for cell in leaving()[name] if f'"{cell}"' in kept and not cell.endswith("-01")]


def test_without_a_time_column_no_time_is_claimed(tmp_path):
    (tmp_path / "t.csv").write_text(csv_text(leaving()))
    spec = Spec("t", data=DataSpec("t.csv", target="left"))
    inference = infer_schema(read_table(tmp_path / "t.csv"), spec)

    assert time_range(inference, "") is None
    assert time_range(inference, "months") is None


def test_values_of_parameters_are_not_kept():
    table = read_table("stub://x", Wanted("SELECT :b, :a", {"b": "Ada", "a": 5}), {"stub": lambda *_: _found()})

    assert table.origin.parameters == ("a", "b")
    assert "Ada" not in repr(table.origin)


def _found():
    return columns_in(b"a,b\n1,2\n", "t.csv", Wanted())
