"""What was found and what to do about it; the one word that a model stands under."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

ACT, LOOK, FEW, GOOD = "act", "look", "few", "good"
SEVERITY = (ACT, LOOK, FEW, GOOD)
WORDS = {ACT: "Act now", LOOK: "Worth a look", FEW: "Not enough data yet", GOOD: "Working as expected"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One thing that somebody should know. `code` and `field` say what it is about and stay the same while it lasts;
    `weight` ranks findings of one status.
    """

    code: str
    status: str  # ACT or LOOK
    sentence: str
    to_do: str
    question: str
    field: str = ""
    since: date | None = None
    weight: float = 0.0

    @property
    def key(self) -> str:
        """By which it is known again tomorrow."""
        return f"{self.code}:{self.field}"


def ranked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What must be acted upon first, then by weight."""
    return tuple(sorted(findings, key=lambda one: (SEVERITY.index(one.status), -one.weight, one.key)))


def worst(statuses: Iterable[str], otherwise: str = GOOD) -> str:
    return min(statuses, key=SEVERITY.index, default=otherwise)


def dated(finding: Finding, since: date | None) -> Finding:
    return replace(finding, since=since)
