"""Same name, other content: what a table has become since a version learned from it."""

from collections.abc import Mapping
from typing import Any

from webapp.training.sources.addresses import without_folders
from webapp.training.sources.fingerprints import column_hash
from webapp.training.sources.table import Table

LISTED = 6  # columns in a sentence


def is_same_name(table: Table, before: Mapping[str, Any]) -> bool:
    """True where the "data" record of a version names the very source: its address, question and sheet."""
    asked = (without_folders(table.location), table.origin.query, table.origin.sheet)
    return asked == (before["source"], before.get("query") or "", before.get("sheet") or "")


def changes_since(table: Table, before: Mapping[str, Any]) -> list[str]:
    """What is different from the table of the record, each to go on after a colon; none where nothing is."""
    hashes = before.get("column_sha256") or {}
    if list(hashes.items()) == list(table.column_sha256.items()):
        return []
    if not hashes:
        return [_rows(table, before)] if before["sha256"] != table.sha256 else []
    if before["rows_sha256"] == table.rows_sha256:
        same_order = dict(hashes) == dict(table.column_sha256)
        return [f"the same rows, the {'columns' if same_order else 'rows'} in another order"]
    renamed = _renamed(table, hashes)
    new = [name for name in table.columns if name not in hashes and name not in renamed.values()]
    gone = [name for name in hashes if name not in table.columns and name not in renamed]
    found = [_rows(table, before)]
    found += [f"“{old}” is now called “{name}”" for old, name in renamed.items()]
    found += [f"new: {_listed(new)}"] if new else []
    found += [f"gone: {_listed(gone)}"] if gone else []
    return found + _cells(table, before["rows"], hashes)


def _rows(table: Table, before: Mapping[str, Any]) -> str:
    more = table.all_rows - before["rows"]
    if not more:
        return "as many rows"
    return f"{abs(more):,} row{'' if abs(more) == 1 else 's'} {'more' if more > 0 else 'fewer'}"


def _renamed(table: Table, hashes: Mapping[str, str]) -> dict[str, str]:
    """Old name -> new name of columns whose cells are all the same."""
    new = {table.column_sha256[name]: name for name in table.columns if name not in hashes}
    return {name: new[mark] for name, mark in hashes.items() if name not in table.columns and mark in new}


def _cells(table: Table, rows: int, hashes: Mapping[str, str]) -> list[str]:
    """Whether the rows that were there are as they were; of fewer rows nobody can say."""
    shared = [name for name in table.columns if name in hashes]
    if table.rows < rows or table.whole:
        return []
    changed = [name for name in shared if column_hash(table.columns[name][:rows]) != hashes[name]]
    if not changed:
        return [f"its first {rows:,} are as they were"] if table.rows > rows else []
    return ["every column changed"] if changed == shared else [f"changed: {_listed(changed)}"]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(f"“{name}”" for name in names[:LISTED]) + more
