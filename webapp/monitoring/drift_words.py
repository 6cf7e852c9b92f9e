"""What happened to a field, in a sentence, and what to do about it."""

import numpy as np

from webapp.monitoring.drift import FEWEST_NEW, Shift
from webapp.monitoring.findings import ACT, LOOK, Finding
from webapp.monitoring.watched import Watched
from webapp.wording.chances import of_hundred_text
from webapp.wording.quoting import quoted, shown

LIKE = "like"  # the question that this answers
SHIFT_WEIGHT = 6.0  # what changed explains what is expected of the answers, and stands before it
HEAP = 0.8  # of the largest difference of one cell: what lies above or below says more
TO_DO = {
    "empty": "Find out why {label} no longer arrives: from the form, or from the program that sends it.",
    "missing": "Find out why {label} is left out so often; answers without it are less sure.",
    "new_value": "Say in the spec what the new value of {label} is, and train again on {cases} that have it.",
    "stuck": "Find out whether {label} is still filled in for each {case}, or a fixed value is sent.",
    "vanished": "Find out whether {label} is called otherwise now, or these {cases} no longer come.",
    "shifted": "Find out why {label} has changed. If it stays so, train again on recent {cases}.",
    "broken": "Check the unit and the source of {label}: hardly any {case} is like those that were learned from.",
}


def finding_of(watched: Watched, shift: Shift) -> Finding:
    code = "broken" if shift.code == "shifted" and shift.broken else shift.code
    words = {"label": shown(shift.feature.label), "case": watched.case, "cases": watched.cases}
    return Finding(
        code=shift.code,
        field=shift.feature.name,
        status=ACT if shift.broken else LOOK,
        sentence=sentence(shift),
        to_do=TO_DO[code].format(**words),
        question=LIKE,
        weight=SHIFT_WEIGHT + shift.importance + 1e-6 * shift.moved,
    )


def sentence(shift: Shift) -> str:
    """'Region: “North” went from 15 to 31 in 100'"""
    label = shown(shift.feature.label)
    old, new = shift.shares
    if shift.code == "empty":
        return f"{label} is empty in {said(new[-1])} of 100 cases; it was in {said(old[-1])}"
    if shift.code == "missing":
        return f"{label} is missing in {said(new[-1])} of 100 cases; it was in {said(old[-1])}"
    if shift.code == "new_value":
        named = next((name for name, count in sorted(shift.new.items(), key=_most) if count >= FEWEST_NEW), "")
        share = shift.new[named] / max(shift.now.sum(), 1)
        return f"{label}: {quoted(named)} is new, in {said(share)} of 100 cases"
    if shift.code == "vanished":
        return f"{label}: {quoted(cell_name(shift, shift.at))} is gone; it was {said(old[shift.at])} in 100"
    return f"{label}: {_moved(shift)}"


def said(share: float) -> str:
    """'31', 'none', 'fewer than 1': of a hundred."""
    return "none" if share == 0 else "all" if share == 1 else of_hundred_text(share)


def cell_name(shift: Shift, at: int) -> str:
    """How the level or the bin at that place is called."""
    feature = shift.feature
    if at == len(shift.before) - 1:
        return "missing"
    if feature.kind in ("category", "yes_no"):
        return feature.choices[at].label if at < len(feature.choices) else "another"
    return f"bin {at + 1}"


def _most(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _moved(shift: Shift) -> str:
    old, new = shift.shares
    at = int(np.argmax(np.abs(new - old)))
    if shift.feature.kind in ("category", "yes_no"):
        name = cell_name(shift, at)
        return f"{quoted(name)} went from {said(old[at])} to {said(new[at])} in 100"
    edges = shift.edges
    if shift.distance < HEAP * abs(new[at] - old[at]) and at < len(old) - 1:
        return f"{said(new[at])} in 100 are {between(shift, edges, at)}; {said(old[at])} were"
    edge = shift.feature.value_text(edges[min(shift.at, len(edges) - 1)])
    below_before = shift.before[: shift.at + 1].sum() / max(shift.before[:-1].sum(), 1)
    below_now = shift.now[: shift.at + 1].sum() / max(shift.now[:-1].sum(), 1)
    if below_now < below_before:
        return f"{said(1 - below_now)} in 100 are over {edge}; {said(1 - below_before)} were"
    return f"{said(below_now)} in 100 are at most {edge}; {said(below_before)} were"


def between(shift: Shift, edges: tuple[float, ...], at: int) -> str:
    """'over 4,100 to 5,600', 'at most 4,100'"""
    if at == 0:
        return f"at most {shift.feature.value_text(edges[0])}"
    low = shift.feature.value_text(edges[at - 1])
    return f"over {low}" if at >= len(edges) else f"over {low} to {shift.feature.value_text(edges[at])}"
