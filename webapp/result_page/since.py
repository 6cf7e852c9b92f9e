"""What came after an answer, in words: what really happened, what people decided and said, the model's later fate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from webapp.records.actors import Actor
from webapp.records.outcome_rules import BUCKETS, OutcomeRule, bucket_of
from webapp.records.outcomes import Outcome
from webapp.records.overrides import Override
from webapp.records.remarks import NOT_USEFUL, NOTE, PROBLEM, USEFUL, Remark
from webapp.records.track_record import TrackRecord
from webapp.result_page.case import Case
from webapp.result_page.estimate import value_step
from webapp.wording.amounts import amount_text
from webapp.wording.dates import date_text, day_text
from webapp.wording.numbers import count_text, counted
from webapp.wording.quoting import shown

ENOUGH = 30  # cases whose outcome is known; with fewer a share says little
SOURCES = {"file": "from a file", "api": "by a program"}
SAID = {NOTE: "Note", USEFUL: "Useful", NOT_USEFUL: "Not useful", PROBLEM: "Problem reported"}
TIMES = {1: "once", 2: "twice"}
WITHOUT_WORDS = {
    USEFUL: "Somebody found this answer useful.",
    NOT_USEFUL: "Somebody found this answer not useful.",
    PROBLEM: "Something is wrong with this answer.",
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that came later: what it is, what it says, when and by whom."""

    heading: str
    text: str
    when: str


@dataclass(frozen=True, slots=True)
class Since:
    """`fate` are sentences about the model; the outcome and the decision that hold now stand in `events`."""

    events: tuple[Event, ...]
    fate: tuple[str, ...]
    has_outcome: bool
    has_override: bool

    @property
    def is_empty(self) -> bool:
        return not (self.events or self.fate)


@dataclass(frozen=True, slots=True)
class Later:
    """Everything that was recorded about one answer since, the oldest first."""

    outcomes: Sequence[Outcome] = ()
    overrides: Sequence[Override] = ()
    remarks: Sequence[Remark] = ()
    alike: TrackRecord = TrackRecord()


def since_then(case: Case, rule: OutcomeRule, record: Any, later: Later, fate: Sequence[str]) -> Since:
    told = [row for row in later.outcomes[-1:] if not row.is_withdrawn]
    decided = [row for row in later.overrides[-1:] if not row.is_withdrawn]
    is_enough = later.alike.known >= ENOUGH
    events = [
        *(_happened(case, rule, record, row, len(later.outcomes) - 1) for row in told),
        *(_decided(case, rule, record, row) for row in decided),
        *(_remark(case, row) for row in later.remarks if not _is_said_better(row, later.remarks)),
        *([Event("Answers like this one", alike_text(case, rule, record, later.alike), "")] if is_enough else []),
    ]
    return Since(tuple(events), tuple(fate), bool(told), bool(decided))


def outcome_text(case: Case, rule: OutcomeRule, value: str) -> str:
    """'Left: Yes (leave)', 'Rent: €1,240'"""
    said = shown(rule.value_text(value)) if rule.is_number else class_text(case, value)
    return f"{case.target_label}: {said}"


def verdict(case: Case, rule: OutcomeRule, record: Any, value: str) -> str:
    """Whether the answer proved right, in a sentence."""
    if rule.is_number:
        return _beside_the_estimate(case, record, float(value))
    decided = rule.decided(record)
    proved = "and that proved right" if decided == value else "and that proved wrong"
    if rule.threshold is not None and rule.target.task == "binary":
        return f"It was {'' if decided == rule.target.positive else 'not '}flagged, {proved}."
    return f"The answer was {case.outcome(decided).quoted}, {proved}."


