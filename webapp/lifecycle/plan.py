"""The plan of a model: what whoever puts it into use should have thought of, and what is not answered yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    """`key` as in the spec; `hint` says what would be an answer."""

    key: str
    question: str
    hint: str


@dataclass(frozen=True, slots=True)
class Part:
    """`name` is that of its section in the spec, below [plan]."""

    name: str
    title: str
    questions: tuple[Question, ...]


PLAN = (
    Part(
        "deployment",
        "Putting it into use",
        (
            Question(
                "alternatives", "What else was considered, and what came of it?", "each alternative with its result"
            ),
            Question("users", "Who is meant to use it?", "which people, in which work"),
            Question("reaches_users", "How does it reach those who use it?", "where they meet it, and who shows them"),
            Question(
                "watching_use", "How is it noticed whether it is used, and used well?", "who looks, and how often"
            ),
            Question("benefit", "What is it worth, and how is that measured?", "what changes for whom, in figures"),
            Question("systems", "Which systems does it touch?", "where cases come from and where answers go"),
            Question("pitfalls", "What can go wrong in practice?", "what would be a mistake to rely on"),
        ),
    ),
    Part(
        "maintenance",
        "Keeping it in use",
        (
            Question("can_change", "What can change in the world that it knows nothing of?", "rules, prices, people"),
            Question("metric", "By which figure is it watched?", "the figure, and who reads it"),
            Question(
                "threshold", "From which value of that figure on is something done?", "the value, and what is done"
            ),
            Question("retirement", "When and how does it go out of use?", "the criteria, and what takes its place"),
            Question("objective", "What is it for, and will that change?", "until when the purpose holds"),
            Question("schedule", "When is it looked at and trained again?", "how often, or upon what"),
            Question("owner", "Who looks after it?", "a name or a role, and who stands in"),
        ),
    ),
)


def said_about(plan: Any, part: str, key: str) -> tuple[str, ...]:
    """What the plan says, paragraph by paragraph; () where it says nothing. A pair is 'alternative: result'."""
    section = plan.get(part) if isinstance(plan, Mapping) else None
    found = section.get(key) if isinstance(section, Mapping) else None
    if not found:
        return ()
    lines = found if isinstance(found, list | tuple) else (found,)
    return tuple(": ".join(map(str, line)) if isinstance(line, list | tuple) else str(line) for line in lines)


def gaps(plan: Any) -> tuple[Question, ...]:
    """The questions that it leaves open."""
    return tuple(one for part in PLAN for one in part.questions if not said_about(plan, part.name, one.key))
