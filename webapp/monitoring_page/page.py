"""Everything the page Monitoring shows, in the order in which it is read."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from webapp.evidence.parts import Figure, Table, says_something
from webapp.monitoring.answers import Answer
from webapp.monitoring.by_version import VERSIONS
from webapp.monitoring.doubts import UNSURE
from webapp.monitoring.drift import INDEX_LOOK, SURE
from webapp.monitoring.drift_words import LIKE
from webapp.monitoring.estimate import BEFORE
from webapp.monitoring.findings import ACT, FEW, GOOD, LOOK
from webapp.monitoring.groups import ALIKE
from webapp.monitoring.performance import RIGHT
from webapp.monitoring.report import Figures, Report
from webapp.monitoring.watched import Watched
from webapp.monitoring.worth import WORTH
from webapp.monitoring_page.compared import parts_figure, versions_figure, worth_figure
from webapp.monitoring_page.fields import closer_figures, fields_figure
from webapp.monitoring_page.over_time import doubts_figure, metric_figure, right_figure
from webapp.parsing.shown import figure_text
from webapp.wording.dates import date_text, day_text
from webapp.wording.numbers import count_text, to_whole
from webapp.wording.quoting import shown

KINDS = {ACT: "bad", LOOK: "care", FEW: "calm", GOOD: "good"}


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do; `by` who and since when."""

    what: str
    to_do: str
    by: str


@dataclass(frozen=True, slots=True)
class Question:
    answer: Answer
    kind: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class MonitoringPage:
    """`kind` is that of a status; `tally` are figures with their words."""

    kind: str
    words: str
    headline: str
    lead: str
    meta: tuple[str, ...]
    tally: tuple[tuple[str, str], ...]
    deeds: tuple[Deed, ...]
    questions: tuple[Question, ...]
    technical: tuple[Table, ...]
    note: str = ""

    def figure(self, name: str) -> Figure | None:
        return next((one for question in self.questions for one in question.figures if one.name == name), None)


def monitoring_page(
    watched: Watched, report: Report, csv_url: Callable[[str], str], waiting: int = 0
) -> MonitoringPage:
    """`csv_url` leads to the table of a figure; `waiting` days are not counted yet."""
    figures = report.figures
    drawn = _drawn(watched, figures)
    questions = tuple(
        Question(
            one,
            KINDS[one.status],
            tuple(replace(figure, csv_url=csv_url(figure.name)) for figure in drawn.get(one.name, ()) if figure),
        )
        for one in report.answers
    )
    zone = watched.words.get("timezone") or "UTC"
    number = watched.words.get("number")
    question = shown(watched.words.get("question") or "")
    return MonitoringPage(
        kind=KINDS[report.status],
        words=report.status_words,
        headline=_headline(watched, report),
        lead=_lead(report),
        meta=tuple(
            filter(
                None, (question, f"Version {number}, looked at {date_text(report.checked_at, zone)}" if number else "")
            )
        ),
        tally=_tally(watched, figures),
        deeds=_deeds(watched, report),
        questions=questions,
        technical=tuple(filter(says_something, (_index_table(figures), _measures_table(watched, figures)))),
        note=_note(watched, figures, waiting),
    )


def _headline(watched: Watched, report: Report) -> str:
    if report.findings:
        return report.findings[0].sentence
    if report.status == GOOD:
        return f"The {watched.cases} are like those it learned from, and its answers still hold"
    return "Nothing unusual so far, and too few outcomes to say whether it is right"


def _lead(report: Report) -> str:
    """What is known of whether it is still right stands beside whatever was found."""
    of = {one.name: one for one in report.answers}
    return of[RIGHT].sentence


