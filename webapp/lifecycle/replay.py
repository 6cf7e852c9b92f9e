"""Recorded rows put once more to a version: what it would have decided, and where that is something else."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection

from webapp.prediction.predictor import Predictor
from webapp.records.answer_list import Wanted, answers_to_ask_again
from webapp.records.decisions import decision_by_id
from webapp.records.outcome_rules import OutcomeRule
from webapp.schema import DATES, Feature, Schema, Value

LAST = 1000
FAR = 0.1  # of a number without a range: more is another answer


@dataclass(frozen=True, slots=True)
class Asked:
    """A version and the chance from which on it would say the positive class; `name` as in a sentence."""

    name: str
    predictor: Predictor
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Again:
    """One recorded answer and what the version says: the classes that both come down to, chances or numbers."""

    record: Any
    before: str
    after: str
    figure_before: float | None
    figure_after: float | None
    is_changed: bool


@dataclass(frozen=True)
class Replay:
    """`unread` says of rows that cannot be put to the version why not, and of how many."""

    name: str
    schema: Schema
    rows: int
    answers: tuple[Again, ...]
    unread: Mapping[str, int]

    @property
    def changed(self) -> tuple[Again, ...]:
        return tuple(answer for answer in self.answers if answer.is_changed)

    @property
    def is_number(self) -> bool:
        return self.schema.target.kind == "number"

    @property
    def pairs(self) -> Mapping[tuple[str, str], int]:
        """(decided then, decided by the version) -> how many."""
        return Counter((answer.before, answer.after) for answer in self.answers)


class Unreadable(ValueError):
    """A recorded value that a version cannot be asked about."""


def replay_of(connection: Connection, asked: Asked, wanted: Wanted, limit: int = LAST) -> Replay:
    """The newest recorded answers that are wanted, asked again."""
    records = answers_to_ask_again(connection, wanted, limit)
    rules = {found: _rule(connection, found) for found in {record.decision_id for record in records}}
    return replay(records, rules, asked)


def replay(records: Sequence[Any], rules: Mapping[int | None, OutcomeRule | None], asked: Asked) -> Replay:
    """`rules` by the decision under which each was answered."""
    schema = asked.predictor.schema
    unread: Counter[str] = Counter()
    readable, rows = [], []
    for record in records:
        rule = rules[record.decision_id]
        try:
            if rule is None or rule.is_number != (schema.target.kind == "number"):
                raise Unreadable("it was another kind of answer")
            rows.append(typed_row(record.row, schema))
            readable.append(record)
        except Unreadable as problem:
            unread[str(problem)] += 1
    said = _said(asked, rows)
    answers = tuple(
        _again(record, rules[record.decision_id], after, figure)
        for record, (after, figure) in zip(readable, said, strict=True)
    )
    return Replay(asked.name, schema, len(records), answers, unread)


def typed_row(row: Mapping[str, Any], schema: Schema) -> list[Value]:
    """A recorded row as the version of this schema takes it. Raises Unreadable, saying what it cannot be told."""
    return [typed_value(feature, row.get(feature.name)) for feature in schema.features]


def typed_rows(rows: Sequence[Sequence[Value]], schema: Schema) -> np.ndarray:
    X = np.empty((len(rows), len(schema.features)), dtype=object)
    for place, row in enumerate(rows):
        X[place] = row
    return X


def typed_value(feature: Feature, value: Any) -> Value:
    """Raises Unreadable for a recorded value that this question does not take."""
    if value is None:
        if not feature.optional:
            raise Unreadable(f"“{feature.label}” was not answered")
        return None
    is_text = isinstance(value, str)
    if is_text != (feature.kind in ("category", *DATES)):
        raise Unreadable(f"“{feature.label}” was another kind of question")
    if feature.kind in DATES:
        return _moment(feature, value)
    if is_text and value not in feature.choice_values and not feature.has_other:
        raise Unreadable(f"“{feature.label}” has other choices")
    return value


def _moment(feature: Feature, text: str) -> np.datetime64:
    try:
        return np.datetime64(text, "D" if feature.kind == "date" else "s")
    except ValueError:
        raise Unreadable(f"“{feature.label}” was another kind of question") from None


def _said(asked: Asked, rows: Sequence[Sequence[Value]]) -> Iterable[tuple[str, float]]:
    """The class that each answer comes down to ("" for a number), and the chance or the number."""
    schema = asked.predictor.schema
    if not rows:
        return []
    answers, _ = asked.predictor.screen(typed_rows(rows, schema))
    target = schema.target
    if target.kind == "number":
        return [("", float(value)) for value in answers[:, 0]]
    if len(target.classes) > 2:
        best = answers.argmax(axis=1)
        return [(target.classes[at], float(line[at])) for at, line in zip(best, answers, strict=True)]
    positive = target.classes.index(target.positive)
    names = (target.classes[1 - positive], target.positive)
    if asked.threshold is None:
        return [(target.classes[int(np.argmax(line))], float(line[positive])) for line in answers]
    return [(names[int(line[positive] >= asked.threshold)], float(line[positive])) for line in answers]


def _again(record: Any, rule: OutcomeRule, after: str, figure: float) -> Again:
    if rule.is_number:
        return Again(record, "", "", record.value, figure, _is_far(record, figure))
    before = rule.decided(record)
    return Again(record, before, after, record.probability, figure, before != after)


def _is_far(record: Any, figure: float) -> bool:
    """Beyond the range that was told, or more than a tenth off where none was."""
    if record.low is not None and record.high is not None:
        return not record.low <= figure <= record.high
    return abs(figure - record.value) > FAR * abs(record.value)


def _rule(connection: Connection, decision_id: int | None) -> OutcomeRule | None:
    row = decision_by_id(connection, decision_id) if decision_id is not None else None
    return OutcomeRule.of(row.words) if row is not None else None
