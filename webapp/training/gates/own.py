"""What gates of one's own answer: kept and shown like every other."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from webapp.training.gates.quality import VERDICTS, Gate
from webapp.training.spec.own_gates import OwnGate, question_of


def answers_of(gates: dict[str, OwnGate], examined: Any) -> Iterator[Gate]:
    """The answer of each; one that fails refuses, because nobody knows what it would have said."""
    for name, function in gates.items():
        gate = _answer(name, function, examined)
        if gate is not None:
            yield replace(gate, name=name, asks=question_of(function))


def _answer(name: str, function: OwnGate, examined: Any) -> Gate | None:
    try:
        gate = function(examined)
    except Exception as problem:  # whatever a function of somebody's own raises
        return Gate(name, "refuse", "It could not be asked", f"{type(problem).__name__}: {problem}")
    if gate is None or (isinstance(gate, Gate) and gate.verdict in VERDICTS and gate.reason):
        return gate
    return Gate(name, "refuse", "It could not be asked", f"it must give a Gate with a verdict and a reason, not {gate}")
