"""Where a table comes from: a file (or an example's builder) to columns of text, and what is known of its origin."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from webapp.errors import UnusableTable
from webapp.training.decimal_sign import sniff_decimal
from webapp.training.spec_file import Spec
from webapp.training.text_encoding import decode
from webapp.training.text_table import parse_text_table

EXAMPLES = "examples:"
Builder = Callable[[], object]  # gives a CSV text, its bytes or a DataFrame
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table as it was written: every cell is text.

    `skipped` holds (line, reason) of rows with another number of cells; `doubtful_decimal` a cell such as 1,234 when
    no cell of the file shows whether the comma is its decimal sign.
    """

    name: str
    columns: dict[str, np.ndarray]
    rows: int
    skipped: tuple[tuple[int, str], ...]
    encoding: str
    delimiter: str
    decimal: str
    sha256: str
    size: int
    location: str
    doubtful_decimal: str = ""


def is_elsewhere(location: str) -> bool:
    """True for an address or an example, which are no path."""
    return location.startswith(EXAMPLES) or bool(_URL.match(location))


def read_table(location: str | Path) -> Table:
    """The table in a CSV, TSV, semicolon or bar separated file. Raises UnusableTable."""
    text = str(location)
    if _URL.match(text):
        raise UnusableTable(f"{text} is an address, and tables are read from files: download it and give its path")
    path = Path(location).expanduser()
    try:
        content = path.read_bytes()
    except (FileNotFoundError, ValueError) as problem:  # ValueError: NUL in a path
        raise UnusableTable(
            f"There is no file {text}. Check the path; it is read from the folder {Path.cwd()}"
        ) from problem
    except IsADirectoryError as problem:
        raise UnusableTable(f"{text} is a folder. Give the path of one table in it") from problem
    except OSError as problem:
        raise UnusableTable(f"{text} cannot be read: {problem.strerror}") from problem
    return table_from_bytes(content, path.stem, text)


def read_table_of(spec: Spec, builders: Mapping[str, Builder] | None = None) -> Table:
    """The table that a spec names; `examples:NAME` is made by the builder of that name. Raises UnusableTable."""
    location = spec.source_location
    if not location.startswith(EXAMPLES):
        return read_table(location)
    name = location.removeprefix(EXAMPLES)
    if name not in (builders or {}):
        known = ", ".join(sorted(builders or {})) or "none"
        raise UnusableTable(f"There is no example table “{name}”. Known examples: {known}")
    built = builders[name]()
    if hasattr(built, "to_csv"):
        built = built.to_csv(index=False)
    content = built.encode() if isinstance(built, str) else built
    return table_from_bytes(content, name, location)


def table_from_bytes(content: bytes, name: str, location: str) -> Table:
    """The table in a file's bytes. Raises UnusableTable."""
    try:
        text, encoding = decode(content)
        parsed = parse_text_table(text)
    except UnusableTable as problem:
        raise UnusableTable(f"{location} {problem}") from problem
    decimal, doubtful = sniff_decimal(parsed.columns)
    return Table(
        name=name,
        columns=parsed.columns,
        rows=parsed.rows,
        skipped=parsed.skipped,
        encoding=encoding,
        delimiter=parsed.delimiter,
        decimal=decimal,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        location=location,
        doubtful_decimal=doubtful,
    )
