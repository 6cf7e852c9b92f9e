"""The quick way for a piece without quotation marks: Arrow finds the cells, and each distinct one of a column once."""

import importlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from webapp.parsing.numbers import PLAIN, PLAIN_LENGTH
from webapp.scoring.arrow_lines import ArrowLines
from webapp.scoring.columns import Texts
from webapp.scoring.layout import Layout
from webapp.scoring.piece import Piece, Rejected
from webapp.scoring.rows import Rows
from webapp.training.sources.text_table import cells_text
from webapp.wording.spreadsheets import FORMULA_SIGNS, is_calculated

_FORMULA = "^[" + "".join(f"\\x{{{ord(sign):x}}}" for sign in FORMULA_SIGNS) + "]"


@dataclass(frozen=True)
class ArrowTexts:
    """Texts of a column of Arrow, which are taken out of it only where somebody has to look at them."""

    column: Any

    @cached_property
    def distinct(self) -> list[str]:
        return self.column.dictionary.to_numpy(zero_copy_only=False).tolist()

    @cached_property
    def codes(self) -> np.ndarray:
        return self.column.indices.to_numpy()

    def kept(self, rows: np.ndarray) -> Texts:
        return Texts(self.distinct, self.codes[rows])

    def plain_numbers(self, decimal: str) -> np.ndarray:
        """What webapp.parsing.plain_numbers says of the distinct texts, and as quickly as Arrow can."""
        arrow, compute = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.compute")
        texts = self.column.dictionary
        is_plain = compute.and_(
            compute.match_substring_regex(texts, f"^(?:{PLAIN[decimal]})$"),
            compute.less_equal(compute.binary_length(texts), PLAIN_LENGTH),
        )
        plain = compute.replace_substring(compute.if_else(is_plain, texts, "nan"), decimal, ".")
        return plain.cast(arrow.float64()).to_numpy() + 0.0  # + 0.0 turns -0.0 into 0.0


def plain_rows(piece: Piece, layout: Layout) -> Rows | None:
    """The rows of a piece that is plain; None where it is not as plain as it seemed. Needs pyarrow."""
    content = piece.content.replace(b"\r\n", b"\n")
    if b"\r" in content or b"\x00" in content:
        return None
    found = _columns(content, layout)
    if found is None:
        return None
    columns, odd = found
    lines = ArrowLines.of(content, piece.rows)
    rejected = [
        Rejected(piece.begin.line + at + 1, piece.begin.row + at + 1, reason, lines[at].split(layout.delimiter))
        for at, reason in odd
    ]
    places = np.delete(np.arange(piece.rows), [at for at, _ in odd])
    written = lines.kept(places) if odd else lines
    if any(len(column) != len(places) for column in columns):
        return None
    return Rows(
        inputs=[ArrowTexts(columns[place]) for place in layout.places],
        written=written,
        numbers=places + (piece.begin.row + 1),
        lines=places + (piece.begin.line + 1),
        calculated={row: written[row].split(layout.delimiter) for row in _rows_that_calculate(columns)},
        rejected=rejected,
        delimiter=layout.delimiter,
    )


def _columns(content: bytes, layout: Layout) -> tuple[list[Any], list[tuple[int, str]]] | None:
    """Columns by distinct texts, and (place, reason) of the rows of another width; None for what is no UTF-8."""
    arrow, csv = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.csv")
    names = [str(place) for place in range(len(layout.header))]
    by_distinct = arrow.dictionary(arrow.int32(), arrow.string())
    odd: list[tuple[int, str]] = []

    def reject(row: Any) -> str:
        odd.append((row.number - 1, f"{cells_text(row.actual_columns)} instead of {row.expected_columns}"))
        return "skip"

    try:
        table = csv.read_csv(
            arrow.BufferReader(content),
            csv.ReadOptions(use_threads=False, column_names=names, block_size=len(content) + 1),
            csv.ParseOptions(
                delimiter=layout.delimiter, quote_char=False, double_quote=False, invalid_row_handler=reject
            ),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, by_distinct), null_values=[], strings_can_be_null=False
            ),
        )
    except arrow.ArrowInvalid:
        return None
    return [column.combine_chunks() for column in table.columns], odd


def _rows_that_calculate(columns: list[Any]) -> list[int]:
    compute = importlib.import_module("pyarrow.compute")
    rows: set[int] = set()
    for column in columns:
        begins = compute.match_substring_regex(column.dictionary, _FORMULA).to_numpy(zero_copy_only=False)
        found = [at for at in np.flatnonzero(begins).tolist() if is_calculated(column.dictionary[at].as_py())]
        if found:
            rows.update(np.flatnonzero(np.isin(column.indices.to_numpy(), found)).tolist())
    return sorted(rows)
