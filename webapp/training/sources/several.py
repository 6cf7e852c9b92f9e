"""Several files as one source: those that a pattern names, or that lie in a folder."""

import glob
import os
import re
from pathlib import Path
from typing import Any

from webapp.errors import UnusableTable
from webapp.training.sources.addresses import Address, is_database
from webapp.training.sources.extras import naming, needed
from webapp.training.sources.remote import filesystem_options, said_in_words

TABLES = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".jsonl", ".ndjson", ".json")
_PATTERN = re.compile(r"[*?\[]")
_ONE_BY_ONE = ("http", "https", "ftp", "sklearn", "examples")


def files_of(address: Address) -> list[Address]:
    """
    The files that a pattern or a folder stands for, in the order of their names; none for the address of one table.

    Raises UnusableTable where there is no table.
    """
    scheme = address.scheme
    if scheme in _ONE_BY_ONE or is_database(address.opened):
        return []
    found = _on_disk(address) if scheme in ("", "file") else _elsewhere(address)
    if found is None:
        return []
    if not found:
        raise UnusableTable(f"There is no table at {address.written}: no file there ends in {', '.join(TABLES)} or .gz")
    return [Address(address.without_secrets(name), name, address.secrets) for name in sorted(found)]


def is_pattern(location: str) -> bool:
    return bool(_PATTERN.search(location))


def _on_disk(address: Address) -> list[str] | None:
    path = Path(address.opened.partition("://")[2] if address.scheme else address.opened).expanduser()
    if os.path.lexists(path):
        if not path.is_dir():
            return None
        found = sorted(str(one) for one in path.rglob("*") if one.is_file() and _is_table(str(one.relative_to(path))))
    elif is_pattern(str(path)):
        found = [name for name in glob.glob(str(path), recursive=True) if os.path.isfile(name)]
    else:
        return None
    return found


def _elsewhere(address: Address) -> list[str] | None:
    is_folder = address.opened.endswith("/")
    if not is_folder and not is_pattern(address.opened):
        return None
    with naming(address.written):
        fsspec = needed("fsspec")
    with said_in_words(address):
        files, path = fsspec.core.url_to_fs(address.opened, **filesystem_options(address.scheme))
        found = files.find(path) if is_folder else _matching(files, path)
    return [f"{address.scheme}://{name}" for name in found if not is_folder or _is_table(name[len(path) :])]


def _matching(files: Any, path: str) -> list[str]:
    return [name for name, known in files.glob(path, detail=True).items() if known.get("type") == "file"]


def _is_table(name: str) -> bool:
    """What programs leave beside tables, such as _SUCCESS and .crc files, is none."""
    hidden = any(part.startswith(("_", ".")) for part in name.strip("/").split("/"))
    return not hidden and name.lower().removesuffix(".gz").endswith(TABLES)
