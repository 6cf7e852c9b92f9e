"""The answers to rows as lines of CSV: each row as it stood in its file, and what the model says behind it."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from webapp.prediction.many import LIGHTS, Answers
from webapp.schema import Schema
from webapp.scoring.layout import Layout
from webapp.scoring.rows import Rows
from webapp.wording.spreadsheets import is_calculated, safe_cell

CLASS_COLUMNS = ("prediction", "chance")
NUMBER_COLUMNS = ("value", "low", "high")
FLAGGED = "flagged"
COMMON_COLUMNS = ("light", "warnings", "version", "row_number")
BETWEEN_WARNINGS = " "
CSV_LINE_END = "\r\n"  # what it consists of is quoted within a cell


@dataclass(frozen=True, slots=True)
class Said:
    """What is the same in every row: the version that answers, and from which chance on a case is flagged."""

    version: str
    threshold: float | None = None


def added_columns(schema: Schema, said: Said, header: Sequence[str]) -> tuple[str, ...]:
    """Names that the table does not have yet; where it has one of them, all begin with the name of the model."""
    own = NUMBER_COLUMNS if schema.target.kind == "number" else CLASS_COLUMNS
    names = (*own, *((FLAGGED,) if is_flagging(schema, said) else ()), *COMMON_COLUMNS)
    taken, start = {name.strip().casefold() for name in header}, ""
    while any(f"{start}{name}".casefold() in taken for name in names):
        start += f"{schema.model}_"
    return tuple(f"{start}{name}" for name in names)


def is_flagging(schema: Schema, said: Said) -> bool:
    return said.threshold is not None and schema.target.task == "binary"


def result_lines(rows: Rows, answers: Answers, schema: Schema, layout: Layout, said: Said) -> str:
    """One line for each row."""
    written = _safe(rows, layout)
    sign, number = layout.delimiter, _number_writer(layout)
    ends, which = _ends(answers, schema, layout, said)
    tails = [ends[place] for place in which.tolist()]
    places = rows.numbers.tolist()
    line_end = layout.line_end
    if answers.answered is None:
        figures = [answers.value, *(() if answers.interval is None else answers.interval.T)]
        texts = [list(map(number, figure.tolist())) for figure in figures]
        texts += [[""] * len(written)] * (3 - len(texts))
        columns = zip(written, *texts, tails, places, strict=True)
        return "".join(
            [
                f"{row}{sign}{value}{sign}{low}{sign}{high}{tail}{at}{line_end}"
                for row, value, low, high, tail, at in columns
            ]
        )
    names = [f"{sign}{_cell(name, layout)}{sign}" for name in schema.target.classes]
    chances = map(number, answers.chance.tolist())
    columns = zip(written, answers.answered.tolist(), chances, tails, places, strict=True)
    return "".join([f"{row}{names[answer]}{chance}{tail}{at}{line_end}" for row, answer, chance, tail, at in columns])


def _safe(rows: Rows, layout: Layout) -> list[str]:
    """The rows as they stand, but that no spreadsheet calculates anything in them."""
    if not rows.calculated:
        return rows.written
    written = list(rows.written)
    for row, cells in rows.calculated.items():
        written[row] = csv_line([safe_text(cell) for cell in cells], layout)
    return written


def safe_text(cell: str) -> str:
    """A cell of a file, which is a number where it looks like one."""
    return safe_cell(cell) if is_calculated(cell) else cell


def csv_line(cells: Sequence[str], layout: Layout) -> str:
    """Without the end of the line."""
    text = io.StringIO()
    csv.writer(text, delimiter=layout.delimiter, lineterminator=CSV_LINE_END).writerow(cells)
    return text.getvalue().removesuffix(CSV_LINE_END)


def _cell(text: str, layout: Layout) -> str:
    return csv_line([safe_cell(text)], layout) if text else ""


def _number_writer(layout: Layout):
    return repr if layout.decimal == "." else lambda number: repr(number).replace(".", ",")


def _ends(answers: Answers, schema: Schema, layout: Layout, said: Said) -> tuple[list[str], np.ndarray]:
    """What stands between the figures and the number of the row: each such text once, and which one a row has."""
    flagged = np.zeros(len(answers.light), dtype=np.int64)
    flagging = is_flagging(schema, said)
    if flagging:
        flagged = (answers.chance >= said.threshold).astype(np.int64)
    which, distinct = pd.factorize((answers.warning * len(LIGHTS) + answers.light) * 2 + flagged)
    ends = []
    for one in distinct.tolist():
        warning, light, is_flagged = one // 2 // len(LIGHTS), one // 2 % len(LIGHTS), one % 2
        cells = [LIGHTS[light], BETWEEN_WARNINGS.join(answers.warnings[warning]), said.version]
        if flagging:
            cells.insert(0, "yes" if is_flagged else "no")
        ends.append(layout.delimiter.join(["", *(_cell(cell, layout) for cell in cells), ""]))
    return ends, which
