"""Where a table comes from: a location, whatever stands behind it, to columns of text."""

from collections.abc import Mapping
from pathlib import Path

from webapp.training.sources.addresses import address_of
from webapp.training.sources.extras import naming
from webapp.training.sources.formats import columns_in
from webapp.training.sources.reading import Reader, made_table, read
from webapp.training.sources.table import Table, Wanted

ALL_OF_IT = Wanted()
NO_OTHERS: Mapping[str, Reader] = {}


def read_table(location: str | Path, wanted: Wanted = ALL_OF_IT, readers: Mapping[str, Reader] = NO_OTHERS) -> Table:
    """
    The table at a path or an address: CSV and its kin, Parquet, Excel, JSON lines, or `sklearn:NAME`.

    `readers` are those of other schemes, and "sql" that of databases, which the learning half knows nothing of.
    Raises UnusableTable.
    """
    return read(address_of(location), wanted, readers)


def table_from_bytes(content: bytes, name: str, location: str) -> Table:
    """The table in a file's bytes. Raises UnusableTable."""
    with naming(location):
        found = columns_in(content, location, ALL_OF_IT)
    return made_table(found, location, ALL_OF_IT, name)
