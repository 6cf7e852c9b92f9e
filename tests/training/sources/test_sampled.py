"""Several files and large ones: one table, or a sample of it that depends on nothing but what stands in its rows."""

import csv
import gzip
import io
import sqlite3
from collections import Counter
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

from tests.s3 import s3, s3_server
from webapp.commands.sources import READERS
from webapp.errors import UnusableSpec, UnusableTable
from webapp.training.sources import drawing, sampled
from webapp.training.sources.addresses import address_of, name_in
from webapp.training.sources.drawing import Marks, shares
from webapp.training.sources.marks import row_marks
from webapp.training.sources.sampled import Draw, read_sampled
from webapp.training.sources.several import files_of
from webapp.training.sources.table import Portion, Wanted
from webapp.training.sources.table_source import read_table
from webapp.training.spec.file import DataSpec, Spec
from webapp.training.spec.source import read_table_of

__all__ = ["s3", "s3_server"]

ROWS = 1_200


def rows(count=ROWS, seed=3):
    rng = np.random.default_rng(seed)
    return [
        {
            "customer": f"C-{number:05d}",
            "fee": f"{rng.normal(50, 20):.2f}",
            "plan": ("basic", "plus", "pro")[rng.integers(3)],
            "left": "yes" if rng.random() < 0.1 else "no",
        }
        for number in range(count)
    ]


def as_csv(some):
    text = io.StringIO()
    writer = csv.DictWriter(text, some[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(some)
    return text.getvalue().encode()


@pytest.fixture
def folder(tmp_path):
    """Four files of a table."""
    folder = tmp_path / "customers"
    folder.mkdir()
    for number in range(4):
        (folder / f"part-{number}.csv").write_bytes(as_csv(rows()[number::4]))
    return folder


def read(location, count=None, seed=0, at_once=97, target="left"):
    address = address_of(str(location))
    return read_sampled(address, files_of(address), Wanted(), READERS, Draw(target, Portion(count, seed), at_once))


def cells(table):
    return [tuple(row) for row in zip(*table.columns.values(), strict=True)]


@pytest.mark.parametrize("location", ["customers", "customers/*.csv", "customers/part-?.csv"])
def test_files_together_are_one_table(folder, tmp_path, location):
    table = read(tmp_path / location)
    one = tmp_path / "one.csv"
    one.write_bytes(as_csv([row for number in range(4) for row in rows()[number::4]]))
    alone = read_table(one)

    assert table.name == "customers"
    assert (table.rows, table.files, table.whole) == (ROWS, 4, None)
    assert cells(table) == cells(alone)
    assert (table.rows_sha256, dict(table.column_sha256)) == (alone.rows_sha256, dict(alone.column_sha256))


def test_the_sample_is_the_same_whatever_the_order_of_rows_and_files_and_the_size_of_pieces(folder, tmp_path):
    other = tmp_path / "shuffled"
    other.mkdir()
    shuffled = rows()
    np.random.default_rng(9).shuffle(shuffled)
    (other / "b.csv").write_bytes(as_csv(shuffled[:500]))
    (other / "a.csv").write_bytes(as_csv(shuffled[500:]))
    first = read(folder, 300)

    for again in (read(folder, 300, at_once=1_000), read(other, 300, at_once=13)):
        assert cells(again) == cells(first)
        assert again.rows_sha256 == first.rows_sha256
    assert cells(read(folder, 300, seed=1)) != cells(first)


def test_each_class_has_its_share_of_the_sample(folder):
    table = read(folder, 300)
    all_of_them = Counter(row["left"] for row in rows())
    taken = Counter(table.columns["left"].tolist())

    assert table.rows == 300
    assert table.all_rows == ROWS
    assert abs(taken["yes"] - all_of_them["yes"] / 4) < 1


def test_rows_that_are_added_change_little_of_the_sample(folder):
    before = set(cells(read(folder, 400)))
    (folder / "part-4.csv").write_bytes(as_csv(rows(300, seed=8)))
    after = set(cells(read(folder, 500)))

    assert len(before & after) > 0.9 * len(before)


def test_rows_that_are_alike_are_taken_by_their_share(tmp_path):
    few = [{"a": str(number % 3), "b": "x", "left": "no" if number % 3 else "yes"} for number in range(3_000)]
    (tmp_path / "few").mkdir()
    (tmp_path / "few" / "one.csv").write_bytes(as_csv(few))
    table = read(tmp_path / "few", 600)
    counts = Counter(table.columns["a"].tolist())

    assert counts["0"] == 200
    assert abs(counts["1"] - 200) < 40


def test_a_table_of_which_all_is_wanted_is_no_sample(folder):
    assert read(folder, ROWS).whole is None
    assert read(folder, ROWS - 1).whole.rows == ROWS


def test_marks_are_looked_at_in_parts_where_there_are_many(monkeypatch):
    table = {"a": np.array([str(number % 700) for number in range(5_000)], dtype=object)}
    marks, strata = row_marks(table), np.array([number % 2 for number in range(5_000)], dtype=np.uint16)

    def drawn():
        found = Marks()
        found.add(marks, strata)
        return found.drawn(900, 0, ["x", "y"]), found.sha256

    at_once = drawn()
    monkeypatch.setattr(drawing, "IN_MEMORY", 300)

    assert drawn() == at_once
    assert sum(at_once[0].values()) == 900


@pytest.mark.parametrize(
    ("sizes", "count", "said"), [([90, 9, 1], 10, [9, 1, 0]), ([5, 5], 20, [5, 5]), ([1, 1, 1], 2, [1, 1, 0])]
)
def test_shares_are_whole_rows_that_add_up(sizes, count, said):
    assert shares(np.array(sizes), count).tolist() == said


def test_rows_without_a_target_are_not_drawn(tmp_path):
    some = [row | {"left": "" if number % 2 else row["left"]} for number, row in enumerate(rows())]
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "a.csv").write_bytes(as_csv(some))
    table = read(tmp_path / "t", 100)

    assert "" not in table.columns["left"]
    assert table.whole.seen["fee"].rows == ROWS / 2


def test_the_same_table_is_the_same_sample_in_every_format(folder, tmp_path):
    frame = pd.DataFrame(rows()).astype({"fee": float})
    for name in ("parquet", "packed", "lines"):
        (tmp_path / name).mkdir()
    frame.to_parquet(tmp_path / "parquet" / "a.parquet", index=False)
    frame.to_json(tmp_path / "lines" / "a.jsonl", orient="records", lines=True)
    for path in folder.iterdir():
        (tmp_path / "packed" / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    first = read(tmp_path / "parquet", 300)

    assert cells(read(tmp_path / "lines", 300)) == cells(first)
    assert cells(read(tmp_path / "packed", 300)) == cells(read(folder, 300))
    assert {row[0] for row in cells(first)} & {row[0] for row in cells(read(folder, 300))}


def test_the_answer_of_a_database_is_drawn_from_in_pieces(tmp_path):
    with closing(sqlite3.connect(tmp_path / "t.db")) as connection:
        pd.DataFrame(rows()).to_sql("customers", connection, index=False)
    spec = Spec("t", data=DataSpec(f"sqlite:///{tmp_path / 't.db'}", "SELECT * FROM customers", "left"))
    table = read_table_of(spec, READERS, Portion(200))

    assert (table.rows, table.all_rows, table.origin.kind) == (200, ROWS, "sql")
    assert read_table_of(spec, READERS).whole is None


def test_a_large_file_is_drawn_from_and_a_small_one_read_as_ever(folder, monkeypatch):
    spec = Spec("t", data=DataSpec(str(folder / "part-0.csv"), target="left"))
    assert read_table_of(spec, READERS, Portion(100)).rows == ROWS / 4

    monkeypatch.setattr(sampled, "LARGE", 1_000)
    assert read_table_of(spec, READERS, Portion(100)).rows == 100
    assert read_table_of(spec, READERS).rows == ROWS / 4


def test_files_in_a_bucket_are_one_table(s3, folder):
    bucket = s3.create_bucket()
    s3.put_folder(bucket, "2026/customers", folder)
    here = read(folder, 300)

    for location in (f"s3://{bucket}/2026/customers/*.csv", f"s3://{bucket}/2026/customers/"):
        table = read(location, 300)
        assert cells(table) == cells(here)
        assert table.name == "customers"


def test_what_programs_leave_beside_tables_is_passed_over(folder):
    (folder / "_SUCCESS").write_text("")
    (folder / ".part-0.csv.crc").write_text("crc")
    (folder / "notes.md").write_text("about")

    assert [address.written for address in files_of(address_of(str(folder)))] == [
        str(folder / f"part-{number}.csv") for number in range(4)
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"customer,fee,plan\nC-1,2,basic\n", "lacks the column “left”, other than"),
        (b"customer,fee,plan,left,more\nC-1,2,basic,no,1\n", "has the column “more”, other than"),
        (b"one\n1\n", "has one column only"),
        (b"", "is empty"),
        (b"%PDF-1.4", "is a PDF document"),
        (b'customer,fee,plan,left\nC-1,"2,basic,no\n', "quotation mark that is never closed"),
        (b"customer,fee,plan,left\n" + b"C-1,2\n" * 40, "40 of 40 rows do not fit"),
    ],
)
def test_a_file_that_does_not_fit_is_named(folder, content, words):
    (folder / "part-9.csv").write_bytes(content)

    with pytest.raises(UnusableTable, match=words) as refused:
        read(folder, 100)
    assert "part-9.csv" in str(refused.value)


