"""
Several files, a large one or the long answer of a database: all rows are looked at in pieces, and so many of them that
memory holds are learned from.

The rows are written once into a file without a name on the disk of this machine, from which they are looked at again.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd

from webapp.errors import UnusableTable
from webapp.parsing.decimal_sign import sniff_decimal
from webapp.parsing.texts import normal
from webapp.training.sources.addresses import Address, is_database
from webapp.training.sources.drawing import MOST_STRATA, NO_TARGET, Marks
from webapp.training.sources.extras import naming, needed
from webapp.training.sources.fingerprints import BETWEEN
from webapp.training.sources.marks import row_marks
from webapp.training.sources.pieces import ROWS_AT_ONCE, Columns, Reading, pieces_of
from webapp.training.sources.reading import made_table
from webapp.training.sources.remote import S3, filesystem_options, said_in_words
from webapp.training.sources.seen import Seen
from webapp.training.sources.spool import Spool
from webapp.training.sources.table import Found, Portion, Table, Wanted, Whole

LARGE = 64 * 1024**2  # bytes of one file; a smaller one is read as a whole, whatever --rows says
ON_DISK = ("", "file")
SQL_PIECES = "sql in pieces"  # the reader of databases that gives pieces
Pieces = Iterator[tuple[Reading, Columns]]
PiecesReader = Callable[[Address, Wanted, int], Pieces]


@dataclass(frozen=True)
class Draw:
    """What is drawn, by which target, and in pieces of how many rows the source is read."""

    target: str
    portion: Portion = Portion()
    at_once: int = ROWS_AT_ONCE


def is_large(address: Address) -> bool:
    """Whether memory might not hold it. Of an answer of a database nobody knows before it is there."""
    if is_database(address.opened):
        return True
    if not address.scheme:
        path = Path(address.opened).expanduser()
        return path.is_file() and path.stat().st_size > LARGE
    if address.scheme not in S3:
        return False
    with said_in_words(address):
        return (_filesystem(address).info(address.opened).get("size") or 0) > LARGE


def _filesystem(address: Address) -> Any:
    with naming(address.written):
        fsspec = needed("fsspec")
    with said_in_words(address):
        return fsspec.core.url_to_fs(address.opened, **filesystem_options(address.scheme))[0]


def read_sampled(
    address: Address, files: Sequence[Address], wanted: Wanted, readers: Mapping[str, Any], draw: Draw
) -> Table:
    """
    The table at an address, or in the files that it stands for; if it has more rows than `draw` says, some of them, and
    what was seen of all. Raises UnusableTable.
    """
    if is_database(address.opened) and not files:
        pieces = readers[SQL_PIECES](address, wanted, draw.at_once)
    else:
        pieces = _pieces(files or [address], wanted, draw.at_once)
    gathered = _Gathered(address.written, draw.target)
    for reading, columns in pieces:
        gathered.add(reading, columns)
    if not gathered.spool.rows:
        raise UnusableTable(f"{address.written} has no rows")
    return gathered.table(wanted, draw)


def _pieces(files: Sequence[Address], wanted: Wanted, rows: int) -> Pieces:
    remote = None if files[0].scheme in ON_DISK else _filesystem(files[0])
    for address in files:
        reading = Reading(address.written)
        with _opened(address, remote) as file:
            for columns in pieces_of(file, reading, wanted, rows):
                yield reading, columns
        if not reading.rows:
            yield reading, {}


@contextmanager
def _opened(address: Address, remote: Any) -> Iterator[BinaryIO]:
    if remote is None:
        path = Path(address.opened.partition("://")[2] if address.scheme else address.opened).expanduser()
        try:
            with path.open("rb") as file:
                yield file
        except OSError as problem:
            raise UnusableTable(f"{address.written} cannot be read: {problem.strerror}") from problem
        return
    with tempfile.TemporaryFile(prefix="formcast-") as copy:
        with said_in_words(address), remote.open(address.opened, "rb") as file:
            shutil.copyfileobj(file, copy)
        copy.seek(0)
        yield copy


class _Gathered:
    """What all pieces together say."""

    def __init__(self, written: str, target: str):
        self.written, self.target = written, target
        self.spool, self.marks = Spool(), Marks()
        self.seen: dict[str, Seen] = {}
        self.readings: list[Reading] = []
        self.classes: dict[str, int] = {}
        self._hashes: dict[str, Any] = {}

    def add(self, reading: Reading, columns: Columns) -> None:
        if reading not in self.readings:
            self.readings.append(reading)
        if not columns:
            return
        columns = self._same_columns(reading, columns)
        strata = self._strata(columns)
        self.spool.add(columns)
        self.marks.add(row_marks(columns), strata)
        has_target = strata != NO_TARGET
        for name, cells in columns.items():
            text = BETWEEN.join(cells.tolist())
            if text.count(BETWEEN) >= len(cells):
                raise UnusableTable(f"{reading.written} has NUL signs in the column “{name}”: it is damaged")
            if self.spool.rows > len(cells):
                text = BETWEEN + text
            self._hashes[name].update(text.encode())
            self.seen[name].add(cells if name == self.target else cells[has_target])

    def _same_columns(self, reading: Reading, columns: Columns) -> Columns:
        """In the order of the first file."""
        if not self.seen:
            self.seen = {name: Seen() for name in columns}
            self._hashes = {name: hashlib.sha256() for name in columns}
        differing = sorted(set(columns) ^ set(self.seen))
        if differing:
            name = differing[0]
            having = "has" if name in columns else "lacks"
            first = self.readings[0].written
            raise UnusableTable(
                f"{reading.written} {having} the column “{name}”, other than {first}. One table has one header"
            )
        return {name: columns[name] for name in self.seen}

    def _strata(self, columns: Columns) -> np.ndarray:
        if self.target not in columns:
            return np.zeros(len(next(iter(columns.values()))), dtype=np.uint16)
        codes, distinct = pd.factorize(columns[self.target])
        numbers = []
        for text in map(normal, distinct):
            room = len(self.classes) < MOST_STRATA
            code = (
                self.classes.setdefault(text, len(self.classes))
                if text and room
                else self.classes.get(text, MOST_STRATA)
            )
            numbers.append(code if text else NO_TARGET)
        return np.array(numbers, dtype=np.uint16)[codes]

    def table(self, wanted: Wanted, draw: Draw) -> Table:
        most = draw.portion.rows
        count = most if most and most < self.marks.having_target else None
        columns = (
            self._all() if count is None or self.target not in self.seen else self._sample(count, draw.portion.seed)
        )
        levels = {name: np.array(list(seen.counts) or [""], dtype=object) for name, seen in self.seen.items()}
        fractions = any(reading.has_fractions for reading in self.readings)
        decimal, doubtful = (".", "") if fractions else sniff_decimal(levels)
        table = replace(
            made_table(self._found(columns), self.written, wanted), decimal=decimal, doubtful_decimal=doubtful
        )
        files = len(self.readings)
        if count is None:
            return replace(table, files=files)
        whole = Whole(self.spool.rows, self.seen, self.spool, self._is_by_class, self.marks.copies)
        hashes = {name: digest.hexdigest() for name, digest in self._hashes.items()}
        return replace(table, rows_sha256=self.marks.sha256, column_sha256=hashes, whole=whole, files=files)

    @property
    def _is_by_class(self) -> bool:
        """Whether the target has few enough different texts to be classes."""
        return len(self.classes) < MOST_STRATA and not self.seen[self.target].is_wide

    def _all(self) -> Columns:
        pieces = list(self.spool)
        return {name: np.concatenate([piece[name] for piece in pieces]) for name in self.seen}

    def _sample(self, count: int, seed: int) -> Columns:
        drawn = self.marks.drawn(count, seed, list(self.classes) if self._is_by_class else ())
        wanted = np.array(list(drawn), dtype=np.uint64)
        parts, found = [], []
        for piece in self.spool:
            marks = row_marks(piece)
            places = [at for at in np.flatnonzero(np.isin(marks, wanted)) if _take(drawn, int(marks[at]))]
            parts.append({name: cells[places] for name, cells in piece.items()})
            found.append(marks[places])
        order = np.argsort(np.concatenate(found), kind="stable")  # in whatever order the files stood
        return {name: np.concatenate([part[name] for part in parts])[order] for name in self.seen}

    def _found(self, columns: Columns) -> Found:
        several = len(self.readings) > 1
        kinds = dict.fromkeys(reading.kind for reading in self.readings)
        return Found(
            kind=", ".join(kinds),
            columns=columns,
            rows=len(next(iter(columns.values()))),
            skipped=tuple(
                (line, f"{reason}, in {reading.written}" if several else reason)
                for reading in self.readings
                for line, reason in reading.skipped
            ),
            encoding=next((one.encoding for one in self.readings if one.encoding not in ("", "utf-8")), "utf-8"),
            delimiter=self.readings[0].delimiter,
            sha256=self._sha256(),
            size=sum(reading.size for reading in self.readings),
            object_version=self.readings[0].object_version if not several else "",
            timezone=", ".join(sorted({reading.timezone for reading in self.readings} - {""})),
            notes=tuple(dict.fromkeys(note for reading in self.readings for note in reading.notes)),
        )

    def _sha256(self) -> str:
        """Of one file its own; of several that of theirs, in whatever order."""
        hashes = [reading.sha256 for reading in self.readings]
        return hashes[0] if len(hashes) == 1 else hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def _take(drawn: dict[int, int], mark: int) -> bool:
    left = drawn[mark]
    drawn[mark] = left - 1
    return left > 0
