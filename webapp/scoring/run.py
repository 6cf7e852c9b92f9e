"""One run from INPUT to OUTPUT: what is read, who scores it, what is kept on the way and how it ends."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from webapp.errors import ScoringFailed, UnusableTable
from webapp.schema import Schema
from webapp.scoring import parquet_pieces, text_pieces
from webapp.scoring.layout import Layout
from webapp.scoring.parts import Part, Parts, join_lines
from webapp.scoring.piece import Mark, Piece, Scored, Tally
from webapp.scoring.places import PARQUET, InputFile, of_one_kind
from webapp.scoring.rejected_lines import rejected_columns
from webapp.scoring.remote_file import RemoteFile, already_there
from webapp.scoring.remote_parts import RemoteParts
from webapp.scoring.result_lines import Said, added_columns, csv_line
from webapp.scoring.result_table import join_tables, result_schema
from webapp.scoring.scorer import Order
from webapp.training.sources.text_table import NO_ROWS
from webapp.wording.dates import orders_text
from webapp.wording.quoting import quoted
from webapp.wording.spreadsheets import BYTE_ORDER_MARK

Crew = Callable[[Iterator[Piece]], Iterator[tuple[Piece, Scored]]]
Watch = Callable[[float, int], None]  # told the share of the input that is behind, and the rows

REJECTED = ".rejected.csv"


@dataclass(frozen=True)
class Input:
    """The files with where their rows begin, all of one layout. `encodings` are what they seem to be in."""

    files: Sequence[InputFile]
    begins: Sequence[Mark]
    layout: Layout
    encodings: frozenset[str]

    @classmethod
    def of(cls, files: Sequence[InputFile], schema: Schema, decimal: str) -> "Input":
        """Raises UnusableTable in a whole sentence."""
        reader = _reader(files)
        looks = [reader.look_at(file, schema, decimal) for file in files]
        layouts, begins, encodings = zip(*looks, strict=True)
        for file, layout in zip(files, layouts, strict=True):
            _refuse_other(files[0], layouts[0], file, layout)
        signs = {layout.sign: file for file, layout in zip(files, layouts, strict=True) if layout.sign}
        if len(signs) == 2:
            raise UnusableTable(f"{signs[','].name} has decimal commas, and {signs['.'].name} has decimal points")
        sign = next(iter(signs), "")
        layout = replace(layouts[0], sign=sign, orders=_one_order(files, layouts))
        decimals = reader.decimals_in(layout, schema, sign)
        return cls(files, begins, replace(layout, decimals=decimals), frozenset(encodings))

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def _one_order(files: Sequence[InputFile], layouts: Sequence[Layout]) -> tuple[tuple[str, str], ...]:
    """What each file says of the order of its dates, which must not differ. Raises UnusableTable."""
    orders: dict[str, str] = {}
    for file, layout in zip(files, layouts, strict=True):
        for name, order in layout.orders:
            if orders.setdefault(name, order) != order:
                others = f"the others with {orders_text([orders[name]])}"
                raise UnusableTable(f"{file.name} has dates with {orders_text([order])}, {others}")
    return tuple(orders.items())


def _reader(files: Sequence[InputFile]) -> Any:
    """The module that reads them: it knows how to look_at a file and how to cut it into pieces."""
    return parquet_pieces if of_one_kind(files) else text_pieces


def _refuse_other(first: InputFile, expected: Layout, file: InputFile, found: Layout) -> None:
    if (found.header, found.delimiter, found.types) == (expected.header, expected.delimiter, expected.types):
        return
    ours, theirs = expected.header, found.header
    at = next((at for at, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]), None)
    what = f"{len(theirs)} columns instead of {len(ours)}"
    if at is not None:
        what = f"{quoted(theirs[at])} where the other has {quoted(ours[at])}"
    elif len(ours) == len(theirs):
        what = "columns of other types" if found.types else "its cells separated by another sign"
    raise UnusableTable(f"{file.name} has another header than {first.name}: {what}. All files must have the same")


@dataclass
class Run:
    """What is being done; `tally` and `rows_before` grow while it goes on."""

    source: Input
    schema: Schema
    said: Said
    output: Path | RemoteFile
    options: Mapping[str, Any]
    may_replace: bool = True
    tally: Tally = field(default_factory=Tally)
    rows_before: int = 0
    begun_anew_because: str = ""
    pieces: int = 0

    @property
    def order(self) -> Order:
        return Order(self.source.layout, self.said, self.is_of_several, self.to_parquet)

    @property
    def to_parquet(self) -> bool:
        return self.output.name.lower().endswith(PARQUET)

    @property
    def is_of_several(self) -> bool:
        return len(self.source.files) > 1

    @property
    def rejected(self) -> Path | RemoteFile:
        return self.output.with_name(self.output.name.removesuffix(self.output.suffix) + REJECTED)

    def to_the_end(self, crew: Crew, watch: Watch) -> None:
        """Raises UnusableTable or ScoringFailed; what is done by then is kept for the next run."""
        with self._parts().opened() as parts:
            self.begun_anew_because = parts.begun_anew_because
            for piece, scored in crew(self._pieces(parts)):
                parts.keep(piece, scored)
                self.tally.add(scored.tally)
                watch(self._share(piece.end), self.tally.scored + self.tally.rejected)
            if not self.tally.scored + self.tally.rejected:
                parts.remove()
                raise UnusableTable(f"{self.source.files[0].name} {NO_ROWS}")
            self._join(parts)
            parts.remove()

    def _parts(self) -> Parts | RemoteParts:
        return (RemoteParts if isinstance(self.output, RemoteFile) else Parts)(self.output, self._told())

    def _pieces(self, parts: Parts | RemoteParts) -> Iterator[Piece]:
        row, reader = 0, _reader(self.source.files)

        def known(number: int, begin: Mark) -> Mark | None:
            part = parts.done(number, begin)
            if part is not None:
                self._add_known(part)
            return part and part.end

        for place, (file, begin) in enumerate(zip(self.source.files, self.source.begins, strict=True)):
            begin = replace(begin, file=place, row=row)
            for one in reader.pieces(file, self.source.layout, begin, self.pieces, known):
                self.pieces += 1
                row = one.row if isinstance(one, Mark) else one.end.row
                if isinstance(one, Piece):
                    yield one

    def _add_known(self, part: Part) -> None:
        self.tally.add(part.tally)
        self.rows_before += part.tally.scored + part.tally.rejected

    def _share(self, end: Mark) -> float:
        behind = sum(file.size for file in self.source.files[: end.file]) + end.at
        return behind / max(self.source.size, 1)

    def _join(self, parts: Parts | RemoteParts) -> None:
        """OUTPUT comes last: where it is, everything is."""
        layout = self.source.layout
        if self.tally.rejected:
            own = _heading(rejected_columns(layout.header, self.is_of_several), layout)
            parts.join("rejected", self.rejected, partial(join_lines, heading=own), may_replace=True)
        else:
            self.rejected.unlink(missing_ok=True)
        if self.to_parquet:
            empty = result_schema(parquet_pieces.columns_of(self.source.files[0]), self.schema, self.said)
            put = partial(join_tables, empty=empty)
        else:
            names = (*layout.header, *added_columns(self.schema, self.said, layout.header))
            put = partial(join_lines, heading=_heading(names, layout))
        parts.join("results", self.output, put, self.may_replace)

    def _told(self) -> dict[str, Any]:
        return {
            "the input": [[file.name, file.size, file.stamp] for file in self.source.files],
            "the version": self.said.version,
            "the options": [self.said.threshold, self.said.reasons, self.said.notice, *self.options.items()],
        }


def _heading(names: Sequence[str], layout: Layout) -> bytes:
    mark = BYTE_ORDER_MARK if layout.marked else ""
    return f"{mark}{csv_line(names, layout)}{layout.line_end}".encode()


def refuse_output(output: Path | RemoteFile, files: Sequence[InputFile], overwrite: bool) -> None:
    """Raises ScoringFailed where OUTPUT would destroy something, or cannot be written."""
    if any(_is_same(file, output) for file in files):
        raise ScoringFailed(f"{output} is what is to be scored. Give another name for the results")
    if output.name.lower().endswith(PARQUET) and not of_one_kind(files):
        raise ScoringFailed(f"Rows of CSV files are written as they stand there: let the name of {output} end in .csv")
    if output.is_dir():
        raise ScoringFailed(f"{output} is a folder. Give the name of a file for the results")
    if output.exists() and not overwrite:
        raise ScoringFailed(already_there(output))
    if isinstance(output, Path) and not output.absolute().parent.is_dir():
        raise ScoringFailed(f"There is no folder {output.absolute().parent} for the results")


def _is_same(file: InputFile, output: Path | RemoteFile) -> bool:
    if file.address is None or isinstance(output, Path):
        return file.address is None and isinstance(output, Path) and Path(file.path).absolute() == output.absolute()
    return (file.address.scheme, file.path) == (output.address.scheme, output.path)
