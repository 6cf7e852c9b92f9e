"""Recorded answers beside what another version says to the same rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from webapp.evidence.parts import Table
from webapp.lifecycle.replay import Again, Replay
from webapp.wording.amounts import Measure, amount_text
from webapp.wording.chances import in_hundred_text
from webapp.wording.numbers import count_text, counted
from webapp.wording.quoting import shown

MOST_CLASSES = 4  # more in a square table are too many: then the largest movements are listed
MOST_MOVES = 10
MOST_CASES = 20


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One answer that would be another one; `id` is that of the prediction."""

    id: str
    reference: str
    at: Any
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ReplayShown:
    """`share` is that of the answers that change, in percent of the width of a strip."""

    title: str
    sub: str
    same: str
    change: str
    share: float
    table: Table | None
    notes: tuple[str, ...]
    cases: tuple[CaseLine, ...]


def replay_shown(replay: Replay) -> ReplayShown:
    total, changed = len(replay.answers), len(replay.changed)
    return ReplayShown(
        title=_title(replay, total, changed),
        sub=_sub(replay),
        same=f"{count_text(total - changed)} stay the same",
        change=f"{count_text(changed)} change" if changed != 1 else "1 changes",
        share=round(100.0 * changed / total, 1) if total else 0.0,
        table=None if replay.is_number or not total else _table(replay),
        notes=tuple(_notes(replay)),
        cases=tuple(_line(replay, answer) for answer in replay.changed[:MOST_CASES]),
    )


def _title(replay: Replay, total: int, changed: int) -> str:
    if not replay.rows:
        return "Nothing was asked yet, so nothing can be asked again"
    if not total:
        return f"None of the last {counted(replay.rows, 'answer', 'answers')} can be put to {replay.name}"
    what = "answer" if replay.is_number else "decision"
    return f"{count_text(changed)} of the last {counted(total, what, what + 's')} would change"


def _sub(replay: Replay) -> str:
    if replay.is_number:
        return (
            f"Recorded cases, put to {replay.name}. An answer changes where the new number lies outside the range that "
            "was told with the old one."
        )
    return f"Recorded cases, put to {replay.name}. A decision changes where the answer comes down to another class."


def _table(replay: Replay) -> Table:
    before = sorted({pair[0] for pair in replay.pairs})
    after = sorted({pair[1] for pair in replay.pairs} | set(before))
    if len(after) > MOST_CLASSES:
        moves = sorted(replay.pairs.items(), key=lambda item: -item[1])
        lines = [(shown(was), shown(now), count_text(count)) for (was, now), count in moves if was != now][:MOST_MOVES]
        columns = (("Decided then", False), (f"{_capital(replay.name)} says", False), ("Cases", True))
        return Table("What changes most often", columns, tuple(lines))
    columns = (("Decided then", False), *((f"{_capital(replay.name)}: {shown(name)}", True) for name in after))
    lines = tuple((shown(was), *(count_text(replay.pairs.get((was, now), 0)) for now in after)) for was in before)
    return Table("Cases by what was decided then and what this version says", columns, lines)


def _notes(replay: Replay) -> Iterator[str]:
    left_out = sum(replay.unread.values())
    if left_out:
        why = "; ".join(f"{shown(reason)} ({count_text(count)})" for reason, count in replay.unread.items())
        one = "1 case" if left_out == 1 else f"{count_text(left_out)} cases"
        yield f"{one} cannot be put to {replay.name}: {why}."


def _line(replay: Replay, answer: Again) -> CaseLine:
    record = answer.record
    before, after = (
        _said(replay, what, figure)
        for what, figure in ((answer.before, answer.figure_before), (answer.after, answer.figure_after))
    )
    return CaseLine(record.id, record.reference, record.at, before, after)


def _said(replay: Replay, what: str, figure: float | None) -> str:
    target = replay.schema.target
    if replay.is_number:
        return amount_text(figure, Measure(shown(target.unit), target.decimals, target.decimal))
    if len(target.classes) != 2 or figure is None:
        return shown(what)
    return f"{shown(what)} (chance of {shown(target.positive)}: {in_hundred_text(figure)})"


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]
