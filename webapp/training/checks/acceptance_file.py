"""
`specs/<model>.cases.csv`: cases written down by somebody who knows the business, and what the model must answer.

One line a case. Columns are the form's questions by name or label, and `expected`, `at_least`, `at_most`, `note`. A
blank answer stands for a typical one. Every mistake is said with its line.
"""

import csv
import difflib
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from webapp.errors import InvalidValue, UnusableSpec, UnusableTable
from webapp.parsing.delimited import sniff_delimiter
from webapp.parsing.numbers import NotANumber, parse_number
from webapp.parsing.shown import NOT_PROVIDED
from webapp.parsing.text_encoding import decode
from webapp.parsing.texts import index_by_fold, normal
from webapp.schema import Door, Feature, Schema, Value
from webapp.training.columns.inference import Inference
from webapp.training.spec.file import Spec

EXPECTED, AT_LEAST, AT_MOST, NOTE = "expected", "at_least", "at_most", "note"
OWN_COLUMNS = (EXPECTED, AT_LEAST, AT_MOST, NOTE)
MOST_CASES = 1000
MOST_TOLD = 8  # mistakes in one message
PER_CENT = 100.0


@dataclass(frozen=True, slots=True)
class Case:
    """One line. `answers` holds what it says, typed; every other question has its typical answer."""

    line: int
    answers: Mapping[str, Value]
    note: str
    expected: str | float | None
    at_least: float | None
    at_most: float | None


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of one file. `unasked` are columns of the table that the model is not asked with."""

    file: str
    sha256: str
    cases: tuple[Case, ...]
    unasked: tuple[str, ...] = ()


def cases_path(spec: Spec) -> Path | None:
    """Beside the spec: specs/churn.toml has specs/churn.cases.csv."""
    return None if spec.path is None else spec.path.with_name(f"{spec.model}.cases.csv")


def read_cases(spec: Spec, inference: Inference) -> Cases | None:
    """None where there is no such file. Raises UnusableSpec with every mistake of it, line by line."""
    path = cases_path(spec)
    if path is None or not path.exists():
        return None
    try:
        content = path.read_bytes()
        text, _ = decode(content)
        reader = _Reader(inference, spec, _aliases(spec, inference.schema))
        cases, mistakes = reader.read(text)
    except (OSError, UnusableTable) as problem:
        told = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise UnusableSpec(f"{path} cannot be read: {told}") from problem
    if mistakes:
        more = f"\n  and {len(mistakes) - MOST_TOLD} more" if len(mistakes) > MOST_TOLD else ""
        raise UnusableSpec(f"{path} has mistakes:\n  " + "\n  ".join(mistakes[:MOST_TOLD]) + more)
    return Cases(path.name, hashlib.sha256(content).hexdigest(), tuple(cases), tuple(reader.unasked))


class _Mistake(Exception):
    """One sentence about one line."""


def _aliases(spec: Spec, schema: Schema) -> dict[str, str]:
    """Whatever a person may call a class -> the class."""
    said = {name: name for name in schema.target.classes}
    for name, outcome in spec.outcomes.items():
        said |= {normal(text): name for text in (outcome.short, outcome.chance, outcome.text) if text}
    return {folded: said[text] for folded, text in index_by_fold(said).items()}


class _Reader:
    def __init__(self, inference: Inference, spec: Spec, aliases: Mapping[str, str]):
        self._schema = inference.schema
        self._aside = {*dict(inference.set_aside), inference.schema.id_column} - {""}
        self._target = inference.schema.target
        self._decimal = spec.data.decimal or self._target.decimal
        self._aliases = aliases
        self.unasked: list[str] = []

    def read(self, text: str) -> tuple[list[Case], list[str]]:
        """The cases, and what is wrong with the others."""
        records = _records(text)
        first_line, header = next(records, (1, []))
        try:
            columns = self._columns(header)
        except _Mistake as mistake:
            return [], [f"line {first_line}: {mistake}"]
        cases, mistakes = [], []
        for line, cells in records:
            try:
                cases.append(self._case(line, columns, cells))
            except _Mistake as mistake:
                mistakes.append(f"line {line}: {mistake}")
        if len(cases) > MOST_CASES:
            mistakes.append(f"it has {len(cases):,} cases; keep the {MOST_CASES:,} that tell most")
        return cases, mistakes

    def _columns(self, header: Sequence[str]) -> list[str]:
        """What each column is about: an input's name, one of OWN_COLUMNS, or '' for one that is passed over."""
        names = {feature.name.casefold(): feature.name for feature in self._schema.features}
        labels = index_by_fold(feature.label for feature in self._schema.features)
        by_label = {feature.label: feature.name for feature in self._schema.features}
        known = {folded: by_label[label] for folded, label in labels.items()} | names
        known |= {column: column for column in OWN_COLUMNS} | {"at least": AT_LEAST, "at most": AT_MOST}
        columns = []
        for cell in map(normal, header):
            if cell in self._aside:
                self.unasked.append(cell)
            elif cell and cell.casefold() not in known:
                raise _Mistake(f"“{cell}” is no question of the form.{_nearest(cell, known)}")
            columns.append(known.get(cell.casefold(), ""))
        named = [column for column in columns if column]
        repeated = next((column for column in named if named.count(column) > 1), None)
        if repeated:
            raise _Mistake(f"“{repeated}” stands in two columns. Keep one of them")
        if not {EXPECTED, AT_LEAST, AT_MOST} & set(named):
            raise _Mistake("there is no column expected, at_least or at_most, so nothing could be checked")
        return columns

    def _case(self, line: int, columns: Sequence[str], cells: Sequence[str]) -> Case:
        if len(cells) != len(columns):
            raise _Mistake(f"it has {len(cells)} cells, and the first line has {len(columns)}")
        given = {column: text for column, cell in zip(columns, cells, strict=True) if column and (text := normal(cell))}
        note = given.pop(NOTE, "")
        expected = self._expected(given.pop(EXPECTED, ""))
        at_least, at_most = (self._bound(column, given.pop(column, "")) for column in (AT_LEAST, AT_MOST))
        if expected is None and at_least is None and at_most is None:
            raise _Mistake("it expects nothing. Fill in expected, at_least or at_most")
        if at_least is not None and at_most is not None and at_least > at_most:
            raise _Mistake("at_least is larger than at_most")
        if self._target.task == "many" and expected is None:
            raise _Mistake("say in expected which answer the chance is of, because there are more than two")
        answers = {name: _answer(self._schema.by_name[name], text) for name, text in given.items()}
        return Case(line, answers, note, expected, at_least, at_most)

    def _expected(self, text: str) -> str | float | None:
        if not text:
            return None
        if self._target.task == "number":
            return self._number(EXPECTED, text, self._target.unit)
        found = text if text in self._target.classes else self._aliases.get(text.casefold())
        if found is None:
            raise _Mistake(f"“{text}” is no answer of the model. It answers {', '.join(self._target.classes)}")
        return found

    def _bound(self, column: str, text: str) -> float | None:
        """A chance in per cent, or a value."""
        if not text:
            return None
        if self._target.task == "number":
            return self._number(column, text, self._target.unit)
        chance = self._number(column, text, "%")
        if not 0 <= chance <= PER_CENT:
            raise _Mistake(f"{column} is a chance in per cent, from 0 to 100, not {text}")
        if 0 < chance < 1 and "%" not in text:
            raise _Mistake(f"{column} is a chance in per cent: write {PER_CENT * chance:g} or {text}%, not {text}")
        return chance

    def _number(self, column: str, text: str, unit: str) -> float:
        try:
            return parse_number(text, decimal=self._decimal, unit=unit)
        except NotANumber as problem:
            raise _Mistake(f"{column} must be a number, not “{text}”") from problem


def _answer(feature: Feature, text: str) -> Value:
    """As the form would take it; NOT_PROVIDED is an answer left blank."""
    is_blank = text.casefold() == NOT_PROVIDED.casefold() and text not in feature.choice_values
    try:
        return feature.parse("" if is_blank else text, Door.FORM)
    except InvalidValue as problem:
        if is_blank:
            raise _Mistake(f"{feature.label} cannot be left unanswered") from problem
        if feature.kind == "category":
            raise _Mistake(f"{feature.label} has no choice “{text}”.{_nearest(text, feature.folded)}") from problem
        raise _Mistake(str(problem)) from problem


def _nearest(text: str, known: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(text.casefold(), known, n=1, cutoff=0.6)
    return f" Did you mean “{known[near[0]]}”?" if near else ""


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every line that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sniff_delimiter(text), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            raise UnusableTable(f"line {line} has a quotation mark that does not belong there") from problem
        if any(map(normal, cells)):
            yield line, cells
