"""The table that a spec names."""

from collections.abc import Mapping

from webapp.errors import UnusableSpec, UnusableTable
from webapp.training.sources.addresses import address_of
from webapp.training.sources.own import own_reader
from webapp.training.sources.reading import Reader, read
from webapp.training.sources.sampled import Draw, is_large, read_sampled
from webapp.training.sources.several import files_of
from webapp.training.sources.table import Portion, Table, Wanted
from webapp.training.sources.table_source import NO_OTHERS, read_table
from webapp.training.spec.file import Spec

ALL_ROWS = Portion()


def read_table_of(spec: Spec, readers: Mapping[str, Reader] = NO_OTHERS, portion: Portion = ALL_ROWS) -> Table:
    """
    From wherever it is, with what the spec asks of it: a query, a sheet, columns left out, a reader of one's own.

    Of several files, a large file or an answer of a database no more than the `portion` is held in memory. Raises
    UnusableTable, and UnusableSpec for the reader.
    """
    data = spec.data
    wanted = Wanted(data.query, data.parameters, data.sheet, data.exclude)
    address = address_of(spec.source_location)
    if data.reader:
        return read(address, wanted, {address.scheme: own_reader(data.reader)})
    files = files_of(address)
    if not files and (portion.rows is None or not is_large(address)):
        return read_table(spec.source_location, wanted, readers)
    if files and (wanted.query or wanted.parameters):
        raise UnusableTable(f"{address.written} is no database, so it takes no query and no parameters")
    table = read_sampled(address, files, wanted, readers, Draw(data.target, portion))
    if table.whole and data.snapshot:
        raise UnusableSpec(
            f"A snapshot keeps a table as it stands, and of {address.written} only a sample is learned from. Leave out "
            "--snapshot, or snapshot under [data]"
        )
    return table
