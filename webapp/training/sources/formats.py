"""Bytes to columns of text: which format they are in, and its reader."""

import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable
from dataclasses import replace

from webapp.errors import UnusableTable
from webapp.parsing.text_encoding import decode
from webapp.training.sources import excel, json_lines, parquet
from webapp.training.sources.table import Found, Wanted
from webapp.training.sources.text_table import parse_text_table

GZIP = b"\x1f\x8b"
GIB = 1024**3
MAX_UNPACKED = 4 * GIB
_OBJECT = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"')

Format = Callable[[bytes, Wanted], Found]


def columns_in(content: bytes, name: str, wanted: Wanted) -> Found:
    """
    The table in a file's bytes. What it is shows in the bytes; the name only tells JSON lines from text.

    Raises UnusableTable, in words that go on after the file's name.
    """
    unpacked = unpacked_gzip(content) if content.startswith(GZIP) else content
    read = _format_of(unpacked, name)
    return replace(read(unpacked, wanted), sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def _format_of(content: bytes, name: str) -> Format:
    if content.startswith(parquet.MAGIC):
        return parquet.read_parquet
    if excel.is_workbook(content, name):
        return excel.read_excel
    if name.lower().removesuffix(".gz").endswith(json_lines.ENDINGS) or _OBJECT.match(content):
        return json_lines.read_json_lines
    return read_text


def read_text(content: bytes, _: Wanted, delimiter: str = "") -> Found:
    """`delimiter` where it is known. Raises UnusableTable, in words that go on after the file's name."""
    text, encoding = decode(content)
    parsed = parse_text_table(text, delimiter)
    return Found(
        kind="csv",
        columns=parsed.columns,
        rows=parsed.rows,
        skipped=parsed.skipped,
        encoding=encoding,
        delimiter=parsed.delimiter,
    )


def unpacked_gzip(content: bytes) -> bytes:
    """Raises UnusableTable, in words that go on after the file's name."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as archive:
            found = archive.read(MAX_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as problem:
        raise UnusableTable("is a damaged gzip archive") from problem
    if len(found) > MAX_UNPACKED:
        raise UnusableTable(f"unpacks to more than {MAX_UNPACKED // GIB} GB. Save the table as Parquet")
    return found
