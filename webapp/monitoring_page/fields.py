"""Charts of the fields: how far each has moved, and how the ones that stand out are spread then and now."""

from webapp.evidence.parts import Bar, Bars, Cell, Figure, Table, Text, ThenNow
from webapp.evidence.plots import percent
from webapp.monitoring.drift import Shift
from webapp.monitoring.drift_words import between, cell_name, said, sentence
from webapp.monitoring.report import Figures
from webapp.monitoring.watched import Watched
from webapp.wording.dates import day_text
from webapp.wording.numbers import count_text, counted, to_whole
from webapp.wording.quoting import shortened, shown

SHOWN = 12  # fields in the chart; all in its table
CLOSER = 3  # fields that are drawn one by one
TOP, FLOOR, HEIGHT = 10, 112, 140
FILLED = 0.8  # of the room of a cell
LABEL = 12  # characters that fit below a cell


def fields_figure(watched: Watched, figures: Figures) -> Figure | None:
    if not figures.shifts:
        return None
    longest = max(max(one.moved, one.moved_by_chance) for one in figures.shifts) or 1.0
    bars = tuple(
        Bar(
            label=shown(one.feature.label),
            width=percent(96.0 * one.moved / longest),
            usual=percent(96.0 * one.moved_by_chance / longest),
            text=str(to_whole(100 * one.moved)),
            stands_out=bool(one.code),
        )
        for one in figures.shifts[:SHOWN]
    )
    rows = tuple(
        (
            shown(one.feature.label),
            str(to_whole(100 * one.moved)),
            str(to_whole(100 * one.moved_by_chance)),
            sentence(one) if one.code else "no more than chance, or too little to matter",
        )
        for one in figures.shifts
    )
    columns = (("Field", False), ("Moved, in 100", True), ("By chance up to", True), ("What was found", False))
    first, last = figures.window
    sub = (
        f"{watched.cases.capitalize()} in 100 that lie in another bracket than those learned from, {day_text(first)} "
        f"to {day_text(last)}, {counted(figures.cases, watched.case, watched.cases)}. Grey track: by chance alone."
    )
    return Figure("fields", _title(figures), sub, Bars(bars), Table("How far each field has moved", columns, rows))


def closer_figures(figures: Figures) -> tuple[Figure, ...]:
    """The fields that stand out, one by one."""
    return tuple(_closer(one) for one in [one for one in figures.shifts if one.code][:CLOSER])


def _title(figures: Figures) -> str:
    found = [one for one in figures.shifts if one.code]
    if not found:
        return "No field has moved by more than chance and by enough to matter"
    furthest = max(found, key=lambda one: one.moved)
    return f"{shown(furthest.feature.label)} has moved most"


def _closer(shift: Shift) -> Figure:
    before, now = shift.shares
    wanted = [at for at in range(len(before)) if before[at] or now[at]]
    tallest = max(before.max(), now.max()) or 1.0
    room = 100.0 / len(wanted)
    cells = []
    for place, at in enumerate(wanted):
        y, now_y = (round(FLOOR - (FLOOR - TOP) * share / tallest, 1) for share in (before[at], now[at]))
        x = place * room + room * (1 - FILLED) / 2
        cells.append(
            Cell(percent(x), percent(place * room + room / 2), percent(room * FILLED), y, round(FLOOR - y, 1), now_y)
        )
    label = shown(shift.feature.label)
    lines = tuple((_name(shift, at), said(before[at]), said(now[at]), count_text(int(shift.now[at]))) for at in wanted)
    columns = ((label, False), ("Learned from, in 100", True), ("Now, in 100", True), ("Now, cases", True))
    return Figure(
        f"field-{shift.feature.name}",
        sentence(shift),
        "In 100 of the cases learned from, and of those now.",
        ThenNow(tuple(cells), _ticks(shift, wanted, room), FLOOR, HEIGHT),
        Table(f"{label}, then and now", columns, lines),
    )


def _name(shift: Shift, at: int) -> str:
    if shift.edges and at < len(shift.before) - 1:
        return between(shift, shift.edges, at)
    return shown(cell_name(shift, at))


def _ticks(shift: Shift, wanted: list[int], room: float) -> tuple[Text, ...]:
    """Names below few levels; the limits of the first and the last bin of a number."""
    if shift.edges:
        first, last = shift.edges[0], shift.edges[-1]
        return (
            Text(f"up to {shift.feature.value_text(first)}", "0%", FLOOR + 18),
            Text(f"over {shift.feature.value_text(last)}", "100%", FLOOR + 18, "end"),
        )
    return tuple(
        Text(
            shortened(shown(cell_name(shift, at)), LABEL),
            percent(place * room + room / 2),
            FLOOR + 18 + 14 * (place % 2),  # in two lines, so that neighbours do not touch
            "middle",
        )
        for place, at in enumerate(wanted)
    )
