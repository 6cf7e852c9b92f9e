"""Parquet files of every type of column, and what is said of those that are no tables."""

import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from webapp.errors import UnusableTable
from webapp.training.sources.table_source import read_table, table_from_bytes
from webapp.training.spec.file import DataSpec, Spec
from webapp.training.spec.source import read_table_of


def packed(table):
    written = io.BytesIO()
    pq.write_table(table, written)
    return written.getvalue()


def read(columns):
    return table_from_bytes(packed(pa.table(columns)), "t", "t.parquet")


def refusal(content):
    with pytest.raises(UnusableTable) as problem:
        table_from_bytes(content, "t", "t.parquet")
    return str(problem.value)


MOMENTS = [datetime(2024, 1, 31, 9, 30, 1), None]
TYPED = {
    "int8": (pa.array([5, None], pa.int8()), ["5", ""]),
    "uint64": (pa.array([2**64 - 1, None], pa.uint64()), ["18446744073709551615", ""]),
    "float16": (pa.array(np.array([0.5, 3], np.float16)), ["0.5", "3"]),
    "float32": (pa.array([0.1, None], pa.float32()), ["0.1", ""]),
    "float64": (pa.array([0.1, float("nan")]), ["0.1", ""]),
    "decimal": (pa.array([Decimal("1.50"), None], pa.decimal128(9, 2)), ["1.50", ""]),
    "text": (pa.array(["NA", ""]), ["NA", ""]),
    "large text": (pa.array(["a", None], pa.large_string()), ["a", ""]),
    "text view": (pa.array(["a", None], pa.string_view()), ["a", ""]),
    "text as bytes": (pa.array(["Zoë".encode(), None], pa.binary()), ["Zoë", ""]),
    "category": (pa.array(["x", None]).dictionary_encode(), ["x", ""]),
    "yes or no": (pa.array([True, None]), ["true", ""]),
    "day": (pa.array([MOMENTS[0].date(), None], pa.date32()), ["2024-01-31", ""]),
    "day in ms": (pa.array([MOMENTS[0].date(), None], pa.date64()), ["2024-01-31", ""]),
    "seconds": (pa.array(MOMENTS, pa.timestamp("s")), ["2024-01-31T09:30:01", ""]),
    "microseconds": (pa.array(MOMENTS, pa.timestamp("us")), ["2024-01-31T09:30:01", ""]),
    "nanoseconds": (pa.array([1, None], pa.timestamp("ns")), ["1970-01-01T00:00:00.000000001", ""]),
    "in a zone": (pa.array(MOMENTS, pa.timestamp("ms", "Europe/Berlin")), ["2024-01-31T10:30:01+01:00", ""]),
    "in UTC": (pa.array(MOMENTS, pa.timestamp("ms", "UTC")), ["2024-01-31T09:30:01+00:00", ""]),
    "clock": (pa.array([MOMENTS[0].time(), None], pa.time32("s")), ["09:30:01", ""]),
    "duration": (pa.array([timedelta(minutes=2), None]), ["120", ""]),
    "nothing": (pa.nulls(2), ["", ""]),
}


@pytest.mark.parametrize("name", TYPED)
def test_every_type_of_column_becomes_text(name):
    column, texts = TYPED[name]

    assert list(read({"n": [1, 2], name: column}).columns[name]) == texts


def test_rows_in_several_groups_are_one_table():
    table = pa.concat_tables([pa.table({"a": [1, 2], "b": ["x", None]}), pa.table({"a": [3], "b": ["y"]})])
    found = table_from_bytes(packed(table), "t", "t.parquet")

    assert {name: list(cells) for name, cells in found.columns.items()} == {"a": ["1", "2", "3"], "b": ["x", "", "y"]}


def test_time_zones_are_kept_and_named():
    moment = datetime(2024, 7, 1, 8, tzinfo=UTC)
    zones = {zone: pa.array([moment], pa.timestamp("s", zone)) for zone in ("UTC", "Europe/Berlin")}
    table = read(zones)

    assert table.origin.timezone == "Europe/Berlin, UTC"
    assert [cells[0] for cells in table.columns.values()] == ["2024-07-01T08:00:00+00:00", "2024-07-01T10:00:00+02:00"]


def test_row_names_that_pandas_kept_are_a_column_without_a_name():
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}, index=["first", "second"])
    written = io.BytesIO()
    frame.to_parquet(written)
    table = table_from_bytes(written.getvalue(), "t", "t.parquet")

    assert list(table.columns) == ["a", "b", ""]
    assert list(table.columns[""]) == ["first", "second"]


def test_commas_in_texts_never_change_how_numbers_are_read():
    assert read({"n": [1.5, 2.25], "a": ["1,5", "2,5"], "b": ["3,5", "4,5"]}).decimal == "."
    assert read({"n": [1, 2], "a": ["1,5", "2,5"]}).decimal == ","


NESTED = {"list": [[1], [2]], "object": [{"a": 1}, {"a": 2}]}


@pytest.mark.parametrize("name", NESTED)
def test_nested_columns_are_refused_unless_they_are_left_out(tmp_path, name):
    content = packed(pa.table({"n": [1, 2], "m": ["a", "b"], name: NESTED[name]}))
    (tmp_path / "t.parquet").write_bytes(content)
    spec = Spec("t", data=DataSpec(str(tmp_path / "t.parquet"), target="m", exclude=(name,)))

    assert f"t.parquet has nested values (lists or objects) in the column “{name}”" in refusal(content)
    assert list(read_table_of(spec).columns[name]) == ["", ""]


def test_days_that_no_calendar_has_are_said_with_their_column():
    days = pa.array([10_000_000, 1], pa.int32()).cast(pa.date32())

    assert "has values in the column “far” that cannot be read" in refusal(packed(pa.table({"n": [1, 2], "far": days})))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pa.table({"a": [1]}), "t.parquet has one column only"),
        (pa.table({"a": pa.array([], pa.int8()), "b": pa.array([], pa.int8())}), "t.parquet has no rows"),
        (pa.table([[1], [2]], ["a", "a"]), "t.parquet has two columns of the same name: “a”"),
    ],
)
def test_what_is_no_table_is_said_in_words(table, words):
    assert words in refusal(packed(table))


def test_damage_anywhere_is_said_or_harmless():
    content = packed(pa.table({"a": list(range(200)), "b": [f"word {row}" for row in range(200)]}))
    rng = np.random.default_rng(0)
    for size in (4, 12, 100, len(content) - 1):
        assert "is a damaged Parquet file" in refusal(content[:size])
    for at in rng.integers(4, len(content), 60):
        damaged = bytearray(content)
        damaged[at] ^= 0xFF
        try:
            table_from_bytes(bytes(damaged), "t", "t.parquet")
        except UnusableTable as problem:
            assert str(problem).startswith("t.parquet ")


def test_a_missing_package_names_the_line_that_installs_it(tmp_path, monkeypatch):
    (tmp_path / "t.parquet").write_bytes(packed(pa.table({"a": [1], "b": [2]})))
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)

    with pytest.raises(UnusableTable, match="t.parquet needs the package pyarrow.*pip install -r requirements-sources"):
        read_table(tmp_path / "t.parquet")
