"""Judging a model by its criteria: from its age, from what watching counted, from outcomes by people who are known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from webapp.lifecycle.criteria import WARN, Criterion, Retirement, Verdict, day_of
from webapp.monitoring.cases import Cases
from webapp.monitoring.judging import known_sums
from webapp.monitoring.measures import OF_TASK, figure, yardstick
from webapp.monitoring.report import Report
from webapp.monitoring.watched import Watched
from webapp.wording.chances import of_hundred_text
from webapp.wording.dates import day_text
from webapp.wording.numbers import count_text, counted
from webapp.wording.quoting import shown

FEWEST = 30  # below, a figure says nothing at all
FIGURES_SHOWN = 3
TOO_FEW = (
    "There is too little to go by: cases count that are old enough, and whose outcome somebody with a name recorded."
)


@dataclass(frozen=True)
class Evidence:
    """
    What a version is judged by. `facts` are its package's, `judged` its newest cases with an outcome by somebody known,
    `decided` the class that each came down to. `asked_for_long`: whether enough was asked to miss outcomes at all.
    """

    watched: Watched
    facts: Mapping[str, Any]
    report: Report | None
    judged: Sequence[Any]
    decided: Sequence[str]
    last_outcome: datetime | None
    asked_for_long: Callable[[datetime], int]
    now: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """
    Whether the limit is passed, a sentence that says so, and what of the `needed` evidence there is. A criterion that
    is `blind` can never be judged of this version: it warns, so that nobody relies on it. `waits`: there is too little
    yet to judge by.
    """

    holds: bool
    sentence: str
    rests_on: int | None = None
    needed: int = 0
    blind: bool = False
    waits: bool = False


def judge(retirement: Retirement, evidence: Evidence) -> list[Verdict]:
    return [_verdict(one, JUDGES[one.name](one, retirement, evidence)) for one in retirement.criteria]


def _verdict(criterion: Criterion, found: Found) -> Verdict:
    if found.blind:
        sentence = f"{found.sentence} So this criterion never does anything."
        return Verdict(criterion, True, False, sentence, blind=True)
    acts = found.holds and criterion.action != WARN
    sentence = found.sentence
    if acts and found.rests_on is not None and found.rests_on < found.needed:
        acts = False
        sentence += (
            f" It rests on {count_text(found.rests_on)} of the {count_text(found.needed)} that are needed before "
            "anything is done, so this is a warning."
        )
    return Verdict(criterion, found.holds, acts, sentence, waits=found.waits)


def _metric(criterion: Criterion, retirement: Retirement, evidence: Evidence) -> Found:
    ruler = yardstick(evidence.watched)
    name = criterion.settings.get("metric") or (ruler.name if ruler else "")
    if name not in OF_TASK[evidence.watched.task]:
        figure_name = f"The {shown(name.replace('_', ' '))}" if name else "The figure by which it was chosen"
        return Found(False, f"{figure_name} cannot be worked out from outcomes of this model.", blind=True)
    return _figure(criterion, retirement, evidence, name.replace("_", " "), lambda sums: _value(evidence, name, sums))


def _value(evidence: Evidence, name: str, sums: Mapping[str, Any]) -> float:
    target = evidence.watched.schema.target
    positive = target.classes.index(target.positive) if evidence.watched.task == "binary" else 0
    return figure(name, sums, positive)


def _coverage(criterion: Criterion, retirement: Retirement, evidence: Evidence) -> Found:
    if evidence.watched.task != "number":
        return Found(False, "This model answers with classes, which have no ranges.", blind=True)

    def share(sums: Mapping[str, Any]) -> float:
        return sums["covered"] / sums["ranged"] if sums.get("ranged") else float("nan")

    return _figure(criterion, retirement, evidence, "share of ranges that held", share)


def _figure(
    criterion: Criterion,
    retirement: Retirement,
    evidence: Evidence,
    what: str,
    of: Callable[[Mapping[str, Any]], float],
) -> Found:
    sums = _sums(evidence)
    count, value = sums.get("rows", 0), of(sums) if sums.get("rows") else float("nan")
    if count < FEWEST or not np.isfinite(value):
        return Found(False, f"{TOO_FEW} So far {counted(count, 'outcome counts', 'outcomes count')}.", waits=True)
    least, most = criterion.settings.get("least"), criterion.settings.get("most")
    is_low, is_high = least is not None and value < least, most is not None and value > most
    limit = f"at least {least:g}" if least is not None else f"at most {most:g}"
    sentence = (
        f"The {what} is {value:.{FIGURES_SHOWN}g} over {counted(count, 'outcome', 'outcomes')}; {limit} is wanted."
    )
    return Found(is_low or is_high, sentence, count, retirement.min_outcomes)


def _sums(evidence: Evidence) -> Mapping[str, Any]:
    """Of the newest judged cases, as watching adds them up."""
    rows = evidence.judged
    if not rows:
        return {}
    cases = Cases(
        fields={},
        channels=[row.channel for row in rows],
        lights=[row.light for row in rows],
        answered=[row.answer for row in rows],
        decided=evidence.decided,
        thresholds=np.full(len(rows), np.nan),
        happened=[row.happened for row in rows],
        delays=np.zeros(len(rows)),
        overridden=np.zeros(len(rows), dtype=bool),
        probabilities=[row.probabilities for row in rows],
        **{name: _column(rows, name) for name in ("probability", "value", "low", "high")},
    )
    return known_sums(evidence.watched, cases, np.ones(len(rows), dtype=bool))


def _column(rows: Sequence[Any], name: str) -> np.ndarray:
    return np.array([np.nan if (value := getattr(row, name)) is None else value for row in rows], dtype=float)


def _drift(criterion: Criterion, retirement: Retirement, evidence: Evidence) -> Found:
    report = evidence.report
    if report is None:
        return Found(False, "Nothing is known of the cases that it learned from.", blind=True)
    shifts = report.figures.shifts
    expected = evidence.watched.settings.expected_to_change
    sure = [one for one in shifts if one.code and one.feature.name not in expected]
    if not sure:
        return Found(False, "No field has moved beyond chance.")
    far = max(sure, key=lambda one: one.moved)
    most = criterion.settings["most"]
    sentence = (
        f"“{shown(far.feature.label)}” lies elsewhere in {of_hundred_text(far.moved)} of 100 cases than when it "
        f"learned; at most {of_hundred_text(most)} are allowed."
    )
    return Found(far.moved > most, sentence, report.figures.cases, retirement.min_outcomes)


def _model_age(criterion: Criterion, retirement: Retirement, evidence: Evidence) -> Found:
    return _age(criterion, evidence, evidence.facts.get("created_at"), "It was trained on")


def _data_age(criterion: Criterion, retirement: Retirement, evidence: Evidence) -> Found:
    return _age(criterion, evidence, evidence.facts.get("data_until"), "The latest case it learned from is of")


def _age(criterion: Criterion, evidence: Evidence, moment: Any, what: str) -> Found:
    day = day_of(moment)
    if day is None:
        return Found(False, "It is not known how old that is: no column of dates is named in its spec.", blind=True)
    days = (evidence.now.date() - day).days
    limit = criterion.settings["days"]
    sentence = f"{what} {day_text(day)}, {count_text(days)} days ago; at most {count_text(limit)} are allowed."
    return Found(days > limit, sentence)


def _expires(criterion: Criterion, retirement: Retirement, evidence: Evidence) -> Found:
    day = day_of(criterion.settings["on"])
    if evidence.now.date() < day:
        return Found(False, f"It may be used until {day_text(day)}.")
    return Found(True, f"It was to go out of use on {day_text(day)}.")


def _outcomes_missing(criterion: Criterion, retirement: Retirement, evidence: Evidence) -> Found:
    limit = criterion.settings["days"]
    before = evidence.now - timedelta(days=limit)
    last = evidence.last_outcome
    if last is not None and last >= before:
        return Found(False, f"An outcome was last recorded on {day_text(last)}.")
    asked = evidence.asked_for_long(before)
    if asked < FEWEST:
        return Found(False, "Too little was asked to expect outcomes.", waits=True)
    when = f"since {day_text(last)}" if last is not None else "yet"
    sentence = f"Nobody who is known recorded an outcome {when}; one is expected every {counted(limit, 'day', 'days')}."
    return Found(True, sentence)


def _objective(criterion: Criterion, retirement: Retirement, evidence: Evidence) -> Found:
    then = (evidence.facts.get("words") or {}).get("objective") or ""
    now = evidence.watched.words.get("objective") or ""
    if not then or then == now:
        return Found(False, "It is for what it was trained for.")
    return Found(True, f"It was trained for “{shown(then)}”, and is for “{shown(now)}” now.")


JUDGES: Mapping[str, Callable[[Criterion, Retirement, Evidence], Found]] = {
    "metric": _metric,
    "coverage": _coverage,
    "drift": _drift,
    "model_age": _model_age,
    "data_age": _data_age,
    "expires": _expires,
    "outcomes_missing": _outcomes_missing,
    "objective": _objective,
}
