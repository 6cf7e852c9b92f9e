"""A file as it was sent, read once: what it is written in, which column is which, its rows in parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PureWindowsPath
from typing import Any

from webapp.batch.columns import columns_of
from webapp.batch.signs import Signs
from webapp.errors import UnusableTable
from webapp.parsing.delimited import DELIMITER_NAMES, every_row, sniff_delimiter
from webapp.parsing.text_encoding import decode
from webapp.parsing.texts import is_storable, normal
from webapp.records.job_parts import packed
from webapp.records.jobs import PART_ROWS
from webapp.schema import Schema
from webapp.wording.dates import orders_text
from webapp.wording.numbers import count_text, counted
from webapp.wording.quoting import shortened

MAX_BYTES = 10_000_000
MAX_ROWS = 50_000
MOST_LINES = 2**20  # blank ones too; no spreadsheet has more
QUICK = ("", "additive")  # any other kind takes some hundreds of times as long for a row
SLOW_PART_ROWS = 250  # so that progress is seen, and little is done twice, where 2,000 take half a minute
LONGEST_NAME = 100
ENDINGS = (".csv", ".tsv", ".txt")
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32", "cp1252": "Windows-1252"}
NO_FILE = "Select a CSV file"
NO_CSV = "The selected file must be a CSV"
SHEETS = (".xlsx", ".xls", ".xlsm", ".ods")
SHEET = f"{NO_CSV}. Save the sheet as CSV UTF-8 in your spreadsheet, and send that file"
GZIP = b"\x1f\x8b"
PACKED = f"{NO_CSV}. It is a gzip archive: unpack it, and send the file that is in it"
TOO_LARGE = f"The selected file must be smaller than {MAX_BYTES // 1_000_000}MB"
EMPTY = "The selected file is empty"
ONLY_A_HEADER = "The selected file is empty below its header"
TOO_MANY_ROWS = f"The selected file must have at most {count_text(MAX_ROWS)} rows. Divide it into several files"

Numbered = tuple[int, list[str], str]  # number as a spreadsheet counts, cells, what is wrong with the row as a whole


@dataclass(frozen=True, slots=True)
class Upload:
    """`file` says how the file was read, as it is kept with the job."""

    file: dict[str, Any]
    row_count: int
    parts: list[bytes] = field(repr=False)


def read_upload(
    name: str, content: bytes, schema: Schema, learned_from: Sequence[str] = (), estimator: str = ""
) -> Upload:
    """
    `learned_from` are the columns of the table behind the model: those it does not ask for may be there as well.
    `estimator` is the kind of model that will answer, where it is known.

    Raises UnusableTable with a whole sentence for the person who sent it.
    """
    if name and not name.lower().endswith(ENDINGS):
        raise UnusableTable(SHEET if name.lower().endswith(SHEETS) else NO_CSV)
    if len(content) >= MAX_BYTES:
        raise UnusableTable(TOO_LARGE)
    if not content.strip():
        raise UnusableTable(EMPTY)
    if content.startswith(GZIP):  # never unpacked here: a small one may hold a very large file
        raise UnusableTable(PACKED)
    try:
        text, encoding = decode(content)
    except UnusableTable as problem:
        raise UnusableTable(f"{NO_CSV}. It {problem}") from problem
    try:
        file = {"name": shown_name(name), "bytes": len(content), "encoding": encoding}
        return _read(text, file, (schema, learned_from), PART_ROWS if estimator in QUICK else SLOW_PART_ROWS)
    except UnusableTable as problem:
        sentence = str(problem)
        raise UnusableTable(sentence if sentence[0].isupper() else f"The selected file {sentence}") from problem


def shown_name(name: str) -> str:
    """The last part of what the browser calls the file, to be shown and for nothing else."""
    last = normal(PureWindowsPath(name).name)
    return shortened(last, LONGEST_NAME) if is_storable(last) else ""


def read_as(file: dict[str, Any]) -> str:
    """'UTF-8 with semicolons, decimals after a comma'"""
    signs = {".": "full stop", ",": "comma"}
    named = DELIMITER_NAMES[file["delimiter"]]
    decimals = f", decimals after a {signs[file['decimal']]}" if file["decimal"] else ""
    first = orders_text(file.get("date_orders", {}).values())
    dates = f", dates with {first}" if first else ""
    return f"{ENCODINGS.get(file['encoding'], file['encoding'])}, columns separated by {named}{decimals}{dates}"


def _read(text: str, file: dict[str, Any], asked: tuple[Schema, Sequence[str]], part_rows: int) -> Upload:
    schema, learned_from = asked
    delimiter = sniff_delimiter(text)
    rows = _numbered(text, delimiter)
    _, header, wrong = next(rows, (0, [], ""))
    if not header:
        raise UnusableTable(f"has a header that cannot be read: {wrong}" if wrong else EMPTY)
    columns = columns_of(header, schema, learned_from)
    kept = [place for place in range(len(header)) if place not in columns.own]
    unnamed = [place for place in columns.own if not normal(header[place])]
    signs = Signs(schema, columns)
    parts, count = [], 0
    for part in _in_parts((_fitting(row, len(header), unnamed) for row in rows), kept, signs, part_rows):
        count += len(part)
        if count > MAX_ROWS:
            raise UnusableTable(TOO_MANY_ROWS)
        parts.append(packed(part))
    if not count:
        raise UnusableTable(ONLY_A_HEADER)
    place = {old: new for new, old in enumerate(kept)}
    said = {
        "delimiter": delimiter,
        "decimal": signs.decimal,
        "date_orders": signs.date_orders,
        "header": [header[old] for old in kept],
        "places": [place[old] for old in columns.places],
        "key": None if columns.key is None else place[columns.key],
    }
    return Upload({**file, **said}, count, parts)


def _numbered(text: str, delimiter: str) -> Iterator[Numbered]:
    """Rows that are not blank, numbered as a spreadsheet numbers all of them."""
    for number, (_, cells, wrong) in enumerate(every_row(text, delimiter), 1):
        if number > MOST_LINES:
            raise UnusableTable(TOO_MANY_ROWS)
        if wrong or any(map(str.strip, cells)):
            yield number, cells, wrong


def _fitting(row: Numbered, width: int, unnamed: Sequence[int]) -> Numbered:
    """The row, with what is wrong about its shape."""
    number, cells, wrong = row
    if not wrong and len(cells) != width:
        wrong = f"This row has {counted(len(cells), 'cell', 'cells')}, and the header has {count_text(width)}"
    elif not wrong and any(cells[place].strip() for place in unnamed):
        wrong = "This row has something in a column that has no name"
    return number, cells, wrong


def _in_parts(rows: Iterator[Numbered], kept: Sequence[int], signs: Signs, part_rows: int) -> Iterator[list[Numbered]]:
    """Rows that fit without the columns that this product added; of the others every cell, as it was sent."""
    part: list[Numbered] = []
    for number, cells, wrong in rows:
        if not wrong:
            signs.look_at(cells)
            cells = [cells[place] for place in kept]
        part.append((number, cells, wrong))
        if len(part) == part_rows:
            yield part
            part = []
    if part:
        yield part
