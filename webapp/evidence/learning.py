"""What it looks at, whether more rows would help, what else was tried, and what was checked before."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from webapp.evidence.parts import Figure, Part, Plot, Points, Section, Table, Verdict, Verdicts, facts, paragraphs
from webapp.evidence.plots import Axis, Frame, Measure, plot, round_values, row_chart
from webapp.evidence.said import decimals_of, ends, even, even_ends, label_of, number
from webapp.wording.numbers import count_text, listed
from webapp.wording.quoting import shown

DRAWN = 12
NAMED = 3
VERDICTS = {"pass": "Passed", "warn": "Passed with a warning", "refuse": "Not passed"}


def verdicts_of(lines: Sequence[Mapping[str, Any]], title: str) -> Verdicts:
    """Gates or checks; `title` is the key that heads each."""
    return Verdicts(
        tuple(
            Verdict(
                line["verdict"],
                VERDICTS.get(line["verdict"], shown(line["verdict"])),
                shown(line.get(title) or "") or line["name"].replace("_", " ").capitalize(),
                shown(line["reason"]),
                shown(line.get("measured") or ""),
            )
            for line in lines
        )
    )


def importance_section(metadata: Mapping[str, Any]) -> Section | None:
    evaluation = metadata["evaluation"]
    found = evaluation.get("importance")
    if not found:
        return None
    text = (
        f"How much the {evaluation['loss_name']} grows when the values of a field are shuffled among the rows kept "
        "back. Fields that say the same share what they are worth. A range that holds 0: nothing was found."
    )
    figure = Figure(
        name="importance-chart",
        title=_finding(found),
        sub=f"Growth of the {evaluation['loss_name']} without the field, with ranges.",
        picture=row_chart(_grown(found), 0.0, "0: it says nothing"),
        table=_importance_table("All fields", "Field", found),
    )
    groups = evaluation.get("group_importance")
    more = [_importance_table("Sections of the form, all their fields at once", "Section", groups)] if groups else []
    return Section("importance", "What does it look at?", (*paragraphs(text), figure, *more))


def _finding(found: Sequence[Mapping[str, Any]]) -> str:
    named = [shown(one["label"]) for one in found if one["low"] > 0][:NAMED]
    return f"{listed(named)} matter{'s' if len(named) == 1 else ''} most" if named else "No field matters beyond chance"


def _grown(found: Sequence[Mapping[str, Any]]) -> list[Measure]:
    decimals = decimals_of((one["loss_increase"] for one in found), 3)
    return [
        Measure(shown(one["label"]), value, one["low"], one["high"], even(value, decimals))
        for one, value in ((one, one["loss_increase"]) for one in found[:DRAWN])
    ]


def _importance_table(caption: str, head: str, found: Sequence[Mapping[str, Any]]) -> Table:
    decimals = decimals_of((one["loss_increase"] for one in found), 3)
    lines = tuple(
        (shown(one["label"]), even(one["loss_increase"], decimals), even_ends(one, decimals)) for one in found
    )
    return Table(caption, ((head, False), ("Growth of the loss", True), ("Range", True)), lines)


def rows_section(metadata: Mapping[str, Any]) -> Section | None:
    evaluation = metadata["evaluation"]
    curve, more = evaluation.get("learning_curve"), evaluation.get("more_rows")
    if not more:
        return None
    sample = metadata.get("sample")
    cost = tuple(paragraphs(f"{sample['sentence']}.")) if sample else ()
    if not curve:
        return Section("rows", "Would more rows help?", (*paragraphs(f"{more['sentence']}."), *cost))
    lines = tuple((count_text(point["rows"]), number(point["loss"]), ends(point)) for point in curve)
    columns = (("Rows learned from", True), (evaluation["loss_name"].capitalize(), True), ("Range", True))
    figure = Figure(
        name="curve",
        title=more["sentence"],
        sub=f"{evaluation['loss_name'].capitalize()} on the rows kept back, by how many rows were learned from.",
        picture=_curve_plot(curve),
        table=Table("Loss by rows learned from", columns, lines),
    )
    return Section("rows", "Would more rows help?", (figure, *cost))


def _curve_plot(curve: Sequence[Mapping[str, Any]]) -> Plot:
    lows, highs = [point["low"] for point in curve], [point["high"] for point in curve]
    values = round_values(min(lows), max(highs))
    frame = Frame(0.0, float(curve[-1]["rows"]), values[0], values[-1])
    places = [point["rows"] for point in curve]
    return plot(
        frame,
        Axis(values, [number(value) for value in values]),
        Axis(places, [count_text(place) for place in places]),
        "rows learned from",
        lines=(frame.line([(point["rows"], point["loss"]) for point in curve]),),
        dots=tuple(frame.dot(point["rows"], point["loss"], (point["low"], point["high"])) for point in curve),
        key=(("line", "loss, with its range"),),
    )


def tried_section(metadata: Mapping[str, Any]) -> Section:
    return Section("tried", "What was tried", tuple(_tried(metadata)))


def _tried(metadata: Mapping[str, Any]) -> Iterator[Part]:
    yield facts(("Taken", shown(metadata.get("choice") or "")))
    candidates = metadata.get("candidates") or []
    if candidates:
        yield Table(
            "Candidates, on the same folds of the training rows",
            (("Candidate", False), ("Loss", True), ("Standard error", True), ("Seconds", True), ("Note", False)),
            tuple(map(_candidate, candidates)),
        )
    selection = metadata.get("selection") or []
    if selection:
        yield Table(
            "Fields kept and dropped",
            (("Field", False), ("Kept", False), ("Why", False), ("Gain", True)),
            tuple(_selected(metadata, one) for one in selection),
            folded=True,
        )


def _candidate(one: Mapping[str, Any]) -> tuple[str, ...]:
    taken = "taken" if one.get("taken") else ""
    note = ", ".join(filter(None, (taken, shown(one.get("note") or ""))))
    loss, error, seconds = (one.get(name) for name in ("loss", "error", "seconds"))
    return (
        shown(one["name"]),
        "" if loss is None else number(loss),
        "" if error is None else number(error, 2),
        "" if seconds is None else number(seconds, 3),
        note,
    )


def _selected(metadata: Mapping[str, Any], one: Mapping[str, Any]) -> tuple[str, ...]:
    gain = one.get("gain")
    return (
        label_of(metadata, one["feature"]),
        "yes" if one["kept"] else "no",
        shown(one.get("why") or ""),
        "" if gain is None else number(gain, 3),
    )


def checks_section(metadata: Mapping[str, Any]) -> Section | None:
    checks, aside = metadata.get("checks") or [], metadata.get("set_aside") or []
    if not checks and not aside:
        return None
    parts: list[Part] = []
    doubts = [check for check in checks if check["verdict"] != "pass"]
    if doubts:
        parts.append(verdicts_of([{**check, "about": _about(check)} for check in doubts], "about"))
    if checks:
        lines = tuple(
            (_about(check), VERDICTS.get(check["verdict"], check["verdict"]), shown(check["reason"]))
            for check in checks
        )
        columns = (("Check", False), ("Result", False), ("Reason", False))
        parts.append(Table(f"All {len(checks)} checks", columns, lines, folded=True))
    if aside:
        lines = tuple((shown(name), shown(reason)) for name, reason in aside)
        parts.append(Table("Columns set aside", (("Column", False), ("Why", False)), lines, folded=len(aside) > NAMED))
    if notes := metadata.get("notes"):
        parts.append(Points(tuple(map(shown, notes))))
    return Section("checks", "Checked before learning", tuple(parts))


def _about(check: Mapping[str, Any]) -> str:
    name = check["name"].replace("_", " ").capitalize()
    return f"{name}: {shown(check['subject'])}" if check.get("subject") else name
