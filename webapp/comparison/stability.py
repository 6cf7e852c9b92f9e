"""How far answers and effects move when the same model is trained again on other rows of the same table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from webapp.comparison.effects import effects
from webapp.comparison.rows import Rows
from webapp.comparison.sides import Side, aligned, classes_of, distance

# A difference of so many times the largest between two trainings is no longer taken for chance. Between 15 pairs of
# seeds on each of 13 tables the largest was 0.8 of what this allows.
BEYOND = 1.5
# Likewise for one field, in units of its own spread between trainings joined by half of that of all fields: of a few
# trainings all may by chance have taken the same of two twins for the important one.
BEYOND_OF_FIELD, PART_OF_ALL = 4.0, 0.5
LEAST_POINTS = 0.005  # of a chance, below which nobody would notice
LEAST_SHARE = 0.02  # likewise of the usual error of a number
LEAST_FLIPS = 0.01  # likewise of the cases decided otherwise
FLIPS_TO_POINTS = 1.5  # of cases decided otherwise to what chances move; 0.9 to 1.5 between seeds
# Where nobody trained again: K in sqrt(K / rows), in units of the spread of a single case. Between seeds of additive
# models K was 1 to 230 for classes and 3 to 800 for numbers: it is large where columns say nearly the same.
USUAL_K, MOST_UNITS = {"classes": 200.0, "number": 500.0}, 0.7


@dataclass(frozen=True)
class Tolerance:
    """What is still taken for the same; `is_measured` is False where it follows from the number of rows alone."""

    answers: float
    flips: float
    effects: Mapping[str, float]
    sensitivities: Mapping[str, float]
    is_measured: bool

    def of_effect(self, field: str) -> float:
        return self.effects.get(field, self._of_any)

    def of_sensitivity(self, field: str) -> float:
        return self.sensitivities.get(field, self._of_any)

    @property
    def _of_any(self) -> float:
        return BEYOND_OF_FIELD * self.answers


def stability(trainings: Sequence[Side], rows: Rows, seed: int) -> dict[str, Any]:
    """
    Plain JSON for a package: between any two of several trainings the largest difference of answers and decisions, and
    of each field the root mean square of the differences of its effect and its sensitivity.
    """
    answers, decided = _answers(trainings, rows)
    found = effects(trainings, rows, seed)
    pairs = list(combinations(range(len(trainings)), 2))
    return {
        "trainings": len(trainings),
        "answers": max(float(distance(answers[a], answers[b]).mean()) for a, b in pairs),
        "flips": max(float(np.mean(decided[a] != decided[b])) for a, b in pairs) if decided else 0.0,
        "fields": {
            name: {
                "effect": _root_mean_square([own[a].away_from(own[b]) for a, b in pairs]),
                "sensitivity": _root_mean_square([own[a].sensitivity - own[b].sensitivity for a, b in pairs]),
            }
            for name, own in found.items()
        },
    }


def tolerance(a: Side, b: Side, unit: float) -> Tolerance:
    """For two versions; `unit` is the spread of a single case, see `unit_of`."""
    known = [side.metadata["stability"] for side in (a, b) if side.metadata.get("stability")]
    guessed = max((_guessed(side, unit) for side in (a, b) if not side.metadata.get("stability")), default=0.0)
    least = LEAST_SHARE * unit if a.schema.target.kind == "number" else LEAST_POINTS
    answers = max([least, guessed, *(BEYOND * one["answers"] for one in known)])
    least_of_field = BEYOND_OF_FIELD * guessed if guessed else 2 * least
    return Tolerance(
        answers=answers,
        flips=max([LEAST_FLIPS, FLIPS_TO_POINTS * guessed, *(BEYOND * one["flips"] for one in known)]),
        effects=_of_fields(known, "effect", least_of_field),
        sensitivities=_of_fields(known, "sensitivity", least_of_field),
        is_measured=not guessed,
    )


def unit_of(side: Side, answers: np.ndarray) -> float:
    """How far single cases lie from what is said of them: the usual error of a number, the spread of a yes or no."""
    if side.schema.target.kind == "number":
        return float(side.metadata.get("evaluation", {}).get("loss") or np.abs(answers - answers.mean()).mean())
    return float(np.sqrt(answers * (1.0 - answers)).mean())


def _answers(trainings: Sequence[Side], rows: Rows) -> tuple[list[np.ndarray], list[np.ndarray]]:
    everything = classes_of(trainings)
    X, _ = trainings[0].typed(rows.columns, rows.decimal)  # all of them learned from one table, by one schema
    answers, decided = [], []
    for side in trainings:
        own = side.answers(X)
        answers.append(aligned(own, side.schema.target.classes, everything))
        if everything:
            decided.append(side.decisions(own))
    return answers, decided


def _guessed(side: Side, unit: float) -> float:
    return unit * min(float(np.sqrt(USUAL_K[side.schema.target.kind] / max(side.rows, 1))), MOST_UNITS)


def _of_fields(known: Sequence[Mapping[str, Any]], what: str, least: float) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in known:
        together = _root_mean_square([field[what] for field in one["fields"].values()])
        for name, field in one["fields"].items():
            allowed = BEYOND_OF_FIELD * float(np.hypot(field[what], PART_OF_ALL * together))
            found[name] = max(least, found.get(name, 0.0), allowed)
    return found


def _root_mean_square(values: Sequence[float]) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
