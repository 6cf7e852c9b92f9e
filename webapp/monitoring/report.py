"""The report on a model in use: every question answered, what was found, and one word for all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from webapp.monitoring import answers, doubts, drift_words, estimate, groups, performance
from webapp.monitoring.answers import Answer, answer
from webapp.monitoring.by_version import VERSIONS, Versioned, by_version
from webapp.monitoring.days import LATEST_CASES, Day, Period, latest, periods, since, summed
from webapp.monitoring.doubts import UNSURE, Doubts
from webapp.monitoring.drift import SURE, Shift, most_moved, shifts
from webapp.monitoring.drift_words import LIKE
from webapp.monitoring.estimate import BEFORE, Estimate
from webapp.monitoring.findings import FEW, GOOD, LOOK, WORDS, Finding, dated, ranked, worst
from webapp.monitoring.groups import ALIKE, Part
from webapp.monitoring.onset import onset
from webapp.monitoring.performance import RIGHT, Performance
from webapp.monitoring.watched import Watched
from webapp.monitoring.worth import WORTH, Worth, worth
from webapp.wording.numbers import count_text

FEWEST_CASES = 50  # in a window that is compared
COSTS_MORE = 1.1  # times what treating all alike costs


@dataclass(frozen=True)
class Figures:
    """What the answers rest on; `window` are the first and last day whose cases were compared."""

    window: tuple[date, date]
    cases: int
    simulated: int
    shifts: tuple[Shift, ...]
    periods: tuple[Period, ...]
    performance: Performance
    estimate: Estimate
    doubts: Doubts
    parts: tuple[Part, ...]
    worth: Worth | None
    outcome_days: int | None
    versions: tuple[Versioned, ...] = ()


@dataclass(frozen=True)
class Report:
    """`status` is one of webapp.monitoring.findings; `findings` the most pressing first."""

    model: str
    version: str
    checked_at: datetime
    status: str
    status_words: str
    sentence: str
    answers: tuple[Answer, ...]
    findings: tuple[Finding, ...]
    figures: Figures

    @property
    def must_act(self) -> bool:
        return self.status == "act"


def report_of(
    watched: Watched, days: Sequence[Day], now: datetime, refused: tuple[int, Mapping[str, int]] = (0, {}),
    earlier: Sequence[tuple[Watched, Sequence[Day]]] = (),
) -> Report:  # fmt: skip
    """
    From the counted days of the version in their order, how often its form was sent back lately, and the `earlier`
    versions with the days that they answered on.
    """
    today = now.astimezone(UTC).date()
    figures = figures_of(watched, days, today, refused)
    figures = replace(figures, versions=by_version([(watched, days), *earlier], watched.version, today))
    found = ranked(
        [
            *_of_fields(watched, days, figures),
            *performance.findings(watched, figures.performance),
            *estimate.findings(watched, figures.estimate),
            *doubts.findings(watched, figures.doubts),
            *groups.findings(watched, list(figures.parts)),
            *_of_worth(figures.worth),
        ]
    )
    status = worst((one.status for one in found), GOOD if figures.performance.is_enough else FEW)
    told = _answers(watched, figures, found)
    return Report(
        model=watched.model,
        version=watched.version,
        checked_at=now,
        status=status,
        status_words=status_words(status, figures.performance),
        sentence=found[0].sentence if found else _all_well(told, figures.performance),
        answers=told,
        findings=found,
        figures=figures,
    )


def status_words(status: str, found: Performance) -> str:
    """'Working as expected', 'Not enough data yet (37 of the 200 outcomes needed)'"""
    if status != FEW:
        return WORDS[status]
    return f"{WORDS[FEW]} ({count_text(found.judged)} of the {count_text(found.needed)} outcomes needed)"


def figures_of(watched: Watched, days: Sequence[Day], today: date, refused: tuple[int, Mapping[str, int]]) -> Figures:
    first = today - timedelta(days=watched.settings.window_days - 1)
    window = since(days, first)
    recent = summed(window)
    before = summed((one for one in days if one.day < first), "cases", "close", "lights")
    until = performance.matured_until(watched, days, today)
    shown = periods(days, until)
    found = performance.performance(watched, days, until)
    matured = summed((one for one in days if until is not None and one.day <= until), "parts", "known")
    ruler = found.yardstick
    return Figures(
        window=(first, today),
        cases=recent.get("cases", 0),
        simulated=sum(one.counts["simulated"] for one in days),
        shifts=tuple(most_moved(_shifts(watched, window, recent))),
        periods=tuple(shown),
        performance=found,
        estimate=estimate.estimate(ruler, shown, recent.get("expected", {})),
        doubts=doubts.doubts(watched, recent, before, shown, refused),
        parts=tuple(groups.parts(watched, matured)),
        worth=worth(watched, matured.get("known", {})),
        outcome_days=performance.outcome_days(watched, days),
    )


def _shifts(watched: Watched, window: Sequence[Day], together: Mapping[str, Any]) -> list[Shift]:
    """Of the window, whose days `together` adds up, or, where only the newest few hundred cases show it, of those."""
    if sum(one.cases for one in window) < FEWEST_CASES:
        return []
    long = shifts(watched, together["fields"])
    tail = latest(window, LATEST_CASES, lambda one: one.cases)
    if len(tail) == len(window):
        return long
    short = {one.feature.name: one for one in shifts(watched, summed(tail, "fields")["fields"])}
    return [_clearer(one, short.get(one.feature.name)) for one in long]


def _clearer(of_window: Shift, of_tail: Shift | None) -> Shift:
    """What is found in the newest cases, where it shows there at least as much: days before a fault only dilute it."""
    if of_tail is None or not of_tail.code:
        return of_window
    return of_tail if not of_window.code or of_tail.moved >= of_window.moved else of_window


def _of_fields(watched: Watched, days: Sequence[Day], figures: Figures) -> list[Finding]:
    told = [one for one in figures.shifts if one.code and one.feature.name not in watched.settings.expected_to_change]
    return [dated(drift_words.finding_of(watched, one), onset(watched, one.feature, days)) for one in told]


def _of_worth(found: Worth | None) -> list[Finding]:
    if found is None or found.with_model <= found.without * COSTS_MORE or found.chance >= SURE:
        return []
    return [
        Finding(
            code="not_worth_it",
            status=LOOK,
            sentence="Treating all cases alike would have cost less than deciding by its answers",
            to_do="Look at the threshold and at the costs in the spec, or stop using it.",
            question=WORTH,
            weight=8.0,
        )
    ]


def _answers(watched: Watched, figures: Figures, found: Sequence[Finding]) -> tuple[Answer, ...]:
    """Without what cannot be asked: mistakes are weighed between two classes, and versions once one has answered."""
    known = figures.performance.is_enough
    compared = bool(figures.shifts)
    what = watched.cases
    told = (
        answer(LIKE, f"Are the {what} like those it learned from?", found,
               answers.about_fields(watched, figures.cases, watched.settings.window_days, figures.shifts), compared),
        answer(RIGHT, "Is it still right?", found, answers.about_outcomes(watched, figures.performance), known),
        answers.of_versions("Is it still right, version by version?", figures.versions, watched),
        answer(BEFORE, "What can be said before outcomes arrive?", found,
               answers.about_estimate(watched, figures.estimate), figures.estimate.cases >= estimate.FEWEST_CASES),
        answer(UNSURE, "How often are we unsure?", found, answers.about_doubts(watched, figures.doubts),
               figures.doubts.cases >= groups.FEWEST),
        answer(ALIKE, "Is anybody treated differently?", found, answers.about_parts(watched, figures.parts),
               bool(figures.parts)),
        answer(WORTH, "What is it worth?", found, answers.about_worth(watched, figures.worth), bool(figures.worth)),
    )  # fmt: skip
    left_out = {WORTH: watched.task != "binary", VERSIONS: not figures.versions}
    return tuple(one for one in told if not left_out.get(one.name))


def _all_well(told: Sequence[Answer], found: Performance) -> str:
    return next(one.sentence for one in told if one.name == (RIGHT if found.is_enough else LIKE))
