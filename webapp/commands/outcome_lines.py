"""Lines of a file that say what happened, each beside the answer that it is about, or why it cannot be used."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from webapp import clock
from webapp.commands.outcome_file import Line, OutcomeFile
from webapp.commands.promotion import Workplace
from webapp.errors import InvalidValue
from webapp.parsing.answers import Door
from webapp.parsing.dates import NotADate
from webapp.records.answered_cases import AnsweredCase, cases_by_id, cases_by_key, cases_by_reference
from webapp.records.decisions import decision_by_id
from webapp.records.identifiers import normalise_reference
from webapp.records.outcome_rules import OutcomeRule
from webapp.records.outcomes import Happened

UNKNOWN, REFUSED, CONFLICT = "unknown", "refused", "conflict"


class NotUsed(Exception):
    """A line that is not recorded, and what kind of problem it has."""

    def __init__(self, kind: str, reason: str):
        super().__init__(reason)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Left:
    """A line that was not recorded, and why."""

    line: int
    kind: str
    reason: str


@dataclass(frozen=True)
class Wanted:
    """What whoever imports says besides the file."""

    model: str = ""
    decimal: str = ""
    newest: bool = False


@dataclass
class Matching:
    """Finds the answer of each line; remembers what was said about it before in the same file."""

    place: Workplace
    file: OutcomeFile
    wanted: Wanted
    left: list[Left] = field(default_factory=list)
    repeated: int = 0  # lines that say what an earlier one says
    _decimal: str = ""
    _rules: dict[Any, OutcomeRule] = field(default_factory=dict)
    _said: dict[str, tuple[int, str]] = field(default_factory=dict)

    def matched(self, connection: Connection, lines: Sequence[Line]) -> list[tuple[int, Happened]]:
        """(line, what happened) of those that can be used; the others are in `left`."""
        find = self._finder(connection, lines)
        matched = []
        for line in lines:
            try:
                happened = self._happened(connection, line, find(line))
            except NotUsed as problem:
                self.left.append(Left(line.number, problem.kind, str(problem)))
            else:
                matched += [(line.number, happened)] if happened else []
                self.repeated += happened is None
        return matched

    def _finder(self, connection: Connection, lines: Sequence[Line]) -> Callable[[Line], AnsweredCase]:
        references = {line.reference: normalise_reference(line.reference) for line in lines}
        by_id = cases_by_id(connection, {line.id for line in lines})
        by_reference = cases_by_reference(connection, set(references.values()))
        by_key = cases_by_key(connection, {line.key for line in lines})

        def find(line: Line) -> AnsweredCase:
            ways = (
                (line.id, [by_id[line.id]] if line.id in by_id else []),
                (line.reference, [case] if (case := by_reference.get(references[line.reference])) else []),
                (line.key, by_key.get(line.key, [])),
            )
            named = [(text, cases) for text, cases in ways if text]
            if not named:
                raise NotUsed(UNKNOWN, "it names no answer")
            return self._only(line, named)

        return find

    def _only(self, line: Line, named: Sequence[tuple[str, Sequence[AnsweredCase]]]) -> AnsweredCase:
        """The one answer that everything the line says fits."""
        models = {model for model in (line.model, self.wanted.model) if model}
        fitting = []
        for text, cases in named:
            cases = [case for case in cases if models <= {case.model}]
            if not cases:
                of = f" of {' and '.join(sorted(models))}" if models else ""
                raise NotUsed(UNKNOWN, f"no answer{of} is called “{text}”")
            fitting.append(cases)
        common = [case for case in fitting[-1] if all(case in cases for cases in fitting)]
        if not common:
            raise NotUsed(UNKNOWN, f"{' and '.join(f'“{text}”' for text, _ in named)} name different answers")
        if len(common) > 1 and not self.wanted.newest:
            reason = f"“{named[-1][0]}” names {len(common)} answers: give the reference, or --newest for the last"
            raise NotUsed(UNKNOWN, reason)
        return common[0]

    def _happened(self, connection: Connection, line: Line, case: AnsweredCase) -> Happened | None:
        """None for a line that only repeats an earlier one."""
        rule = self._rule(connection, case)
        try:
            value = rule.parse(line.value, Door.FILE, self._sign(rule.target.unit) if rule.is_number else "")
            moment = self.file.moment(line.time)
        except InvalidValue as problem:
            raise NotUsed(REFUSED, str(problem)) from problem
        except NotADate as problem:
            raise NotUsed(REFUSED, f"“{line.time}” is no time, such as 2026-10-03 or 2026-10-03 14:30") from problem
        if moment is not None and moment > clock.now():
            raise NotUsed(REFUSED, f"“{line.time}” lies in the future")
        earlier, said = self._said.setdefault(case.id, (line.number, value))
        if said != value:
            raise NotUsed(CONFLICT, f"line {earlier} says “{rule.value_text(said)}” about the same answer")
        return Happened(case, rule, value, moment) if earlier == line.number else None

    def _sign(self, unit: str) -> str:
        """Before decimals; asked for only once a number is to be read."""
        self._decimal = self._decimal or self.wanted.decimal or self.file.decimal(unit)
        return self._decimal

    def _rule(self, connection: Connection, case: AnsweredCase) -> OutcomeRule:
        """From the words that the answer was shown with; from its package where no decision stood behind it."""
        known = case.decision_id or (case.model, case.version)
        if known not in self._rules:
            if case.decision_id is None:
                facts = self.place.store.facts(case.model, case.version, self.place.trusted_keys)
                words = {**facts["words"], "schema": facts["schema"]}
            else:
                words = decision_by_id(connection, case.decision_id).words
            self._rules[known] = OutcomeRule.of(words)
        return self._rules[known]