def test_a_folder_without_a_table_is_said_so(tmp_path):
    with pytest.raises(UnusableTable, match="There is no table at"):
        files_of(address_of(str(tmp_path)))
    with pytest.raises(UnusableTable, match="There is no table at"):
        files_of(address_of(str(tmp_path / "*.parquet")))


def test_windows_text_and_untidy_rows_are_read_in_pieces_as_in_one(folder, tmp_path):
    path = folder / "part-1.csv"
    path.write_bytes(path.read_bytes().replace(b"basic", "Tür".encode("cp1252")) + b"too,few\r\n")
    table = read(folder)

    assert "Tür" in table.columns["plan"]
    assert table.encoding == "cp1252"
    [(line, reason)] = table.skipped
    assert (line, "part-1.csv" in reason) == (302, True)


def test_a_sample_is_no_snapshot(folder):
    spec = Spec("t", data=DataSpec(str(folder), target="left", snapshot=True))

    with pytest.raises(UnusableSpec, match="only a sample is learned from"):
        read_table_of(spec, READERS, Portion(100))
    assert read_table_of(spec, READERS).rows == ROWS


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("data/customers/*.csv", "customers"),
        ("data/customers/2026-??/part.csv", "customers"),
        ("s3://bucket/sales/**/*.parquet", "sales"),
        ("s3://bucket/sales/", "sales"),
        ("https://host/a.csv?x=[1]", "a"),
    ],
)
def test_several_files_are_called_by_their_folder(location, name):
    assert name_in(location) == name
