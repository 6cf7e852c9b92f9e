"""Same name, other content: what has changed is said, and nothing where nothing has."""

import numpy as np
import pytest

from tests.training.known_tables import csv_text, leaving
from webapp.training.columns.inference import infer_schema
from webapp.training.package.data_record import data_record
from webapp.training.sources.comparing import changes_since, is_same_name
from webapp.training.sources.table_source import table_from_bytes
from webapp.training.spec.file import DataSpec, Spec

SPEC = Spec("leaving", data=DataSpec("leaving.csv", target="left"))
NAMES = list(leaving())


def table_of(columns, location="leaving.csv"):
    return table_from_bytes(csv_text(columns).encode(), "leaving", location)


def record_of(columns, location="leaving.csv"):
    table = table_of(columns, location)
    return data_record(table, SPEC, infer_schema(table, SPEC))


@pytest.fixture(scope="module")
def before():
    return record_of(leaving())


def changes(columns, before):
    return changes_since(table_of(columns), before)


def first(rows, columns):
    return {name: cells[:rows] for name, cells in columns.items()}


def test_the_same_table_has_not_changed(before):
    assert changes(leaving(), before) == []


def test_the_same_cells_in_other_bytes_have_not_changed(before):
    table = table_from_bytes(csv_text(leaving(), ";").encode("utf-16"), "leaving", "leaving.csv")

    assert changes_since(table, before) == []


def test_rows_added_at_the_end_are_said_to_be_all():
    assert changes(leaving(), record_of(first(300, leaving()))) == ["20 rows more", "its first 300 are as they were"]


def test_a_changed_cell_is_found_in_its_column(before):
    columns = leaving()
    columns["fee"][5] = "1.00"

    assert changes(columns, before) == ["as many rows", "changed: “fee”"]


def test_a_changed_cell_is_found_under_rows_that_were_added():
    columns = leaving()
    columns["fee"][5] = "1.00"

    assert changes(columns, record_of(first(300, leaving()))) == ["20 rows more", "changed: “fee”"]


def test_rows_that_are_gone_are_counted(before):
    assert changes(first(319, leaving()), before) == ["1 row fewer"]


def test_another_order_of_the_rows_is_no_other_content(before):
    order = np.random.default_rng(0).permutation(320)
    shuffled = {name: [cells[at] for at in order] for name, cells in leaving().items()}

    assert changes(shuffled, before) == ["the same rows, the rows in another order"]


def test_another_order_of_the_columns_is_no_other_content(before):
    turned = {name: leaving()[name] for name in reversed(NAMES)}

    assert changes(turned, before) == ["the same rows, the columns in another order"]


def test_columns_that_come_go_and_are_called_otherwise_are_named(before):
    columns = leaving() | {"region": ["north"] * 320}
    columns["charge"] = columns.pop("fee")
    del columns["has_app"]

    assert changes(columns, before) == [
        "as many rows", "“fee” is now called “charge”", "new: “region”", "gone: “has_app”",
    ]  # fmt: skip


def test_a_wholly_other_table_is_not_listed_column_by_column(before):
    assert changes(leaving(seed=5), before) == ["as many rows", "every column changed"]


def test_a_version_of_before_such_marks_is_compared_by_its_bytes(before):
    older = {name: value for name, value in before.items() if name in ("source", "sha256", "rows", "columns")}

    assert changes(leaving(), older) == []
    assert changes(leaving(400), older) == ["80 rows more"]


def test_a_name_is_the_address_and_what_was_asked_there(before):
    assert is_same_name(table_of(leaving()), before)
    assert not is_same_name(table_of(leaving(), "other.csv"), before)
    assert not is_same_name(table_of(leaving()), before | {"query": "SELECT 1"})
    assert is_same_name(table_of(leaving(), "/somewhere/leaving.csv"), before)
