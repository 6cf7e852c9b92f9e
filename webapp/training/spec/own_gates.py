"""Gates of one's own, [gates] own = ["module:function"]: what is asked after all others."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from webapp.errors import UnusableSpec
from webapp.training.own_code import own_code
from webapp.training.spec.gate_limits import QUESTIONS

WHERE = "[gates] own"
OwnGate = Callable[[Any], Any]


def own_gates(places: Sequence[str]) -> dict[str, OwnGate]:
    """Name of each gate -> its function, whose docstring begins with the question. Raises UnusableSpec."""
    found: dict[str, OwnGate] = {}
    for place in places:
        function, name = own_code(place, WHERE), place.rpartition(":")[2]
        if name in QUESTIONS or name in found:
            raise UnusableSpec(f"{WHERE} “{place}”: there is a gate {name} already. Give the function another name")
        if not callable(function) or not question_of(function):
            raise UnusableSpec(f"{WHERE} “{place}” must be a function whose docstring begins with what it asks")
        found[name] = function
    return found


def question_of(function: Any) -> str:
    return next(iter((inspect.getdoc(function) or "").strip().splitlines()), "").strip()
