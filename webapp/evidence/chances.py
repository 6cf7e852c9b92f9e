"""Whether chances come true, and how much is found by looking at the highest ones first."""

from collections.abc import Mapping
from typing import Any

from webapp.evidence.parts import Facts, Figure, Plot, Section, Table, facts
from webapp.evidence.plots import Axis, Frame, plot
from webapp.evidence.said import number, quoted_class, rows, share, share_ends

QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
WHOLE = Frame(0.0, 1.0, 0.0, 1.0)
SHARES = Axis(QUARTERS, [share(value) for value in QUARTERS])


def chances_section(metadata: Mapping[str, Any]) -> Section | None:
    evaluation = metadata["evaluation"]
    found, table = evaluation.get("calibration"), evaluation.get("calibration_table")
    if not found:
        return None
    known = facts(
        ("Off by", f"{number(100 * found['error'], 2)} points on average"),
        ("By chance alone", f"{number(100 * found['by_chance'], 2)} points, at most "
                            f"{number(100 * found['at_most_by_chance'], 2)} in 99 of 100 samples"),
        ("Worst tenth", f"{number(100 * found['worst_decile'], 2)} points" if found["worst_decile"] else ""),
    )  # fmt: skip
    parts = [known, *([_chances_figure(metadata, table)] if table else []), *_sets(evaluation.get("sets"))]
    return Section("chances", "Do its chances come true?", tuple(parts))


def _sets(found: Mapping[str, Any] | None) -> list[Facts]:
    """Of several classes that may all be possible, and are then all named."""
    if not found:
        return []
    held = f"{share(found['coverage'])} ({share_ends(found['low'], found['high'])})"
    return [
        facts(
            ("Sets held the real class", f"{held}; {share(found['promised'])} promised"),
            ("Sets of one class", share(found["one"])),
            ("Classes in a set, on average", number(found["size"], 3)),
        )
    ]


def _chances_figure(metadata: Mapping[str, Any], table: list[Mapping[str, Any]]) -> Figure:
    target = metadata["schema"]["target"]
    of = quoted_class(target["positive"]) if target.get("positive") else "the answer given"
    outside = sum(not line["low"] <= line["predicted"] <= line["high"] for line in table)
    title = "Every bin came true as often as it said, within its range"
    if outside:
        title = f"{outside} of {len(table)} bins came true more or less often than they said, beyond their range"
    lines = tuple(
        (
            f"{share(line['least'])} to {share(line['most'])}",
            rows(line["rows"]),
            share(line["predicted"]),
            share(line["happened"]),
            share_ends(line["low"], line["high"]),
        )
        for line in table
    )
    columns = (("Chance", False), ("Rows", True), ("Said", True), ("Came true", True), ("Range", True))
    sub = f"Chance of {of} as said, and how often it came true, in bins of about equal counts, with ranges."
    return Figure("calibration", title, sub, _chances_plot(table), Table("Chances and what came true", columns, lines))


def _chances_plot(table: list[Mapping[str, Any]]) -> Plot:
    return plot(
        WHOLE,
        SHARES,
        SHARES,
        "chance as said",
        lines=(WHOLE.line([(0, 0), (1, 1)], "dash"),),
        dots=tuple(WHOLE.dot(line["predicted"], line["happened"], (line["low"], line["high"])) for line in table),
        key=(("dot", "came true, with its range"), ("dash", "as often as said")),
    )


def gain_section(metadata: Mapping[str, Any]) -> Section | None:
    table = metadata["evaluation"].get("gain")
    if not table:
        return None
    of = quoted_class(metadata["schema"]["target"]["positive"])
    fifth = min(table, key=lambda line: abs(line["share"] - 0.2))
    title = f"The {share(fifth['share'])} of cases with the highest chance hold {share(fifth['found'])} of all {of}"
    lines = tuple(
        (
            share(line["share"]),
            share(line["found"]),
            share_ends(line["low"], line["high"]),
            f"{number(line['lift'], 3)} times",
        )
        for line in table
    )
    columns = (("Cases looked at", True), (f"Of all {of}, found", True), ("Range", True), ("As guessing would", True))
    sub = f"Of all {of}, the share found by looking at the highest chances first, with ranges."
    figure = Figure("gain-chart", title, sub, _gain_plot(table), Table("Found by looking first", columns, lines))
    return Section("gain", "Who is found first?", (figure,))


def _gain_plot(table: list[Mapping[str, Any]]) -> Plot:
    way = [(0.0, 0.0), *((line["share"], line["found"]) for line in table), (1.0, 1.0)]
    return plot(
        WHOLE,
        SHARES,
        SHARES,
        "cases looked at",
        lines=(WHOLE.line([(0, 0), (1, 1)], "dash"), WHOLE.line(way)),
        dots=tuple(WHOLE.dot(line["share"], line["found"], (line["low"], line["high"])) for line in table),
        key=(("line", "highest chance first"), ("dash", "in any order")),
    )
