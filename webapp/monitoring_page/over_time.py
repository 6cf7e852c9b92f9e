"""Charts along time: answers that proved right, the metric beside what was expected of it, close calls."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from webapp.evidence.parts import Dot, Figure, Plot, Table, Text
from webapp.evidence.plots import DEPTH, TOP, Axis, Frame, percent, plot, round_values
from webapp.monitoring.days import Period
from webapp.monitoring.estimate import Estimate
from webapp.monitoring.measures import Yardstick
from webapp.monitoring.performance import FEWEST
from webapp.monitoring.report import Figures
from webapp.monitoring.watched import Watched
from webapp.parsing.shown import figure_text
from webapp.wording.dates import MONTHS
from webapp.wording.numbers import count_text, to_whole

MOST_TICKS = 3  # a phone has room for no more
SURE = 2.58  # standard errors: 99 of 100


def right_figure(watched: Watched, figures: Figures) -> Figure | None:
    """Answers that proved right, or ranges that held, by period of the answer, with what was expected."""
    of = _right_of(watched)
    points = [one for one in figures.periods if of(one)[1]]
    if len(points) < 2:
        return None
    shares = [of(one)[0] / of(one)[1] for one in points]
    expected, rows = _expected(watched)
    counts = [_is_full(one, of(one)[1]) for one in points]
    title = _right_title(watched, points, shares, (expected, rows), counts)
    what = "Ranges that held the real value" if watched.task == "number" else "Answers that proved right"
    sub = f"{what}, in 100, by period of the answer. Under each: how many outcomes are known."
    lines = tuple(
        (_day(one.first), count_text(of(one)[1]), str(to_whole(100 * share)), _band_text(expected, rows, of(one)[1]),
         "yes" if one.matured else "not yet")
        for one, share in zip(points, shares, strict=True)
    )  # fmt: skip
    columns = (("Period from", False), ("Outcomes", True), ("In 100", True), ("Expected", True), ("All known", False))
    picture = _shares_plot(points, shares, [of(one)[1] for one in points], (expected, rows), counts)
    return Figure("right", title, sub, picture, Table(f"{what}, by period", columns, lines))


def metric_figure(found: Estimate) -> Figure | None:
    """The metric as it came and as it was estimated, beside the rows kept back and guessing."""
    ruler = found.yardstick
    points = [one for one in found.points if np.isfinite(one.estimated)]
    if ruler is None or len(points) < 2:
        return None
    came = [one for one in points if one.matured and one.counts and np.isfinite(one.realised)]
    values = [one.estimated for one in points] + [one.realised for one in came] + [ruler.holdout, ruler.baseline]
    marks = round_values(min(values), max(values))
    frame = Frame(0, len(points) - 1, marks[0], marks[-1])
    place = {one.first: at for at, one in enumerate(points)}
    picture = plot(
        frame,
        Axis(marks, [figure_text(mark, 3) for mark in marks]),
        _time_axis([one.first for one in points]),
        "period of the answer",
        lines=(
            frame.line([(0, ruler.holdout), (len(points) - 1, ruler.holdout)], "dash"),
            frame.line([(0, ruler.baseline), (len(points) - 1, ruler.baseline)], "dash"),
            frame.line([(at, one.estimated) for at, one in enumerate(points)], "ahead"),
            frame.line([(place[one.first], one.realised) for one in came], "grey"),
        ),
        dots=tuple(_looking(frame, place[one.first], one.realised, "grey") for one in came),
        key=(("ahead", "estimated before outcomes"), ("greydot", "as it came"),
             ("dash", f"when it was tried ({figure_text(ruler.holdout, 3)}) and guessing "
                      f"({figure_text(ruler.baseline, 3)})")),
    )  # fmt: skip
    lines = tuple(
        (_day(one.first), count_text(one.cases), count_text(one.known), figure_text(one.estimated, 3),
         figure_text(one.realised, 3) if np.isfinite(one.realised) and one.counts else "too few",
         "yes" if one.matured else "not yet")
        for one in points
    )  # fmt: skip
    columns = (("Period from", False), ("Cases", True), ("Outcomes", True), ("Estimated", True), ("Came", True),
               ("All known", False))  # fmt: skip
    return Figure("estimate", _metric_title(found), _metric_sub(ruler), picture,
                  Table(f"{ruler.label}, estimated and as it came", columns, lines))  # fmt: skip


def doubts_figure(watched: Watched, figures: Figures) -> Figure | None:
    points = figures.doubts.points
    if len(points) < 2:
        return None
    close = figures.doubts.close is not None
    what = "Close calls" if close else "Answers to be treated with care"
    shares = [one.share for one in points]
    marks = round_values(0.0, max(100 * max(shares), 5.0))
    frame = Frame(0, len(points) - 1, 0.0, marks[-1])
    picture = plot(
        frame,
        Axis(marks, [figure_text(mark, 3) for mark in marks]),
        _time_axis([one.first for one in points]),
        "period of the answer",
        lines=(frame.line([(at, 100 * share) for at, share in enumerate(shares)]),),
        dots=tuple(
            _looking(frame, at, 100 * one.share, "" if one.cases >= FEWEST else "few") for at, one in enumerate(points)
        ),
        key=(("full", f"in 100 {watched.cases}"), ("few", f"fewer than {FEWEST} {watched.cases}")),
    )
    lines = tuple((_day(one.first), count_text(one.cases), str(to_whole(100 * one.share))) for one in points)
    columns = (("Period from", False), ("Cases", True), ("In 100", True))
    meaning = "within 5 points of the threshold" if close else "outside what it learned from, or in doubt"
    title = f"{what}: {to_whole(100 * shares[0])} in 100 at first, {to_whole(100 * shares[-1])} lately"
    return Figure("doubts", title, f"{what} ({meaning}), in 100, by period.", picture, Table(what, columns, lines))


def _right_of(watched: Watched) -> Callable[[Period], tuple[float, int]]:
    if watched.task == "number":
        return lambda one: (one.counts["known"].get("covered", 0), one.counts["known"].get("ranged", 0))
    return lambda one: (one.counts["known"].get("right", 0), one.known)


def _expected(watched: Watched) -> tuple[float | None, int]:
    evaluation = watched.evaluation
    share = evaluation.get("promised_coverage") if watched.task == "number" else None
    share = (evaluation.get("figures") or {}).get("accuracy") if watched.task != "number" else share
    return share, evaluation.get("holdout_rows") or 0


def _band(share: float, rows: int, count: int) -> tuple[float, float]:
    half = SURE * float(np.sqrt(share * (1 - share) * (1 / max(count, 1) + 1 / max(rows, 1))))
    return max(share - half, 0.0), min(share + half, 1.0)


def _band_text(share: float | None, rows: int, count: int) -> str:
    if share is None:
        return ""
    low, high = _band(share, rows, count)
    return f"{to_whole(100 * low)} to {to_whole(100 * high)}"


def _is_full(one: Period, count: int) -> bool:
    return one.matured and count >= FEWEST


def _right_title(
    watched: Watched, points: Sequence[Period], shares: Sequence[float], expected: tuple, counts: Sequence[bool]
) -> str:
    full = [share for share, is_full in zip(shares, counts, strict=True) if is_full]
    if not full:
        return "Too few outcomes are known to judge a period"
    low, high = to_whole(100 * min(full)), to_whole(100 * max(full))
    what = "Ranges held in" if watched.task == "number" else "Right in"
    said = f"{what} {low if low == high else f'{low} to {high}'} of 100 {watched.cases}"
    if expected[0] is None:
        return said
    of = _right_of(watched)
    outside = sum(
        not _band(expected[0], expected[1], of(one)[1])[0] <= share
        for one, share, is_full in zip(points, shares, counts, strict=True)
        if is_full
    )
    return f"{said}, {'as expected' if not outside else f'below what was expected in {outside} of {len(full)} periods'}"


def _shares_plot(
    points: Sequence[Period], shares: Sequence[float], known: Sequence[int], expected: tuple, counts: Sequence[bool]
) -> Plot:
    bands = [_band(expected[0], expected[1], count) for count in known] if expected[0] is not None else []
    ends = [*(100 * share for share in shares), *(100 * end for band in bands for end in band)]
    marks = round_values(min(ends), max(ends))
    frame = Frame(0, len(points) - 1, marks[0], marks[-1])
    axis = _time_axis([one.first for one in points])
    drawn = plot(
        frame,
        Axis(marks, [figure_text(mark, 3) for mark in marks]),
        axis,
        "period of the answer, outcomes known",
        lines=(frame.line([(at, 100 * share) for at, share in enumerate(shares) if counts[at]]),),
        dots=tuple(
            _looking(frame, at, 100 * share, "" if counts[at] else "few") for at, share in enumerate(shares)
        ),
        bands=(_polygon(frame, bands),) if bands else (),
        key=(("full", f"{FEWEST} or more outcomes"), ("few", "fewer, or not all known yet: not judged"),
             *((("band", "expected"),) if bands else ())),
    )  # fmt: skip
    below = tuple(
        Text(count_text(known[int(at)]), percent(frame.x(at)), TOP + DEPTH + 36, tick.anchor)
        for at, tick in zip(axis.values, drawn.ticks, strict=True)
    )
    return replace(drawn, ticks=drawn.ticks + below, height=drawn.height + 16, unit_y=drawn.unit_y + 16)


def _polygon(frame: Frame, bands: Sequence[tuple[float, float]]) -> str:
    upper = [(at, 100 * high) for at, (_, high) in enumerate(bands)]
    lower = [(at, 100 * low) for at, (low, _) in enumerate(bands)]
    return frame.line([*upper, *reversed(lower)]).points


def _looking(frame: Frame, x: float, y: float, look: str) -> Dot:
    return Dot(percent(frame.x(x)), frame.y(y), look=look)


def _time_axis(days: Sequence[date]) -> Axis:
    places = sorted({round(place) for place in np.linspace(0, len(days) - 1, min(MOST_TICKS, len(days)))})
    return Axis([float(place) for place in places], [_day(days[place]) for place in places])


def _day(day: date) -> str:
    """'3 Aug'"""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year % 100:02d}"


def _metric_sub(ruler: Yardstick) -> str:
    """'Log loss (how surprised the stated chances are by what happened) by period. Lower is better.'"""
    meaning = f" ({ruler.words})" if ruler.words else ""
    return f"{ruler.label}{meaning} by period. {ruler.better.capitalize()} is better."


def _metric_title(found: Estimate) -> str:
    if found.honesty is None:
        return "Estimated only: no period has all its outcomes yet"
    held = f"{found.honesty.within} of {found.honesty.judged}"
    return f"The estimate was within chance of what came in {held} periods"
