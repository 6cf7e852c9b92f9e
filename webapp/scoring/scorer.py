"""The one function behind every way of scoring: a piece of the input to the lines that are written about it."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from webapp.errors import InvalidValue
from webapp.prediction.many import LIGHTS, Answers, Column, answers
from webapp.prediction.predictor import Predictor
from webapp.schema import Schema
from webapp.scoring.columns import Parser
from webapp.scoring.layout import Layout
from webapp.scoring.parquet_rows import rows_of_table
from webapp.scoring.piece import LISTED, Piece, Rejected, Scored, Tally
from webapp.scoring.reason_columns import reason_columns
from webapp.scoring.rejected_lines import rejected_lines
from webapp.scoring.result_lines import Said, Told, result_lines
from webapp.scoring.result_table import result_table
from webapp.scoring.rows import Rows
from webapp.scoring.text_rows import rows_of


@dataclass(frozen=True, slots=True)
class Order:
    """
    What is wanted of every piece, beside the model.

    `several` where the input is more than one file, `to_parquet` where the results become Parquet.
    """

    layout: Layout
    said: Said
    several: bool = False
    to_parquet: bool = False


class Scorer:
    """One version, ready for piece after piece; what is said of a piece does not depend on those before it."""

    def __init__(self, predictor: Predictor, order: Order):
        self.predictor, self.order = predictor, order
        self._parser = Parser(predictor.schema, order.layout)

    def __call__(self, piece: Piece) -> Scored:
        layout = self.order.layout
        rows = rows_of_table(piece, layout) if layout.is_parquet else rows_of(piece, layout)
        columns, refused = self._typed(rows)
        rejected = sorted([*rows.rejected, *self._refused(rows, refused)], key=lambda one: one.row)
        tally = Tally(
            rejected=len(rejected), examples=[(one.row, piece.name, one.line, one.reason) for one in rejected[:LISTED]]
        )
        results = b""
        if refused:
            rows, columns = _without(rows, columns, refused)
        if len(rows.written):
            found = answers(self.predictor, columns, self.order.said.reasons)
            results = self._results(rows, columns, found)
            _count(tally, rows, found, self.predictor.schema)
        name = piece.name if self.order.several else ""
        return Scored(
            results=results,
            rejected=rejected_lines(rejected, layout, name).encode("utf-8", "surrogateescape"),
            tally=tally,
        )

    def _results(self, rows: Rows, columns: list[Column], found: Answers) -> bytes:
        schema, order = self.predictor.schema, self.order
        told = Told(found, reason_columns(found, columns, self.predictor.terms, order.said.reasons))
        if order.to_parquet:
            return result_table(rows, told, schema, order.said)
        return result_lines(rows, told, schema, order.layout, order.said)

    def _typed(self, rows: Rows) -> tuple[list[Column], dict[int, list[InvalidValue]]]:
        """The columns of the model, and of each row that cannot be used everything that is wrong with it."""
        columns: list[Column] = []
        refused: dict[int, list[InvalidValue]] = {}
        for place, texts in enumerate(rows.inputs):
            column, problems = self._parser.column(place, texts)
            columns.append(column)
            for row, wrong in problems.items():
                refused.setdefault(row, []).extend(wrong)
        return columns, refused

    def _refused(self, rows: Rows, refused: dict[int, list[InvalidValue]]) -> list[Rejected]:
        return [
            Rejected(int(rows.lines[row]), int(rows.numbers[row]), ". ".join(map(str, problems)), rows.cells(row))
            for row, problems in refused.items()
        ]


def _without(rows: Rows, columns: list[Column], refused: dict[int, list]) -> tuple[Rows, list[Column]]:
    is_kept = np.ones(len(rows.written), dtype=bool)
    is_kept[list(refused)] = False
    kept = np.flatnonzero(is_kept)
    return rows.only(kept), [Column(column.values, column.codes[kept]) for column in columns]


def _count(tally: Tally, rows: Rows, found: Answers, schema: Schema) -> None:
    tally.scored = len(rows.written)
    tally.marked = len(rows.calculated)
    lights = np.bincount(found.light, minlength=len(LIGHTS)).tolist()
    tally.lights = Counter(dict(zip(LIGHTS, lights, strict=True)))
    if found.answered is not None:
        counts = np.bincount(found.answered, minlength=len(schema.target.classes)).tolist()
        tally.answers = Counter(dict(zip(schema.target.classes, counts, strict=True)))
