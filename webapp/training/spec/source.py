"""The table that a spec names."""

from collections.abc import Mapping

from webapp.training.sources.addresses import address_of
from webapp.training.sources.own import own_reader
from webapp.training.sources.reading import Reader, read
from webapp.training.sources.table import Table, Wanted
from webapp.training.sources.table_source import NO_OTHERS, read_table
from webapp.training.spec.file import Spec


def read_table_of(spec: Spec, readers: Mapping[str, Reader] = NO_OTHERS) -> Table:
    """
    From wherever it is, with what the spec asks of it: a query, a sheet, columns left out, a reader of one's own.

    Raises UnusableTable, and UnusableSpec for the reader.
    """
    data = spec.data
    wanted = Wanted(data.query, data.parameters, data.sheet, data.exclude)
    if not data.reader:
        return read_table(spec.source_location, wanted, readers)
    address = address_of(spec.source_location)
    return read(address, wanted, {address.scheme: own_reader(data.reader)})
