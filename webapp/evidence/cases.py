"""Parts of the cases: for whom it is less sure, too high or too low, or no better than guessing."""

from collections.abc import Mapping, Sequence
from typing import Any

from webapp.evidence.parts import Figure, Part, Section, Table, paragraphs
from webapp.evidence.plots import Measure, row_chart
from webapp.evidence.said import TOO_FEW, ends, number, rows, within
from webapp.wording.quoting import shown

DRAWN = 10

Slice = Mapping[str, Any]


def cases_section(metadata: Mapping[str, Any]) -> Section | None:
    evaluation = metadata["evaluation"]
    slices = evaluation.get("slices")
    if not slices:
        return None
    told = [part for part in slices if part["loss"] is not None]
    text = (
        f"Every category, every third of a number or date, and cases without a value: {len(slices)} parts, of which "
        f"{len(told)} have enough rows. Ranges, in brackets, are wide enough to hold for all of them at once."
    )
    parts: list[Part] = [*paragraphs(text)]
    if told:
        parts += [_figure(evaluation, told), *_sensitive(evaluation, told)]
    parts.append(_table("All parts of the cases", evaluation, slices, folded=True))
    return Section("parts", "Parts of the cases", tuple(parts))


def _figure(evaluation: Mapping[str, Any], told: Sequence[Slice]) -> Figure:
    loss_name = evaluation["loss_name"]
    weakest = sorted(told, key=lambda part: -part["loss"]["value"])[:DRAWN]
    measures = [
        Measure(
            label=shown(part["label"]),
            value=part["loss"]["value"],
            low=part["loss"]["low"],
            high=part["loss"]["high"],
            text=number(part["loss"]["value"], 3),
            under=f"{rows(part['rows'])} rows",
        )
        for part in weakest
    ]
    chart = row_chart(measures, evaluation["loss"], f"all cases: {number(evaluation['loss'], 3)}")
    sub = (
        f"{loss_name.capitalize()} of the {len(weakest)} parts where it is highest, with ranges; the line is all cases."
    )
    twin = _table("The parts with the highest loss", evaluation, weakest)
    return Figure("slices", _finding(told), sub, chart, twin)


def _finding(told: Sequence[Slice]) -> str:
    worse = [part for part in told if part["over_guessing"]["high"] < 0]
    if worse:
        return f"Guessing would serve these better: {', '.join(shown(part['label']) for part in worse)}"
    unsure = [part for part in told if part["over_guessing"]["low"] <= 0]
    if unsure:
        return f"For {len(unsure)} of {len(told)} parts these rows cannot prove that it is better than guessing"
    return f"It is better than guessing for each of the {len(told)} parts"


def _sensitive(evaluation: Mapping[str, Any], told: Sequence[Slice]) -> list[Part]:
    found = [part for part in told if part["sensitive"]]
    if not found:
        return []
    return [_table("Fields by which people should not be judged without notice", evaluation, found)]


def _table(caption: str, evaluation: Mapping[str, Any], slices: Sequence[Slice], folded: bool = False) -> Table:
    metric = (evaluation.get("metric") or {}).get("label") or ""
    has_metric = bool(metric) and metric.casefold() != evaluation["loss_name"]
    is_number, has_ranges = evaluation["task"] == "number", evaluation.get("coverage") is not None
    columns = [("Part", False), ("Rows", True)]
    columns += [(shown(metric), True)] if has_metric else []
    columns += [(evaluation["loss_name"].capitalize(), True), ("Better than guessing by", True)]
    columns += [("Too high by" if is_number else "Chances too high by, in points", True)]
    columns += [("Ranges held", True)] if has_ranges else []
    lines = []
    for part in slices:
        cells = [shown(part["label"]), rows(part["rows"])]
        cells += [within(part["metric"], (part["low"], part["high"]))] if has_metric else []
        cells += [_band(part["loss"]), _band(part["over_guessing"]), _band(part["bias"], 1 if is_number else 100)]
        cells += [_band(part["coverage"], 100, "%")] if has_ranges else []
        lines.append(tuple(cells))
    return Table(caption, tuple(columns), tuple(lines), folded)


def _band(band: Mapping[str, float] | None, times: int = 1, unit: str = "") -> str:
    if band is None:
        return TOO_FEW
    figures = 3 if times == 1 else 2
    around = ends((times * band["low"], times * band["high"]), figures)
    return f"{number(times * band['value'], figures)}{unit} ({around})"
