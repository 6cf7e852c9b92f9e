"""A file of answers: one line each, with what was answered and what was given, for a spreadsheet or a program."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from webapp.records.answer_list import Wanted, all_answers
from webapp.records.column_types import LARGEST_EXACT_INTEGER
from webapp.records.database import Database
from webapp.records.standing import DecisionRow
from webapp.schema import Feature, Schema
from webapp.wording.spreadsheets import Cell, csv_lines

COLUMNS = (
    "reference", "case", "asked_at", "asked_by", "channel", "version", "answer", "chance", "estimate", "low", "high",
    "light",
)  # fmt: skip
GIVEN = "given: "  # before the name of a question, which may be called like one of the columns above


@dataclass(frozen=True, slots=True)
class FeatureColumns:
    """Every question that a version of the model ever asked, as the latest version that asks it understands it."""

    features: tuple[Feature, ...]

    @classmethod
    def of_decisions(cls, decisions: Iterable[DecisionRow]) -> "FeatureColumns":
        """From the latest decision to the first."""
        known: dict[str, Feature] = {}
        for decision in decisions:
            for feature in Schema.from_json(decision.words["schema"]).features if "schema" in decision.words else ():
                known.setdefault(feature.name, feature)
        return cls(tuple(known.values()))

    @property
    def headings(self) -> list[str]:
        return [GIVEN + feature.name for feature in self.features]

    def cells(self, row: dict[str, Any]) -> list[Cell]:
        return [given_cell(feature, row.get(feature.name)) for feature in self.features]


def answers_as_csv(database: Database, wanted: Wanted, columns: FeatureColumns, most: int) -> Iterator[str]:
    """Line by line; whoever reads slowly makes nobody wait."""
    rows = ([*_cells(filed), *columns.cells(filed.row)] for filed in all_answers(database, wanted, most))
    return csv_lines([*COLUMNS, *columns.headings], rows)


def given_cell(feature: Feature, value: Any) -> Cell:
    """A number as a number, a whole one without decimals; yes and no in the words of the table it was learned from."""
    if not isinstance(value, float):
        return value
    if feature.kind == "yes_no" and len(feature.choices) > 1:
        return feature.choices[0 if value else 1].value
    return int(value) if value.is_integer() and abs(value) <= LARGEST_EXACT_INTEGER else value


def _cells(filed: Row) -> tuple[Cell, ...]:
    asked_at = filed.at.isoformat(timespec="seconds").replace("+00:00", "Z")
    figures = (filed.probability, filed.value, filed.low, filed.high)
    identity = (filed.reference, filed.business_key, asked_at, filed.who["name"], filed.channel, filed.version)
    return (*identity, filed.answer, *figures, filed.light)