def _tally(watched: Watched, figures: Figures) -> tuple[tuple[str, str], ...]:
    found = figures.performance
    told = []
    if found.right is not None and found.is_enough:
        told.append((str(to_whole(100 * found.right)), "answers right, of 100"))
    if figures.shifts:
        told.append((count_text(sum(bool(one.code) for one in figures.shifts)),
                     f"of {len(figures.shifts)} fields have moved"))  # fmt: skip
    if figures.doubts.close is not None and figures.doubts.cases:
        told.append((str(to_whole(100 * figures.doubts.close)), "close calls, of 100"))
    told.append((count_text(found.all_known), f"outcomes known, of {count_text(found.cases)} {watched.cases}"))
    return tuple(told)


def _deeds(watched: Watched, report: Report) -> tuple[Deed, ...]:
    who = shown(watched.who_acts)
    return tuple(
        Deed(
            one.sentence, one.to_do, ", ".join(filter(None, (who, f"since {day_text(one.since)}" if one.since else "")))
        )
        for one in report.findings
    )


def _drawn(watched: Watched, figures: Figures) -> dict[str, tuple[Figure | None, ...]]:
    return {
        LIKE: (fields_figure(watched, figures), *closer_figures(figures)),
        RIGHT: (right_figure(watched, figures),),
        BEFORE: (metric_figure(figures.estimate),),
        UNSURE: (doubts_figure(watched, figures),),
        ALIKE: (parts_figure(watched, figures),),
        VERSIONS: (versions_figure(watched, figures),),
        WORTH: (worth_figure(watched, figures.worth),),
    }


def _index_table(figures: Figures) -> Table:
    rows = tuple(
        (
            shown(one.feature.label),
            f"{one.index:.3f}",
            f"{one.distance:.3f}",
            f"{one.chance:.2g}",
            f"{one.importance:.4g}",
        )
        for one in figures.shifts
    )
    columns = (("Field", False), ("PSI, less chance", True), ("KS distance", True), ("Chance, corrected", True),
               ("Importance", True))  # fmt: skip
    return Table(f"Fields: raised from a PSI of {INDEX_LOOK} and below a chance of {SURE}", columns, rows)


def _measures_table(watched: Watched, figures: Figures) -> Table:
    found = figures.performance
    ruler = found.yardstick
    rows = []
    if ruler is not None:
        if found.is_enough:
            low, high = ruler.band(found.judged, 2.58)
            rows.append((f"{ruler.label}, {count_text(found.judged)} outcomes", figure_text(found.figure, 4),
                         f"{figure_text(low, 3)} to {figure_text(high, 3)} expected"))  # fmt: skip
        rows.append(
            (f"{ruler.label} on rows kept back", figure_text(ruler.holdout, 4), f"{count_text(ruler.rows)} rows")
        )
        rows.append((f"{ruler.label} of guessing", figure_text(ruler.baseline, 4), ""))
        if figures.estimate.cases:
            rows.append((f"{ruler.label}, estimated without outcomes", figure_text(figures.estimate.now, 4),
                         f"{count_text(figures.estimate.cases)} cases"))  # fmt: skip
        if ruler.instead_of:
            rows.append((f"{ruler.instead_of} is not counted by day", f"{ruler.label} stands for it", ""))
    if figures.estimate.honesty is not None:
        honest = figures.estimate.honesty
        rows.append(("Estimates off by, on average", figure_text(honest.off, 3),
                     f"{figure_text(honest.off_if_unchanged, 3)} had it been taken as unchanged"))  # fmt: skip
    if figures.outcome_days is not None:
        origin = "as the spec says" if watched.settings.outcome_days else "by when most of those known had come"
        rows.append(("Days until outcomes are known", str(figures.outcome_days), origin))
    return Table("Measures behind the words", (("Measure", False), ("Value", True), ("Beside", False)), tuple(rows))


def _note(watched: Watched, figures: Figures, waiting: int) -> str:
    told = []
    if figures.simulated:
        told.append(f"{count_text(figures.simulated)} of these {watched.cases} are made up.")
    if waiting:
        told.append(f"{count_text(waiting)} days are not counted yet: python -m webapp monitor counts them.")
    return " ".join(told)
