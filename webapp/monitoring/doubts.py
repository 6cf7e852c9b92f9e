"""How often are we unsure, overridden, or rejected at the form?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.monitoring.chance import shares_differ
from webapp.monitoring.days import Period
from webapp.monitoring.drift import SURE
from webapp.monitoring.findings import LOOK, Finding
from webapp.monitoring.watched import Watched
from webapp.wording.chances import of_hundred_text
from webapp.wording.quoting import shown

UNSURE = "unsure"  # the question that this answers
FEWEST_CASES = 100
FEWEST_BEFORE = 300
RISEN = 0.05  # of the cases
OVERRIDDEN = 0.1
SENT_BACK = 0.3
PERIODS = 12  # looks at a share in a quarter, each of other cases


@dataclass(frozen=True, slots=True)
class DoubtPoint:
    first: date
    cases: int
    share: float


@dataclass(frozen=True, slots=True)
class Doubts:
    """Shares of the recent cases, and of those before; `sent_back` of tries at the form, `most` by which field."""

    cases: int
    before: int
    close: float | None
    close_before: float | None
    careful: float
    careful_before: float | None
    overridden: float
    tries: int
    sent_back: float
    most: str
    points: tuple[DoubtPoint, ...]


def doubts(
    watched: Watched, recent: Mapping[str, Any], earlier: Mapping[str, Any], shown_periods: Sequence[Period],
    refused: tuple[int, Mapping[str, int]],
) -> Doubts:  # fmt: skip
    """`refused`: how often the form was sent back lately, and how often for each field."""
    cases, before = recent.get("cases", 0), earlier.get("cases", 0)
    has_threshold = (watched.words.get("decision") or {}).get("threshold") is not None
    times, by_field = refused
    of_form = times + recent.get("form", 0)
    enough_before = before >= FEWEST_BEFORE
    most = max(by_field, key=by_field.__getitem__, default="")
    label = watched.schema.by_name[most].label if most in watched.schema.by_name else most
    return Doubts(
        cases=cases,
        before=before,
        close=recent.get("close", 0) / max(cases, 1) if has_threshold else None,
        close_before=earlier["close"] / before if has_threshold and enough_before else None,
        careful=_careful(recent) / max(cases, 1),
        careful_before=_careful(earlier) / before if enough_before else None,
        overridden=recent.get("overridden", 0) / max(cases, 1),
        tries=of_form,
        sent_back=times / of_form if of_form else 0.0,
        most=shown(label),
        points=tuple(
            DoubtPoint(
                one.first,
                one.cases,
                (one.counts["close"] if has_threshold else _careful(one.counts)) / max(one.cases, 1),
            )
            for one in shown_periods
        ),
    )


def findings(watched: Watched, found: Doubts) -> list[Finding]:
    told: list[Finding] = []
    if found.cases >= FEWEST_CASES:
        told += _risen(watched, found)
        if found.overridden >= OVERRIDDEN:
            told.append(
                _finding(
                    "overridden",
                    f"People decide otherwise in {of_hundred_text(found.overridden)} of 100 {watched.cases}",
                    "Read the reasons they give: they know something that the model does not, or do not trust it.",
                )
            )
    if found.tries >= FEWEST_CASES and found.sent_back >= SENT_BACK:
        where = f", most often because of {found.most}" if found.most else ""
        told.append(
            _finding(
                "sent_back",
                f"The form was sent back in {of_hundred_text(found.sent_back)} of 100 tries{where}",
                "Look at how the question is asked: a help text, a unit or a limit in the spec may be wrong.",
            )
        )
    return told


def _risen(watched: Watched, found: Doubts) -> list[Finding]:
    pairs = (
        ("close_calls", "Close calls", found.close, found.close_before),
        ("careful", "Answers to be treated with care", found.careful, found.careful_before),
    )
    told = []
    for code, what, now, before in pairs:
        if now is None or before is None or now - before < RISEN:
            continue
        sure = shares_differ(now * found.cases, found.cases, before * found.before, found.before) * len(pairs) * PERIODS
        if sure < SURE:
            told.append(
                _finding(
                    code,
                    f"{what} have risen from {of_hundred_text(before)} to {of_hundred_text(now)} "
                    f"in 100 {watched.cases}",
                    "Look at what has changed in the cases; let a second person look at close ones.",
                )
            )
    return told


def _finding(code: str, sentence: str, to_do: str) -> Finding:
    return Finding(code=code, status=LOOK, sentence=sentence, to_do=to_do, question=UNSURE, weight=2.0)


def _careful(counts: Mapping[str, Any]) -> int:
    return sum(count for light, count in (counts.get("lights") or {}).items() if light != "green")
