"""A copy of the table in the store: cell by cell, for its owner alone, and only with a version."""

import gzip
import io
import json
import stat
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.training.known_tables import KEY, QUICK, csv_text, leaving, rents
from tests.training.sources import one_table
from webapp.errors import ModelStoreError, UnusableTable
from webapp.model_store import ModelStore
from webapp.training.columns.inference import infer_schema
from webapp.training.package.data_record import data_record
from webapp.training.package.snapshots import kept_snapshot, read_snapshot, snapshot_name, snapshot_path
from webapp.training.run import train
from webapp.training.sources.table_source import read_table, table_from_bytes
from webapp.training.spec.file import DataSpec, Spec

SPEC = Spec("rents", data=DataSpec("rents.csv", target="rent", snapshot=True))


def keep(table, spec, root):
    with kept_snapshot(table, spec, ModelStore(root)):
        pass
    return data_record(table, spec, infer_schema(table, spec))


def files(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.mark.parametrize("make", [one_table.as_csv, one_table.as_parquet, one_table.as_excel, one_table.as_json_lines])
def test_a_table_comes_back_cell_by_cell(tmp_path, make):
    table = table_from_bytes(make(), "cases", "cases")
    spec = Spec("cases", data=DataSpec("cases", target="left", snapshot=True))
    record = json.loads(json.dumps(keep(table, spec, tmp_path)))
    again = read_snapshot(ModelStore(tmp_path), "cases", record)

    assert {name: list(cells) for name, cells in again.columns.items()} == one_table.TEXTS
    for fact in ("name", "rows", "location", "decimal", "sha256", "size", "rows_sha256", "column_sha256"):
        assert getattr(again, fact) == getattr(table, fact)
    assert replace(again.origin, read_at="") == replace(table.origin, read_at="")


def test_a_table_whose_every_cell_holds_a_semicolon_comes_back(tmp_path):
    table = table_from_bytes(b"a\tb;c\n" + b"1;2\t3;4\n" * 40, "t", "t.tsv")
    spec = Spec("t", data=DataSpec("t.tsv", target="a", snapshot=True))
    with kept_snapshot(table, spec, ModelStore(tmp_path)):
        pass
    record = {
        "source": "t.tsv", "name": "t", "kind": "csv", "decimal": ".", "query": None, "parameters": [], "sha256": "",
        "bytes": 0, "object_version": None, "timezone": None, "column_sha256": table.column_sha256,
        "snapshot": snapshot_name(table),
    }  # fmt: skip

    assert list(read_snapshot(ModelStore(tmp_path), "t", record).columns) == ["a", "b;c"]


def test_numbers_are_read_as_before_whatever_the_texts_beside_them_look_like(tmp_path):
    columns = {"n": [1.234, 2.5] * 20, "a": ["1,5", "2,5", "2,5", "1,5"] * 10, "b": ["3,5"] * 20 + ["4,5"] * 20}
    written = io.BytesIO()
    pq.write_table(pa.table(columns), written)
    table = table_from_bytes(written.getvalue(), "t", "t.parquet")
    spec = Spec("t", data=DataSpec("t.parquet", target="n", snapshot=True))

    assert read_snapshot(ModelStore(tmp_path), "t", keep(table, spec, tmp_path)).decimal == table.decimal == "."


def test_only_its_owner_can_read_it_and_it_is_the_same_file_each_time(tmp_path):
    table = table_from_bytes(csv_text(rents()).encode(), "rents", "rents.csv")
    contents = []
    for place in ("one", "other"):
        keep(table, SPEC, tmp_path / place)
        path = tmp_path / place / snapshot_path("rents", snapshot_name(table))
        contents.append(path.read_bytes())
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700

    assert contents[0] == contents[1]


def test_two_versions_of_one_table_share_a_snapshot(tmp_path):
    table = table_from_bytes(csv_text(rents()).encode(), "rents", "rents.csv")
    for seed in (0, 1):
        train(table, SPEC, ModelStore(tmp_path), KEY, replace(QUICK, seed=seed))

    assert len([name for name in files(tmp_path) if name.startswith("rents/snapshots/")]) == 1
    assert len(ModelStore(tmp_path).versions("rents")) == 2


def test_no_package_holds_a_row_of_it(tmp_path):
    table = table_from_bytes(csv_text(leaving()).encode(), "leaving", "leaving.csv")
    spec = Spec("leaving", data=DataSpec("leaving.csv", target="left", id_column="customer", snapshot=True))
    stored = train(table, spec, ModelStore(tmp_path), KEY, QUICK).stored
    package = ModelStore(tmp_path).files("leaving", stored.version)

    assert not any("snapshot" in name for name in package)
    assert not any(b"C-10000" in content for content in package.values())


def test_nothing_is_kept_that_nobody_asked_for(tmp_path):
    table = table_from_bytes(csv_text(rents()).encode(), "rents", "rents.csv")
    record = keep(table, Spec("rents", data=DataSpec("rents.csv", target="rent")), tmp_path)

    assert files(tmp_path) == []
    with pytest.raises(UnusableTable, match="No snapshot was kept of rents.csv"):
        read_snapshot(ModelStore(tmp_path), "rents", record)


def test_a_version_that_fails_leaves_no_snapshot(tmp_path):
    table = table_from_bytes(csv_text(rents()).encode(), "rents", "rents.csv")
    with pytest.raises(ModelStoreError, match="nothing was stored"), kept_snapshot(table, SPEC, ModelStore(tmp_path)):
        raise ModelStoreError("nothing was stored")

    assert list(tmp_path.rglob("*")) == []


def test_a_store_that_cannot_be_written_is_said_so(tmp_path):
    table = table_from_bytes(csv_text(rents()).encode(), "rents", "rents.csv")
    (tmp_path / "store").write_text("in the way")

    with pytest.raises(ModelStoreError, match="The model store .* cannot be used"):
        keep(table, SPEC, tmp_path / "store")


@pytest.mark.parametrize(
    "spoil",
    [lambda content: content[:-20], lambda content: gzip.compress(gzip.decompress(content).replace(b"town", b"cave"))],
)
def test_a_snapshot_that_was_changed_is_not_learned_from(tmp_path, spoil):
    record = keep(table_from_bytes(csv_text(rents()).encode(), "rents", "rents.csv"), SPEC, tmp_path)
    path = tmp_path / snapshot_path("rents", record["snapshot"])
    path.write_bytes(spoil(path.read_bytes()))

    with pytest.raises(UnusableTable, match="The snapshot rents/snapshots/[0-9a-f]+.csv.gz "):
        read_snapshot(ModelStore(tmp_path), "rents", record)


def test_a_snapshot_that_is_gone_is_said_so(tmp_path):
    record = keep(table_from_bytes(csv_text(rents()).encode(), "rents", "rents.csv"), SPEC, tmp_path)
    (tmp_path / snapshot_path("rents", record["snapshot"])).unlink()

    with pytest.raises(UnusableTable, match="There is no snapshot rents/snapshots/[0-9a-f]+.csv.gz in the store"):
        read_snapshot(ModelStore(tmp_path), "rents", record)


def test_a_snapshot_is_a_table_like_any_other(tmp_path):
    table = table_from_bytes(one_table.as_parquet(), "cases", "cases.parquet")
    record = keep(table, Spec("cases", data=DataSpec("cases", target="left", snapshot=True)), tmp_path)

    assert read_table(tmp_path / snapshot_path("cases", record["snapshot"])).column_sha256 == table.column_sha256
