"""
A table in pieces of some thousand rows, so that memory does not grow with it: text and Parquet are streamed.

Other formats are read as a whole, a file at a time, and handed on in pieces.
"""

import codecs
import gzip
import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from webapp.errors import UnusableTable
from webapp.parsing.delimited import SNIFFED_CHARACTERS, rows_in, sniff_delimiter
from webapp.parsing.text_encoding import decode
from webapp.training.sources import excel, parquet
from webapp.training.sources.extras import first_line, naming, needed
from webapp.training.sources.formats import GZIP, columns_in
from webapp.training.sources.json_lines import ENDINGS
from webapp.training.sources.table import Wanted
from webapp.training.sources.text_table import MAX_SKIPPED_SHARE, named_columns, parse_text_table

BLOCK = 1024**2
ROWS_AT_ONCE = 20_000
UTF8, WINDOWS = "utf-8", "cp1252"

Columns = dict[str, np.ndarray]


@dataclass
class Reading:
    """What is known of a file once all its pieces have been read."""

    written: str
    kind: str = "csv"
    rows: int = 0
    size: int = 0
    sha256: str = ""
    encoding: str = ""
    delimiter: str = ""
    has_fractions: bool = False
    timezone: str = ""
    object_version: str = ""
    skipped: list[tuple[int, str]] = field(default_factory=list)
    notes: tuple[str, ...] = ()


def pieces_of(file: BinaryIO, reading: Reading, wanted: Wanted, rows: int = ROWS_AT_ONCE) -> Iterator[Columns]:
    """The columns of a file, some rows at a time. Raises UnusableTable naming it."""
    with naming(reading.written):
        reading.size, reading.sha256 = _size_and_hash(file)
        start = file.read(len(parquet.MAGIC))
        file.seek(0)
        name = Path(reading.written).name
        if start == parquet.MAGIC:
            yield from _parquet(file, reading, wanted, rows)
        elif excel.is_workbook(start, name) or name.lower().removesuffix(".gz").endswith(ENDINGS):
            yield from _whole(file, name, reading, wanted, rows)
        else:
            yield from _text(file, reading, rows)


def sliced(columns: Columns, rows: int) -> Iterator[Columns]:
    count = len(next(iter(columns.values())))
    for at in range(0, count, rows):
        yield {name: cells[at : at + rows] for name, cells in columns.items()}


def _size_and_hash(file: BinaryIO) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while block := file.read(BLOCK):
        digest.update(block)
        size += len(block)
    file.seek(0)
    return size, digest.hexdigest()


def _whole(file: BinaryIO, name: str, reading: Reading, wanted: Wanted, rows: int) -> Iterator[Columns]:
    found = columns_in(file.read(), name, wanted)
    reading.kind, reading.rows, reading.notes = found.kind, found.rows, found.notes
    reading.has_fractions, reading.timezone = found.decimal == ".", found.timezone
    reading.skipped += found.skipped
    yield from sliced(found.columns, rows)


def _parquet(file: BinaryIO, reading: Reading, wanted: Wanted, rows: int) -> Iterator[Columns]:
    arrow, reader = needed("pyarrow"), needed("pyarrow.parquet")
    reading.kind = "parquet"
    try:
        opened = reader.ParquetFile(file, pre_buffer=False)
        header = ["" if name == parquet.UNNAMED_INDEX else name for name in opened.schema_arrow.names]
        zones = sorted({one.type.tz for one in opened.schema_arrow if getattr(one.type, "tz", None)})
        reading.timezone = ", ".join(zones)
        for batch in opened.iter_batches(batch_size=rows, use_threads=False):
            table = arrow.Table.from_batches([batch])
            cells = [parquet.cells_of(arrow, table, at, wanted) for at in range(table.num_columns)]
            reading.has_fractions |= any(column.has_fractions for _, column in cells)
            reading.notes = tuple(dict.fromkeys([*reading.notes, *(note for _, one in cells for note in one.notes)]))
            reading.rows += table.num_rows
            yield named_columns(header, [texts for texts, _ in cells])
    except (arrow.ArrowException, OSError, ValueError) as problem:
        raise UnusableTable(f"is a damaged Parquet file, or one of a newer kind: {first_line(problem)}") from problem


def _text(file: BinaryIO, reading: Reading, rows: int) -> Iterator[Columns]:
    with _unpacked(file) as plain:
        start = _first_lines(plain)
        reading.encoding = _encoding(plain, start)
        lines = io.TextIOWrapper(plain, reading.encoding, newline="")
        try:
            yield from _lines(lines, start.decode(reading.encoding, errors="ignore"), reading, rows)
        finally:
            lines.detach()  # or it would close what is not its own
    if len(reading.skipped) > MAX_SKIPPED_SHARE * (reading.rows + len(reading.skipped)):
        line, reason = reading.skipped[0]
        raise UnusableTable(
            f"is damaged: {len(reading.skipped):,} of {reading.rows + len(reading.skipped):,} rows do not fit its "
            f"header, more than 1 in 100: line {line} ({reason}) and so on"
        )


def _lines(lines: Iterable[str], start: str, reading: Reading, rows: int) -> Iterator[Columns]:
    reading.delimiter = sniff_delimiter(start)
    records = (row for row in rows_in(lines, reading.delimiter) if row[1] or row[2])
    header = next(records, (1, [], ""))[1]
    if len(header) < 2:
        parse_text_table(start)  # which says what is wrong with such a file
        raise UnusableTable("has one column only. It needs the target and at least one other column")
    kept: list[list[str]] = []
    for line, record, problem in records:
        if problem or len(record) != len(header):
            reading.skipped.append((line, problem or f"{len(record)} cells instead of {len(header)}"))
            continue
        kept.append(record)
        if len(kept) == rows:
            yield _columns(header, kept, reading)
            kept = []
    if kept:
        yield _columns(header, kept, reading)


def _columns(header: list[str], kept: list[list[str]], reading: Reading) -> Columns:
    reading.rows += len(kept)
    return named_columns(header, list(zip(*kept, strict=True)))


@contextmanager
def _unpacked(file: BinaryIO) -> Iterator[BinaryIO]:
    is_packed = file.read(len(GZIP)) == GZIP
    file.seek(0)
    if not is_packed:
        yield file
        return
    try:
        with gzip.GzipFile(fileobj=file) as unpacked:
            yield unpacked
    except (gzip.BadGzipFile, EOFError) as problem:
        raise UnusableTable("is a damaged gzip archive") from problem


def _first_lines(file: BinaryIO) -> bytes:
    """Enough to tell the delimiter, up to the end of a line."""
    start = file.read(4 * SNIFFED_CHARACTERS)
    file.seek(0)
    cut = max(start.rfind(b"\n"), start.rfind(b"\r")) + 1
    return start[:cut] if cut and len(start) == 4 * SNIFFED_CHARACTERS else start


def _encoding(file: BinaryIO, start: bytes) -> str:
    """By the first lines, where they are no UTF-8 or say so themselves; else by all of it."""
    if not start.strip():
        raise UnusableTable("is empty: a table needs a header line and rows below it")
    found = decode(start)[1]
    if found != UTF8:
        return found
    decoder = codecs.getincrementaldecoder(UTF8)()
    try:
        while block := file.read(BLOCK):
            if b"\0" in block:
                raise UnusableTable("holds NUL bytes: it is not a text table, or it is damaged")
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        found = WINDOWS
    file.seek(0)
    return found
