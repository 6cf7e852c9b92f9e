"""What a command answers: for people, for programs, and as an exit code."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    lines: tuple[str, ...]
    document: Any
    code: int = 0