def alike_text(case: Case, rule: OutcomeRule, record: Any, alike: TrackRecord) -> str:
    """How often such answers proved right, from what really happened so far."""
    known = f"So far it is known what happened to {counted(alike.known, case.one, case.many)}"
    if rule.is_number:
        said = f"{known}: the range of the answer held the real {case.target_in_sentence} of {count_text(alike.right)}."
    elif rule.target.task == "binary":
        positive, tenth = case.outcome(rule.target.positive), 100 // BUCKETS * bucket_of(record.probability)
        chance = f"with a chance of {positive.chance_of} from {tenth} to {tenth + 100 // BUCKETS} in 100"
        happened = f"{count_text(alike.positive)} of them it was “{class_text(case, rule.target.positive)}”"
        said = f"{known} {chance}: for {happened}."
    else:
        answered = case.outcome(rule.decided(record)).quoted
        said = f"{known} for which the answer was {answered}: it proved right for {count_text(alike.right)}."
    return f"{said}{_decided_otherwise(alike)}"


def _decided_otherwise(alike: TrackRecord) -> str:
    if not alike.overridden:
        return ""
    of_these = f"{count_text(alike.overridden)} of these, and proved right for {count_text(alike.overrides_right)}"
    return f" People decided otherwise for {of_these}; there the answer proved right for {alike.overridden_right:,}."


def class_text(case: Case, name: str) -> str:
    """'Yes (leave)': a class with the word for what cases of it do."""
    outcome = case.outcome(name)
    return f"{outcome.label} ({outcome.short})" if outcome.short and outcome.short != outcome.label else outcome.label


def by_text(who: Actor) -> str:
    """' by Ada'; '' where nobody had to say who they are."""
    return f" by {shown(who.name)}" if who.name else ""


def when_text(case: Case, row: Outcome | Override | Remark) -> str:
    """'20 Nov 2026, 14:32 CET by Ada'"""
    return f"{date_text(row.at, case.words.get('timezone') or 'UTC')}{by_text(row.who)}"


def outcome_source(case: Case, row: Outcome) -> str:
    """'20 Nov 2026, 14:32 CET by Ada, from a file; happened 3 Oct 2026'"""
    source = f", {SOURCES[row.source]}" if row.source in SOURCES else ""
    happened = f"; happened {day_text(row.happened_at)}" if row.happened_at else ""
    return f"{when_text(case, row)}{source}{happened}"


def _happened(case: Case, rule: OutcomeRule, record: Any, row: Outcome, changes: int) -> Event:
    text = f"{outcome_text(case, rule, row.value)}. {verdict(case, rule, record, row.value)}"
    changed = f". Changed {TIMES.get(changes) or f'{count_text(changes)} times'}" if changes else ""
    return Event("What happened", text, f"Recorded {outcome_source(case, row)}{changed}")


def _decided(case: Case, rule: OutcomeRule, record: Any, row: Override) -> Event:
    if rule.is_number:
        text = f"{shown(rule.value_text(row.value))} instead of {_amount(case, record.value)}"
    else:
        text = f"{class_text(case, row.value)} instead of {class_text(case, rule.decided(record))}"
    return Event("Decided otherwise", f"{text}.\n{_lines(row.why)}", f"Decided {when_text(case, row)}")


def _is_said_better(row: Remark, remarks: Sequence[Remark]) -> bool:
    """Whether the same person found words for it later."""
    return not row.text and any((one.kind, one.who) == (row.kind, row.who) and one.text for one in remarks)


def _lines(text: str) -> str:
    """In lines, as they were typed."""
    return "\n".join(map(shown, text.splitlines()))


def _remark(case: Case, row: Remark) -> Event:
    return Event(SAID.get(row.kind, SAID[NOTE]), _lines(row.text) or WITHOUT_WORDS[row.kind], when_text(case, row))


def _beside_the_estimate(case: Case, record: Any, real: float) -> str:
    away = real - record.value
    distance = _amount(case, abs(away))
    if distance == _amount(case, 0.0):
        place = "what was estimated"
    else:
        place = f"{distance} {'above' if away > 0 else 'below'} the estimate"
    if record.low is None or record.high is None:
        return f"That is {place}."
    return f"That is {place}, and {'inside' if record.low <= real <= record.high else 'outside'} its range."


def _amount(case: Case, value: float) -> str:
    return amount_text(value, case.measure, value_step(case))
