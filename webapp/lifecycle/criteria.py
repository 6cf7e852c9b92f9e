"""Criteria by which a model goes out of use, as its spec says them and the words of a decision keep them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from webapp.records.standing import DecisionRow

WARN, REFER, STOP, FALL_BACK = "warn", "refer", "stop", "fall_back"
# The strongest last.
ACTIONS = (WARN, REFER, FALL_BACK, STOP)
LEAST_OUTCOMES = 200
DOES: Mapping[str, str] = {
    WARN: "warns",
    REFER: "refers every case to a person",
    FALL_BACK: "falls back to another version",
    STOP: "stops the model",
}
QUESTIONS: Mapping[str, str] = {
    "metric": "Is it still good enough?",
    "coverage": "Do its ranges still hold?",
    "drift": "Are the cases still like those it learned from?",
    "model_age": "Is the version too old?",
    "data_age": "Is what it learned from too old?",
    "expires": "Has its time run out?",
    "outcomes_missing": "Does anybody still say what happened?",
    "objective": "Is it still for what it was trained for?",
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """`settings` are its limits: least, most, days, on, metric, version."""

    name: str
    action: str
    settings: Mapping[str, Any]

    @property
    def question(self) -> str:
        return QUESTIONS[self.name]


@dataclass(frozen=True, slots=True)
class Retirement:
    """[retirement] of the spec; `replacement` and `contact` are told to whoever finds the model stopped."""

    criteria: tuple[Criterion, ...] = ()
    min_outcomes: int = LEAST_OUTCOMES
    replacement: str = ""
    contact: str = ""

    @classmethod
    def of(cls, words: Mapping[str, Any]) -> "Retirement":
        """As the words of a decision say it; what another release says besides is passed over."""
        said = words.get("retirement") or {}
        found = tuple(
            Criterion(name, settings["action"], settings)
            for name in QUESTIONS
            if isinstance(settings := said.get(name), Mapping) and settings.get("action") in ACTIONS
        )
        least = said.get("min_outcomes") or LEAST_OUTCOMES
        contact = said.get("contact") or words.get("contact") or words.get("owner") or ""
        return cls(found, least, said.get("replacement") or "", contact)


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    What was found about one criterion: `holds` where its limit is passed. `acts` where it does what it says; else
    `sentence` tells why it only warns. `continued` until when somebody lets it go on all the same, and why. `waits`:
    too little is known yet; `blind`: it can never be judged.
    """

    criterion: Criterion
    holds: bool
    acts: bool
    sentence: str
    continued: Mapping[str, str] | None = None
    waits: bool = False
    blind: bool = False


def stopped_text(stop: DecisionRow) -> str:
    """Why one of the model's criteria stopped it, what to use instead, and whom to ask."""
    besides = ((title, stop.details.get(name)) for name, title in (("replacement", "Use instead"), ("contact", "Ask")))
    told = " ".join(f"{title}: {text}." for title, text in besides if text)
    return f"One of its own criteria stopped the model. {stop.why} {told}".rstrip()


def day_of(text: Any) -> date | None:
    """Of an ISO date or moment."""
    try:
        return datetime.fromisoformat(str(text)).date() if text else None
    except ValueError:
        return None
