"""The answers to rows as lines of CSV: each row as it stood in its file, and what the model says behind it."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from webapp.prediction.many import LIGHTS, Answers
from webapp.schema import Schema
from webapp.scoring.arrow_lines import ArrowLines
from webapp.scoring.layout import Layout
from webapp.scoring.lines import Chosen, Figures, PlainLines
from webapp.scoring.rows import Rows
from webapp.wording.spreadsheets import FORMULA_SIGNS, is_calculated, safe_cell

CLASS_COLUMNS = ("prediction", "chance")
NUMBER_COLUMNS = ("value", "low", "high")
FLAGGED = "flagged"
CARE_COLUMNS = ("light", "warnings")
NOTICE = "notice"
LAST_COLUMNS = ("version", "row_number")
BETWEEN_WARNINGS = " "
CSV_LINE_END = "\r\n"  # what it consists of is quoted within a cell


@dataclass(frozen=True, slots=True)
class Said:
    """
    What is the same in every row: the version, from which chance on a case is flagged, how many reasons are told, and
    what everybody has to know who reads an answer.
    """

    version: str
    threshold: float | None = None
    reasons: int = 0
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """The answers to some rows, and their largest reasons in words: a column (n,) for each that is wanted."""

    answers: Answers
    reasons: Sequence[Sequence[str]] = ()


def added_columns(schema: Schema, said: Said, header: Sequence[str]) -> tuple[str, ...]:
    """Names that the table does not have yet; where it has one of them, all begin with the name of the model."""
    own = NUMBER_COLUMNS if schema.target.kind == "number" else CLASS_COLUMNS
    flagged = (FLAGGED,) if is_flagging(schema, said) else ()
    reasons = (f"reason_{number}" for number in range(1, said.reasons + 1))
    notice = (NOTICE,) if said.notice else ()
    names = (*own, *flagged, *CARE_COLUMNS, *notice, *reasons, *LAST_COLUMNS)
    taken, start = {name.strip().casefold() for name in header}, ""
    while any(f"{start}{name}".casefold() in taken for name in names):
        start += f"{schema.model}_"
    return tuple(f"{start}{name}" for name in names)


def is_flagging(schema: Schema, said: Said) -> bool:
    return said.threshold is not None and schema.target.task == "binary"


def result_lines(rows: Rows, found: Told, schema: Schema, layout: Layout, said: Said) -> bytes:
    """One line for each row."""
    answers, sign, decimal = found.answers, layout.delimiter, layout.decimal
    if answers.answered is None:
        limits = (None, None) if answers.interval is None else answers.interval.T
        own = [sign, Figures(answers.value, decimal)]
        for limit in limits:
            own += [sign] if limit is None else [sign, Figures(limit, decimal)]
    else:
        names = [f"{sign}{_cell(name, layout)}{sign}" for name in schema.target.classes]
        own = [Chosen(names, answers.answered), Figures(answers.chance, decimal)]
    own.append(_care(answers, schema, layout, said))
    for texts in found.reasons:
        own += [sign, _cells(texts, layout)]
    end = f"{sign}{_cell(said.version, layout)}{sign}"
    return _safe(rows, layout).with_columns([*own, end, rows.numbers, layout.line_end])


def _safe(rows: Rows, layout: Layout) -> PlainLines | ArrowLines:
    """The rows as they stand, but that no spreadsheet calculates anything in them."""
    if not rows.calculated:
        return rows.written
    calm = {row: csv_line(list(map(safe_text, cells)), layout) for row, cells in rows.calculated.items()}
    return rows.written.replaced(calm)


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


def _cells(texts: Sequence[str], layout: Layout) -> list[str]:
    """Cells of which hardly one is like another, and hardly one needs a quotation mark."""
    return [_cell(text, layout) if _is_special(text, layout.delimiter) else text for text in texts]


def _is_special(text: str, delimiter: str) -> bool:
    return delimiter in text or '"' in text or "\n" in text or "\r" in text or text.startswith(FORMULA_SIGNS)


def _care(answers: Answers, schema: Schema, layout: Layout, said: Said) -> Chosen:
    """What stands behind the figures, up to the warnings and the notice."""
    flagged = np.zeros(len(answers.light), dtype=np.int64)
    flagging = is_flagging(schema, said)
    if flagging:
        flagged = (answers.chance >= said.threshold).astype(np.int64)
    which, distinct = pd.factorize((answers.warning * len(LIGHTS) + answers.light) * 2 + flagged)
    ends = []
    for one in distinct.tolist():
        warning, light, is_flagged = one // 2 // len(LIGHTS), one // 2 % len(LIGHTS), one % 2
        cells = [LIGHTS[light], BETWEEN_WARNINGS.join(answers.warnings[warning])]
        if flagging:
            cells.insert(0, "yes" if is_flagged else "no")
        if said.notice:
            cells.append(said.notice)
        ends.append(layout.delimiter.join(["", *(_cell(cell, layout) for cell in cells)]))
    return Chosen(ends, which)
