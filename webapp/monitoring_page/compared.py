"""Charts of what is laid side by side: parts of the cases, versions, and what the answers cost beside none."""

from math import isfinite

from webapp.evidence.parts import Bar, Bars, Figure, Table
from webapp.evidence.plots import Measure, percent, row_chart
from webapp.monitoring.answers import between_text
from webapp.monitoring.by_version import Versioned
from webapp.monitoring.findings import FEW, GOOD
from webapp.monitoring.groups import FEWEST, Part
from webapp.monitoring.report import Figures
from webapp.monitoring.watched import Watched
from webapp.monitoring.worth import Worth
from webapp.parsing.shown import figure_text
from webapp.wording.dates import day_text
from webapp.wording.numbers import count_text, to_whole

PARTS_SHOWN = 12
VERSIONS_SHOWN = 8
JUDGED = {GOOD: "as expected", FEW: "too few outcomes"}


def parts_figure(watched: Watched, figures: Figures) -> Figure | None:
    if not figures.parts:
        return None
    known = sum(one.known for one in figures.parts)
    overall = sum(one.share * one.known for one in figures.parts) / known
    measures = [
        Measure(f"{one.label}: {one.part}", 100 * one.share, 100 * one.low, 100 * one.high,
                str(to_whole(100 * one.share)), f"{count_text(one.known)} with a known outcome")
        for one in figures.parts[:PARTS_SHOWN]
    ]  # fmt: skip
    what = _what(watched)
    columns = (("Part", False), ("Cases", True), ("Outcomes", True), ("Right in 100", True), ("Range", True),
               ("Off by", True), ("Acted upon, in 100", True))  # fmt: skip
    differ = [one for one in figures.parts if one.differs]
    title = (
        f"{differ[0].label}, {differ[0].part}: comes out otherwise than it says"
        if differ
        else "What happened agrees with what was said in every part"
    )
    sub = f"{what}, in 100, with the range that chance allows; parts with {count_text(30)} or more known outcomes."
    rows = tuple(_part_row(watched, one) for one in figures.parts)
    return Figure("parts", title, sub, row_chart(measures, 100 * overall, f"all of them, {to_whole(100 * overall)}"),
                  Table("Parts of the cases", columns, rows))  # fmt: skip


def _part_row(watched: Watched, one: Part) -> tuple[str, ...]:
    off = figure_text(one.off, 3) if watched.task == "number" else f"{to_whole(100 * one.off)} in 100"
    return (
        f"{one.label}: {one.part}", count_text(one.rows), count_text(one.known), str(to_whole(100 * one.share)),
        f"{to_whole(100 * one.low)} to {to_whole(100 * one.high)}", off, str(to_whole(100 * one.flagged)),
    )  # fmt: skip


def versions_figure(watched: Watched, figures: Figures) -> Figure | None:
    """The newest first; a version is drawn from as many outcomes on as a point that counts."""
    if not figures.versions:
        return None
    what = _what(watched)
    drawn = [one for one in figures.versions if one.known >= FEWEST][:VERSIONS_SHOWN]
    if not drawn:
        return None
    measures = [
        Measure(one.name.capitalize(), 100 * one.share, 100 * one.low, 100 * one.high, str(to_whole(100 * one.share)),
                f"{count_text(one.known)} with a known outcome; expected {_expected(one)}")
        for one in drawn
    ]  # fmt: skip
    columns = (("Version", False), ("Answered", False), ("Cases", True), ("Known", True), ("Right", True),
               ("Expected", True), ("Measured", False), ("Judged", False))  # fmt: skip
    known = sum(one.known for one in drawn)
    overall = sum(one.share * one.known for one in drawn) / known
    below = [one for one in drawn if one.status not in (GOOD, FEW)]
    title = (
        f"{below[0].name.capitalize()} answers worse than when it was tried"
        if below
        else f"{drawn[0].name.capitalize() if len(drawn) == 1 else 'Each version'} answers as it did when it was tried"
    )
    sub = f"{what}, in 100, with the range that chance allows; only {watched.cases} old enough for their outcome."
    if len(drawn) > 1:
        sub += f" Each answered other {watched.cases} at another time: compare it with what was expected of it."
    picture = row_chart(measures, 100 * overall, f"all of them, {to_whole(100 * overall)}")
    rows = tuple(_version_row(one) for one in figures.versions)
    return Figure("versions", title, sub, picture, Table(f"{what}, in 100, by version", columns, rows))


def _version_row(one: Versioned) -> tuple[str, ...]:
    is_known = one.known >= FEWEST
    return (
        one.name.capitalize() + (", in use" if one.answers else ""),
        f"{day_text(one.first)} to {day_text(one.last)}", count_text(one.cases), count_text(one.known),
        _right(one) if is_known else "too few",
        _expected(one) if is_known else "",
        _measured(one), JUDGED.get(one.status, "worse than expected"),
    )  # fmt: skip


def _right(one: Versioned) -> str:
    """'83 (80 to 84)'"""
    return f"{to_whole(100 * one.share)} ({to_whole(100 * one.low)} to {to_whole(100 * one.high)})"


def _measured(one: Versioned) -> str:
    """'Log loss 0.41, tried 0.39'"""
    if one.ruler is None or not isfinite(one.figure):
        return ""
    return f"{one.ruler.label} {figure_text(one.figure, 3)}, tried {figure_text(one.ruler.holdout, 3)}"


def _expected(one: Versioned) -> str:
    return between_text(one.expected) if one.expected else "not known"


def worth_figure(watched: Watched, found: Worth | None) -> Figure | None:
    """What the mistakes cost, beside those of treating all cases alike."""
    if found is None:
        return None
    ways = (
        ("Deciding by its answers", found.with_model),
        (f"Acting on every {watched.case}", found.acting_on_all),
        (f"Acting on no {watched.case}", found.acting_on_none),
    )
    per_100 = [(name, 100.0 * cost / found.cases) for name, cost in ways]
    longest = max(cost for _, cost in per_100) or 1.0
    bars = tuple(Bar(name, percent(96.0 * cost / longest), "0%", figure_text(cost, 3)) for name, cost in per_100)
    unit = "needless alarms" if found.in_alarms else "the costs of the spec"
    weighed = (
        f"a miss counts as {figure_text(found.missed_cost, 3)}, a needless alarm as {figure_text(found.alarm_cost, 3)}"
    )
    sub = f"For each 100 {watched.cases}, in {unit}: {weighed}. {count_text(found.cases)} with a known outcome."
    less = found.saved_per_100 >= 0
    title = f"Its answers cost {'less' if less else 'more'} than treating every {watched.case} alike"
    rows = tuple((name, figure_text(cost, 3), figure_text(total, 4))
                 for (name, cost), (_, total) in zip(per_100, ways, strict=True))  # fmt: skip
    made = (
        ("Missed, by its answers", "", count_text(found.missed)),
        ("Needless alarms, by its answers", "", count_text(found.false_alarms)),
    )
    columns = (("Way of deciding", False), (f"For each 100 {watched.cases}", True), ("In all", True))
    return Figure("worth", title, sub, Bars(bars), Table("What mistakes cost", columns, rows + made))


def _what(watched: Watched) -> str:
    return "Ranges that held the real value" if watched.task == "number" else "Answers right"
