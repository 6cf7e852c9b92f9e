"""
A copy of the table beside the packages that learned from it, where a person asked for one.

It holds rows, so it stands outside the packages, which may be handed on, and only its owner can read it.
"""

import csv
import gzip
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from webapp.errors import UnusableTable
from webapp.model_store import ModelStore
from webapp.storage.folder import FILE_MODE
from webapp.training.sources.extras import naming
from webapp.training.sources.fingerprints import column_hashes, table_hash
from webapp.training.sources.formats import read_text, unpacked_gzip
from webapp.training.sources.reading import made_table
from webapp.training.sources.table import Table, Wanted
from webapp.training.spec.file import Spec

FOLDER = "snapshots"
ENDING = ".csv.gz"
LEVEL = 6


def snapshot_name(table: Table) -> str:
    """By its content: two versions that learned from the same table share one snapshot."""
    return f"{table_hash(table.column_sha256)}{ENDING}"


def snapshot_path(model: str, name: str) -> str:
    """Where it lies in the store."""
    return f"{model}/{FOLDER}/{name}"


@contextmanager
def kept_snapshot(table: Table, spec: Spec, store: ModelStore) -> Iterator[None]:
    """
    Around the storing of a version, where the spec asks for a snapshot: no version waits for its own, and none is left
    without a version. Raises ModelStoreError.
    """
    if not spec.data.snapshot:
        yield
        return
    path = snapshot_path(spec.model, snapshot_name(table))
    with store.keeping(path, lambda draft: _write(draft, table)):
        yield


def read_snapshot(store: ModelStore, model: str, record: Mapping[str, Any]) -> Table:
    """
    The table that a version learned from, by the "data" record in its metadata, cell by cell as it was.

    Raises UnusableTable where there is none, or another than the record says.
    """
    name = record.get("snapshot") or ""
    if not name:
        raise UnusableTable(f"No snapshot was kept of {record['source']}")
    path = snapshot_path(model, name)
    content = store.kept(path)
    if content is None:
        raise UnusableTable(f"There is no snapshot {path} in the store {store.root} any more")
    with naming(f"The snapshot {path}"):
        found = read_text(unpacked_gzip(content), Wanted(), ",")
    if column_hashes(found.columns) != dict(record["column_sha256"]):
        raise UnusableTable(f"The snapshot {path} is not the table that was kept: it was changed or is damaged")
    known = replace(
        found,
        kind=record["kind"],
        decimal=record["decimal"],
        sha256=record["sha256"] or "",
        size=record["bytes"] or 0,
        sheet=record.get("sheet") or "",
        object_version=record["object_version"] or "",
        timezone=record["timezone"] or "",
    )
    wanted = Wanted(record["query"] or "", dict.fromkeys(record["parameters"]))
    return made_table(known, record["source"], wanted, record["name"])


def _write(path: Path, table: Table) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with open(descriptor, "wb") as file:
        # No name and no time inside, so that the same table is the same file.
        with (
            gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed,
            io.TextIOWrapper(packed, encoding="utf-8", newline="") as text,
        ):
            writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
            writer.writerow(table.columns)
            writer.writerows(zip(*table.columns.values(), strict=True))
        file.flush()
        os.fsync(file.fileno())
