"""Two versions side by side, section by section: what `compare` writes as a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from webapp.comparison.amounts import moved_text
from webapp.comparison.comparing import Comparison
from webapp.comparison.movers import Mover
from webapp.comparison.speed import Figure as Speed
from webapp.comparison.verdict import Seen
from webapp.evidence.chances import SHARES, WHOLE
from webapp.evidence.parts import Figure, Part, Section, Table, Verdict, Verdicts, facts
from webapp.evidence.plots import Measure, plot, row_chart
from webapp.evidence.said import number, rows, share
from webapp.parsing.shown import MINUS
from webapp.schema import Target
from webapp.wording.dates import iso_day_text
from webapp.wording.numbers import count_text
from webapp.wording.quoting import shown

SUBJECTS = {
    "fields": "Fields", "table": "The tables they learned from", "answers": "Answers", "decisions": "Decisions",
    "groups": "Groups of cases", "quality": "How close to what happened", "honesty": "Whether chances come true",
    "speed": "Speed and size",
}  # fmt: skip
WHEN, MOST_FIELDS, MOST_GROUPS = ("before", "after"), 20, 20


@dataclass(frozen=True)
class SideBySide:
    """A page: its heading, what it rests on, and its sections."""

    title: str
    heading: str
    lead: str
    is_same: bool
    sections: tuple[Section, ...]


def side_by_side(comparison: Comparison, speeds: Sequence[Speed] = ()) -> SideBySide:
    after = comparison.after.schema
    found = [_findings(comparison), *_seen_sections(comparison), _matters(comparison)]
    found += [Section("most", "Rows that moved most", (_movers(comparison),))] if comparison.movers else []
    found += [Section("speed", "Speed and size", (speed_table(comparison, speeds),))] if speeds else []
    found.append(_identities(comparison))
    return SideBySide(
        title=shown(f"{after.model}: {comparison.before.name} and {comparison.after.name}"),
        heading=shown(f"{comparison.verdict}."),
        lead=shown(f"Seen on {comparison.origin}."),
        is_same=comparison.is_same,
        sections=tuple(found),
    )


def _findings(comparison: Comparison) -> Section:
    lines = tuple(
        Verdict(
            verdict="refuse" if finding.is_material else "pass",
            words="differs" if finding.is_material else "noted",
            title=SUBJECTS[finding.subject],
            text=shown(finding.words),
        )
        for finding in comparison.findings
    )
    return Section("found", "What was found", (Verdicts(lines),))


def _seen_sections(comparison: Comparison) -> Iterator[Section]:
    seen = comparison.seen
    if seen is None:
        return
    if seen.answers.classes:
        yield Section("decisions", "Decisions", (_decisions(comparison, seen),))
    yield Section("groups", "Groups of cases", (_groups(comparison, seen),))
    if seen.quality is not None and seen.quality.calibration:
        yield Section("chances", "Do chances come true", (_chances(comparison, seen),))


def _decisions(comparison: Comparison, seen: Seen) -> Table:
    answers = seen.answers
    columns = [(f"{_capital(comparison.before.name)} decides", False)]
    columns += [(f"{_capital(comparison.after.name)}: {shown(name)}", True) for name in answers.classes]
    lines = []
    for before in answers.classes:
        mine = answers.decided_before == before
        counts = [int(np.sum(mine & (answers.decided_after == after))) for after in answers.classes]
        lines.append((shown(before), *map(count_text, counts)))
    return Table("Cases by what both versions decide", tuple(columns), tuple(lines))


def _groups(comparison: Comparison, seen: Seen) -> Table:
    target = comparison.after.schema.target
    columns = [("Group", False), ("Cases", True), ("Answers move by", True), ("Direction", True)]
    if seen.answers.classes:
        columns.append(("Decided otherwise", True))
    lines = []
    for move in seen.slices[:MOST_GROUPS]:
        cells = [shown(f"{move.label}: {move.what}"), rows(move.rows), moved_text(target, move.moved)]
        cells.append(_signed(target, move.shift) if len(seen.answers.classes) <= 2 else "")
        if seen.answers.classes:
            cells.append(count_text(move.flips))
        lines.append(tuple(cells))
    return Table("Those that moved most on average, the largest first", tuple(columns), tuple(lines))


def _chances(comparison: Comparison, seen: Seen) -> Figure:
    table = seen.quality.calibration
    lines = [
        WHOLE.line([(line[f"chance_{when}"], line[f"happened_{when}"]) for line in table], look)
        for when, look in (("before", "dash"), ("after", ""))
    ]
    picture = plot(
        WHOLE,
        SHARES,
        SHARES,
        "chance as said",
        lines=tuple(lines),
        key=(("", comparison.after.name), ("dash", comparison.before.name)),
    )
    cells = tuple(
        (
            f"Tenth {at}",
            *(share(line[key]) for key in ("chance_before", "happened_before", "chance_after", "happened_after")),
        )
        for at, line in enumerate(table, 1)
    )
    columns = (
        ("Cases", False), ("Said before", True), ("Came true", True), ("Said now", True), ("Came true", True),
    )  # fmt: skip
    before, after = (number(100 * error, 2) for error in seen.quality.calibration_error)
    title = f"Chances are off by {after} points on average, before by {before}"
    sub = "How often it came true, up, for chances as said, along, in tenths of the cases."
    return Figure("calibration", title, sub, picture, Table("Chances and what came true", columns, cells))


def _matters(comparison: Comparison) -> Section:
    target = comparison.after.schema.target
    fields = comparison.sensitivities()
    columns = (("Field", False), ("Before", True), ("Now", True), ("What it does moved by", True))
    lines = tuple(
        (shown(line["label"]), *(_size(target, line[key]) for key in ("before", "after", "effect_moved")))
        for line in fields
    )
    caption = "How far an answer moves on average when the field takes another value"
    table = Table(caption, columns, lines)
    both = [line for line in fields if line["before"] is not None and line["after"] is not None][:MOST_FIELDS]
    if not both:
        return Section("fields", "How much each field matters", (table,))
    chart = row_chart(
        [
            Measure(
                label=shown(line["label"]),
                value=_scaled(target, line["after"]),
                low=_scaled(target, min(line["before"], line["after"])),
                high=_scaled(target, max(line["before"], line["after"])),
                text=moved_text(target, line["after"]),
            )
            for line in both
        ],
        0.0,
        "no effect on the answer",
    )
    first = both[0]
    title = f"“{shown(first['label'])}” matters most: {moved_text(target, first['after'])} on average"
    sub = f"{caption}. The dot is {comparison.after.name}, the other end of its line {comparison.before.name}."
    return Section("fields", "How much each field matters", (Figure("matters", title, sub, chart, table),))


def _movers(comparison: Comparison) -> Table:
    columns = (("Row", False), ("Before", True), ("Now", True), ("Whose part in the answer changed most", False))
    lines = tuple(
        (
            f"Row {count_text(mover.row)}",
            _answer(comparison, mover.before, mover.answer_before),
            _answer(comparison, mover.after, mover.answer_after),
            "; ".join(_reasons(mover)),
        )
        for mover in comparison.movers
    )
    return Table("Counted from the first row of the table; their reasons before and now", columns, lines)


def _reasons(mover: Mover) -> Iterator[str]:
    for reason in mover.reasons:
        before, after = map(_part, (reason.before, reason.after))
        yield shown(f"{reason.label}, {reason.value}: {before} before, {after} now")


def _part(value: float | None) -> str:
    return "not asked" if value is None else f"{value:+.1f}".replace("-", MINUS)


def speed_table(comparison: Comparison, speeds: Sequence[Speed]) -> Table:
    names = [_capital(side.name) for side in (comparison.before, comparison.after)]
    columns = (("What", False), (names[0], True), (names[1], True), ("Ratio, and where it lies", True))
    lines = tuple(
        (one.name, *(_figure(one, value) for value in (one.before, one.after)), _ratio(one)) for one in speeds
    )
    return Table("Measured by turns, each time in a process of its own", columns, lines)


def _figure(speed: Speed, value: float | None) -> str:
    return "" if value is None else f"{number(value, 3)} {speed.unit}"


def _ratio(speed: Speed) -> str:
    if speed.ratio is None:
        return speed.note
    between = "" if speed.low is None else f" ({speed.low:.2f} to {speed.high:.2f})"
    return f"{speed.ratio:.2f}{between}{f'; {speed.note}' if speed.note else ''}"


def _identities(comparison: Comparison) -> Section:
    parts: list[Part] = [
        facts(
            (_capital(side.name), side.version),
            ("Trained", iso_day_text(str(side.metadata.get("created_at", ""))[:10])),
            ("Kind of model", shown(str(side.metadata.get("estimator", "")))),
            ("Learned from", f"{rows(side.rows)} rows" if side.rows else "it is not known from how many rows"),
        )
        for side in (comparison.before, comparison.after)
    ]
    return Section("which", "Which versions", tuple(parts))


def _size(target: Target, value: float | None) -> str:
    return "not asked" if value is None else moved_text(target, value)


def _signed(target: Target, value: float) -> str:
    where = "up" if value > 0 else "down"
    return f"{where} by {moved_text(target, abs(value))}" if value else "nowhere"


def _scaled(target: Target, value: float) -> float:
    return value if target.kind == "number" else 100.0 * value


def _answer(comparison: Comparison, value: float, answer: str) -> str:
    target = comparison.after.schema.target
    if target.kind == "number":
        return moved_text(target, value)
    return shown(f"{100 * value:.0f} in 100") if len(target.classes) == 2 else shown(answer)


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]
