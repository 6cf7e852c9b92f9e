"""A comparison at a terminal: the verdict, what was found, and how much each field matters."""

from collections.abc import Iterator, Sequence

from webapp.commands.run_report import labelled, wrapped
from webapp.comparison.amounts import moved_text
from webapp.comparison.comparing import Comparison
from webapp.comparison.movers import Mover
from webapp.comparison.speed import Figure
from webapp.parsing.shown import figure_text

MOST_FIELDS = 15
NAMES = {
    "fields": "Fields", "answers": "Answers", "decisions": "Decisions", "groups": "Groups", "quality": "Quality",
    "honesty": "Honesty", "table": "Tables",
}  # fmt: skip


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    yield from wrapped(f"{comparison.verdict}.", 0)
    yield ""
    yield from labelled("Rows", wrapped(comparison.origin))
    for subject, name in NAMES.items():
        facts = []
        for finding in comparison.findings:
            if finding.subject == subject:
                facts += wrapped(f"{'!' if finding.is_material else '-'} {finding.words}")
        yield from labelled(name, facts)
    yield from labelled("Matters", list(_sensitivity_lines(comparison)))
    yield from labelled("Moved most", [line for mover in comparison.movers for line in _mover_lines(comparison, mover)])


def speed_lines(speeds: Sequence[Figure]) -> Iterator[str]:
    """Each figure before and now, and how many times as much it is."""
    width = max((len(one.name) for one in speeds), default=0)
    facts = []
    for one in speeds:
        if one.ratio is None:
            facts += wrapped(f"{one.name:<{width}}  {one.note}", width + 2)
            continue
        between = "" if one.low is None else f" ({one.low:.2f} to {one.high:.2f})"
        note = f"; {one.note}" if one.note else ""
        figures = [figure_text(value, 3) for value in (one.before, one.after)]
        said = f"{figures[0]} {one.unit} before, {figures[1]} now, {one.ratio:.2f} times{between}{note}"
        facts += wrapped(f"{one.name:<{width}}  {said}", width + 2)
    yield from labelled("Speed", facts)


def _sensitivity_lines(comparison: Comparison) -> Iterator[str]:
    """How far answers move on average when a field takes another value."""
    target = comparison.after.schema.target
    fields = comparison.sensitivities()
    width = max((len(line["label"]) for line in fields[:MOST_FIELDS]), default=0)
    for line in fields[:MOST_FIELDS]:
        before, after = (
            "not asked" if line[when] is None else moved_text(target, line[when]) for when in ("before", "after")
        )
        yield f"{line['label']:<{width}}  {before} before, {after} now"
    if len(fields) > MOST_FIELDS:
        yield f"and {len(fields) - MOST_FIELDS} fields that matter less"


def _mover_lines(comparison: Comparison, mover: Mover) -> Iterator[str]:
    figures = [_figure(comparison, value) for value in (mover.before, mover.after)]
    yield f"row {mover.row:,}: {figures[0]} before, {figures[1]} now"
    for reason in mover.reasons:
        points = ["not asked" if value is None else f"{value:+.1f}" for value in (reason.before, reason.after)]
        yield f"  {reason.label}, {reason.value}: {points[0]} before, {points[1]} now"


def _figure(comparison: Comparison, value: float) -> str:
    target = comparison.after.schema.target
    return moved_text(target, value) if target.kind == "number" else f"{100 * value:.0f} in 100"
