"""What is written beside each row: the answer, its chance or range, care, reasons, and where it is kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from webapp.batch.rows import Part, Problem, Row
from webapp.prediction.values import Prediction
from webapp.schema import Schema, Target
from webapp.wording.reasons import reason_text
from webapp.wording.spreadsheets import Cell, Written, csv_lines, sent_cell

REASONS = 3
CARE = {"green": "", "amber": "treat with care", "red": "do not rely on it alone"}
FOR_CLASSES = ("prediction", "chance", "flagged")
FOR_NUMBERS = ("prediction", "low", "high")
BESIDE = ("care", "warnings", *(f"reason_{number}" for number in range(1, REASONS + 1)), "model_version", "reference")
NOTICE = "notice"  # behind all others: what everybody has to know who reads an answer
REJECTED = ("row_number", "problem")  # before the columns of a file of rows to correct


def headings(target: Target, header: Sequence[str]) -> list[str]:
    """Of the columns behind the file's own; one that the file has already is told apart."""
    there = {name.strip().casefold() for name in header}
    own = ("row_number", *(FOR_NUMBERS if target.task == "number" else FOR_CLASSES), *BESIDE, "error", NOTICE)
    return [f"{name} (Formcast)" if name in there else name for name in own]


def result_cells(
    part: Part, predictions: Sequence[Prediction], references: Sequence[str], words: Mapping[str, Any]
) -> list[list[Cell]]:
    """One list for each row of the part, answered or not."""
    target, version = words["schema"].target, words.get("number") or ""
    threshold = (words.get("decision") or {}).get("threshold")
    answered = dict(zip(part.good, zip(predictions, references, strict=True), strict=True))
    cells: list[list[Cell]] = []
    for place, row in enumerate(part.rows):
        if place in answered:
            prediction, reference = answered[place]
            said = [*_answer(target, prediction, threshold), *_beside(prediction, target)]
            cells.append([row[0], *said, version, reference, ""])
        else:
            blank = [""] * (len(FOR_CLASSES) + len(BESIDE))
            cells.append([row[0], *blank, problem_text(part.problems[place])])
    return cells


def is_flagged(prediction: Prediction, target: Target, threshold: float | None) -> bool | None:
    """Whether the rule says to act; None where there is no rule."""
    if target.task != "binary" or threshold is None:
        return None
    return prediction.probability >= threshold


def problem_text(problems: Iterable[Problem]) -> str:
    """Everything that is wrong with a row, one sentence each."""
    return ". ".join(problem.what for problem in problems)


def results_as_csv(
    file: Mapping[str, Any], words: Mapping[str, Any], parts: Iterable[tuple[Sequence[Row], Sequence[Sequence[Cell]]]]
) -> Iterator[str]:
    """
    The file as it was sent, line by line, with the answers behind; `parts` are rows and what stands beside each, and
    `words` those of the decision under which they were answered.
    """
    header, width, target = file["header"], len(file["header"]), words["schema"].target
    notice = words.get("notice") or ""
    lines = (
        [*row[1][:width], *[""] * (width - len(row[1])), *beside, "" if beside[-1] else notice]
        for rows, results in parts
        for row, beside in zip(rows, results, strict=True)
    )
    return csv_lines([*header, *headings(target, header)], lines, sent_cell, written_like(file, words["schema"]))


def written_like(file: Mapping[str, Any], schema: Schema) -> Written:
    """So that the spreadsheet from which the file came opens what comes back."""
    return Written.like(file["delimiter"], file["decimal"] or schema.target.decimal)


def rejected_as_csv(file: Mapping[str, Any], schema: Schema, rejected: Iterable[tuple[Row, str]]) -> Iterator[str]:
    """The rows to correct, as they were sent, behind their number and what is wrong; the file can be sent as it is."""
    lines = ([row[0], problem, *row[1]] for row, problem in rejected)
    return csv_lines([*REJECTED, *file["header"]], lines, sent_cell, written_like(file, schema))


def _answer(target: Target, prediction: Prediction, threshold: float | None) -> list[Cell]:
    if target.task == "number":
        interval = prediction.interval
        return [prediction.value, interval.low if interval else None, interval.high if interval else None]
    flagged = is_flagged(prediction, target, threshold)
    return [prediction.answer, prediction.probability, "" if flagged is None else "yes" if flagged else "no"]


def _beside(prediction: Prediction, target: Target) -> list[Cell]:
    reasons = [reason_text(one.label, one.value_text, one.points, target) for one in prediction.reasons[:REASONS]]
    warnings = " ".join(flag.text for flag in prediction.warnings)
    return [CARE[prediction.light], warnings, *reasons, *[""] * (REASONS - len(reasons))]
