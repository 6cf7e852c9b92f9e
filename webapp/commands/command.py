"""What a command of python -m webapp consists of."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.commands.answer import Answer
from webapp.commands.promotion import Workplace

FAILED = 1

Argument = tuple[str, dict[str, Any]]


def whole_number(most: int, least: int = 1) -> Callable[[str], int]:
    """The type of an argument that is from `least` to `most`."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"must be a whole number from {least} to {most}")
        return int(text)

    return parse


@dataclass(frozen=True)
class Command:
    """
    What it is for, and either the function that answers with its arguments, or the commands it consists of.

    `failed` is the exit code when a person has to mend something.
    """

    help: str
    answer: Callable[[Workplace, argparse.Namespace], Answer] | None = None
    arguments: tuple[Argument, ...] = ()
    failed: int = FAILED
    parts: Mapping[str, "Command"] = field(default_factory=dict)
