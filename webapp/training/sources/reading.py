"""
Which reader reads which location: a path, an address or a bundled table.

A reader takes an Address and what is wanted of it, and gives what it Found. One for another scheme is a function and
a line in the readers that are handed over; docs/sources.md has an example.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from webapp import clock
from webapp.errors import UnusableTable
from webapp.model_package.format import moment_text
from webapp.parsing.decimal_sign import sniff_decimal
from webapp.training.sources.addresses import Address, is_database, name_in
from webapp.training.sources.bundled import example_reader, read_bundled
from webapp.training.sources.extras import naming
from webapp.training.sources.fetching import Fetched, read_path
from webapp.training.sources.fingerprints import column_hashes, rows_hash
from webapp.training.sources.formats import columns_in
from webapp.training.sources.remote import fetch_remote
from webapp.training.sources.table import Found, Origin, Table, Wanted
from webapp.training.sources.web import fetch_web

Reader = Callable[[Address, Wanted], Found]
SQL = "sql"  # the reader of every database, whatever its scheme


def read(address: Address, wanted: Wanted, readers: Mapping[str, Reader]) -> Table:
    """Raises UnusableTable in words that name the location as it was written."""
    found = _reader(address, wanted, readers)(address, wanted)
    if wanted.sheet and found.sheet != wanted.sheet:
        raise UnusableTable(f"{address.written} is no Excel workbook, so it has no sheet “{wanted.sheet}”")
    return made_table(found, address.written, wanted)


def made_table(found: Found, location: str, wanted: Wanted, name: str = "") -> Table:
    """The table that was found, with the marks by which it is known again."""
    decimal, doubtful = (found.decimal, "") if found.decimal else sniff_decimal(found.columns)
    return Table(
        name=name or name_in(location),
        columns=found.columns,
        rows=found.rows,
        skipped=found.skipped,
        encoding=found.encoding,
        delimiter=found.delimiter,
        decimal=decimal,
        sha256=found.sha256,
        size=found.size,
        location=location,
        doubtful_decimal=doubtful,
        rows_sha256=rows_hash(found.columns),
        column_sha256=column_hashes(found.columns),
        origin=_origin(found, wanted),
        notes=found.notes,
    )


def _origin(found: Found, wanted: Wanted) -> Origin:
    return Origin(
        kind=found.kind,
        query=wanted.query,
        parameters=tuple(sorted(wanted.parameters)),
        sheet=found.sheet,
        object_version=found.object_version,
        timezone=found.timezone,
        read_at=moment_text(clock.now()),
    )


def _reader(address: Address, wanted: Wanted, readers: Mapping[str, Reader]) -> Reader:
    scheme = address.scheme
    if scheme in readers:
        return readers[scheme]
    if is_database(address.opened) or (wanted.query and scheme and scheme not in _STANDARD):
        if SQL not in readers:
            raise UnusableTable(f"{address.written} is a database: only train.py and the commands ask one")
        return readers[SQL]
    if wanted.query or wanted.parameters:
        raise UnusableTable(f"{address.written} is no database, so it takes no query and no parameters")
    return _STANDARD.get(scheme, _remote if scheme else _path)


def _path(address: Address, wanted: Wanted) -> Found:
    return _columns(read_path(Path(address.opened).expanduser(), address.written), address, wanted)


def _file(address: Address, wanted: Wanted) -> Found:
    path = Path(unquote(address.opened.partition("://")[2]))
    return _columns(read_path(path, address.written), address, wanted)


def _web(address: Address, wanted: Wanted) -> Found:
    return _columns(fetch_web(address), address, wanted)


def _remote(address: Address, wanted: Wanted) -> Found:
    return _columns(fetch_remote(address), address, wanted)


def _columns(fetched: Fetched, address: Address, wanted: Wanted) -> Found:
    name = re.split(r"[?#]", address.opened)[0] if address.scheme else address.opened
    with naming(address.written):
        found = columns_in(fetched.content, name, wanted)
    return replace(found, object_version=fetched.version)


_STANDARD: Mapping[str, Reader] = {
    "examples": example_reader({}),
    "file": _file,
    "http": _web,
    "https": _web,
    "sklearn": read_bundled,
    "s3": _remote,
    "gs": _remote,
    "az": _remote,
    "memory": _remote,
}
