"""Two versions on the same cases, one of them in the shadow: what is said about it, and when that is enough."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from webapp.evidence.parts import Table
from webapp.lifecycle.shadow import SURE, Duel
from webapp.schema import Target
from webapp.wording.amounts import Measure, amount_text
from webapp.wording.numbers import count_text, counted
from webapp.wording.quoting import shown

FEWEST = 50  # outcomes, below which nothing is said of who is better
SAME = 0.02  # of all cases: a smaller difference is none that anybody would notice
MOST_MOVES = 12
A_STEP = 0.02  # the difference that would be worth knowing
HOLDS = "a range like that holds 99 times in 100."


@dataclass(frozen=True, slots=True)
class DuelShown:
    """`status`: good where the evidence is enough, calm where it is not."""

    title: str
    status: str
    enough: str
    tally: tuple[tuple[str, str], ...]
    flips: Table | None
    notes: tuple[str, ...]


def duel_shown(duel: Duel, champion: str, challenger: str, target: Target) -> DuelShown:
    is_number = target.kind == "number"
    enough = _enough(duel, champion, challenger, target)
    return DuelShown(
        title=_title(duel, challenger, target),
        status="good" if enough[0] else "calm",
        enough=enough[1],
        tally=tuple(_tally(duel, champion, challenger, is_number)),
        flips=None if is_number or not duel.flips else _flips(duel, champion, challenger),
        notes=tuple(_notes(duel, challenger)),
    )


def _title(duel: Duel, challenger: str, target: Target) -> str:
    if not duel.cases:
        return f"{_capital(challenger)} has not scored any case yet"
    if target.kind == "number":
        return f"{_capital(challenger)} says something else by {_amount(duel.apart, target)} on average"
    return f"{_capital(challenger)} would decide otherwise in {count_text(duel.flips)} of {_cases(duel.cases)}"


def _tally(duel: Duel, champion: str, challenger: str, is_number: bool) -> Iterator[tuple[str, str]]:
    yield count_text(duel.cases), "cases that both have answered"
    if not is_number:
        yield count_text(duel.cases - duel.flips), "decided alike"
        yield count_text(duel.flips), "decided otherwise"
    yield count_text(duel.known), "of them with a known outcome"
    if duel.known:
        what = "nearer to it" if is_number else "right"
        yield count_text(duel.right[0]), f"{what}: {champion}"
        yield count_text(duel.right[1]), f"{what}: {challenger}"


def _enough(duel: Duel, champion: str, challenger: str, target: Target) -> tuple[bool, str]:
    """Whether the evidence is enough, and the sentence that says so."""
    if duel.known < FEWEST:
        return False, (
            "That is not enough to say who is better: "
            f"{counted(duel.known, 'outcome is', 'outcomes are')} known, and at least {FEWEST} are needed."
        )
    apart = _apart(duel, champion, challenger, target)
    if duel.low > 0:
        return True, f"That is enough: {challenger} is better. {apart}"
    if duel.high < 0:
        return True, f"That is enough: {champion} is better. {apart}"
    if target.kind != "number" and max(abs(duel.low), abs(duel.high)) <= SAME:
        return True, f"That is enough: nobody would notice a difference. {apart}"
    return False, f"That is not enough to say who is better. {apart}{_how_many(duel, target)}"


def _apart(duel: Duel, champion: str, challenger: str, target: Target) -> str:
    """By how much the one is better than the other, at least and at most."""
    better, other, low, high = challenger, champion, duel.low, duel.high
    if high < 0:
        better, other, low, high = champion, challenger, -high, -low
    if target.kind == "number":
        ends = [_amount(abs(end), target) for end in (low, high)]
        by = f"{ends[0]} to {ends[1]} nearer" if low >= 0 else f"between {ends[0]} further off and {ends[1]} nearer"
        return f"On average {better} is {by} than {other}; {HOLDS}"
    ends = [f"{abs(100 * end):.1f}" for end in (low, high)]
    by = f"{ends[0]} to {ends[1]} more" if low >= 0 else f"between {ends[0]} fewer and {ends[1]} more"
    return f"{_capital(better)} is right in {by} of 100 cases than {other}; {HOLDS}"


def _how_many(duel: Duel, target: Target) -> str:
    """How many outcomes would tell a difference that is worth knowing."""
    if target.kind == "number":
        return ""
    spread = (duel.high - duel.low) / (2.0 * SURE) * np.sqrt(duel.known)
    needed = int(np.ceil((SURE * spread / A_STEP) ** 2 / 100.0)) * 100
    if needed <= duel.known:
        return ""
    return f" About {count_text(needed)} outcomes would tell a difference of {A_STEP * 100:g} in 100 cases."


def _flips(duel: Duel, champion: str, challenger: str) -> Table:
    moves = sorted(((pair, count) for pair, count in duel.pairs.items() if pair[0] != pair[1]), key=lambda one: -one[1])
    lines = tuple((shown(one), shown(other), count_text(count)) for (one, other), count in moves[:MOST_MOVES])
    columns = ((f"{_capital(champion)} decides", False), (f"{_capital(challenger)} decides", False), ("Cases", True))
    return Table("Where they decide otherwise", columns, lines)


def _notes(duel: Duel, challenger: str) -> Iterator[str]:
    for reason, count in duel.unread.items():
        yield f"{_cases(count)} could not be put to {challenger}: {shown(reason)}."


def _amount(value: float, target: Target) -> str:
    return amount_text(value, Measure(shown(target.unit), target.decimals, target.decimal))


def _cases(count: int) -> str:
    return counted(count, "case", "cases")


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]
